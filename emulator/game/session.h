/* Who looks at the page: a team by its token, one of its members (by the team's code and a name), a supporter, or the facilitator
 * by theirs. The session is the cookie, and the cookie is made of
 * the token (SHA-256), so there is nothing to keep and nothing to forget: another token ends every session of the old one.
 * What changes something also wants the header X-CSRF-Token, made of the same token. */
#ifndef GAME_SESSION_H
#define GAME_SESSION_H

#include "base/web.h"

struct game;
struct person;
struct team;

#define ATTEMPTS_REMEMBERED 64

/* Wrong tokens by address: ten a minute. */
struct attempts {
    struct attempt {
        char peer[64];
        int64_t since_ms; /* the machine's clock */
        unsigned count;
    } kept[ATTEMPTS_REMEMBERED];
    size_t next;
};

struct session {
    bool is_facilitator, is_supporter;
    struct team *team;           /* whose page it is; the facilitator's or supporter's choice, which may be NULL */
    const struct person *member; /* NULL: by the team's token */
    bool may_control;            /* the clock, messages */
    bool may_rewind;
    bool may_play; /* hints, answers, the chat, questions */
    bool may_name; /* and give members their roles */
    char csrf[65];
};

void session_cookie(const char *token, char ret_cookie[65]);

/* By the request's cookie. False: refused with 401 (or 404 where the team that a facilitator names is not). */
bool session_of(struct game *game, const struct web_request *request, struct web_answer *answer,
                struct session *ret_session);
/* The same for what changes something: the header too. */
bool session_of_change(struct game *game, const struct web_request *request, struct web_answer *answer,
                       struct session *ret_session);
bool session_sees_keys(const struct session *session);
/* May it have looked for its team, as a call of the team's would? */
bool session_detects(const struct session *session);

/* The endpoints. */
void serve_session_begin(void *game, const struct web_request *request, struct web_answer *answer);
void serve_session(void *game, const struct web_request *request, struct web_answer *answer);
void serve_session_end(void *game, const struct web_request *request, struct web_answer *answer);

#endif
