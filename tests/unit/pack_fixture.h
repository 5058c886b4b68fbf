/* A toy cloud with a stepped clock and a pack that stands in a folder of its own. Include toy_cloud.h first. The test's own
 * program is the child: its main() begins with become_pack_host(). */
#ifndef UNIT_PACK_FIXTURE_H
#define UNIT_PACK_FIXTURE_H

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "script/script.h"

static inline void become_pack_host(int count, char **words)
{
    if (count == 2 && strcmp(words[1], "pack-host") == 0)
        pack_host_run();
}

struct theatre {
    struct stage stage;
    struct script *script;
    char folder[64];
    int loads, refusals, restarts, disabled, reloads;
    struct buf log;    /* what packs print, and refusals: "file:line: message (nearest)" */
    struct buf answer; /* of the last callback: JSON, or "file:line: message" */
    int answers;
    int64_t answered_at;
    struct script_request *asked; /* the last request that was left open */
    const char *program;          /* of the child; NULL: this one */
    int64_t most_wall_ms;         /* that the child may take without using the processor; 0: as ever */
    /* With a clock that runs by itself: */
    uv_loop_t *loop;
    uv_prepare_t prepare;
    uv_timer_t ticker;
    uint64_t ticked_ns, stall_ns; /* the longest between two ticks of a millisecond */
    uint64_t turned_ns, turn_ns;  /* the longest turn, in processor time */
};

