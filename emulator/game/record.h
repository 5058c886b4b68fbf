/* The record of a game: one file of lines of JSON with everything that pages were told and every call that was made, to be played back
 * (replay.h), reviewed and kept.
 *
 *      {"record":1,"pack":…,"version":…,"at":ms}                      each start of the program begins with one
 *      {"at":ms,"view":"game"|"board","data":…}   {"at":ms,"view":"team","team":…,"data":…}     what a page would have read then
 *      {"at":ms,"view":"guide","key":"CHALLENGE LANGUAGE","data":…}                            every guide, at each start
 *      {"at":ms,"view":"execution"|"job"|"forecasts"|"forecast"|"monitors","team":…,"key":…,"data":…}   the services' pictures (snapshot.h)
 *      {"at":ms,"to":"board"|"facilitator"|"team/ACCOUNT","event":…,"data":…}                  what pages were told (README.md)
 *      {"at":ms,"call":CALL,"team":ACCOUNT}                                                    every call of a team's
 *      {"at":ms,"review":REVIEW}                                                               at the end
 *
 * The board is written down every ten seconds at most. No keys, tokens or codes are in it. It is written as the game goes and flushed every
 * second or so: a crash costs its last lines, nothing that counts. A file of 2 GiB is full: that is told, and the game goes on. */
#ifndef GAME_RECORD_H
#define GAME_RECORD_H

#include "base/json.h"

struct game;
struct record;
struct recent;
struct team;

/* NULL: *reterr_why is one line, free() it. Goes on behind what the file has. */
struct record *record_open(const char *path, char **reterr_why);
void record_close(struct record *record_or_null);
void record_flush(struct record *record_or_null);
const char *record_path(const struct record *record);

/* Each does nothing where nothing is recorded. */
void record_views(struct game *game); /* where everybody stands: at a start, after a rewind */
void record_told(struct game *game, const char *channel, const char *event, struct str json);
void record_view(struct game *game, const char *what, const char *team_or_null, struct str key_or_none,
                 cJSON *view_taken);
void record_call(struct team *team, const struct recent *recent);
void record_review(struct game *game);

#endif
