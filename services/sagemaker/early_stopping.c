#include "services/sagemaker/early_stopping.h"

#include <stdlib.h>

int64_t course_passed(const cJSON *course, int64_t at_ms)
{
    int64_t from = json_int64(course, "from", 0), until = json_int64(course, "until", 0),
            rounds = json_int64(course, "rounds", 0);
    if (at_ms >= until)
        return rounds;
    return at_ms <= from ? 0 : (at_ms - from) * rounds / (until - from);
}

int64_t course_round_ends(const cJSON *course, int64_t round)
{
    int64_t from = json_int64(course, "from", 0), until = json_int64(course, "until", 0),
            rounds = json_int64(course, "rounds", 1);
    return from + ((until - from) * (round + 1) + rounds - 1) / rounds;
}

/* One that completed, on its way through its rounds; one of fewer rounds stays at its last average. */
struct earlier {
    const cJSON *next;
    double sum, average;
    int64_t count;
};

static void advance(struct earlier *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct earlier *one = &all[i];
        if (!one->next)
            continue;
        one->sum += json_number(one->next, "Value", 0);
        one->average = one->sum / (double)++one->count;
        one->next = one->next->next;
    }
}

/* By insertion: from round to round their order hardly changes. */
static double median(struct earlier *all, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct earlier one = all[i];
        size_t at = i;
        for (; at > 0 && all[at - 1].average > one.average; at--)
            all[at] = all[at - 1];
        all[at] = one;
    }
    return (all[(count - 1) / 2].average + all[count / 2].average) / 2;
}

static size_t line_up(struct earlier *all, const cJSON *const *before, size_t count)
{
    size_t filled = 0;
    for (size_t i = 0; i < count; i++) {
        const cJSON *values = json_get(before[i], "values");
        if (values && values->child)
            all[filled++] = (struct earlier){ .next = values->child };
    }
    return filled;
}

int64_t early_stopping_round(const cJSON *course, const cJSON *const *before, size_t count, bool maximise,
                             int64_t first)
{
    struct earlier *all = memory_alloc((count + 1) * sizeof *all);
    const cJSON *entry;
    int64_t round = 0, rounds = json_int64(course, "rounds", 0), found = -1;
    count = line_up(all, before, count);
    cJSON_ArrayForEach(entry, json_get(course, "values"))
    {
        if (!count || round + 1 >= rounds)
            break;
        advance(all, count);
        double value = json_number(entry, "Value", 0), middle = median(all, count);
        if (round >= first && (maximise ? value < middle : value > middle)) {
            found = round;
            break;
        }
        round++;
    }
    free(all);
    return found;
}

/* ---- Hyperband ---- */

#define RUNG_FACTOR 3

static const cJSON *value_at(const cJSON *course, int64_t round)
{
    return json_get(cJSON_GetArrayItem(json_get(course, "values"), (int)round), "Value");
}

/* Are there as many that did better at this round as may go on? */
static bool is_outdone(const cJSON *course, const struct early_rival *rivals, size_t count, bool maximise,
                       int64_t round)
{
    double own = json_to_double(value_at(course, round));
    int64_t at_ms = course_round_ends(course, round), reached = 0, better = 0;
    for (size_t i = 0; i < count; i++) {
        const cJSON *value = value_at(rivals[i].course, round);
        int64_t ends_ms = value ? course_round_ends(rivals[i].course, round) : INT64_MAX;
        if (ends_ms > at_ms || ends_ms > rivals[i].until_ms)
            continue;
        reached++;
        better += maximise ? json_to_double(value) > own : json_to_double(value) < own;
    }
    return reached && better >= (reached + 1 + RUNG_FACTOR - 1) / RUNG_FACTOR;
}

int64_t early_stopping_rung(const cJSON *course, const struct early_rival *rivals, size_t count, bool maximise,
                            int64_t least, int64_t first)
{
    int64_t rounds = json_int64(course, "rounds", 0);
    for (int64_t rung = least; rung < rounds && rung <= COURSE_MOST; rung *= RUNG_FACTOR) {
        if (rung - 1 >= first && value_at(course, rung - 1) && is_outdone(course, rivals, count, maximise, rung - 1))
            return rung - 1;
    }
    return -1;
}
