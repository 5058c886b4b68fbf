/* Model cards. The card's row is its latest version; every version has a row of its own ("sagemaker.model_card_version", key: the card's
 * and ten digits), written with it. New content makes a new version, a new status changes the latest; an archived card
 * stays as it is. Export jobs are kept: no PDF is made. */
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemaker/kept_life.h"
#include "services/sagemaker/listing.h"

KEPT_TABLE(model_card);
KEPT_TABLE(model_card_export_job);
const struct table_def model_card_version_table = { .name = "sagemaker.model_card_version" };

static const struct lifecycle_step model_card_export_job_steps[] = { { "InProgress", "Completed", KEPT_MINUTE / 2 },
                                                                     { 0 } };
KEPT_LIFE(model_card_export_job, kept_arrive);

static const struct kept_turn export_turns[] = { { KEPT_CREATE, NULL, "InProgress" }, { 0 } };
static const struct kept_kind *const in_card[] = { &kept_model_card, NULL };

/* ---- cards ---- */

/* The sentences are ours, in AWS's shape. */
static bool check_content(struct call *call)
{
    const char *content = input_string(call, "Content");
    struct json_error why;
    const cJSON *read = content ? json_parse_in(call->arena, str_of(content), &why) : NULL;
    if (!content || cJSON_IsObject(read))
        return true;
    call_fail(call, &ERROR_VALIDATION, "Content is not a valid JSON object: %s", read ? "it is no object." : why.why);
    return false;
}

#define VERSIONS_MOST 100 /* of a card; the number is ours */

static bool check_card(struct call *call, enum kept_verb verb, cJSON *row)
{
    struct json *kept = verb == KEPT_UPDATE ? kept_get(call, &kept_model_card, call->input) : NULL;
    if (!check_content(call))
        return false;
    if (verb == KEPT_CREATE || (verb == KEPT_UPDATE && input_has(call, "Content")))
        json_set_int64(row, "ModelCardVersion", json_int64(row, "ModelCardVersion", 0) + 1);
    if (kept && input_has(call, "Content") && input_has(call, "ModelCardStatus"))
        call_fail(call, &ERROR_VALIDATION,
                  "Model card content and model card status cannot be updated in a single call.");
    else if (kept && str_is(json_str(json_root(kept), "status"), "Archived"))
        call_fail(call, &SAGEMAKER_CONFLICT_EXCEPTION, "ModelCard [%s] is archived and cannot be updated.",
                  json_string(json_root(kept), "arn"));
    else if (json_int64(row, "ModelCardVersion", 1) > VERSIONS_MOST)
        call_fail(call, &SAGEMAKER_RESOURCE_LIMIT_EXCEEDED, "A model card has at most %d versions.", VERSIONS_MOST);
    return !call->error.kind;
}

static struct str version_key(struct call *call, struct str key, int64_t version)
{
    return str_of(arena_printf(call->arena, "%.*s/%010lld", STR_ARG(key), (long long)version));
}

static void drop_versions(struct call *call, struct str key)
{
    struct str prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(key)));
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &model_card_version_table, NULL, prefix);
    while (store_next_within(&at, prefix))
        store_delete(call->world->store, call_scope(call), &model_card_version_table, arena_str(call->arena, at.key));
}

static void keep_version(struct call *call, enum kept_verb verb, struct str key)
{
    struct json *row = store_get(call->world->store, call_scope(call), &kept_model_card_table, key);
    if (verb == KEPT_DELETE)
        drop_versions(call, key);
    else
        store_put(call->world->store, call_scope(call), &model_card_version_table,
                  version_key(call, key, json_int64(json_root(row), "ModelCardVersion", 1)), json_ref(row));
}

const struct kept_kind kept_model_card = {
    .noun = "ModelCard",
    .nouns = "ModelCards",
    .type = "model-card",
    .path = "ModelCardName",
    .name = "ModelCardName",
    .arn = "ModelCardArn",
    .status = "ModelCardStatus",
    .cascades = true,
    .most = 1000,
    .table = &kept_model_card_table,
    .check = check_card,
    .changed = keep_version,
};

