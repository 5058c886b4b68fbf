#include "tools/modelc.h"

#include "base/json.h"

static const char *overlay_string(const cJSON *value, const char *what)
{
    if (!cJSON_IsString(value))
        refuse_overlay("%s: a string is needed", what);
    return arena_copy(run.arena, json_value(value));
}

static bool overlay_bool(const cJSON *value, const char *what)
{
    if (!cJSON_IsBool(value))
        refuse_overlay("%s: true or false is needed", what);
    return cJSON_IsTrue(value);
}

static struct shape_source *overlay_shape(const char *name)
{
    struct shape_source *shape = map_get(run.shapes, str_of(name));
    if (!shape)
        refuse_overlay("there is no shape '%s'", name);
    return shape;
}

static bool is_among(const struct str *texts, size_t count, struct str text)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(texts[i], text))
            return true;
    }
    return false;
}

/* The order of an enum's values in messages: all that the model has, no other. */
static void overlay_enum(const cJSON *entry)
{
    struct shape_source *shape = overlay_shape(entry->string);
    size_t count = 0;
    struct str *ordered = ARENA_ARRAY(run.arena, struct str, shape->value_count + 1);
    for (const cJSON *value = entry->child; value; value = value->next) {
        struct str text = str_of(overlay_string(value, entry->string));
        if (!is_among(shape->values, shape->value_count, text) || is_among(ordered, count, text))
            refuse_overlay("%s: the model does not have '%.*s', or it comes twice", entry->string, STR_ARG(text));
        ordered[count++] = text;
    }
    if (count != shape->value_count)
        refuse_overlay("%s: the model has %zu values, here are %zu", entry->string, shape->value_count, count);
    shape->values = ordered;
}

static void overlay_error(const cJSON *entry)
{
    struct shape_source *shape = overlay_shape(entry->string);
    if (!shape->is_error)
        refuse_overlay("'%s' is no error", entry->string);
    for (const cJSON *fact = entry->child; fact; fact = fact->next) {
        if (!strcmp(fact->string, "code"))
            shape->code = str_of(overlay_string(fact, entry->string));
        else if (!strcmp(fact->string, "status") && json_is_integer(fact))
            shape->status = (int)json_to_int64(fact);
        else
            refuse_overlay("%s: '%s' means nothing for an error", entry->string, fact->string);
    }
}

static struct member_source *overlay_member(const char *path, struct shape_source **ret_structure)
{
    struct str name, structure = str_cut(str_of(path), '.', &name);
    *ret_structure = overlay_shape(arena_copy(run.arena, structure));
    for (size_t i = 0; i < (*ret_structure)->member_count; i++) {
        if (str_equal((*ret_structure)->members[i].name, name))
            return &(*ret_structure)->members[i];
    }
    refuse_overlay("there is no member '%s'", path);
}

static void overlay_bound(const cJSON *fact, bool *has, double *bound)
{
    *has = cJSON_IsNumber(fact);
    if (!*has && !cJSON_IsNull(fact))
        refuse_overlay("a limit is a number or null");
    *bound = json_to_double(fact);
}

static void overlay_constraint(const cJSON *entry)
{
    struct shape_source *structure, *shape;
    struct member_source *member = strchr(entry->string, '.') ? overlay_member(entry->string, &structure) : NULL;
    shape = member ? member_shape(structure, member) : overlay_shape(entry->string);
    for (const cJSON *fact = entry->child; fact; fact = fact->next) {
        if (!strcmp(fact->string, "min"))
            overlay_bound(fact, &shape->range.has_min, &shape->range.min);
        else if (!strcmp(fact->string, "max"))
            overlay_bound(fact, &shape->range.has_max, &shape->range.max);
        else if (!strcmp(fact->string, "pattern"))
            shape->pattern = cJSON_IsNull(fact) ? STR_NONE : str_of(overlay_string(fact, entry->string));
        else if (!strcmp(fact->string, "values") && cJSON_IsNull(fact))
            shape->value_count = 0;
        else if (!strcmp(fact->string, "required") && member)
            member->required = overlay_bool(fact, entry->string);
        else
            refuse_overlay("%s: '%s' means nothing for a constraint", entry->string, fact->string);
    }
}

static const struct shape_source *member_of(const struct shape_source *structure, struct str name)
{
    for (size_t i = 0; structure && i < structure->member_count; i++) {
        if (str_equal(structure->members[i].name, name))
            return structure->members[i].shape;
    }
    return NULL;
}

static bool has_member(const struct shape_source *structure, struct str name)
{
    return member_of(structure, name);
}

/* "DataSource.S3Config.RoleArn" */
static bool has_path(const struct shape_source *structure, struct str path)
{
    while (structure && path.length)
        structure = member_of(structure, str_cut(path, '.', &path));
    return structure;
}

