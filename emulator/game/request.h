/* What a pack's Lua may ask of the game (script/script.h): points, messages, breaking and mending, memory, standing. */
#ifndef GAME_REQUEST_H
#define GAME_REQUEST_H

#include "script/script.h"
#include "world/store.h"

extern const struct script_request_kind game_requests[];
extern const struct table_def game_memories; /* "game.memory" (account/key): value */

#endif
