/* When a tuning job stops a training early: "Stop Training Jobs Early" in the developer guide. After each epoch the objective metric is
 * compared with the median of what the trainings before came to, each taken as the average of its values up to the same epoch;
 * worse than that, and the training is stopped. "Before" is who has completed, as TrainingJobEarlyStoppingType is described.
 *
 * A training's course stands in its row while it is said to run and afterwards: "course": {"values": [{"Value", "ends"}] of the first
 * COURSE_MOST rounds, "rounds": how many there are, "from", "until": the time that they are spread over, ms}. */
#ifndef SAGEMAKER_EARLY_STOPPING_H
#define SAGEMAKER_EARLY_STOPPING_H

#include "base/json.h"

#define COURSE_MOST 500

/* How many rounds are over at a time; and when the round of this index is. */
int64_t course_passed(const cJSON *course, int64_t at_ms);
int64_t course_round_ends(const cJSON *course, int64_t round);

/* The first round from `first` on, but for the last, after which it is stopped; -1: it is not. */
int64_t early_stopping_round(const cJSON *course, const cJSON *const *before, size_t count, bool maximise,
                             int64_t first);

/* Hyperband: training goes on from rung to rung (`least` rounds, three times as many, nine …) with the best third of those that have come
 * as far ("How Hyperparameter Tuning with Hyperband works": it reallocates epochs to well-performing configurations). One rival at
 * least must be there to compare with. */
struct early_rival {
    const cJSON *course;
    int64_t until_ms; /* when it stopped; INT64_MAX: it runs, or it completed */
};
int64_t early_stopping_rung(const cJSON *course, const struct early_rival *rivals, size_t count, bool maximise,
                            int64_t least, int64_t first);

#endif
