/* A pack: a scenario's Lua, run in a child process of the same binary (`rehearse pack-host`), never in this one. This header
 * is all that the game knows of it: what the pack declares, its callbacks by name, what they may ask, faults of the cloud.
 *
 *      game ── script_call ──▶ script ──── a line of JSON ───▶ child: a coroutine of the host runs the callback
 *           ◀─ request ──────         ◀─── asks (AWS call, wait, game's request) ── and sleeps until the answer
 *           ◀─ done ─────────         ◀─── done | failed
 *      road ── hook ─────────▶        ── only a match costs a message ──▶ a verdict comes back, the call goes on
 *
 * Everything is asynchronous: script_call() never calls `done` before it has returned, and `done` comes exactly once, by
 * script_close() at the latest. The world's clock is held while the child computes (not while a callback waits), and a
 * stepped clock gets each answer at a point of its total order: same seed, same game. With a stepped clock no loop is
 * needed: world_settle() drives all.
 *
 * The child computes at most so long (TRUST 1); then it is killed and started anew:
 *   - the callback that was running fails and has a strike; with three it is disabled (NOTICE_DISABLED): calls of it fail at
 *     once, hooks and invocations that it should answer pass;
 *   - callbacks that had not begun are delivered again; those that had begun and were waiting fail with `interrupted`;
 *   - a hook's question that was with the child is answered PASS.
 * An edited pack is loaded in a fresh child while the old one goes on; what is under way there ends there. A broken edit is
 * told by `refused` and the old one stays. */
#ifndef SCRIPT_SCRIPT_H
#define SCRIPT_SCRIPT_H

#include "base/json.h"
#include "world/world.h"

struct cloud;
struct script;
struct script_request;
struct uv_loop_s;

/* ---- opening ---- */

/* Why a pack or one of its callbacks failed. Text is borrowed for the call; "" where there is none. */
struct script_error {
    const char *file;    /* inside the pack: "pack.lua", "challenges/vip.lua" */
    int line;            /* 0: none */
    const char *message; /* one plain sentence */
    const char *nearest; /* the nearest right name, where a name was wrong */
    const char *code, *operation,
        *resource;    /* an AWS error that nobody caught: "ThrottlingException", "states:StartExecution", ARN or "" */
    bool killed;      /* it took too long or too much: the child was ended */
    bool interrupted; /* nothing wrong with it: the child was started anew, or the script closed */
};

enum script_notice {
    NOTICE_LOG,       /* print() in the pack */
    NOTICE_RESTARTED, /* the child died or was killed and is back */
    NOTICE_DISABLED,  /* three kills: this callback is not called any more until the pack is edited */
    NOTICE_RELOADED,  /* an edited pack has taken over */
    NOTICE_KEPT,      /* an edit that was refused is undone: the pack as it is saved is the one that plays */
};

struct script_options {
    const char *pack; /* a name in `packs_folder`, or a path of a folder (whatever holds a '/') */
    const char *packs_folder,
        *fixtures_folder; /* NULL: lua/packs and fixtures of what the binary stands in (a checkout, an installation) */
    const char *program;  /* NULL: /proc/self/exe; started as PROGRAM pack-host */
    int64_t most_wall_ms; /* child.h's; 0: 30 s */
    struct cloud *cloud;  /* its world's clock, randomness, hooks; its services */
    struct uv_loop_s *loop; /* NULL with a stepped clock: nothing is watched for edits then */
    void *data;             /* comes back in each of these */
    /* A pack was loaded, first or anew. The declaration is sealed; json_ref() it to keep it. */
    void (*loaded)(void *data, struct json *declaration);
    void (*refused)(void *data, const struct script_error *error); /* a load error; an old version, if any, goes on */
    /* Facilitator's news. `subject` is a callback's name or "". May be NULL. */
    void (*notice)(void *data, enum script_notice kind, const char *subject, const char *text);
    /* What Lua may ask of the game, ended by a row without a name; see `requests` below. May be NULL. */
    const struct script_request_kind *requests;
};

