#include "services/stepfunctions/asl/reader.h"

#include <inttypes.h>

#include "base/time.h"
#include "services/stepfunctions/asl/resource.h"

#define SECONDS_MOST 99999999 /* of timeouts and waits; "Task workflow state" of the developer guide */
#define NAME_MOST    80

/* ---- types ---- */

static const char *const type_names[] = {
    [STATE_TASK] = "Task",         [STATE_WAIT] = "Wait", [STATE_PASS] = "Pass",
    [STATE_SUCCEED] = "Succeed",   [STATE_FAIL] = "Fail", [STATE_CHOICE] = "Choice",
    [STATE_PARALLEL] = "Parallel", [STATE_MAP] = "Map",   [STATE_MAP + 1] = NULL
};

enum {
    TASK = 1 << STATE_TASK,
    WAIT = 1 << STATE_WAIT,
    PASS = 1 << STATE_PASS,
    SUCCEED = 1 << STATE_SUCCEED,
    FAIL = 1 << STATE_FAIL,
    CHOICE = 1 << STATE_CHOICE,
    PARALLEL = 1 << STATE_PARALLEL,
    MAP = 1 << STATE_MAP,
    ALL = TASK | WAIT | PASS | SUCCEED | FAIL | CHOICE | PARALLEL | MAP,
    MOVING = TASK | WAIT | PASS | PARALLEL | MAP, /* they have Next or End */
    WORKING = TASK | PARALLEL | MAP,              /* they can fail */
};

/* ---- common fields ---- */

static void read_text(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    const char *text;
    option_string(draft, spot, value, &text);
}

static void read_next(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    draft->has_next = true;
    draft->state->next = transition_read(draft, spot, value);
}

static void read_end(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    draft->ends = !cJSON_IsFalse(value);
    if (!cJSON_IsBool(value))
        diagnose(&draft->reader->schema, spot, "Expected value of type Boolean");
}

static void read_input_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_place(draft, spot, value, &draft->state->input_path);
}

static void read_output_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_place(draft, spot, value, &draft->state->output_path);
}

static void read_result_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_result_place(draft, spot, value, &draft->state->result_path);
}

static void read_parameters(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_payload(draft, spot, value, 0, &draft->state->parameters);
}

static void read_result_selector(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    draft->state->result_selector = option_template(draft, spot, value);
}

/* States that work have a $states.result. */
static unsigned result_offer(const struct draft *draft)
{
    return (1u << draft->state->type) & WORKING ? QUERY_RESULT : 0;
}

static void read_assign(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_assign(draft, spot, value, result_offer(draft), &draft->state->assign);
}

static void read_output(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    draft->state->output = option_query(draft, spot, value, result_offer(draft));
}

/* ---- Task ---- */

static bool runs_express(const struct draft *draft)
{
    return draft->flow->kind == MACHINE_EXPRESS;
}

/* What Express executions cannot wait for. The blank at the end of the second sentence is AWS's. */
static void check_express(struct draft *draft, const struct spot *spot, const struct resource *resource)
{
    struct diagnostics *schema = &draft->reader->schema;
    if (resource->kind == RESOURCE_ACTIVITY)
        diagnose(schema, spot, "Express state machine does not support Activity ARN");
    else if (resource->pattern == PATTERN_SYNC || resource->pattern == PATTERN_SYNC2)
        diagnose(schema, spot, "Express state machine does not support '.sync' service integration");
    else if (resource->pattern == PATTERN_TOKEN)
        diagnose(schema, spot, "Express state machine does not support '.waitForTaskToken' service integration ");
}

static void read_resource(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    const char *text, *why;
    if (!option_string(draft, spot, value, &text))
        return;
    if (!resource_parse(draft->reader->arena, str_of(text), &draft->state->resource, &why))
        diagnose_at(&draft->reader->schema, SCHEMA_VALIDATION_FAILED, spot, "", why);
    else if (runs_express(draft))
        check_express(draft, spot, &draft->state->resource);
}

static void read_timeout(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_count(draft, spot, value, 1, SECONDS_MOST, &draft->state->timeout);
}

static void read_timeout_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_count_path(draft, spot, value, &draft->state->timeout);
}

static void read_heartbeat(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_count(draft, spot, value, 1, SECONDS_MOST, &draft->state->heartbeat);
}

static void read_heartbeat_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_count_path(draft, spot, value, &draft->state->heartbeat);
}

