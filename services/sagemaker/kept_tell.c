/* What kept resources answer, read off the model's shapes. */
#include "aws/service.h"
#include "services/sagemaker/kept.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/pipeline_list.h"

/* What Describe answers; a resource that is the one member of its answer is that member. */
static const struct shape *unwrapped(const struct shape *shape)
{
    bool wrapped = shape && shape->member_count == 1 && shape->members[0].shape->kind == SHAPE_STRUCTURE;
    return wrapped ? shape->members[0].shape : shape;
}

const struct shape *kept_described(const struct call *call, const struct kept_kind *kind)
{
    const char *name = arena_printf(call->arena, "Describe%s", kind->noun);
    return unwrapped(model_operation(call->service->model, str_of(name))->output);
}

static cJSON *tell_value(const struct shape *shape, const cJSON *value);

cJSON *sagemaker_tell(const struct shape *shape, const cJSON *value)
{
    cJSON *out = cJSON_CreateObject();
    for (size_t i = 0; i < shape->member_count; i++) {
        const cJSON *member = json_get(value, shape->members[i].name);
        if (member)
            json_set(out, shape->members[i].name, tell_value(shape->members[i].shape, member));
    }
    return out;
}

static cJSON *tell_value(const struct shape *shape, const cJSON *value)
{
    if (shape->kind == SHAPE_STRUCTURE)
        return sagemaker_tell(shape, value);
    if (shape->kind != SHAPE_LIST)
        return json_thaw(value);
    cJSON *list = cJSON_CreateArray();
    const cJSON *element;
    cJSON_ArrayForEach(element, value)
    {
        json_add(list, tell_value(shape->element, element));
    }
    return list;
}

/* AWS's names of what every row has. */
static const struct {
    const char *told, *kept;
} times[] = {
    { "CreationTime", "created" },         { "CreatedAt", "created" },
    { "CreateDate", "created" },           { "RegistrationTime", "created" },
    { "OriginalCreationTime", "created" }, { "LastModifiedTime", "modified" },
    { "LastModifiedAt", "modified" },      { "LastUpdatedDate", "modified" },
    { "CompilationStartTime", "started" }, { "OptimizationStartTime", "started" },
    { "CompilationEndTime", "ended" },     { "OptimizationEndTime", "ended" },
};

static void tell_time(const cJSON *row, const char *name, cJSON *out)
{
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (strcmp(times[i].told, name) == 0)
            sagemaker_set_time(out, name, row, times[i].kept);
}

static void tell_member(const struct kept_kind *kind, const struct member *member, const cJSON *row, cJSON *out)
{
    const char *name = member->name;
    const cJSON *value = json_get(row, name);
    if (strcmp(name, kind->arn) == 0)
        json_set_str(out, name, json_str(row, "arn"));
    else if (kind->status && strcmp(name, kind->status) == 0 && json_get(row, "status"))
        json_set_str(out, name, json_str(row, "status"));
    else if (value)
        json_set(out, name, tell_value(member->shape, value));
    else if (member->shape->kind == SHAPE_TIMESTAMP)
        tell_time(row, name, out);
    else if (strcmp(name, "FailureReason") == 0 || strcmp(name, "FailureMessage") == 0)
        json_set_string(out, name, json_string(row, "failure"));
    else if (strcmp(name, "CreatedBy") == 0 && json_get(row, "by"))
        json_set(out, name, pipeline_user(json_get(row, "by")));
    else if (strcmp(name, "LastModifiedBy") == 0 && json_get(row, "modified_by"))
        json_set(out, name, pipeline_user(json_get(row, "modified_by")));
}

cJSON *kept_told(const struct call *call, const struct kept_kind *kind, const struct shape *shape, const cJSON *row)
{
    cJSON *all = cJSON_CreateObject();
    for (size_t i = 0; i < shape->member_count; i++)
        tell_member(kind, &shape->members[i], row, all);
    if (!kind->tell)
        return all;
    kind->tell(call, row, all);
    cJSON *out = sagemaker_tell(shape, all); /* it may have told more than this answer has */
    cJSON_Delete(all);
    return out;
}

void kept_answer(struct call *call, const struct kept_kind *kind, const cJSON *row)
{
    const struct shape *shape = call->operation->output, *inner = unwrapped(shape);
    if (!shape)
        return;
    cJSON *told = kept_told(call, kind, inner, row);
    if (inner != shape)
        output_json(call, shape->members[0].name, told);
    else
        pipeline_output(call, told);
}
