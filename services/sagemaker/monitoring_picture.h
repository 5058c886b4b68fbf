/* What the game's page shows of monitoring, and the API tells in files alone: schedules with their executions, what each found, and how far
 * columns drifted. main.c hands this to the game. */
#ifndef SAGEMAKER_MONITORING_PICTURE_H
#define SAGEMAKER_MONITORING_PICTURE_H

#include "base/json.h"
#include "world/store.h"

struct world;

/* [{"name","endpoint","type","status","alert","executions":[{"at","status","failure","report","violations","drifts"}]}], the newest
 * execution first; what was found stands with the newest few. */
cJSON *monitoring_pictures(struct world *world, struct scope scope);

#endif
