#include "services/stepfunctions/asl/reader.h"

#include <inttypes.h>

/* ---- plain values ---- */

bool option_string(struct draft *draft, const struct spot *spot, const cJSON *value, const char **ret_text)
{
    if (!cJSON_IsString(value)) {
        diagnose(&draft->reader->schema, spot, "Expected value of type String");
        return false;
    }
    *ret_text = value->valuestring;
    return true;
}

bool option_integer(struct draft *draft, const struct spot *spot, const cJSON *value, int64_t least, int64_t most,
                    int64_t *ret_number)
{
    if (!cJSON_IsNumber(value) || !json_is_integer(value)) {
        diagnose(&draft->reader->schema, spot, "Expected value of type Integer");
        return false;
    }
    int64_t number = json_to_int64(value);
    if (number < least || number > most) {
        diagnose(&draft->reader->schema, spot, "Value must be between %" PRId64 " and %" PRId64, least, most);
        return false;
    }
    *ret_number = number;
    return true;
}

bool option_array(struct draft *draft, const struct spot *spot, const cJSON *value, bool may_be_empty)
{
    if (!cJSON_IsArray(value)) {
        diagnose(&draft->reader->schema, spot, "Expected value of type Array");
        return false;
    }
    if (value->child || may_be_empty)
        return true;
    diagnose(&draft->reader->schema, spot, "Value cannot be empty");
    return false;
}

/* "The field 'Type' should have one of these values: [Task, Wait, …]", in the order of the list. */
const char *option_word(struct draft *draft, const struct spot *spot, const cJSON *value, const char *const *words)
{
    struct buf list = BUF_EMPTY;
    const char *found = NULL;
    for (; *words && !found; words++) {
        if (cJSON_IsString(value) && strcmp(value->valuestring, *words) == 0)
            found = *words;
        buf_add_text(&list, list.length ? ", " : "");
        buf_add_text(&list, *words);
    }
    if (!found)
        diagnose(&draft->reader->schema, spot, "The field '%s' should have one of these values: [%.*s]", spot->name,
                 STR_ARG(buf_str(&list)));
    buf_release(&list);
    return found;
}

/* ---- JSONata ---- */

bool option_is_expression(struct draft *draft, const cJSON *value)
{
    return draft->jsonata && query_is_expression(value);
}

static void note_variable(struct str name, void *data);

static void refuse_query(void *data, const char *code, const char *place, const char *message)
{
    struct draft *draft = data;
    char *tail = arena_printf(draft->reader->schema.arena, "/%s", place);
    diagnose_at(&draft->reader->schema, code, draft->spot, tail, message);
}

const struct query *option_query(struct draft *draft, const struct spot *spot, const cJSON *value, unsigned offers)
{
    struct arena *arena = draft->reader->arena;
    const struct query_reader reader = {
        .arena = arena, .offers = offers, .refuse = refuse_query, .note = note_variable, .data = draft
    };
    return query_compile(&reader, value, spot_within(arena, spot, draft->spot));
}

/* ---- variables that are read ---- */

static void note_variable(struct str name, void *data)
{
    struct draft *draft = data;
    struct arena *arena = draft->reader->arena;
    if (!draft->variables) {
        draft->variables = map_new();
        draft->variable_list = value_array(arena);
    }
    if (map_get(draft->variables, name))
        return;
    map_put(draft->variables, name, draft);
    value_append(draft->variable_list, value_string(arena, arena_str(arena, name)));
}

void option_note_path(const struct path *path, void *data)
{
    if (path_root(path) == PATH_VARIABLE)
        note_variable(path_variable(path), data);
}

/* ---- paths ---- */

const struct path *option_reference(struct draft *draft, const struct spot *spot, const cJSON *value)
{
    const char *text;
    char *why;
    if (!option_string(draft, spot, value, &text))
        return NULL;
    const struct path *path = path_compile_choice(draft->reader->arena, str_of(text), &why);
    if (path)
        option_note_path(path, draft);
    else
        diagnose_at(&draft->reader->schema, SCHEMA_VALIDATION_FAILED, spot, "", why);
    return path;
}

void option_place(struct draft *draft, const struct spot *spot, const cJSON *value, struct place_option *ret_place)
{
    const char *text;
    char *why;
    ret_place->is_null = cJSON_IsNull(value);
    if (ret_place->is_null || !option_string(draft, spot, value, &text))
        return;
    ret_place->path = path_compile(draft->reader->arena, str_of(text), &why);
    if (ret_place->path)
        option_note_path(ret_place->path, draft);
    else
        diagnose(&draft->reader->schema, spot, "Value must be a valid JSONPath.");
}

