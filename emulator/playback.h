/* rehearse replay FILE: a recorded game on the page, on this machine alone. */
#ifndef PLAYBACK_H
#define PLAYBACK_H

#include "options.h"

int playback_run(const struct options *options); /* the process's exit status */

#endif