/* NULL: there is no such pack, or no child can be started: *reterr_why is one line, free() it. The child is loading when this
 * returns. Errors in the pack itself come by `refused`. */
struct script *script_open(const struct script_options *options, char **reterr_why);
/* Waits (blocking, ≤ 30 s) until the first load has ended; `loaded` or `refused` has been called. True: loaded. For the
 * start and for `check`, before the loop runs; not from inside a callback. */
bool script_await_load(struct script *script);
/* Ends the children; every callback under way fails with `interrupted`, faults are disarmed. Before cloud_free(). */
void script_close(struct script *script);

const char *script_pack(const struct script *script); /* the id that it declares; its folder's name until then */
/* By what the calls of its own callbacks are known (call->made_by, world->made_by, hook.h): its folder's name. */
const char *script_maker(const struct script *script);
struct json *script_declaration(const struct script *script); /* of the version that plays; NULL before the first */
/* A file of the pack's folder as it stands now ("guide.en.md", "art/cto.svg"): at most 1 MiB; false: no such file. Never
 * leaves the folder. The buffer is the caller's. */
bool script_read_file(const struct script *script, const char *path, struct buf *ret_bytes);
/* Files of the pack's fixtures/ that none of its files names and nobody has read since it was opened: a list of paths ("fixtures/x.csv"),
 * to be deleted. */
cJSON *script_unread_fixtures(const struct script *script);
/* After a rewind, reset or reload of the world: the child is started anew; what was under way fails with `interrupted`; faults
 * are disarmed (the game arms them again from its rows, in its recover). */
void script_restart(struct script *script);
/* Loads the pack's folder again, as an edit does. */
void script_reload(struct script *script);

/* ---- callbacks ----
 *
 *   name                                  extra argument (JSON)      answer
 *   challenge/C/setup                                                null
 *   probe/C/P                                                        {"good":bool,"share":0…1,"reason":{"en":…,"ko":…}|null}
 *   fault/F/breaks                {parameter: value} or none         null
 *   fault/F/mended                                                   {"mended":bool,"silent":true? (it returned nothing),"reason":{"en":…}|null}
 *   fault/F/call, lambda/NAME, image/URI  script's own: hooks, invocations and containers, never called by the game
 *   story/S/STEP                                                     null
 *   answer/C/A                            {"answer":"text"}, or null   {"right":bool,"reason":…}
 *   watch/W          {"kind","key","what":"made|changed|gone","before"?,"after"?}   null
 *   solution/STEP, solution/PLAYER/STEP                              null
 *   play/call                             {"service":…,"operation":…,"input":{…}}   the operation's output: a team's own client
 *   pack/lint                                                        [{"file":…,"line":n,"mistake":bool,"message":…}…]: what looks
 *                                                                    wrong in the pack as it is written
 *
 * A setup, breaks, story step or solution that fails has raised; a probe that raises is a probe that failed: the error's
 * code, operation and message say why. Ids of faults are unique in the pack, those of probes in their challenge. */

/* One of answer and error is NULL; both are borrowed. */
typedef void script_done(void *data, struct json *answer, const struct script_error *error);

bool script_has(const struct script *script, const char *callback); /* declared, and not disabled */
/* Runs a callback for a team (its account; the pack sees a `team` with that account's name). `argument` may be NULL and is
 * borrowed. The number is never 0. An unknown or disabled callback fails like any other, by `done`. */
uint64_t script_call(struct script *script, const char *callback, const char *account, const cJSON *argument,
                     script_done *done, void *data);
/* Nobody waits for it any more: `done` is not called. It ends where it next asks for something. */
void script_cancel(struct script *script, uint64_t call);
/* Is anything with a child, or asleep in a wait? */
bool script_is_busy(const struct script *script);

/* ---- faults of the cloud ---- */

/* From now on the calls that the fault's `on` and filters name are put to its `call` for this account. Arming twice is once.
 * False: the pack that plays has no such fault, or it is none of the cloud. How long it lasts is the game's: it disarms. A
 * reloaded pack keeps what is armed, with its new filters. */
