/* Schedule expressions and offsets: whatever is read fires after the moment that is asked for, and not before 1970. */
#include <stdlib.h>

#include "services/sagemaker/schedule_expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const int64_t now_ms = 1795330000000;
    struct str text = { (const char *)bytes, length };
    struct schedule schedule;
    int64_t offset;
    if (schedule_read(text, &schedule)) {
        int64_t next = schedule_next(&schedule, now_ms), before = schedule_previous(&schedule, now_ms);
        if (next <= now_ms || before >= now_ms)
            abort();
    }
    schedule_offset(text, &offset);
    return 0;
}
