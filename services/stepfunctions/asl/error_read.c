#include "services/stepfunctions/asl/reader.h"

#include <inttypes.h>

/* "Handling errors in Step Functions workflows" of the developer guide. */
#define SECONDS_MOST   99999999
#define MAX_DELAY_MOST 31622399

/* ---- ErrorEquals ---- */

/* States.ALL stands for everything, so it stands alone, and in the last one of the list. */
static void check_catch_all(struct draft *draft, const struct spot *spot, const char *const *names, size_t count,
                            bool last)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i] && strcmp(names[i], "States.ALL") == 0 && (count > 1 || !last))
            diagnose(&draft->reader->schema, SPOT_ELEMENT(spot->outer, spot->name, (int)i),
                     "States.ALL must appear alone and at end of list");
    }
}

static const char *const *read_errors(struct draft *draft, const struct spot *spot, const cJSON *value, bool last)
{
    if (!option_array(draft, spot, value, false))
        return NULL;
    size_t count = (size_t)cJSON_GetArraySize(value), i = 0;
    const char **names = ARENA_ARRAY(draft->reader->arena, const char *, count + 1);
    const cJSON *element;
    cJSON_ArrayForEach(element, value)
    {
        option_string(draft, SPOT_ELEMENT(spot->outer, spot->name, (int)i), element, &names[i]);
        i++;
    }
    check_catch_all(draft, spot, names, count, last);
    return names;
}

/* Both lists hold objects; `object` below is one of these. */
struct handler {
    struct retrier retrier;
    struct catcher catcher;
    bool last;
};

/* ---- Retry ---- */

static void read_retrier_errors(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct handler *handler = object;
    handler->retrier.errors = read_errors(draft, spot, value, handler->last);
}

static void read_interval(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_integer(draft, spot, value, 1, SECONDS_MOST, &((struct handler *)object)->retrier.interval_seconds);
}

static void read_attempts(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_integer(draft, spot, value, 0, SECONDS_MOST, &((struct handler *)object)->retrier.max_attempts);
}

static void read_max_delay(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_integer(draft, spot, value, 1, MAX_DELAY_MOST, &((struct handler *)object)->retrier.max_delay_seconds);
}

static void read_backoff(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct handler *handler = object;
    if (!cJSON_IsNumber(value))
        diagnose(&draft->reader->schema, spot, "Expected value of type Number");
    else if (json_to_double(value) < 1)
        diagnose(&draft->reader->schema, spot, "Value must be greater than or equal to 1.0");
    else
        handler->retrier.backoff_rate = json_to_double(value);
}

static void read_jitter(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const strategies[] = { "FULL", "NONE", NULL };
    const char *strategy = option_word(draft, spot, value, strategies);
    ((struct handler *)object)->retrier.full_jitter = strategy && strcmp(strategy, "FULL") == 0;
}

static void read_comment(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    const char *text;
    option_string(draft, spot, value, &text);
}

static const struct field retrier_fields[] = {
    { "ErrorEquals", 1, FIELD_ANY, read_retrier_errors },
    { "IntervalSeconds", 1, FIELD_ANY, read_interval },
    { "MaxAttempts", 1, FIELD_ANY, read_attempts },
    { "BackoffRate", 1, FIELD_ANY, read_backoff },
    { "MaxDelaySeconds", 1, FIELD_ANY, read_max_delay },
    { "JitterStrategy", 1, FIELD_ANY, read_jitter },
    { "Comment", 1, FIELD_ANY, read_comment },
    { 0 },
};

static void read_retrier(struct draft *draft, struct handler *handler, const struct spot *spot, const cJSON *node)
{
    static const char *const required[] = { "ErrorEquals", NULL };
    struct diagnostics *schema = &draft->reader->schema;
    struct retrier *retrier = &handler->retrier;
    *retrier = (struct retrier){ .interval_seconds = 1, .max_attempts = 3, .backoff_rate = 2.0 };
    if (!fields_of_object(schema, spot, node))
        return;
    fields_require(schema, spot, node, required);
    fields_read(draft, retrier_fields, 1, handler, spot, node);
    if (retrier->max_delay_seconds && retrier->max_delay_seconds <= retrier->interval_seconds)
        diagnose(schema, SPOT(spot, "MaxDelaySeconds"), "MaxDelaySeconds must be greater than IntervalSeconds");
}

void retry_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    if (!option_array(draft, spot, value, true))
        return;
    size_t count = (size_t)cJSON_GetArraySize(value), i = 0;
    struct retrier *retriers = ARENA_ARRAY(draft->reader->arena, struct retrier, count);
    const cJSON *element;
    cJSON_ArrayForEach(element, value)
    {
        struct handler handler = { .last = !element->next };
        read_retrier(draft, &handler, SPOT_ELEMENT(spot->outer, spot->name, (int)i), element);
        retriers[i++] = handler.retrier;
    }
    draft->state->retriers = retriers;
    draft->state->retrier_count = count;
}

/* ---- Catch ---- */

static void read_catcher_errors(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct handler *handler = object;
    handler->catcher.errors = read_errors(draft, spot, value, handler->last);
}

static void read_catcher_next(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    ((struct handler *)object)->catcher.next = transition_read(draft, spot, value);
}

static void read_catcher_place(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_result_place(draft, spot, value, &((struct handler *)object)->catcher.result_path);
}

static void read_catcher_assign(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    option_assign(draft, spot, value, QUERY_ERROR_OUTPUT, &((struct handler *)object)->catcher.assign);
}

static void read_catcher_output(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    ((struct handler *)object)->catcher.output = option_query(draft, spot, value, QUERY_ERROR_OUTPUT);
}

static const struct field catcher_fields[] = {
    { "ErrorEquals", 1, FIELD_ANY, read_catcher_errors },
    { "Next", 1, FIELD_ANY, read_catcher_next },
    { "ResultPath", 1, FIELD_JSONPATH, read_catcher_place },
    { "Assign", 1, FIELD_ANY, read_catcher_assign },
    { "Output", 1, FIELD_JSONATA, read_catcher_output },
    { "Comment", 1, FIELD_ANY, read_comment },
    { 0 },
};

static void read_catcher(struct draft *draft, struct handler *handler, const struct spot *spot, const cJSON *node)
{
    static const char *const required[] = { "ErrorEquals", "Next", NULL };
    if (!fields_of_object(&draft->reader->schema, spot, node))
        return;
    fields_require(&draft->reader->schema, spot, node, required);
    fields_read(draft, catcher_fields, 1, handler, spot, node);
}

void catch_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    if (!option_array(draft, spot, value, true))
        return;
    size_t count = (size_t)cJSON_GetArraySize(value), i = 0;
    struct catcher *catchers = ARENA_ARRAY(draft->reader->arena, struct catcher, count);
    const cJSON *element;
    cJSON_ArrayForEach(element, value)
    {
        struct handler handler = { .last = !element->next };
        read_catcher(draft, &handler, SPOT_ELEMENT(spot->outer, spot->name, (int)i), element);
        catchers[i++] = handler.catcher;
    }
    draft->state->catchers = catchers;
    draft->state->catcher_count = count;
}