/* ---- versions ---- */

enum outcome describe_model_card(struct call *call)
{
    struct json *row = kept_find(call, &kept_model_card, call->input);
    int64_t version = input_int64(call, "ModelCardVersion", 0);
    if (!row)
        return CALL_FAILED;
    struct str key = kept_key(call, &kept_model_card, json_root(row));
    if (version)
        row = store_get(call->world->store, call_scope(call), &model_card_version_table,
                        version_key(call, key, version));
    if (!row) /* ours */
        return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Version %lld of ModelCard [%.*s] does not exist.",
                         (long long)version, STR_ARG(key));
    kept_answer(call, &kept_model_card, json_root(row));
    return CALL_DONE;
}

static bool is_listed(struct call *call, const cJSON *row)
{
    int64_t created = json_int64(row, "modified", 0);
    return (!input_has(call, "ModelCardStatus") ||
            str_equal(json_str(row, "status"), input_str(call, "ModelCardStatus"))) &&
           (!input_has(call, "CreationTimeAfter") ||
            created > json_to_time(json_get(call->input, "CreationTimeAfter"))) &&
           (!input_has(call, "CreationTimeBefore") ||
            created < json_to_time(json_get(call->input, "CreationTimeBefore")));
}

enum outcome list_model_card_versions(struct call *call)
{
    struct json *card = kept_find(call, &kept_model_card, call->input);
    if (!card)
        return CALL_FAILED;
    const struct member *member = shape_member(call->operation->output, STR("ModelCardVersionSummaryList"));
    struct str key = kept_key(call, &kept_model_card, json_root(card));
    struct str prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(key)));
    cJSON *all = cJSON_CreateArray();
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &model_card_version_table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        if (!is_listed(call, json_root(at.row)))
            continue;
        cJSON *item = kept_told(call, &kept_model_card, member->shape->element, json_root(at.row));
        if (str_is(input_str(call, "SortOrder"), "Descending"))
            cJSON_InsertItemInArray(all, 0, item);
        else
            json_add(all, item);
    }
    return sagemaker_list_array(call, member->name, all);
}

/* ---- exports ---- */

/* Of the version that is named, or the latest. */
static bool check_export(struct call *call, enum kept_verb verb, cJSON *row)
{
    struct json *card = kept_find(call, &kept_model_card, row);
    if (!card)
        return false;
    int64_t latest = json_int64(json_root(card), "ModelCardVersion", 1),
            version = json_int64(row, "ModelCardVersion", latest);
    if (version < 1 || version > latest) { /* ours */
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "Version %lld of ModelCard [%s] does not exist.",
                  (long long)version, json_string(json_root(card), "arn"));
        return false;
    }
    json_set_str(row, "ModelCardName", json_str(json_root(card), "ModelCardName"));
    json_set_int64(row, "ModelCardVersion", version);
    return true;
}

static void tell_export(const struct call *call, const cJSON *row, cJSON *out)
{
    if (!str_is(json_str(row, "status"), "Completed"))
        return;
    cJSON *artifacts = cJSON_CreateObject();
    json_set_string(artifacts, "S3ExportArtifacts",
                    arena_printf(call->arena, "%s/%s-%s.pdf",
                                 json_string(json_get(row, "OutputConfig"), "S3OutputPath"),
                                 json_string(row, "ModelCardName"), json_string(row, "ModelCardExportJobName")));
    json_set(out, "ExportArtifacts", artifacts);
}

const struct kept_kind kept_model_card_export = {
    .noun = "ModelCardExportJob",
    .nouns = "ModelCardExportJobs",
    .type = "model-card",
    .path = "ModelCardName/=export-job/ModelCardExportJobName",
    .name = "ModelCardExportJobName",
    .arn = "ModelCardExportJobArn",
    .status = "Status",
    .parents = in_card,
    .most = 1000,
    .turns = export_turns,
    .life = &model_card_export_job_life,
    .table = &kept_model_card_export_job_table,
    .check = check_export,
    .tell = tell_export,
};