static void read_credentials(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    if (fields_of_object(&draft->reader->schema, spot, value))
        option_payload(draft, spot, value, 0, &draft->state->credentials);
}

/* ---- Wait ---- */

static void read_seconds(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_count(draft, spot, value, 0, SECONDS_MOST, &draft->state->seconds);
}

static void read_seconds_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_count_path(draft, spot, value, &draft->state->seconds);
}

static void read_timestamp(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct state *state = draft->state;
    if (option_is_expression(draft, value)) {
        state->timestamp_query = option_query(draft, spot, value, 0);
        return;
    }
    if (!option_string(draft, spot, value, &state->timestamp))
        return;
    if (!time_parse_iso(str_of(state->timestamp), &state->timestamp_ms))
        diagnose(&draft->reader->schema, spot, "String does not match RFC3339 timestamp");
}

static void read_timestamp_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    draft->state->timestamp_path = option_reference(draft, spot, value);
}

/* ---- Pass, Fail ---- */

static void read_result(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    draft->state->result = value;
    warn_of_paths(draft, spot, value, "PASS_RESULT_IS_STATIC");
}

static void read_fail_text(struct draft *draft, const struct spot *spot, const cJSON *value, struct text_option *option)
{
    if (option_is_expression(draft, value))
        option->query = option_query(draft, spot, value, 0);
    else if (option_string(draft, spot, value, &option->text) && !draft->jsonata)
        warn_of_path_text(draft, spot, option->text);
}

static void read_error(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    read_fail_text(draft, spot, value, &draft->state->error);
}

static void read_error_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_text_path(draft, spot, value, &draft->state->error);
}

static void read_cause(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    read_fail_text(draft, spot, value, &draft->state->cause);
}

static void read_cause_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_text_path(draft, spot, value, &draft->state->cause);
}

/* ---- Choice, Map ---- */

static void read_default(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    draft->state->otherwise = transition_read(draft, spot, value);
}

static void read_items_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    draft->state->items_path = option_reference(draft, spot, value);
}

static void read_items(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    if (option_is_expression(draft, value) || option_array(draft, spot, value, true))
        draft->state->items = option_query(draft, spot, value, 0);
}

static void read_concurrency(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_count(draft, spot, value, 0, INT32_MAX, &draft->state->max_concurrency);
}

static void read_concurrency_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_count_path(draft, spot, value, &draft->state->max_concurrency);
}

static void read_tolerated_count(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_count(draft, spot, value, 0, INT32_MAX, &draft->state->tolerated_count);
}

static void read_tolerated_count_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_count_path(draft, spot, value, &draft->state->tolerated_count);
}

static void read_tolerated_percentage(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct number_option *option = &draft->state->tolerated_percentage;
    if (option_is_expression(draft, value)) {
        option->query = option_query(draft, spot, value, 0);
        return;
    }
    double percentage = json_to_double(value);
    if (!cJSON_IsNumber(value))
        diagnose(&draft->reader->schema, spot, "Expected value of type Number");
    else if (!(percentage >= 0 && percentage <= 100))
        diagnose(&draft->reader->schema, spot, "Value must be between 0 and 100");
    else
        *option = (struct number_option){ .given = true, .number = (int64_t)percentage, .real = percentage };
}

static void read_tolerated_percentage_path(struct draft *draft, void *object, const struct spot *spot,
                                           const cJSON *value)
{
    option_count_path(draft, spot, value, &draft->state->tolerated_percentage);
}

/* ---- all fields of all states ---- */

