/* When a schedule fires: "cron(0 * ? * * *)", six fields in UTC as EventBridge has them (minutes, hours, days of the month, months, days of the
 * week, years; * ? , - / and names; no L, W and #), "rate(2 hours)", and NOW, once. */
#ifndef SAGEMAKER_SCHEDULE_EXPRESSION_H
#define SAGEMAKER_SCHEDULE_EXPRESSION_H

#include "base/str.h"

struct schedule {
    enum { SCHEDULE_NOW, SCHEDULE_RATE, SCHEDULE_CRON } kind;
    int64_t period_ms; /* RATE */
    uint64_t minutes;
    uint32_t hours, days, months, weekdays; /* bit n: n; days from 1, months from 1, Sunday is 1 */
    int first_year, last_year;
    bool any_day, any_weekday;
};

bool schedule_read(struct str text, struct schedule *ret_schedule); /* false: it is none */
/* The first moment after one; INT64_MAX: never again. RATE counts from `after_ms`. */
int64_t schedule_next(const struct schedule *schedule, int64_t after_ms);
/* The last moment before one, at most a week back; -1: none. */
int64_t schedule_previous(const struct schedule *schedule, int64_t before_ms);
/* An offset: "-PT1H", "-P7D", "PT0H", "-P1DT2H30M"; false: it is none. */
bool schedule_offset(struct str text, int64_t *ret_ms);

#endif
