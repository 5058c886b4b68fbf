/* What the engine's tests share: a stepped world with the cloud on it, calls by the account's root, histories as short
 * text, and worlds that end and come back from their folder. */
#ifndef TESTS_ENGINE_FIXTURE_H
#define TESTS_ENGINE_FIXTURE_H

#define ACCOUNT   "111122223333"
#define REGION    "eu-west-1"
#define ROLE      "arn:aws:iam::" ACCOUNT ":role/engine"
#define ARN(what) "arn:aws:states:" REGION ":" ACCOUNT ":" what

#include "cloud_fixture.h"

static inline void pass_time(struct game *game, int64_t ms)
{
    int64_t goal_ms = clock_now(game->world->clock) + ms;
    world_settle(game->world, ms);
    clock_step(game->world->clock, goal_ms - clock_now(game->world->clock));
    world_settle(game->world, 0);
}

/* ---- calls ---- */

static inline struct call *new_call_of(struct game *game, const char *service, const char *operation, const char *input)
{
    const char *why = NULL;
    struct call *call = call_new(game->cloud, str_of(service), str_of(operation), &why);
    if (!call)
        fail_msg("%s: %s", operation, why);
    call->caller = principal_of_root(call->arena, STR(ACCOUNT));
    call->region = REGION;
    call->input = json_parse_in(call->arena, str_of(input), NULL);
    if (!call->input)
        fail_msg("%s: no JSON: %s", operation, input);
    return call;
}

static inline struct call *new_call(struct game *game, const char *operation, const char *input)
{
    return new_call_of(game, "states", operation, input);
}

/* The answer as text, or "Code: message"; it stands until the next but seven. */
static inline const char *answer_of(struct call *call)
{
    static char texts[8][64 * 1024];
    static int next;
    char *text = texts[next++ % 8];
    struct buf printed = BUF_EMPTY;
    if (call->error.kind)
        buf_printf(&printed, "%s: %s", call->error.kind->code, call->error.message ? call->error.message : "");
    else if (call->output)
        json_print(&printed, call->output);
    else
        buf_add_str(&printed, STR("{}"));
    snprintf(text, sizeof texts[0], "%.*s", (int)printed.length, printed.at);
    buf_release(&printed);
    return text;
}

__attribute__((format(printf, 3, 4))) static inline const char *ask(struct game *game, const char *operation,
                                                                    const char *format, ...)
{
    char input[16 * 1024];
    va_list args;
    va_start(args, format);
    vsnprintf(input, sizeof input, format, args);
    va_end(args);
    struct call *call = new_call(game, operation, input);
    enum outcome outcome = road_run(call);
    assert_int_not_equal(outcome, CALL_PARKED);
    const char *answer = answer_of(call);
    call_free(call);
    return answer;
}

/* A member of an answer, as text; "" where it is absent. */
static inline const char *member(const char *answer, const char *name)
{
    static char texts[8][16 * 1024];
    static int next;
    char *text = texts[next++ % 8];
    struct json *document = json_parse(str_of(answer), NULL);
    const cJSON *found = document ? json_get(json_root(document), name) : NULL;
    struct arena *arena = arena_new();
    struct str value = found ? json_print_in(arena, found) : STR("");
    snprintf(text, sizeof texts[0], "%.*s", STR_ARG(value));
    arena_free(arena);
    json_unref(document);
    return text;
}

/* `text` as a JSON string. */
static inline const char *quoted(const char *text)
{
    static char texts[4][16 * 1024];
    static int next;
    char *to = texts[next++ % 4];
    struct buf printed = BUF_EMPTY;
    json_print_string(&printed, str_of(text));
    snprintf(to, sizeof texts[0], "%s", printed.at);
    buf_release(&printed);
    return to;
}

static inline void make_machine(struct game *game, const char *name, const char *type, const char *definition)
{
    const char *answer = ask(game, "CreateStateMachine",
                             "{\"name\":\"%s\",\"type\":\"%s\",\"roleArn\":\"" ROLE "\",\"definition\":%s}", name, type,
                             quoted(definition));
    if (!*member(answer, "stateMachineArn"))
        fail_msg("%s: %s", name, answer);
}

/* Starts execution "x" of the machine; its ARN. */
static inline const char *start(struct game *game, const char *machine, const char *name, const char *input)
{
    static char arns[8][256];
    static int next;
    char *arn = arns[next++ % 8];
    const char *answer = ask(game, "StartExecution",
                             "{\"stateMachineArn\":\"" ARN("stateMachine:%s") "\",\"name\":\"%s\",\"input\":%s}",
                             machine, name, quoted(input));
    if (!*member(answer, "executionArn"))
        fail_msg("%s", answer);
    snprintf(arn, sizeof arns[0], "%s", member(answer, "executionArn"));
    return arn;
}

static inline const char *describe(struct game *game, const char *arn)
{
    return ask(game, "DescribeExecution", "{\"executionArn\":\"%s\"}", arn);
}

/* "SUCCEEDED {…}", "FAILED Error: cause", "RUNNING". */
static inline const char *ending(struct game *game, const char *arn)
{
    static char text[20 * 1024];
    const char *answer = describe(game, arn);
    const char *status = member(answer, "status");
    if (strcmp(status, "SUCCEEDED") == 0)
        snprintf(text, sizeof text, "%s %s", status, member(answer, "output"));
    else if (*member(answer, "error") || *member(answer, "cause"))
        snprintf(text, sizeof text, "%s %s: %s", status, member(answer, "error"), member(answer, "cause"));
    else
        snprintf(text, sizeof text, "%s", status);
    return text;
}

/* ---- histories ---- */

/* "PassStateEntered<0 PassStateExited<2 …": types with what they follow, without ExecutionStarted; checks the numbers. */
static inline const char *history(struct game *game, const char *arn)
{
    static char text[128 * 1024];
    struct call *call = new_call(game, "GetExecutionHistory", "{\"executionArn\":\"\",\"maxResults\":1000}");
    struct buf input = BUF_EMPTY, shown = BUF_EMPTY;
    buf_printf(&input, "{\"executionArn\":\"%s\",\"maxResults\":1000}", arn);
    call->input = json_parse_in(call->arena, buf_str(&input), NULL);
    assert_int_equal(road_run(call), CALL_DONE);
    struct json *document = json_seal(json_thaw(call->output));
    const cJSON *event;
    int64_t id = 0;
    cJSON_ArrayForEach(event, json_get(json_root(document), "events"))
    {
        assert_int_equal(json_int64(event, "id", 0), ++id);
        int64_t previous = json_int64(event, "previousEventId", -1);
        assert_in_range(previous, 0, id - 1);
        if (id > 1)
            buf_printf(&shown, "%s%s<%d", id > 2 ? " " : "", json_string(event, "type"), (int)previous);
    }
    snprintf(text, sizeof text, "%s", shown.at ? shown.at : "");
    json_unref(document);
    buf_release(&input);
    buf_release(&shown);
    call_free(call);
    return text;
}

/* How often an event of this type stands in the history. */
static inline int count_events(struct game *game, const char *arn, const char *type)
{
    int count = 0;
    size_t length = strlen(type);
    for (const char *at = history(game, arn); (at = strstr(at, type)); at += length)
        count += at[length] == '<';
    return count;
}

#endif