static const struct field state_fields[] = {
    { "Type", ALL, FIELD_ANY, NULL },
    { "Comment", ALL, FIELD_ANY, read_text },
    { "QueryLanguage", ALL, FIELD_ANY, NULL },
    { "Next", MOVING, FIELD_ANY, read_next },
    { "End", MOVING, FIELD_ANY, read_end },
    { "InputPath", ALL & ~FAIL, FIELD_JSONPATH, read_input_path },
    { "OutputPath", ALL & ~FAIL, FIELD_JSONPATH, read_output_path },
    { "ResultPath", WORKING | PASS, FIELD_JSONPATH, read_result_path },
    { "Parameters", WORKING | PASS, FIELD_JSONPATH, read_parameters },
    { "ResultSelector", WORKING, FIELD_JSONPATH, read_result_selector },
    { "Assign", ALL & ~(SUCCEED | FAIL), FIELD_ANY, read_assign },
    { "Arguments", TASK | PARALLEL, FIELD_JSONATA, read_parameters },
    { "Output", ALL & ~FAIL, FIELD_JSONATA, read_output },
    { "Retry", WORKING, FIELD_ANY, retry_read },
    { "Catch", WORKING, FIELD_ANY, catch_read },
    { "Resource", TASK, FIELD_ANY, read_resource },
    { "TimeoutSeconds", TASK, FIELD_ANY, read_timeout },
    { "TimeoutSecondsPath", TASK, FIELD_JSONPATH, read_timeout_path },
    { "HeartbeatSeconds", TASK, FIELD_ANY, read_heartbeat },
    { "HeartbeatSecondsPath", TASK, FIELD_JSONPATH, read_heartbeat_path },
    { "Credentials", TASK, FIELD_ANY, read_credentials },
    { "Seconds", WAIT, FIELD_ANY, read_seconds },
    { "SecondsPath", WAIT, FIELD_JSONPATH, read_seconds_path },
    { "Timestamp", WAIT, FIELD_ANY, read_timestamp },
    { "TimestampPath", WAIT, FIELD_JSONPATH, read_timestamp_path },
    { "Result", PASS, FIELD_JSONPATH, read_result },
    { "Error", FAIL, FIELD_ANY, read_error },
    { "ErrorPath", FAIL, FIELD_JSONPATH, read_error_path },
    { "Cause", FAIL, FIELD_ANY, read_cause },
    { "CausePath", FAIL, FIELD_JSONPATH, read_cause_path },
    { "Choices", CHOICE, FIELD_ANY, choices_read },
    { "Default", CHOICE, FIELD_ANY, read_default },
    { "Branches", PARALLEL, FIELD_ANY, branches_read },
    { "ItemProcessor", MAP, FIELD_ANY, processor_read },
    { "Iterator", MAP, FIELD_ANY, processor_read },
    { "ItemsPath", MAP, FIELD_JSONPATH, read_items_path },
    { "Items", MAP, FIELD_JSONATA, read_items },
    { "ItemSelector", MAP, FIELD_ANY, read_parameters },
    { "MaxConcurrency", MAP, FIELD_ANY, read_concurrency },
    { "MaxConcurrencyPath", MAP, FIELD_JSONPATH, read_concurrency_path },
    { "ItemReader", MAP, FIELD_ANY, reader_read },
    { "ItemBatcher", MAP, FIELD_ANY, batcher_read },
    { "ResultWriter", MAP, FIELD_ANY, writer_read },
    { "Label", MAP, FIELD_ANY, label_read },
    { "ToleratedFailureCount", MAP, FIELD_ANY, read_tolerated_count },
    { "ToleratedFailureCountPath", MAP, FIELD_JSONPATH, read_tolerated_count_path },
    { "ToleratedFailurePercentage", MAP, FIELD_ANY, read_tolerated_percentage },
    { "ToleratedFailurePercentagePath", MAP, FIELD_JSONPATH, read_tolerated_percentage_path },
    { 0 },
};

/* ---- rules that hold between fields ---- */

static const char *const next_or_end[] = { "Next", "End", NULL };
static const char *const waits[] = { "Seconds", "SecondsPath", "Timestamp", "TimestampPath", NULL };
static const char *const timeouts[] = { "TimeoutSeconds", "TimeoutSecondsPath", NULL };
static const char *const heartbeats[] = { "HeartbeatSeconds", "HeartbeatSecondsPath", NULL };
static const char *const errors[] = { "Error", "ErrorPath", NULL };
static const char *const causes[] = { "Cause", "CausePath", NULL };

static void check_transition(struct draft *draft, const cJSON *node)
{
    struct diagnostics *schema = &draft->reader->schema;
    if (!((1u << draft->state->type) & MOVING))
        return;
    if (draft->ends && draft->has_next)
        fields_exclude(schema, draft->spot, node, next_or_end);
    else if (!draft->ends && !draft->has_next)
        diagnose(schema, draft->spot, "One of these fields is required: [Next, End]");
}

static void check_wait(struct draft *draft, const cJSON *node)
{
    struct diagnostics *schema = &draft->reader->schema;
    if (fields_count(node, waits) == 0)
        diagnose(schema, draft->spot,
                 "One of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]");
    fields_exclude(schema, draft->spot, node, waits);
}