bool script_arm(struct script *script, const char *fault, const char *account);
void script_disarm(struct script *script, const char *fault, const char *account);
/* How often a call matched an armed fault since it was armed, and was failed, delayed or changed by it: "the documented call shows it". */
uint64_t script_fault_hits(const struct script *script, const char *fault, const char *account);

/* ---- requests: what Lua may ask of the game ----
 *
 * gameday.score(team, 50, "…") in Lua is the request "score" with {"points":50,"reason":{"en":…}}. The library sends these
 * (all beside the team; text is {"en":…,"ko":…}); each is answered once, now or later, by script_answer() or script_deny():
 *
 *   score     {"points":n,"reason":text,"challenge":id?}               null
 *   message   {"text":text,"from":"cto","level":"info|warning|good|bad","to":"team|all"}   null
 *   unlock    {"challenge":id}                                        null
 *   solve     {"challenge":id}                                        null      the pack says it is solved
 *   break_    {"fault":id}                                            null
 *   mend      {"fault":id}                                            null      withdraw it, as a facilitator does
 *   status    {}                                                      {"score":n,"elapsed_ms":n,"broken":[fault…],"solved":[challenge…]}
 *   remember  {"key":k,"value":any|null}                              null      a row of the team; null forgets
 *   recall    {"key":k}                                               any|null
 *   hint      {"fault":id,"stage":1…3}                                null      the solution of a team that buys
 *   answer    {"challenge":id,"answer":id?,"text":…}                  {"right":bool}  as if typed on the page
 *   name_team {"name":…}                                              null      likewise
 */
struct script_request_kind {
    const char *name;
    /* Answers now or later, but exactly once. with: borrowed until the answer. */
    void (*asked)(void *data, struct script_request *request, const char *account, const cJSON *with);
};
void script_answer(struct script_request *request, cJSON *answer_taken_or_null);
__attribute__((format(printf, 2, 3))) void script_deny(struct script_request *request, const char *format,
                                                       ...); /* raised in Lua */
/* The callback that asks: "story/briefing/hello". */
const char *script_request_callback(const struct script_request *request);

/* ---- the child ---- */

/* `rehearse pack-host`: main.c calls this before it reads options; never returns into main. */
_Noreturn void pack_host_run(void);

/* ---- the shelf ---- */

/* The library's ready faults, as lua/gameday/ready.lua describes them, each an object: id, service, title, kind, what, says?,
 * parameters, shown_by, hints, learnt?, use. Only the library's own Lua runs, so no child is needed. NULL: *reterr_why, free() it. */
cJSON *pack_read_shelf(char **reterr_why);

