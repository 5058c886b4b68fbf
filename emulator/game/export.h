/* What an event leaves for other programs: files in the forms that CTFd and CTFtime know, the score log, the whole record. */
#ifndef GAME_EXPORT_H
#define GAME_EXPORT_H

#include "base/web.h"

struct game;

/* GET /api/export?format=…; who may has been seen to. */
void export_serve(struct game *game, const struct web_request *request, struct web_answer *answer);

#endif
