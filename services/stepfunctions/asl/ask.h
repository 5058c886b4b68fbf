/* Asking the hooks about a transition: a scenario may fail a state, delay it, or think about it for a while. */
#ifndef ASL_ASK_H
#define ASL_ASK_H

#include "services/stepfunctions/asl/engine.h"

/* True: go on with the state's work now. False: it was failed, delayed, or will be resumed. */
bool ask_transition(struct branch *branch);
void ask_resume(struct branch *branch);
void ask_free(struct branch *branch);

#endif
