/* Numbers, dates, times and durations as people say them in English, Korean and Japanese, read from a place in a folded text, and
 * how AWS writes them down (developer guide, "Built-in slot types"): 2026-11-27, 17:30, P5D, 3.
 *
 * Dates are on or after today unless the words say otherwise. A week that comes is told by the last day of this one and the
 * week that is by its first, months and years likewise, as the guide has them. "next friday" is the Friday of next week and
 * "friday" the one to come: ours, the guide does not say. */
#ifndef NLU_WHEN_H
#define NLU_WHEN_H

#include "services/lexv2/nlu/scan.h"

#define NLU_WHEN_BYTES 48

/* With `alone` nothing tells that a number is meant but the word itself ("둘", "이"): an answer, not a word in a sentence. */
bool nlu_scan_number(struct scan *scan, bool alone, char ret_digits[NLU_WHEN_BYTES]);
/* The same for who reckons on: a whole number from 0 to 999,999,999. */
bool nlu_scan_count(struct scan *scan, int64_t *ret_count);

bool nlu_scan_date(struct scan *scan, int64_t today, char ret_date[NLU_WHEN_BYTES]); /* today: days since 1970 */
/* A time that can be two (ten o'clock) has both in `ret_times`: 2; else 1, or 0 where none stands here. With `alone` a bare
 * number is one. */
int nlu_scan_time(struct scan *scan, bool alone, char ret_times[2][NLU_WHEN_BYTES]);
bool nlu_scan_duration(struct scan *scan, char ret_duration[NLU_WHEN_BYTES]);

int64_t nlu_days_of(int64_t year, int month, int day); /* since 1970, of the Gregorian calendar */
void nlu_print_day(int64_t days, char ret_date[NLU_WHEN_BYTES]);

/* The day it is at `now_ms` in a time zone of the IANA's; an unknown one counts as UTC. */
int64_t nlu_today(int64_t now_ms, struct str zone);

#endif
