/* TestState: see asl/trial.h. */
#ifndef STEPFUNCTIONS_TEST_STATE_H
#define STEPFUNCTIONS_TEST_STATE_H

#include "services/stepfunctions/asl/engine.h"

/* The state has come to its end: the caller, who is parked, is answered. */
void test_state_answer(struct execution *execution);

#endif
