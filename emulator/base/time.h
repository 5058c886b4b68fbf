/* Instants are int64 milliseconds since 1970-01-01T00:00:00Z, durations int64 milliseconds. This file reads the machine's
 * clocks and converts; who asks for "now" in the emulated world asks world/clock.h. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/str.h"

int64_t time_wall_ms(void); /* only for signatures, the Date header and the clock's anchor */
int64_t time_monotonic_ms(void);
uint64_t time_monotonic_ns(void);

/* "2026-11-22T09:15:08.123Z" (millis) or "2026-11-22T09:15:08Z"; 32 bytes are room enough. */
void time_print_iso(int64_t instant_ms, bool with_millis, char ret_text[32]);
/* Seconds since 1970 with three decimals, as AWS's JSON has them: "1763802908.123"; returns the length. */
size_t time_print_seconds(int64_t instant_ms, char ret_text[24]);
/* RFC 3339 as AWS's states take it: 'T' and 'Z' upper case or an offset, 1 to 9 digits of fraction or none. */
bool time_parse_iso(struct str text, int64_t *ret_ms);
/* The same with what is below a millisecond, for comparisons: *ret_nanos is 0 to 999,999. */
bool time_parse_iso_nanos(struct str text, int64_t *ret_ms, int32_t *ret_nanos);
bool time_parse_amz(struct str text, int64_t *ret_ms); /* "20261122T091508Z" */
void time_print_amz(int64_t instant_ms, char ret_text[17]);
/* HTTP's preferred form, as time_print_http() has it. */
bool time_parse_http(struct str text, int64_t *ret_ms);
void time_print_http(int64_t instant_ms, char ret_text[30]); /* "Sun, 22 Nov 2026 09:15:08 GMT" */

#endif
