#include "aws/cloud.h"
#include "aws/policy.h"
#include "aws/road.h"
#include "services/registry.h"
#include "services/stepfunctions/asl/machine.h"
#include "world/bus.h"
#include "world/clock.h"
#include "world/store.h"

/* A definition and an input, parted by an empty line, run on the virtual clock: whatever is accepted runs, ends or can be
 * stopped, its history is whole, and when half of it was run, a restart (a rewind to this moment: strands end and are rebuilt
 * from rows) leaves the history a continuation of what it was. */

#define ACCOUNT  "111122223333"
#define REGION   "eu-west-1"
#define ROLE     "arn:aws:iam::" ACCOUNT ":role/engine"
#define MACHINE  "arn:aws:states:" REGION ":" ACCOUNT ":stateMachine:m"
#define START_MS 1700000000000

/* How far an execution is followed: an endless one is stopped. A thing is a timer, an event or a step of a strand. */
#define MOST_THINGS 80
#define MOST_LOGGED 20         /* of an Express one, which logs what it does */
#define MOST_DATA   (4 * 1024) /* bytes of input: a history repeats it in every event */

static const struct table_def **tables; /* the world's, which lives as long as this process */
static struct world *world;
static struct cloud *cloud;
static size_t documents;

static void check(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void hear_nudge(void *data)
{
}

/* One cloud for all inputs; each leaves it empty. */
static void make_cloud(void)
{
    tables = cloud_tables(services_registry);
    struct world_options options = {
        .start_ms = START_MS, .stepped = true, .duration_factor = 1, .tables = tables, .recover = cloud_recover
    };
    char *why = NULL;
    world = world_new(&options, &why);
    check(world);
    cloud = cloud_new(world, services_registry, &why);
    check(cloud);
    cloud->account = ACCOUNT;
    cloud->region = REGION;
    world->on_wake = hear_nudge; /* this file drives the world, thing by thing */
    world_recover(world);
    documents = json_live_documents();
}

static void empty_cloud(void)
{
    world_reset(world);
    clock_set(world->clock, START_MS);
    bus_drop_queued(world->bus);
    policy_cache_clear();
    machine_cache_clear();
    check(json_live_documents() == documents);
}

/* ---- calls ---- */

/* The call with its answer; NULL: it was refused. */
static struct call *ask_of(const char *service, const char *operation, cJSON *input_taken)
{
    const char *why;
    struct call *call = call_new(cloud, str_of(service), str_of(operation), &why);
    check(call);
    struct str input = json_print_in(call->arena, input_taken);
    cJSON_Delete(input_taken);
    call->caller = principal_of_root(call->arena, STR(ACCOUNT));
    call->region = REGION;
    call->input = json_parse_in(call->arena, input, NULL);
    enum outcome outcome = call->input ? road_run(call) : CALL_FAILED;
    check(outcome != CALL_PARKED);
    if (outcome == CALL_DONE)
        return call;
    call_free(call);
    return NULL;
}

static struct call *ask(const char *operation, cJSON *input_taken)
{
    return ask_of("states", operation, input_taken);
}

static struct call *ask_about(const char *operation, const char *name, struct str arn)
{
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, name, arn);
    return ask(operation, input);
}

/* What an Express execution leaves is its log. */
static cJSON *log_everything(void)
{
    cJSON *input = cJSON_CreateObject();
    json_set_string(input, "logGroupName", "g");
    struct call *made = ask_of("logs", "CreateLogGroup", input);
    check(made);
    call_free(made);
    struct json *logging = json_parse(
        STR("{\"level\":\"ALL\",\"includeExecutionData\":true,\"destinations\":[{\"cloudWatchLogsLogGroup\":{"
            "\"logGroupArn\":\"arn:aws:logs:" REGION ":" ACCOUNT ":log-group:g:*\"}}]}"),
        NULL);
    cJSON *tree = json_thaw(json_root(logging));
    json_unref(logging);
    return tree;
}

static bool make_machine(struct str definition, const char *type)
{
    cJSON *input = cJSON_CreateObject();
    if (strcmp(type, "EXPRESS") == 0)
        json_set(input, "loggingConfiguration", log_everything());
    json_set_string(input, "name", "m");
    json_set_string(input, "type", type);
    json_set_string(input, "roleArn", ROLE);
    json_set_str(input, "definition", definition);
    struct call *call = ask("CreateStateMachine", input);
    if (call)
        call_free(call);
    return call != NULL;
}