/* ---- the declaration ----
 *
 * Plain JSON, checked by the library before it is sent: unknown members do not occur, defaults are filled in, times are
 * milliseconds, texts are {"en":…} with "ko" where there is one. Marked ? may be absent.
 *
 * { "id": "first-shift", "title": text, "brief"?: text, "duration_ms": n, "currency": "points",
 *   "start_ms": n,                             first value of the clock (default 2026-11-10T09:00:00Z)
 *   "durations": { "*": 1.0, "sagemaker": 0.2 },   share of AWS's time by service; "*" always there
 *   "schedule"?: { "warm_up_ms": n, "lock_ms": n, "freeze_ms": n },   a warm-up so long; lock and freeze so long before the end
 *   "story": ["briefing"],                     told at the start
 *   "guide"?: { "en": "guide.en.md" },         files of the pack
 *   "challenges": [ {
 *       "id", "title": text, "brief"?: text, "guide"?: { lang: file }, "points": n (100),
 *       "unlock": { "by": "start" | "hand" | "after" | "at" | "score", "after"?: [challenge…], "at_ms"?: n, "score"?: n },
 *       "has_setup": bool,
 *       "solved_when": "faults" | "answers" | "named" | "hand",      faults: every fault of it that came was mended (default)
 *       "warm_up"?: true (open while the event warms up), "scores_until_ms"?, "expires_ms"?: n since the start,
 *       "answers": [ { "id", "title": text, "points": n, "kind": "text"|"number"|"arn"|"lua"|"state", "value"?: …, "tolerance"?: n,
 *                       "tries"?: n, "every_ms"?: n } ],             state: judged by the account, so often, without a text
 *       "probes": [ { "latency"?: CURVE (of what it earns), "patience"?: CURVE (of what it does not cost yet),   CURVE: game/curve.h
 *                     "id", "title"?: text, "every_ms", "earns": n, "costs": n, "starts_ms": n (0: with the challenge),
 *                     "load"?: { "least": n, "most": n, "wave_ms": n, "shape": "sine"|"ramp"|"square" },   so many at a time
 *                     "on"?: ["states:StartExecution"…],   also run when such a call of the team has succeeded
 *                     "shows"?: "states:DescribeExecution" } ],   the call that shows why it fails
 *       "faults": [ FAULT… ] } ],
 *   "faults": [ FAULT… ],                      those of no challenge
 *   FAULT: { "id", "title": text, "kind": "state" | "cloud", "brief"?: text,
 *       "from_start": bool,                    stands when the challenge begins: breaks runs after setup (if it has one)
 *       "mended_at": {"file","line"},          where its author wrote it
 *       "has_breaks", "has_mended": bool, "needs": [fault…] (mended only counts after those),
 *       "points": { "detection": n (20), "recovery": n (60), "full_ms": n (120000), "none_ms": n (1800000),   falls from full_ms to 0 at none_ms
 *                     "curve": "linear"|"late"|"exponential"|"steps", "half_ms"?: n, "steps"?: [ { "after_ms": n, "share": 0…1 } ] },
 *       "check_ms": n (5000),                  how often mended is asked while it stands
 *       "during_ms"?: n,                       it goes by itself after that
 *       "hints": [ { "text": text, "price": n, "falls"?: CURVE } ],   up to three; prices default to 5, 10, 20
 *       "takes"?: [name…],                     parameters of `breaks`, which the facilitator may give
 *       "shown_by": ["states:GetExecutionHistory"…],   documented calls that show it; reading one is the detection
 *       "learnt"?: text,                       for the review; default: the last hint
 *       cloud: "on": ["sagemaker:CreateTrainingJob"…], "role"?, "resource"?: wildcards, "chance": 0…1,
 *              "wire"?: [EFFECT…], "life"?: [EFFECT…],        aws/wire_fault.h tells them
 *              "point"?: "before"|"after"|"authorise"|"transition"|"invoke"|"lifecycle" }       of one that has a `call`
 *   "timeline": [ { "at_ms": n | "at_score": n, "every_ms"?: n, "until_ms"?: n, "window_ms"?: n, "chance"?: 0…1,
 *                   "story"?: id, "break"?: fault, "mend"?: fault, "unlock"?: challenge, "message"?: MESSAGE, "deck"?: id } ],   in order of at_ms
 *   "decks": [ { "id", "cards": [fault…], "every_ms": n, "window_ms": n, "again": bool, "solved": bool, "leader": n, "ahead"?: n } ],
 *   MESSAGE: { "text": text, "from": "cto", "level": "info" }
 *   "stories": [ { "id", "steps": [ { "id", "after_ms": n, "message"?: MESSAGE, "has_run": bool } ] } ],   after_ms: behind the step before
 *   "reactions": [ { "id", "to": "recovered"…, "challenge"?: id, "from_ms", "pause_ms", "after_ms", "count": n, "messages": [MESSAGE…] } ],
 *   "watches": [ { "id", "on": ["sagemaker:Endpoint"…], "key"?: wildcards, "what"?: ["made"|"changed"|"gone"…], "challenge"?: id } ],
 *   "characters": { "cto": { "name": text, "title"?: text } },
 *   "lambdas": ["book-unicorn"…],   "images": ["vip-trainer"…],
 *   "solution": [ { "id", "mends"?: fault, "after_ms": n, "title"?: text } ],     what solution.lua plays, in order; after_ms: behind
 *                                              the step before, or, with mends, behind the break where that is later
 *   "players": [ { "id": "clumsy", "steps": [ as in solution ] } ] }    further players, of the pack's own files
 */

#endif
