#include "script/pack.h"

#include <errno.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/embedded.h"
#include "base/time.h"
#include "embedded/gameday.h"
#include "script/child.h"
#include "script/script.h"

#define READ_BYTES 65536

static const char boot_key = 'b'; /* the table that gameday/boot.lua returns, in the registry */

/* ---- the socket ---- */

static void write_all(struct str text)
{
    while (text.length) {
        ssize_t put = write(CHILD_SOCKET, text.at, text.length);
        if (put < 0 && errno != EINTR)
            _exit(0); /* the parent is gone */
        text = str_from(text, put > 0 ? (size_t)put : 0);
    }
}

/* Questions come in rows, and a processor that has gone to sleep takes longer to wake than most of them take to answer: so for
 * a moment it is looked whether another one is there, and others are let by where they want this processor. */
static ssize_t read_soon(void *at)
{
    uint64_t until = time_monotonic_ns() + CHILD_EAGER_NS;
    ssize_t got;
    while ((got = recv(CHILD_SOCKET, at, READ_BYTES, MSG_DONTWAIT)) < 0 && errno == EAGAIN &&
           time_monotonic_ns() < until)
        sched_yield();
    return got < 0 && errno == EAGAIN ? read(CHILD_SOCKET, at, READ_BYTES) : got;
}

static void read_more(struct buf *in)
{
    if (!buf_reserve(in, READ_BYTES))
        _exit(1); /* no line is that long */
    ssize_t got = read_soon(in->at + in->length);
    if (got == 0 || (got < 0 && errno != EINTR))
        _exit(0);
    in->length += got > 0 ? (size_t)got : 0;
}

/* Waits for a line; the one before it is forgotten. */
static struct str next_line(struct buf *in, size_t *used)
{
    for (size_t looked = 0;;) {
        struct str rest = str_from(buf_str(in), *used + looked);
        size_t end = str_find_byte(rest, '\n');
        if (end != SIZE_MAX) {
            struct str line = { in->at + *used, looked + end };
            *used += line.length + 1;
            return line;
        }
        looked += rest.length;
        if (*used)
            memmove(in->at, in->at + *used, in->length - *used);
        in->length -= *used;
        *used = 0;
        read_more(in);
    }
}

/* ---- jobs ---- */

static void print_head(struct pack *pack, const struct pack_job *job, const char *kind)
{
    buf_printf(&pack->out, "{\"job\":%lld,\"%s\":", (long long)job->number, kind);
}

/* The coroutine sleeps, or has ended. */
static void settle(struct pack *pack, struct pack_job *job, int status)
{
    if (status == LUA_YIELD)
        return;
    if (status != LUA_OK) {
        pack_is_final(job->thread, status);
        print_head(pack, job, "failed");
        pack_print_failure(job->thread, job->doomed, &pack->out);
        buf_add_text(&pack->out, "}\n");
    } else if (!job->answered) {
        print_head(pack, job, "done");
        buf_add_text(&pack->out, "null}\n");
    }
    pack_job_end(pack, job);
}

/* `count` arguments, and below them the function where it begins, stand on the thread's stack. */
static void run(struct pack *pack, struct pack_job *job, int count)
{
    int results = 0, status = lua_resume(job->thread, pack->lua, count, &results);
    if (status == LUA_YIELD || status == LUA_OK)
        lua_pop(job->thread, results);
    settle(pack, job, status);
}

/* [-0, +1] of the thread: a function of boot.lua */
static void push_boot(lua_State *thread, const char *name)
{
    lua_rawgetp(thread, LUA_REGISTRYINDEX, &boot_key);
    lua_getfield(thread, -1, name);
    lua_remove(thread, -2);
}

static struct pack_job *begin(struct pack *pack, const cJSON *message)
{
    return pack->running = pack_job_new(pack, (uint64_t)json_int64(message, "job", 0),
                                        (uint64_t)json_int64(message, "seed", 0));
}

static void load(struct pack *pack, const cJSON *message)
{
    struct buf kept = BUF_EMPTY;
    json_print(&kept, json_get(message, "sources"));
    pack->sources = json_parse_in(pack->keep, buf_str(&kept), NULL);
    buf_release(&kept);
    struct pack_job *job = begin(pack, message);
    push_boot(job->thread, "load");
    pack_push_json(job->thread, json_get(message, "with"));
    run(pack, job, 1);
}

static void call(struct pack *pack, const cJSON *message)
{
    struct pack_job *job = begin(pack, message);
    push_boot(job->thread, "call");
    lua_pushstring(job->thread, json_string(message, "name"));
    pack_push_json(job->thread, json_get(message, "team"));
    pack_push_json(job->thread, json_get(message, "with"));
    run(pack, job, 3);
}

static void resume(struct pack *pack, const cJSON *message)
{
    struct pack_job *job = pack_job_find(pack, (uint64_t)json_int64(message, "job", 0));
    if (!job)
        return;
    pack->running = job;
    const cJSON *error = json_get(message, "error");
    lua_pushboolean(job->thread, !error);
    pack_push_json(job->thread, error ? error : json_get(message, "answer"));
    run(pack, job, 2);
}