static inline void write_pack_file(const struct theatre *theatre, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", theatre->folder, name);
    for (char *at = path + strlen(theatre->folder) + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        mkdir(path, 0700);
        *at = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static inline void print_script_error(struct buf *buf, const struct script_error *error)
{
    buf_printf(buf, "%s:%d: %s%s%s", error->file, error->line, error->code, error->code[0] ? ": " : "", error->message);
    if (error->nearest[0])
        buf_printf(buf, " (%s)", error->nearest);
    if (error->killed)
        buf_add_text(buf, " [killed]");
    if (error->interrupted)
        buf_add_text(buf, " [interrupted]");
}

static inline void has_loaded(void *data, struct json *declaration)
{
    struct theatre *theatre = data;
    theatre->loads++;
}

static inline void was_refused(void *data, const struct script_error *error)
{
    struct theatre *theatre = data;
    theatre->refusals++;
    print_script_error(&theatre->log, error);
    buf_add_byte(&theatre->log, '\n');
}

static inline void was_noticed(void *data, enum script_notice kind, const char *subject, const char *text)
{
    struct theatre *theatre = data;
    theatre->restarts += kind == NOTICE_RESTARTED;
    theatre->disabled += kind == NOTICE_DISABLED;
    theatre->reloads += kind == NOTICE_RELOADED;
    if (kind == NOTICE_LOG)
        buf_printf(&theatre->log, "%s\n", text);
}

/* {"points":n}: answered at once with what came. */
static inline void score_asked(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct theatre *theatre = data;
    buf_printf(&theatre->log, "score %s %s ", account, script_request_callback(request));
    json_print(&theatre->log, with);
    buf_add_byte(&theatre->log, '\n');
    script_answer(request, NULL);
}

static inline void recall_asked(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    struct theatre *theatre = data;
    theatre->asked = request;
}

static inline void unlock_asked(void *data, struct script_request *request, const char *account, const cJSON *with)
{
    script_deny(request, "there is no challenge '%s'", json_string(with, "challenge"));
}

static const struct script_request_kind theatre_requests[] = {
    { "score", score_asked }, { "recall", recall_asked }, { "unlock", unlock_asked }, { NULL, NULL }
};

static inline void write_answer(void *data, struct json *answer, const struct script_error *error)
{
    struct theatre *theatre = data;
    theatre->answers++;
    theatre->answered_at = clock_now(theatre->stage.world->clock);
    buf_clear(&theatre->answer);
    if (error)
        print_script_error(&theatre->answer, error);
    else
        buf_add_str(&theatre->answer, json_text(answer));
}

static inline void raise_theatre(struct theatre *theatre)
{
    *theatre = (struct theatre){ .folder = "/tmp/pack-XXXXXX" };
    raise_stage(&theatre->stage);
    assert_non_null(mkdtemp(theatre->folder));
}

/* ---- the same with a clock that runs by itself, in a loop ---- */

/* How long a turn kept the processor: what the machine does besides does not count. */
static inline void turn(uv_prepare_t *prepare)
{
    struct theatre *theatre = prepare->data;
    struct timespec used;
    world_run(theatre->stage.world, 0);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    uint64_t used_ns = (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
    if (theatre->turned_ns && used_ns - theatre->turned_ns > theatre->turn_ns)
        theatre->turn_ns = used_ns - theatre->turned_ns;
    theatre->turned_ns = used_ns;
}

/* Every millisecond, so that the world moves; how late it comes is how long the loop was held. */
static inline void tick(uv_timer_t *ticker)
{
    struct theatre *theatre = ticker->data;
    uint64_t now_ns = uv_hrtime();
    if (theatre->ticked_ns && now_ns - theatre->ticked_ns > theatre->stall_ns)
        theatre->stall_ns = now_ns - theatre->ticked_ns;
    theatre->ticked_ns = now_ns;
}

static inline void raise_live_theatre(struct theatre *theatre)
{
    *theatre = (struct theatre){ .folder = "/tmp/pack-XXXXXX" };
    raise_stage_as(&theatre->stage, 0, false);
    assert_non_null(mkdtemp(theatre->folder));
    theatre->loop = memory_alloc(sizeof *theatre->loop);
    uv_loop_init(theatre->loop);
    uv_prepare_init(theatre->loop, &theatre->prepare);
    uv_timer_init(theatre->loop, &theatre->ticker);
    theatre->prepare.data = theatre->ticker.data = theatre;
    uv_prepare_start(&theatre->prepare, turn);
    uv_timer_start(&theatre->ticker, tick, 1, 1);
}

/* Turns of the loop until this grows. */
static inline void run_until_more(struct theatre *theatre, const int *count)
{
    int before = *count;
    theatre->ticked_ns = theatre->turned_ns = 0;
    while (*count == before)
        uv_run(theatre->loop, UV_RUN_ONCE);
}

static inline void close_loop(struct theatre *theatre)
{
    uv_close((uv_handle_t *)&theatre->prepare, NULL);
    uv_close((uv_handle_t *)&theatre->ticker, NULL);
    uv_run(theatre->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(theatre->loop), 0);
    free(theatre->loop);
}

static inline void open_theatre(struct theatre *theatre)
{
    char *why = NULL;
    struct script_options options = { .pack = theatre->folder,
                                      .cloud = theatre->stage.cloud,
                                      .loop = theatre->loop,
                                      .program = theatre->program,
                                      .most_wall_ms = theatre->most_wall_ms,
                                      .data = theatre,
                                      .loaded = has_loaded,
                                      .refused = was_refused,
                                      .notice = was_noticed,
                                      .requests = theatre_requests };
    theatre->script = script_open(&options, &why);
    if (!theatre->script)
        fail_msg("%s", why);
    script_await_load(theatre->script);
}

static inline int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    return remove(path);
}

static inline void strike_theatre(struct theatre *theatre)
{
    if (theatre->script)
        script_close(theatre->script);
    if (theatre->loop)
        close_loop(theatre);
    nftw(theatre->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    buf_release(&theatre->log);
    buf_release(&theatre->answer);
    strike_stage(&theatre->stage);
}

#define PACK(body)                                                                                                     \
    "local gameday = require 'gameday'\n" body "\nreturn gameday.pack { id = 'p', title = 'P', duration = '45m',\n"
/* A pack with one challenge whose only probe runs this body. */
#define PROBE_PACK(body)                                                                                               \
    PACK("")                                                                                                           \
    "gameday.challenge { id = 'c', title = 'C', gameday.probe { id = 'p', run = function(team)\n" body "\nend } } }"

static inline void open_pack(struct theatre *theatre, const char *pack)
{
    raise_theatre(theatre);
    write_pack_file(theatre, "pack.lua", pack);
    open_theatre(theatre);
}

/* Runs a callback and lets the world go on for a minute. */
static inline const char *play(struct theatre *theatre, const char *callback, const char *argument)
{
    struct json *with = argument ? json_parse(str_of(argument), NULL) : NULL;
    buf_clear(&theatre->answer);
    buf_add_text(&theatre->answer, "(no answer)");
    script_call(theatre->script, callback, "000000000001", with ? json_root(with) : NULL, write_answer, theatre);
    json_unref(with);
    world_settle(theatre->stage.world, 60000);
    return theatre->answer.at;
}

static inline const char *play_live(struct theatre *theatre, const char *callback)
{
    script_call(theatre->script, callback, "000000000001", NULL, write_answer, theatre);
    run_until_more(theatre, &theatre->answers);
    return theatre->answer.at;
}

static inline void expect_play(struct theatre *theatre, const char *callback, const char *answer, const char *why)
{
    const char *got = play(theatre, callback, NULL);
    if (strcmp(got, answer) != 0)
        fail_msg("%s:\n%s\n--- but it should be\n%s", why, got, answer);
}

#endif
