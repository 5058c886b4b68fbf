#include "services/lambda/run.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"
#include "services/lambda/code.h"
#include "services/lambda/concurrency.h"
#include "services/lambda/function.h"
#include "services/lambda/function_log.h"

static struct list under_way; /* of every world */

/* ---- concurrency ---- */

static bool is_in_scope(const struct run *run, const struct world *world, struct scope scope)
{
    return run->world == world && strcmp(run->account, scope.account) == 0 && strcmp(run->region, scope.region) == 0;
}

static void count(const struct world *world, struct scope scope, const char *function, size_t *ret_own, size_t *ret_all)
{
    *ret_own = *ret_all = 0;
    for (struct list *link = under_way.next; link && link != &under_way; link = link->next) {
        const struct run *run = LIST_ITEM(link, struct run, link);
        if (!is_in_scope(run, world, scope))
            continue;
        ++*ret_all;
        *ret_own += strcmp(run->invocation.function_name, function) == 0;
    }
}

static const char *refusal(struct world *world, struct scope scope, const char *function)
{
    size_t own, all;
    struct json *latest = function_get(world, scope, str_of(function));
    count(world, scope, function, &own, &all);
    return concurrency_refusal(world, scope, latest ? json_root(latest) : NULL, own, all);
}

/* ---- the invocation ---- */

static bool read_code(const struct invocation *invocation, struct buf *ret_zip)
{
    const struct run *run = LIST_ITEM(invocation, struct run, invocation);
    return code_read(run->world, invocation->scope, str_of(invocation->function_name),
                     json_str(json_root(run->row), "code"), ret_zip);
}

/* "2026/11/22/[7]1f0c…": a stream an environment; here one a version and day, since environments come and go unseen. */
static void name_log_stream(struct run *run, const cJSON *configuration)
{
    char day[32];
    time_print_iso(clock_now(run->world->clock), false, day);
    int length = snprintf(run->log_stream, RUN_STREAM_BYTES, "%.4s/%.2s/%.2s/[%.20s]", day, day + 5, day + 8,
                          json_string(configuration, "Version"));
    char *to = run->log_stream + length, *end = run->log_stream + RUN_STREAM_BYTES - 1;
    for (const char *from = json_string(configuration, "RevisionId"); *from && to < end; from++) {
        if (*from != '-')
            *to++ = *from;
    }
    *to = '\0';
}

static void name_function(struct run *run, const cJSON *configuration, struct str qualifier)
{
    snprintf(run->arn, RUN_ARN_BYTES, "arn:aws:lambda:%s:%s:function:%s%s%.*s", run->region, run->account,
             json_string(configuration, "FunctionName"), qualifier.length ? ":" : "", (int)qualifier.length,
             qualifier.length ? qualifier.at : "");
}

static void set_up(struct run *run, struct str qualifier, struct str payload, struct str client_context)
{
    const cJSON *configuration = json_get(json_root(run->row), "configuration");
    struct scope scope = { run->account, run->region };
    name_function(run, configuration, qualifier);
    name_log_stream(run, configuration);
    run->started_ms = clock_now(run->world->clock);
    int64_t timeout_ms = json_int64(configuration, "Timeout", 3) * 1000;
    run->invocation = (struct invocation){
        .scope = scope,
        .function_arn = run->arn,
        .function_name = json_string(configuration, "FunctionName"),
        .version = json_string(configuration, "Version"),
        .runtime = json_string(configuration, "Runtime"),
        .handler = json_string(configuration, "Handler"),
        .role_arn = json_string(configuration, "Role"),
        .request_id = run->request_id,
        .log_group = json_string(json_get(configuration, "LoggingConfig"), "LogGroup"),
        .log_stream = run->log_stream,
        .environment = json_get(json_get(configuration, "Environment"), "Variables"),
        .payload = payload,
        .client_context = client_context,
        .code_sha256 = json_string(configuration, "CodeSha256"),
        .read_code = read_code,
        .revision = json_string(configuration, "RevisionId"),
        .memory_mb = json_int64(configuration, "MemorySize", 128),
        .timeout_ms = timeout_ms,
        .deadline_ms = run->started_ms + timeout_ms,
    };
}

/* ---- asking ---- */

static struct str role_name(struct str role_arn)
{
    struct str name = role_arn;
    while (str_find_byte(name, '/') != SIZE_MAX)
        str_cut(name, '/', &name);
    return name;
}

static void resumed(struct question *question, enum verdict verdict);

static void set_question(struct run *run)
{
    run->question = (struct question){
        .point = HOOK_INVOKE,
        .account = run->account,
        .region = run->region,
        .service = "lambda",
        .operation = run->invocation.function_name,
        .role = role_name(str_of(run->invocation.role_arn)).at,
        .resource = json_string(json_get(json_root(run->row), "configuration"), "FunctionArn"),
        .made_by = "",
        .subject = &run->invocation,
        .resumed = resumed,
    };
    list_init(&run->question.link);
}

static void delay_over(struct timer *timer, void *data);

static void time_is_up(struct timer *timer, void *data);

static void keep_time(struct run *run)
{
    run->deadline.fire = time_is_up;
    run->deadline.data = run;
    timer_start(run->world->clock, &run->deadline, run->invocation.deadline_ms);
}

