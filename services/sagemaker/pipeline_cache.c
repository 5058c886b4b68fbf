#include "base/digest.h"
#include "services/sagemaker/pipeline_execution.h"
#include "services/sagemaker/pipeline_run.h"

/* Tuning: of a training job's definition only these members count. */
static const char *const definition_cached[] = { "AlgorithmSpecification", "HyperParameterRanges", "InputDataConfig",
                                                 "StaticHyperParameters",  "TuningObjective",      NULL };

static void add_members(struct buf *text, const cJSON *arguments, const char *const *names)
{
    for (; *names; names++) {
        const cJSON *member = json_get(arguments, *names);
        if (!member)
            continue;
        buf_printf(text, "%s=", *names);
        if (strcmp(*names, "TrainingJobDefinition") == 0)
            add_members(text, member, definition_cached);
        else
            json_print(text, member);
        buf_add_byte(text, '\n');
    }
}

void pipeline_cache_digest(const struct pipeline_step *step, const cJSON *arguments, char ret_hex[65])
{
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "%s\n", step->kind->type);
    if (*step->kind->cached) {
        add_members(&text, arguments, step->kind->cached);
    } else {
        json_print(&text, json_get(step->node, "FunctionArn"));
        json_print(&text, arguments);
    }
    digest_sha256_hex(buf_str(&text), ret_hex);
    buf_release(&text);
}

static void add_key(const struct step_run *step, struct str digest, struct buf *key)
{
    struct str rest, pipeline = str_cut(str_of(step->run->key), '/', &rest);
    buf_printf(key, "%.*s/%.*s/%.*s", STR_ARG(pipeline), STR_ARG(step->step->name), STR_ARG(digest));
}

static bool is_fresh(const struct step_run *step, const cJSON *row)
{
    int64_t for_ms = step->step->cache_for_ms;
    return !for_ms || clock_now(step->run->strand.world->clock) < json_int64(row, "at", 0) + for_ms;
}

/* Nobody looks whether what the earlier run wrote is still what it was, or whether its data are: the trap of AWS's cache. */
bool pipeline_cache_take(struct step_run *step, const char *digest)
{
    struct store *store = step->run->strand.world->store;
    struct buf key = BUF_EMPTY;
    add_key(step, str_of(digest), &key);
    struct json *entry = store_get(store, step->run->scope, &pipeline_cache_table, buf_str(&key));
    buf_release(&key);
    if (!entry || !is_fresh(step, json_root(entry)))
        return false;
    struct json *source = store_get(store, step->run->scope, &pipeline_step_table, json_str(json_root(entry), "step"));
    if (!source || !str_is(json_str(json_root(source), "status"), "Succeeded"))
        return false;
    cJSON *row = step_edit(step);
    json_set_str(row, "cacheHit", json_str(json_root(entry), "execution"));
    json_set(row, "metadata", json_thaw(json_get(json_root(source), "metadata")));
    json_set(row, "outputs", json_thaw(json_get(json_root(source), "outputs")));
    step_succeed(step, row);
    return true;
}

/* The latest success counts; a hit keeps the row of the run that really was. */
void pipeline_cache_keep(struct step_run *step)
{
    struct str digest = json_str(json_root(step->row), "digest");
    if (!digest.length)
        return;
    struct buf key = BUF_EMPTY, source = BUF_EMPTY;
    cJSON *row = cJSON_CreateObject();
    add_key(step, digest, &key);
    buf_printf(&source, "%s%s", step->run->key, step->key);
    json_set_str(row, "step", buf_str(&source));
    json_set_str(row, "execution", step_arn_of_execution(step));
    json_set_int64(row, "at", clock_now(step->run->strand.world->clock));
    store_put(step->run->strand.world->store, step->run->scope, &pipeline_cache_table, buf_str(&key), json_seal(row));
    buf_release(&key);
    buf_release(&source);
}