static void check_task(struct draft *draft, const cJSON *node)
{
    struct diagnostics *schema = &draft->reader->schema;
    const struct number_option *timeout = &draft->state->timeout, *heartbeat = &draft->state->heartbeat;
    fields_exclude(schema, draft->spot, node, timeouts);
    fields_exclude(schema, draft->spot, node, heartbeats);
    if (timeout->given && heartbeat->given && heartbeat->number >= timeout->number)
        diagnose(schema, SPOT(draft->spot, "HeartbeatSeconds"), "HeartbeatSeconds must be smaller than TimeoutSeconds");
}

static void check_fail(struct draft *draft, const cJSON *node)
{
    fields_exclude(&draft->reader->schema, draft->spot, node, errors);
    fields_exclude(&draft->reader->schema, draft->spot, node, causes);
}

static void check_rules(struct draft *draft, const cJSON *node)
{
    check_transition(draft, node);
    switch (draft->state->type) {
    case STATE_WAIT:
        check_wait(draft, node);
        break;
    case STATE_TASK:
        check_task(draft, node);
        break;
    case STATE_FAIL:
        check_fail(draft, node);
        break;
    case STATE_MAP:
        map_check(draft, node);
        break;
    default:
        break;
    }
}

static const char *const *required_fields(enum state_type type)
{
    static const char *const task[] = { "Resource", NULL }, *const choice[] = { "Choices", NULL },
                             *const parallel[] = { "Branches", NULL }, *const none[] = { NULL };
    return type == STATE_TASK ? task : type == STATE_CHOICE ? choice : type == STATE_PARALLEL ? parallel : none;
}

/* ---- a state ---- */

/* Whatever is not JSONPath is read as JSONata, so that what follows makes sense. A state inside a Map or Parallel
 * inherits the machine's language, not the outer state's. */
static void read_language(struct draft *draft, const cJSON *node)
{
    static const char *const languages[] = { "JSONPath", "JSONata", NULL };
    const cJSON *value = json_get(node, "QueryLanguage");
    draft->jsonata = draft->reader->jsonata;
    if (!value)
        return;
    const char *language = option_word(draft, SPOT(draft->spot, "QueryLanguage"), value, languages);
    draft->jsonata = !language || strcmp(language, "JSONata") == 0;
    if (draft->reader->jsonata && !draft->jsonata)
        diagnose(&draft->reader->schema, draft->spot,
                 "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
}

static bool read_type(struct draft *draft, const cJSON *node)
{
    static const char *const required[] = { "Type", NULL };
    if (!fields_require(&draft->reader->schema, draft->spot, node, required))
        return false;
    const char *name = option_word(draft, SPOT(draft->spot, "Type"), json_get(node, "Type"), type_names);
    if (!name)
        return false;
    for (unsigned type = 0; type_names[type]; type++) {
        if (type_names[type] == name)
            draft->state->type = type;
    }
    return true;
}

static void keep_references(struct draft *draft)
{
    struct reader *reader = draft->reader;
    if (!draft->variables)
        return;
    if (!reader->references)
        reader->references = value_object(reader->arena);
    value_add(reader->references, draft->state->name, draft->variable_list);
    map_free(draft->variables, NULL);
}

static void check_name(struct draft *draft)
{
    if (str_count_code_points(str_of(draft->state->name)) > NAME_MOST)
        diagnose_as(&draft->reader->schema, "INVALID_STATE_NAME", draft->spot,
                    "State name must not be longer than %d characters", NAME_MOST);
}

void state_read(struct flow_draft *flow, struct state *state, const struct spot *spot, const cJSON *node)
{
    struct draft draft = { .reader = flow->reader, .flow = flow, .spot = spot, .state = state };
    check_name(&draft);
    if (!fields_of_object(&draft.reader->schema, spot, node) || !read_type(&draft, node))
        return;
    read_language(&draft, node);
    state->jsonata = draft.jsonata;
    fields_require(&draft.reader->schema, spot, node, required_fields(state->type));
    fields_read(&draft, state_fields, 1u << state->type, state, spot, node);
    check_rules(&draft, node);
    keep_references(&draft);
    if (draft.ends || state->type == STATE_SUCCEED || state->type == STATE_FAIL)
        flow->ends = true;
}