/* The function takes so much longer, and its time limit counts that. */
static void hold_up(struct run *run)
{
    struct clock *clock = run->world->clock;
    run->delay.fire = delay_over;
    run->delay.data = run;
    timer_start(clock, &run->delay, clock_now(clock) + run->question.delay_ms);
    keep_time(run);
}

static enum run_state heed(struct run *run, enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_FAIL:
        return RUN_FAULT;
    case VERDICT_DELAY:
        hold_up(run);
        return RUN_PARKED;
    case VERDICT_PARKED:
        return RUN_PARKED;
    default:
        return run->invocation.answered ? RUN_ANSWERED : RUN_NOBODY;
    }
}

/* Where it has ended, its place among the concurrent runs is free, and its log is told. */
static void settle(struct run *run)
{
    timer_stop(run->world->clock, &run->deadline);
    timer_stop(run->world->clock, &run->delay);
    list_remove(&run->link);
    if (run->state != RUN_ANSWERED)
        return;
    invocation_end_line(&run->invocation);
    function_log_write(run);
}

static void settle_and_tell(struct run *run)
{
    settle(run);
    run->finished(run);
}

static void go_on(struct run *run, enum verdict verdict)
{
    run->state = heed(run, verdict);
    if (run->state != RUN_PARKED)
        settle_and_tell(run);
}

static void resumed(struct question *question, enum verdict verdict)
{
    go_on(LIST_ITEM(question, struct run, question), verdict);
}

static void delay_over(struct timer *timer, void *data)
{
    go_on(data, VERDICT_PASS);
}

/* What has been answered, but is held up by a hook, comes too late. */
static void time_is_up(struct timer *timer, void *data)
{
    struct run *run = data;
    hook_forget(run->world, &run->question);
    run->invocation.answered = false;
    invocation_time_out(&run->invocation);
    run->state = RUN_ANSWERED;
    settle_and_tell(run);
}

/* ---- beginning and ending ---- */

enum run_state run_begin(struct world *world, struct scope scope, struct json *row, struct str qualifier,
                         const char *request_id, struct str payload, struct str client_context, struct run *run)
{
    if (!under_way.next)
        list_init(&under_way);
    list_init(&run->link);
    run->world = world;
    run->row = json_ref(row);
    snprintf(run->account, sizeof run->account, "%s", scope.account);
    snprintf(run->region, sizeof run->region, "%s", scope.region);
    snprintf(run->request_id, sizeof run->request_id, "%s", request_id);
    set_up(run, qualifier, payload, client_context);
    set_question(run);
    run->reason = refusal(world, scope, run->invocation.function_name);
    if (run->reason) {
        run->state = RUN_THROTTLED;
        return RUN_THROTTLED;
    }
    list_append(&under_way, &run->link);
    run->state = heed(run, hook_ask(world, &run->question));
    if (run->state != RUN_PARKED) {
        settle(run);
        return run->state;
    }
    if (!run->invocation.keeps_time)
        keep_time(run);
    return RUN_PARKED;
}

void run_end(struct run *run)
{
    if (!run->row)
        return;
    if (run->state == RUN_PARKED) {
        timer_stop(run->world->clock, &run->deadline);
        timer_stop(run->world->clock, &run->delay);
        hook_forget(run->world, &run->question);
        list_remove(&run->link);
    }
    invocation_release(&run->invocation);
    json_unref(run->row);
    run->row = NULL;
}

/* ---- the log ---- */

static int64_t duration_us(const struct run *run)
{
    if (run->invocation.duration_us)
        return run->invocation.duration_us;
    return (clock_now(run->world->clock) - run->started_ms) * 1000;
}

/* AWS bills begun milliseconds, those of the start among them since August 2025. */
static void print_report(const struct run *run, struct buf *text)
{
    const struct invocation *invocation = &run->invocation;
    int64_t took_us = duration_us(run), billed_ms = (took_us + invocation->init_us + 999) / 1000;
    int64_t used_mb = invocation->memory_used_mb ? invocation->memory_used_mb : invocation->memory_mb;
    buf_printf(text,
               "REPORT RequestId: %s\tDuration: %" PRId64 ".%02d ms\tBilled Duration: %" PRId64
               " ms\tMemory Size: %" PRId64 " MB\tMax Memory Used: %" PRId64 " MB\t",
               run->request_id, took_us / 1000, (int)(took_us % 1000 / 10), billed_ms ? billed_ms : 1,
               invocation->memory_mb, used_mb);
    if (invocation->init_us)
        buf_printf(text, "Init Duration: %" PRId64 ".%02d ms\t", invocation->init_us / 1000,
                   (int)(invocation->init_us % 1000 / 10));
    if (invocation->timed_out)
        buf_add_str(text, STR("Status: timeout"));
    buf_add_byte(text, '\n');
}

void run_print_log(const struct run *run, struct buf *text)
{
    const struct invocation *invocation = &run->invocation;
    buf_printf(text, "START RequestId: %s Version: %s\n", run->request_id, invocation->version);
    buf_add_str(text, buf_str(&invocation->log));
    if (invocation->timed_out) {
        char now[32];
        time_print_iso(clock_now(run->world->clock), true, now);
        buf_printf(text, "%s %s Task timed out after %" PRId64 ".%02d seconds\n\n", now, run->request_id,
                   invocation->timeout_ms / 1000, (int)(invocation->timeout_ms % 1000 / 10));
    }
    buf_printf(text, "END RequestId: %s\n", run->request_id);
    print_report(run, text);
}
