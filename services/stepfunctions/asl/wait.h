/* Wait: until a moment, given as a constant or found by a path. */
#ifndef ASL_WAIT_H
#define ASL_WAIT_H

#include "services/stepfunctions/asl/engine.h"

void wait_state_begin(struct branch *branch);
void wait_state_end(struct branch *branch); /* the moment has come */

#endif
