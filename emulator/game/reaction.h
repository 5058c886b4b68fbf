/* What a character says to what a team does: its first repair, a repair that did not hold, a hint, a long silence. A reaction has
 * a list of messages and tells one each time, until all are told. Row "game.reaction" (account/id): told, at.
 *
 *      detected recovered solved hint right      as the score log has them (right: an answer)
 *      wrong      an answer that was not        named      the team has a name now
 *      first      it leads the board            overtaken  it led          (both with several teams only)
 *      relapse    what was mended is not any more
 *      astray     so many changes of the team's, and what can be seen still stands
 *      silence    no change of the team's for so long, though something stands
 *
 * How many changes there were and since when there was none is not kept in rows: after a restart that counting begins anew. */
#ifndef GAME_REACTION_H
#define GAME_REACTION_H

#include "game/score.h"

enum reaction_to {
    REACT_DETECTED,
    REACT_RECOVERED,
    REACT_SOLVED,
    REACT_HINT,
    REACT_RIGHT,
    REACT_WRONG,
    REACT_NAMED,
    REACT_FIRST,
    REACT_OVERTAKEN,
    REACT_RELAPSE,
    REACT_ASTRAY,
    REACT_SILENCE,
    REACTIONS
};

/* What a team has done since something happened last. */
struct doings {
    int64_t moved_ms; /* its last change */
    int64_t changes;  /* since a repair, or since it went astray */
};

enum reaction_to reaction_named(struct str name); /* REACTIONS: there is none of that name */
/* `challenge`: what it was about, OF_NO_CHALLENGE: none. */
void reaction_heard(struct team *team, enum reaction_to to, size_t challenge);
void reaction_scored(struct team *team, enum score_kind kind, size_t challenge);
void reaction_changed(struct team *team); /* a call of the team's own has changed something */
void reaction_led(struct game *game);     /* a score has moved */
void reaction_ticked(struct game *game);  /* time goes by */

extern const struct table_def game_reactions; /* "game.reaction" */

#endif
