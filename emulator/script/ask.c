/* What Lua asks for, beside AWS: time, permissions, fixtures, and whatever the game offers. */
#include "script/script_inner.h"

#include <stdlib.h>

#include "aws/call.h"
#include "base/digest.h"
#include "base/nearest.h"

#define WAIT_MOST_MS (INT64_C(24) * 3600 * 1000)
#define FIXTURE_MOST ((size_t)768 << 10)
#define ANSWER_MOST  ((size_t)3 << 20)

/* ---- wait {"ms":n} ---- */

static void waited(struct timer *timer, void *data)
{
    job_resume(data, STR("null"));
}

static void ask_wait(struct job *job, const cJSON *with)
{
    struct clock *clock = job->script->world->clock;
    int64_t ms = json_int64(with, "ms", 0);
    if (ms < 0 || ms > WAIT_MOST_MS) {
        job_raise(job, "wait takes up to 24 hours, not %lld ms", (long long)ms);
        return;
    }
    job->timer.fire = waited;
    job->timer.data = job;
    timer_start(clock, &job->timer, clock_now(clock) + ms);
}

/* ---- fixture {"path":…}: of the pack's own folder fixtures/, else of the project's ---- */

static void print_bytes(struct buf *line, struct str bytes)
{
    if (str_is_utf8(bytes) && str_find_byte(bytes, '\0') == SIZE_MAX) {
        json_print_string(line, bytes);
        return;
    }
    buf_add_text(line, "{\"\\u0001bytes\":\"");
    base64_encode(line, bytes);
    buf_add_text(line, "\"}");
}

static bool read_fixture(const struct script *script, struct str path, struct buf *ret_bytes)
{
    struct buf own = BUF_EMPTY;
    buf_printf(&own, "fixtures/%.*s", STR_ARG(path));
    bool is_own = folder_read_file(script->folder, buf_str(&own), FIXTURE_MOST, ret_bytes);
    if (is_own)
        map_put(script->read, buf_str(&own), script->read);
    buf_release(&own);
    return is_own || (script->fixtures && folder_read_file(script->fixtures, path, FIXTURE_MOST, ret_bytes));
}

static bool is_named(const cJSON *sources, struct str path)
{
    const cJSON *source;
    cJSON_ArrayForEach(source, sources)
    {
        if (str_find(json_value(source), path) != SIZE_MAX)
            return true;
    }
    return false;
}

cJSON *script_unread_fixtures(const struct script *script)
{
    cJSON *list = pack_list_fixtures(script->folder), *unread = cJSON_CreateArray();
    const cJSON *at, *sources = script->playing ? json_root(script->playing->sources) : NULL;
    cJSON_ArrayForEach(at, list)
    {
        struct str path = json_value(at);
        if (!map_get(script->read, path) && !is_named(sources, str_from(path, strlen("fixtures/"))))
            json_add(unread, json_new_string(path));
    }
    cJSON_Delete(list);
    return unread;
}

static void ask_fixture(struct job *job, const cJSON *with)
{
    struct str path = json_str(with, "path");
    struct buf bytes = BUF_EMPTY, answer = BUF_EMPTY;
    if (!path.at || !read_fixture(job->script, path, &bytes)) {
        struct buf message = BUF_EMPTY;
        buf_printf(&message, "there is no fixture '%.*s' (of at most 768 KiB) in the pack's fixtures/ or the project's",
                   STR_ARG(path));
        job_raise_with(job, &(struct raised){ .message = message.at, .word = path.at });
        buf_release(&message);
    } else {
        print_bytes(&answer, buf_str(&bytes));
        job_resume(job, buf_str(&answer));
    }
    buf_release(&answer);
    buf_release(&bytes);
}

/* ---- requests that the game answers ---- */

struct script_request {
    struct job *job;    /* NULL: nobody waits any more */
    struct json *asked; /* keeps what it was asked with */
    char *callback;
};

static void ask_game(struct job *job, const struct script_request_kind *kind, const cJSON *with)
{
    struct script_request *request = memory_alloc(sizeof *request);
    request->job = job;
    request->asked = json_ref(job->asked);
    request->callback = memory_copy(str_of(job->callback));
    job->request = request;
    kind->asked(job->script->options.data, request, job->account, with);
}

static void end_request(struct script_request *request)
{
    json_unref(request->asked);
    free(request->callback);
    free(request);
}

static struct job *take_job(struct script_request *request)
{
    struct job *job = request->job;
    if (job)
        job->request = NULL;
    return job;
}

void script_request_detach(struct script_request *request)
{
    request->job = NULL;
}

const char *script_request_callback(const struct script_request *request)
{
    return request->callback;
}

void script_answer(struct script_request *request, cJSON *answer_taken_or_null)
{
    struct job *job = take_job(request);
    struct buf text = BUF_EMPTY;
    if (answer_taken_or_null)
        json_print(&text, answer_taken_or_null);
    if (job && text.length <= ANSWER_MOST)
        job_resume(job, text.length ? buf_str(&text) : STR("null"));
    else if (job)
        job_raise(job, "the answer is too large");
    buf_release(&text);
    cJSON_Delete(answer_taken_or_null);
    end_request(request);
}

void script_deny(struct script_request *request, const char *format, ...)
{
    struct job *job = take_job(request);
    struct buf message = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&message, format, args);
    va_end(args);
    if (job)
        job_raise_with(job, &(struct raised){ .message = message.at });
    buf_release(&message);
    end_request(request);
}

/* ---- by name ---- */

static const struct {
    const char *name;
    void (*ask)(struct job *job, const cJSON *with);
} own[] = { { "aws", ask_aws }, { "wait", ask_wait }, { "allows", ask_allows }, { "fixture", ask_fixture } };

void job_ask(struct job *job, const char *name, const cJSON *with)
{
    const struct script_request_kind *kind = job->script->options.requests;
    if (++job->asks > ASKS_MOST) {
        job_raise(job, "it asked more than 1,000 times");
        return;
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (strcmp(own[i].name, name) == 0) {
            own[i].ask(job, with);
            return;
        }
    }
    for (; kind && kind->name; kind++) {
        if (strcmp(kind->name, name) == 0) {
            ask_game(job, kind, with);
            return;
        }
    }
    job_raise(job, "nobody here answers '%s': it needs a game", name);
}