static void drop(struct pack *pack, const cJSON *message)
{
    struct pack_job *job = pack_job_find(pack, (uint64_t)json_int64(message, "job", 0));
    if (job)
        pack_job_end(pack, job);
}

static const struct {
    const char *name;
    void (*handle)(struct pack *pack, const cJSON *message);
} kinds[] = { { "load", load }, { "call", call }, { "resume", resume }, { "drop", drop } };

/* Called protected: what raises outside of a job's own coroutine is memory that ran out while its arguments were made. */
static int handle(lua_State *L)
{
    struct pack *pack = pack_of(L);
    const cJSON *message = lua_touserdata(L, 1);
    const char *wanted = json_string(message, "do");
    pack->now_ms = json_int64(message, "now", pack->now_ms);
    for (size_t i = 0; wanted && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, wanted) == 0)
            kinds[i].handle(pack, message);
    return 0;
}

static void fail_without_memory(struct pack *pack, uint64_t number)
{
    struct pack_job *job = pack_job_find(pack, number);
    buf_printf(&pack->out,
               "{\"job\":%lld,\"failed\":{\"message\":\"there was not enough memory for what it is given "
               "(32 MiB)\"}}\n",
               (long long)number);
    if (job)
        pack_job_end(pack, job);
}

static void answer_line(struct pack *pack, struct str line)
{
    const cJSON *message = json_parse_in(pack->arena, line, NULL);
    if (!message)
        _exit(1);
    lua_pushcfunction(pack->lua, handle);
    lua_pushlightuserdata(pack->lua, (void *)(uintptr_t)message); /* Lua code never sees it */
    if (lua_pcall(pack->lua, 1, 0, 0) != LUA_OK)
        fail_without_memory(pack, (uint64_t)json_int64(message, "job", 0));
    pack->running = NULL;
    lua_settop(pack->lua, 0);
    arena_reset(pack->arena);
    write_all(buf_str(&pack->out));
    buf_clear(&pack->out);
}

/* ---- the start ---- */

/* boot.lua gets the globals and `host`, and returns { load, call }. */
static int boot(lua_State *L)
{
    const struct embedded_file *file = embedded_find(&embedded_gameday, STR("gameday/boot.lua"));
    pack_json_open(L);
    if (luaL_loadbufferx(L, file->bytes.at, file->bytes.length, "@gameday/boot.lua", "t") != LUA_OK)
        return lua_error(L);
    pack_open_base(L);
    lua_pushvalue(L, -1);
    lua_setupvalue(L, -3, 1); /* its own environment too */
    pack_open_host(L);
    lua_call(L, 2, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &boot_key);
    return 0;
}

static bool open_pack(struct pack *pack, char **reterr_why)
{
    pack->arena = arena_new();
    pack->keep = arena_new();
    buf_init(&pack->draft, PACK_SENT + 4096);
    if (!pack_open(pack))
        return false;
    lua_pushcfunction(pack->lua, boot);
    if (lua_pcall(pack->lua, 0, 0, 0) == LUA_OK)
        return true;
    const char *why = lua_tostring(pack->lua, -1);
    *reterr_why = memory_copy(str_of(why ? why : "boot"));
    return false;
}

_Noreturn void pack_host_run(void)
{
    struct pack pack = { 0 };
    struct buf in;
    size_t used = 0;
    char *why = NULL;
    pack_confine();
    buf_init(&in, PACK_LINE);
    if (!open_pack(&pack, &why)) {
        buf_add_text(&pack.out, "{\"log\":");
        json_print_string(&pack.out, str_of(why ? why : "there was not enough memory"));
        buf_add_text(&pack.out, "}\n");
        write_all(buf_str(&pack.out));
        _exit(1);
    }
    for (;;)
        answer_line(&pack, next_line(&in, &used));
}

/* ---- the shelf ---- */

static int list_shelf(lua_State *L)
{
    struct pack *pack = pack_of(L);
    pack->running = pack_job_new(pack, 0, 0);
    push_boot(pack->running->thread, "shelf");
    run(pack, pack->running, 0);
    return 0;
}

cJSON *pack_read_shelf(char **reterr_why)
{
    struct pack pack = { 0 };
    cJSON *list = NULL;
    if (open_pack(&pack, reterr_why)) {
        lua_pushcfunction(pack.lua, list_shelf);
        lua_pcall(pack.lua, 0, 0, 0);
        struct str line = buf_str(&pack.out);
        const cJSON *said = json_parse_in(pack.arena, line, NULL);
        const cJSON *done = json_get(said, "done"), *failed = json_get(said, "failed");
        const char *message = json_string(failed, "message");
        if (done)
            list = json_thaw(done);
        else
            *reterr_why = memory_copy(str_of(message ? message : "the shelf cannot be read"));
    }
    pack_close(&pack);
    arena_free(pack.arena);
    arena_free(pack.keep);
    buf_release(&pack.out);
    buf_release(&pack.draft);
    return list;
}