static struct call *start(struct str input_text)
{
    cJSON *input = cJSON_CreateObject();
    json_set_string(input, "stateMachineArn", MACHINE);
    json_set_string(input, "name", "x");
    json_set_str(input, "input", input_text);
    return ask("StartExecution", input);
}

/* ---- running ---- */

/* Does so many things; false: nothing is left to be done. */
static bool go_on(int things)
{
    for (int i = 0; i < things; i++) {
        if (world_run(world, 1))
            continue;
        int64_t next_ms = clock_next_deadline(world->clock);
        if (next_ms == INT64_MAX || clock_is_held(world->clock))
            return false;
        clock_step(world->clock, next_ms - clock_now(world->clock));
    }
    return true;
}

/* The history's text: numbers without a gap, each event following one before it, the first the start. */
static struct json *history_of(struct str arn)
{
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "executionArn", arn);
    json_set_int64(input, "maxResults", 1000);
    struct call *call = ask("GetExecutionHistory", input);
    check(call);
    struct arena *arena = arena_new();
    struct json *events = json_parse(json_print_in(arena, json_get(call->output, "events")), NULL);
    check(events);
    int64_t id = 0;
    const cJSON *event;
    cJSON_ArrayForEach(event, json_root(events))
    {
        check(json_int64(event, "id", 0) == ++id);
        int64_t previous = json_int64(event, "previousEventId", -1);
        check(previous >= 0 && previous < id);
        check(json_string(event, "type") && json_get(event, "timestamp"));
    }
    check(id > 0 && str_is(json_str(json_root(events)->child, "type"), "ExecutionStarted"));
    arena_free(arena);
    call_free(call);
    return events;
}

static bool is_ended(struct str arn)
{
    struct call *call = ask_about("DescribeExecution", "executionArn", arn);
    check(call);
    struct str status = json_str(call->output, "status");
    bool ended = !str_is(status, "RUNNING");
    check(ended == (json_get(call->output, "stopDate") != NULL));
    check(str_is(status, "SUCCEEDED") == (json_get(call->output, "output") != NULL));
    call_free(call);
    return ended;
}

/* What was told before the restart is told after it, word for word. */
static void restart(struct str arn)
{
    struct json *before = history_of(arn);
    uint64_t mark = store_mark(world->store);
    check(world_rewind(world, mark));
    store_unmark(world->store, mark);
    struct json *after = history_of(arn);
    const cJSON *old, *new = json_root(after)->child;
    cJSON_ArrayForEach(old, json_root(before))
    {
        check(new &&json_equal(old, new));
        new = new->next;
    }
    json_unref(before);
    json_unref(after);
}

static void stop(struct str arn)
{
    struct call *call = ask_about("StopExecution", "executionArn", arn);
    check(call);
    call_free(call);
    check(is_ended(arn));
}

static void run_standard(struct str definition, struct str input)
{
    struct call *started = make_machine(definition, "STANDARD") ? start(input) : NULL;
    if (!started)
        return;
    struct str arn = json_str(started->output, "executionArn");
    if (go_on(MOST_THINGS / 4))
        restart(arn);
    go_on(MOST_THINGS);
    if (!is_ended(arn))
        stop(arn);
    json_unref(history_of(arn));
    call_free(started);
}

/* Each event that was logged is a line of JSON. */
static void check_log(void)
{
    cJSON *input = cJSON_CreateObject();
    json_set_string(input, "logGroupName", "g");
    struct call *call = ask_of("logs", "FilterLogEvents", input);
    check(call);
    const cJSON *event;
    cJSON_ArrayForEach(event, json_get(call->output, "events"))
    {
        const cJSON *message = json_parse_in(call->arena, json_str(event, "message"), NULL);
        check(json_string(message, "type") && json_get(message, "details"));
    }
    call_free(call);
}

static void run_express(struct str definition, struct str input)
{
    struct call *started = make_machine(definition, "EXPRESS") ? start(input) : NULL;
    if (!started)
        return;
    go_on(MOST_LOGGED);
    check_log();
    call_free(started);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (!world)
        make_cloud();
    struct str definition = { (const char *)bytes, length };
    const char *parted = length ? memmem(bytes, length, "\n\n", 2) : NULL;
    struct str input = STR("{}");
    if (parted) {
        definition.length = (size_t)(parted - definition.at);
        input = (struct str){ parted + 2, length - definition.length - 2 };
    }
    if (input.length > MOST_DATA || !str_is_utf8(definition) || !str_is_utf8(input))
        return 0;
    random_seed(&world->random, 7);
    run_standard(definition, input);
    empty_cloud();
    run_express(definition, input);
    empty_cloud();
    return 0;
}