/* Every {name} of a template is a member of the input, {region} or {account}. */
static void check_template(const struct operation_source *operation, struct str rest)
{
    struct str name;
    for (;;) {
        str_cut(rest, '{', &rest);
        if (!rest.length)
            return;
        struct str otherwise;
        name = str_cut(str_cut(rest, '}', &rest), '|', &otherwise);
        if (!str_is(name, "region") && !str_is(name, "account") && !has_member(operation->input, name))
            refuse_overlay("%.*s: the input has no '%.*s'", STR_ARG(operation->name), STR_ARG(name));
    }
}

static void overlay_permission(struct operation_source *operation, const cJSON *permission)
{
    operation->asks_permission = !cJSON_IsNull(permission);
    for (const cJSON *fact = permission->child; fact; fact = fact->next) {
        const struct {
            const char *word;
            struct str *place;
        } facts[] = { { "action", &operation->action },      { "resource", &operation->resource },
                      { "said", &operation->said },          { "passes", &operation->passes },
                      { "passedTo", &operation->passed_to }, { "when", &operation->when },
                      { "then", &operation->then } };
        size_t i = 0, count = sizeof facts / sizeof *facts;
        while (i < count && strcmp(fact->string, facts[i].word) != 0)
            i++;
        if (i == count)
            refuse_overlay("%.*s: '%s' means nothing for a permission", STR_ARG(operation->name), fact->string);
        *facts[i].place = str_of(overlay_string(fact, fact->string));
    }
    check_template(operation, operation->resource);
    check_template(operation, operation->said);
    if (operation->passes.at && (!has_path(operation->input, operation->passes) || !operation->passed_to.at))
        refuse_overlay("%.*s: 'passes' needs a member of the input, and 'passedTo'", STR_ARG(operation->name));
    if (operation->when.at && (!has_member(operation->input, operation->when) || !operation->then.at))
        refuse_overlay("%.*s: 'when' needs a member of the input, and 'then'", STR_ARG(operation->name));
}

static void overlay_operation(const cJSON *entry)
{
    struct operation_source *operation = map_get(run.operations, str_of(entry->string));
    if (!operation)
        refuse_overlay("there is no operation '%s'", entry->string);
    for (const cJSON *fact = entry->child; fact; fact = fact->next) {
        if (!strcmp(fact->string, "permission"))
            overlay_permission(operation, fact);
        else if (!strcmp(fact->string, "readsOnly"))
            operation->reads_only = overlay_bool(fact, fact->string);
        else if (!strcmp(fact->string, "endsThings"))
            operation->ends_things = overlay_bool(fact, fact->string);
        else if (!strcmp(fact->string, "bodyLimit") && json_is_integer(fact))
            operation->body_limit = json_to_int64(fact);
        else if (!strcmp(fact->string, "answerRoot"))
            operation->answer_root = str_of(overlay_string(fact, fact->string));
        else
            refuse_overlay("%s: '%s' means nothing for an operation", entry->string, fact->string);
    }
}

static const cJSON *parse_overlay(struct str text)
{
    struct json_error why;
    const cJSON *overlay = json_parse_in(run.arena, text, &why);
    if (!overlay)
        refuse_overlay("line %zu: %s", why.line, why.why);
    if (!cJSON_IsObject(overlay))
        refuse_overlay("no object");
    return overlay;
}

struct str modelc_further(struct str overlay)
{
    const cJSON *line;
    struct buf lines = BUF_EMPTY;
    cJSON_ArrayForEach(line, json_get(parse_overlay(overlay), "further"))
        buf_printf(&lines, "%s\n", overlay_string(line, "further"));
    struct str kept = arena_str(run.arena, buf_str(&lines));
    buf_release(&lines);
    return kept;
}

void modelc_read_overlay(struct str text)
{
    static const struct {
        const char *word;
        void (*apply)(const cJSON *entry);
    } sections[] = { { "enums", overlay_enum },
                     { "errors", overlay_error },
                     { "constraints", overlay_constraint },
                     { "operations", overlay_operation } };
    const cJSON *overlay = parse_overlay(text);
    for (const cJSON *fact = overlay->child; fact; fact = fact->next) {
        size_t i = 0, count = sizeof sections / sizeof *sections;
        while (i < count && strcmp(fact->string, sections[i].word) != 0)
            i++;
        if (i < count) {
            for (const cJSON *entry = fact->child; entry; entry = entry->next)
                sections[i].apply(entry);
        } else if (!strcmp(fact->string, "exceptionName")) {
            run.exception_name = str_of(overlay_string(fact, fact->string));
        } else if (!strcmp(fact->string, "further")) {
            continue; /* read before, with the model */
        } else if (!strcmp(fact->string, "iamPrefix")) {
            run.iam_prefix = str_of(overlay_string(fact, fact->string));
        } else if (!strcmp(fact->string, "global")) {
            run.global = overlay_bool(fact, fact->string);
        } else if (!strcmp(fact->string, "validation")) {
            run.validation = overlay_shape(overlay_string(fact, fact->string));
            if (!run.validation->is_error)
                refuse_overlay("'%s' is no error", fact->valuestring);
        } else {
            refuse_overlay("'%s' means nothing here", fact->string);
        }
    }
}
