#include "services/sagemaker/lineage.h"
#include "services/sagemaker/pipeline_list.h"
#include "services/sagemaker/sagemaker_model.h"

static bool key_by_creation(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_digits(ret_key, (uint64_t)json_int64(row, "created", 0), 10, 15);
    return true;
}

static bool key_by_source(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_str(ret_key, json_str(row, "source"));
    buf_add_byte(ret_key, ' ');
    return key_by_creation(row_key, row, ret_key);
}

static bool key_by_destination(struct str row_key, const cJSON *row, struct buf *ret_key)
{
    buf_add_str(ret_key, json_str(row, "destination"));
    buf_add_byte(ret_key, ' ');
    return key_by_creation(row_key, row, ret_key);
}

const struct index_def association_by_destination = { .name = "destination", .key = key_by_destination };
static const struct index_def by_source = { .name = "source", .key = key_by_source };
static const struct index_def by_creation = { .name = "creation", .key = key_by_creation };
static const struct index_def *const indexes[] = { &association_by_destination, &by_source, &by_creation, NULL };
const struct table_def association_table = { .name = "sagemaker.association", .indexes = indexes };

static cJSON *new_row(struct world *world, struct str source, struct str destination, const char *type_or_null,
                      const cJSON *who)
{
    cJSON *row = cJSON_CreateObject();
    json_set_str(row, "source", source);
    json_set_str(row, "destination", destination);
    json_set_string(row, "type", type_or_null);
    json_set_int64(row, "created", clock_now(world->clock));
    json_set(row, "createdBy", json_thaw(who));
    return row;
}

static struct str key_of(struct arena *arena, struct str source, struct str destination)
{
    return str_of(arena_printf(arena, "%.*s %.*s", STR_ARG(source), STR_ARG(destination)));
}

void lineage_associate(struct lineage_maker *maker, struct str source, struct str destination, const char *type)
{
    struct str key = key_of(maker->arena, source, destination);
    if (!store_get(maker->world->store, maker->scope, &association_table, key))
        store_put(maker->world->store, maker->scope, &association_table, key,
                  json_seal(new_row(maker->world, source, destination, type, maker->who)));
}

static enum outcome answer(struct call *call)
{
    output_str(call, "SourceArn", input_str(call, "SourceArn"));
    output_str(call, "DestinationArn", input_str(call, "DestinationArn"));
    return CALL_DONE;
}

/* Sentences of this file are ours. */
static bool is_there(struct call *call, struct str arn)
{
    if (!lineage_kind_of(arn) || lineage_get(call->world, call_scope(call), arn))
        return true;
    call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "'%.*s' does not exist.", STR_ARG(arn));
    return false;
}

enum outcome add_association(struct call *call)
{
    struct str source = input_str(call, "SourceArn"), destination = input_str(call, "DestinationArn");
    if (!is_there(call, source) || !is_there(call, destination))
        return CALL_FAILED;
    struct str key = key_of(call->arena, source, destination);
    if (store_get(call->world->store, call_scope(call), &association_table, key))
        return call_fail(call, &ERROR_VALIDATION, "The association from '%.*s' to '%.*s' already exists.",
                         STR_ARG(source), STR_ARG(destination));
    cJSON *who = pipeline_who(call);
    store_put(call->world->store, call_scope(call), &association_table, key,
              json_seal(new_row(call->world, source, destination, input_string(call, "AssociationType"), who)));
    cJSON_Delete(who);
    return answer(call);
}

enum outcome delete_association(struct call *call)
{
    struct str source = input_str(call, "SourceArn"), destination = input_str(call, "DestinationArn");
    if (!store_delete(call->world->store, call_scope(call), &association_table,
                      key_of(call->arena, source, destination)))
        return call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND, "The association from '%.*s' to '%.*s' does not exist.",
                         STR_ARG(source), STR_ARG(destination));
    return answer(call);
}

/* ---- ListAssociations ---- */

/* What an entity's type member says: "DataSet", "Model". */
static const char *type_of(struct call *call, struct str arn)
{
    const struct lineage_kind *kind = lineage_kind_of(arn);
    struct json *row = kind && kind->type ? lineage_get(call->world, call_scope(call), arn) : NULL;
    return row ? json_string(json_root(row), kind->type) : kind ? "SageMakerTrialComponent" : NULL;
}

static const char *name_of(struct call *call, struct str arn)
{
    struct json *row = lineage_kind_of(arn) ? lineage_get(call->world, call_scope(call), arn) : NULL;
    return row ? json_string(json_root(row), "_name") : NULL;
}

static cJSON *summary(struct call *call, const cJSON *row)
{
    cJSON *item = cJSON_CreateObject();
    struct str source = json_str(row, "source"), destination = json_str(row, "destination");
    json_set_str(item, "SourceArn", source);
    json_set_str(item, "DestinationArn", destination);
    json_set_string(item, "SourceType", type_of(call, source));
    json_set_string(item, "DestinationType", type_of(call, destination));
    pipeline_set_text(item, "AssociationType", row, "type");
    json_set_string(item, "SourceName", name_of(call, source));
    json_set_string(item, "DestinationName", name_of(call, destination));
    pipeline_set_time(item, "CreationTime", row, "created");
    json_set(item, "CreatedBy", pipeline_user(json_get(row, "createdBy")));
    return item;
}

static bool is_type(struct call *call, const char *member, const char *type)
{
    return !input_has(call, member) || str_equal(input_str(call, member), str_of(type));
}

static bool is_wanted(struct call *call, const cJSON *row)
{
    struct str source = json_str(row, "source"), destination = json_str(row, "destination");
    return (!input_has(call, "SourceArn") || str_equal(source, input_str(call, "SourceArn"))) &&
           (!input_has(call, "DestinationArn") || str_equal(destination, input_str(call, "DestinationArn"))) &&
           is_type(call, "AssociationType", json_string(row, "type")) &&
           is_type(call, "SourceType", type_of(call, source)) &&
           is_type(call, "DestinationType", type_of(call, destination)) && pipeline_created_within(call, row);
}

/* Those of one source or destination in order of their creation, or as their ARNs are; the types that SortBy may name have no
 * order of their own. */
enum outcome list_associations(struct call *call)
{
    struct pipeline_list list = { .table = &association_table,
                                  .index = &by_creation,
                                  .prefix = STR(""),
                                  .member = "AssociationSummaries",
                                  .item = summary,
                                  .wanted = is_wanted };
    struct str by = input_str(call, "SortBy");
    if (str_is(by, "SourceArn") || input_has(call, "SourceArn"))
        list.index = str_is(by, "DestinationArn") ? NULL : &by_source;
    else if (str_is(by, "DestinationArn") || input_has(call, "DestinationArn"))
        list.index = &association_by_destination;
    if (input_has(call, "SourceArn"))
        list.prefix = key_of(call->arena, input_str(call, "SourceArn"), STR(""));
    else if (list.index == &association_by_destination && input_has(call, "DestinationArn"))
        list.prefix = key_of(call->arena, input_str(call, "DestinationArn"), STR(""));
    return pipeline_list_answer(call, &list);
}