void option_result_place(struct draft *draft, const struct spot *spot, const cJSON *value,
                         struct place_option *ret_place)
{
    const char *text;
    char *why;
    ret_place->is_null = cJSON_IsNull(value);
    if (ret_place->is_null || !option_string(draft, spot, value, &text))
        return;
    ret_place->path = path_compile_reference(draft->reader->arena, str_of(text), &why);
    if (!ret_place->path)
        diagnose_at(&draft->reader->schema, SCHEMA_VALIDATION_FAILED, spot, "", why);
}

void option_text_path(struct draft *draft, const struct spot *spot, const cJSON *value, struct text_option *ret_option)
{
    const char *text;
    char *why;
    struct arena *arena = draft->reader->arena;
    if (!option_string(draft, spot, value, &text))
        return;
    if (text[0] == '$' && (ret_option->path = path_compile(arena, str_of(text), &why))) {
        option_note_path(ret_option->path, draft);
        return;
    }
    ret_option->intrinsic = intrinsic_compile(arena, str_of(text), &why);
    if (ret_option->intrinsic)
        intrinsic_each_path(ret_option->intrinsic, option_note_path, draft);
    else
        diagnose(&draft->reader->schema, spot, "Value must be a valid JSONPath or a valid intrinsic function call");
}

/* ---- numbers ---- */

void option_count(struct draft *draft, const struct spot *spot, const cJSON *value, int64_t least, int64_t most,
                  struct number_option *ret_option)
{
    if (option_is_expression(draft, value)) {
        ret_option->query = option_query(draft, spot, value, 0);
        return;
    }
    if (!option_integer(draft, spot, value, least, most, &ret_option->number))
        return;
    ret_option->given = true;
    ret_option->real = (double)ret_option->number;
}

void option_count_path(struct draft *draft, const struct spot *spot, const cJSON *value,
                       struct number_option *ret_option)
{
    ret_option->path = option_reference(draft, spot, value);
}

/* ---- templates ---- */

const struct template *option_template(struct draft *draft, const struct spot *spot, const cJSON *value)
{
    struct template_error error;
    if (!fields_of_object(&draft->reader->schema, spot, value))
        return NULL;
    warn_of_paths(draft, spot, value, "NO_DOLLAR");
    const struct template *template = template_compile(draft->reader->arena, value, &error);
    if (template)
        template_each_path(template, option_note_path, draft);
    else
        diagnose_at(&draft->reader->schema, SCHEMA_VALIDATION_FAILED, spot, error.location, error.message);
    return template;
}

void option_payload(struct draft *draft, const struct spot *spot, const cJSON *value, unsigned offers,
                    struct payload_option *ret_option)
{
    if (draft->jsonata)
        ret_option->query = option_query(draft, spot, value, offers);
    else
        ret_option->template = option_template(draft, spot, value);
}

#define VARIABLE_NAME_MOST 80 /* characters; "Passing data between states with variables" of the developer guide */

/* A letter first, then letters, digits and '_'; Unicode's letters too (UAX 31), which are let through as they are.
 * "states" is the name of JSONata's own variable. */
static bool is_variable_name(struct str name)
{
    if (name.length == 0 || str_count_code_points(name) > VARIABLE_NAME_MOST || str_is(name, "states"))
        return false;
    for (size_t i = 0; i < name.length; i++) {
        unsigned char c = (unsigned char)name.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        bool inner = (c >= '0' && c <= '9') || c == '_';
        if (!letter && (i == 0 || !inner))
            return false;
    }
    return true;
}

void option_assign(struct draft *draft, const struct spot *spot, const cJSON *value, unsigned offers,
                   struct payload_option *ret_option)
{
    const cJSON *member;
    if (!fields_of_object(&draft->reader->schema, spot, value))
        return;
    cJSON_ArrayForEach(member, value)
    {
        struct str name = str_of(member->string);
        if (!draft->jsonata && str_ends(name, STR(".$")))
            name = str_first(name, name.length - 2);
        if (!is_variable_name(name))
            diagnose(&draft->reader->schema, spot, "The variable name '%.*s' is not valid", STR_ARG(name));
    }
    option_payload(draft, spot, value, offers, ret_option);
}
