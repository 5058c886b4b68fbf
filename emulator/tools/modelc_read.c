#include "tools/modelc.h"

#include <ctype.h>
#include <stdlib.h>

/* TRUST section 3: a JSON, Query or XML body unless the overlay says more. */
#define BODY_LIMIT (2 * 1024 * 1024)

/* ---- reading lines ---- */

struct words {
    struct str rest;
};

static bool word_next(struct words *words, struct str *ret_word)
{
    if (!words->rest.length)
        return false;
    *ret_word = str_cut(words->rest, ' ', &words->rest);
    if (!ret_word->length)
        refuse_at(run.line, "two spaces where one parts words");
    return true;
}

static struct str word_needed(struct words *words, const char *what)
{
    struct str word;
    if (!word_next(words, &word))
        refuse_at(run.line, "%s is missing", what);
    return word;
}

static void check_name(struct str name, int line)
{
    for (size_t i = 0; i < name.length; i++) {
        if (!isalnum((unsigned char)name.at[i]) && name.at[i] != '_')
            refuse_at(line, "'%.*s' cannot be a name", STR_ARG(name));
    }
}

static struct str name_needed(struct words *words, const char *what)
{
    struct str name = word_needed(words, what);
    check_name(name, run.line);
    return name;
}

static struct str rest_needed(struct words *words, const char *what)
{
    if (!words->rest.length)
        refuse_at(run.line, "%s is missing", what);
    struct str rest = words->rest;
    words->rest = STR_NONE;
    return rest;
}

static int status_needed(struct words *words)
{
    int64_t status;
    struct str word = word_needed(words, "a status");
    if (!str_to_int64(word, &status) || status < 100 || status > 599)
        refuse_at(run.line, "'%.*s' is no status", STR_ARG(word));
    return (int)status;
}

static void *array_add(void *array, size_t *count, size_t size)
{
    /* Doubles at powers of two; arenas do not give back, and models are small. */
    if ((*count & (*count - 1)) == 0) {
        char *grown = arena_alloc(run.arena, size * (*count ? *count * 2 : 1));
        if (*count)
            memcpy(grown, array, size * *count);
        array = grown;
    }
    ++*count;
    return array;
}

static bool read_bound(struct str word, double *ret_bound)
{
    char *text = arena_copy(run.arena, word), *end;
    *ret_bound = strtod(text, &end);
    if (end == text || *end)
        refuse_at(run.line, "'%s' is no limit", text);
    return true;
}

static bool read_range(struct str word, struct range *ret_range)
{
    size_t dots = str_find(word, STR(".."));
    if (dots == SIZE_MAX)
        return false;
    struct str low = str_first(word, dots), high = str_from(word, dots + 2);
    if (!low.length && !high.length)
        refuse_at(run.line, "a range without limits");
    ret_range->has_min = low.length && read_bound(low, &ret_range->min);
    ret_range->has_max = high.length && read_bound(high, &ret_range->max);
    if (ret_range->has_min && ret_range->has_max && ret_range->min > ret_range->max)
        refuse_at(run.line, "'%.*s' is empty", STR_ARG(word));
    return true;
}

/* ---- service lines ---- */

static void read_protocol(struct words *words)
{
    static const struct {
        const char *word;
        enum protocol protocol;
        bool versioned;
    } protocols[] = { { "json", PROTOCOL_JSON, true },
                      { "query", PROTOCOL_QUERY, false },
                      { "rest-json", PROTOCOL_REST_JSON, true },
                      { "rest-xml", PROTOCOL_REST_XML, false } };
    run.protocol_word = word_needed(words, "a protocol");
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        if (!str_is(run.protocol_word, protocols[i].word))
            continue;
        run.protocol = protocols[i].protocol;
        if (protocols[i].versioned)
            word_next(words, &run.json_version);
        return;
    }
    refuse_at(run.line, "'%.*s' is no protocol", STR_ARG(run.protocol_word));
}

static bool read_service_line(struct str keyword, struct words *words)
{
    const struct {
        const char *word;
        struct str *place;
    } facts[] = { { "service", &run.service },
                  { "sdk-id", &run.sdk_id },
                  { "full-name", &run.full_name },
                  { "api-version", &run.api_version },
                  { "endpoint-prefix", &run.endpoint_prefix },
                  { "signing-name", &run.signing_name },
                  { "target-prefix", &run.target_prefix },
                  { "xml-namespace", &run.xml_namespace } };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        if (!str_is(keyword, facts[i].word))
            continue;
        if (facts[i].place->at)
            refuse_at(run.line, "'%s' is said twice", facts[i].word);
        *facts[i].place = rest_needed(words, facts[i].word);
        return true;
    }
    if (!str_is(keyword, "protocol"))
        return false;
    if (run.protocol_word.at)
        refuse_at(run.line, "'protocol' is said twice");
    read_protocol(words);
    return true;
}

/* ---- operations ---- */

static struct operation_source *new_operation(struct words *words)
{
    struct operation_source *operation = ARENA_NEW(run.arena, struct operation_source);
    *operation = (struct operation_source){ .name = name_needed(words, "the operation's name"),
                                            .method = STR("POST"),
                                            .uri = STR("/"),
                                            .status = 200,
                                            .line = run.line,
                                            .asks_permission = true,
                                            .resource = STR("*"),
                                            .body_limit = BODY_LIMIT };
    if (map_put(run.operations, operation->name, operation))
        refuse_at(run.line, "operation '%.*s' comes twice", STR_ARG(operation->name));
    return operation;
}

static void read_operation_line(struct operation_source *operation, struct words *words)
{
    struct str keyword = word_needed(words, "a word"), error;
    if (str_is(keyword, "http")) {
        operation->method = word_needed(words, "a method");
        operation->uri = word_needed(words, "a URI");
        operation->status = status_needed(words);
    } else if (str_is(keyword, "host")) {
        operation->host = word_needed(words, "a host prefix");
    } else if (str_is(keyword, "input")) {
        operation->input_name = name_needed(words, "a shape");
    } else if (str_is(keyword, "output")) {
        operation->output_name = name_needed(words, "a shape");
    } else if (str_is(keyword, "wrapper")) {
        operation->wrapper = word_needed(words, "a wrapper");
    } else if (str_is(keyword, "checksum")) {
        operation->checksum = true;
    } else if (str_is(keyword, "deprecated")) {
        operation->deprecated = true;
    } else if (str_is(keyword, "errors")) {
        while (word_next(words, &error)) {
            operation->errors = array_add(operation->errors, &operation->error_count, sizeof *operation->errors);
            operation->errors[operation->error_count - 1] = error;
        }
    } else {
        refuse_at(run.line, "an operation has no '%.*s'", STR_ARG(keyword));
    }
}

/* ---- shapes ---- */

static const struct shape_word {
    const char *word;
    enum shape_kind kind;
    bool ranged;
} shape_words[] = {
    { "structure", SHAPE_STRUCTURE, false },
    { "error", SHAPE_STRUCTURE, false },
    { "list", SHAPE_LIST, true },
    { "map", SHAPE_MAP, true },
    { "string", SHAPE_STRING, true },
    { "enum", SHAPE_STRING, true },
    { "blob", SHAPE_BLOB, true },
    { "boolean", SHAPE_BOOLEAN, false },
    { "integer", SHAPE_INTEGER, true },
    { "long", SHAPE_LONG, true },
    { "float", SHAPE_FLOAT, true },
    { "double", SHAPE_DOUBLE, true },
    { "timestamp", SHAPE_TIMESTAMP, false },
    { "document", SHAPE_DOCUMENT, false },
};

static const struct shape_word *shape_word(struct str keyword)
{
    for (size_t i = 0; i < sizeof shape_words / sizeof *shape_words; i++) {
        if (str_is(keyword, shape_words[i].word))
            return &shape_words[i];
    }
    return NULL;
}

static bool read_timestamp_word(struct shape_source *shape, struct str word)
{
    static const char *const formats[] = {
        [TIMESTAMP_EPOCH] = "epoch", [TIMESTAMP_ISO] = "iso", [TIMESTAMP_HTTP] = "http"
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (!str_is(word, formats[i]))
            continue;
        shape->timestamp = (enum timestamp_format)i;
        return shape->timestamp_said = true;
    }
    return false;
}

static bool read_error_word(struct shape_source *shape, struct str word, struct words *words)
{
    if (str_is(word, "code"))
        shape->code = word_needed(words, "a code");
    else if (str_is(word, "status"))
        shape->status = status_needed(words);
    else
        return false;
    return true;
}

static bool read_container_word(struct shape_source *shape, struct str word, struct words *words)
{
    bool map = shape->kind == SHAPE_MAP;
    if (str_is(word, "flattened"))
        shape->flattened = true;
    else if (!map && str_is(word, "member"))
        shape->element_wire = word_needed(words, "a wire name");
    else if (map && str_is(word, "key"))
        shape->key_wire = word_needed(words, "a wire name");
    else if (map && str_is(word, "value"))
        shape->value_wire = word_needed(words, "a wire name");
    else
        return false;
    return true;
}

static bool read_shape_word(struct shape_source *shape, bool ranged, struct str word, struct words *words)
{
    if (str_is(word, "sensitive"))
        return shape->sensitive = true;
    if (ranged && read_range(word, &shape->range))
        return true;
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        if (shape->is_error)
            return read_error_word(shape, word, words);
        return str_is(word, "union") && (shape->union_of = true);
    case SHAPE_LIST:
    case SHAPE_MAP:
        return read_container_word(shape, word, words);
    case SHAPE_STRING:
        if (!str_is(word, "pattern"))
            return false;
        shape->pattern = rest_needed(words, "the pattern");
        return true;
    case SHAPE_TIMESTAMP:
        return read_timestamp_word(shape, word);
    default:
        return false;
    }
}

static struct shape_source *new_shape(struct str keyword, const struct shape_word *kind, struct words *words)
{
    struct shape_source *shape = ARENA_NEW(run.arena, struct shape_source);
    struct str name = name_needed(words, "the shape's name"), word;
    *shape = (struct shape_source){ .name = name,
                                    .label = name,
                                    .kind = kind->kind,
                                    .line = run.line,
                                    .is_error = str_is(keyword, "error"),
                                    .is_enum = str_is(keyword, "enum"),
                                    .element_wire = STR("member"),
                                    .key_wire = STR("key"),
                                    .value_wire = STR("value"),
                                    .code = name,
                                    .status = 400 };
    if (map_put(run.shapes, name, shape))
        refuse_at(run.line, "shape '%.*s' comes twice", STR_ARG(name));
    if (shape->kind == SHAPE_MAP)
        shape->key_name = name_needed(words, "the key's shape");
    if (shape->kind == SHAPE_MAP || shape->kind == SHAPE_LIST)
        shape->element_name = name_needed(words, "the element's shape");
    while (word_next(words, &word)) {
        if (!read_shape_word(shape, kind->ranged, word, words))
            refuse_at(run.line, "'%.*s' means nothing for a %.*s", STR_ARG(word), STR_ARG(keyword));
    }
    return shape;
}

static bool read_place(struct member_source *member, struct str word, struct words *words)
{
    static const struct {
        const char *word;
        enum location location;
        bool named;
    } places[] = { { "wire", LOCATION_BODY, true },       { "header", LOCATION_HEADER, true },
                   { "headers", LOCATION_HEADERS, true }, { "uri", LOCATION_URI, true },
                   { "query", LOCATION_QUERY, true },     { "status", LOCATION_STATUS, false },
                   { "payload", LOCATION_PAYLOAD, false } };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!str_is(word, places[i].word))
            continue;
        if (places[i].location != LOCATION_BODY)
            member->location = places[i].location;
        if (places[i].named)
            member->wire = word_needed(words, "a wire name");
        return true;
    }
    return false;
}

static void read_member_line(struct shape_source *shape, struct words *words)
{
    struct member_source member = { .name = word_needed(words, "the member's name") };
    member.wire = member.name;
    member.shape_name = name_needed(words, "the member's shape");
    for (size_t i = 0; i < shape->member_count; i++) {
        if (str_equal(shape->members[i].name, member.name))
            refuse_at(run.line, "member '%.*s' comes twice", STR_ARG(member.name));
    }
    const struct {
        const char *word;
        bool *flag;
    } flags[] = { { "required", &member.required },   { "token", &member.token },
                  { "sensitive", &member.sensitive }, { "flattened", &member.flattened },
                  { "attribute", &member.attribute }, { "streaming", &member.streaming } };
    struct str word;
    while (word_next(words, &word)) {
        size_t i = 0, count = sizeof flags / sizeof *flags;
        while (i < count && !str_is(word, flags[i].word))
            i++;
        if (i < count)
            *flags[i].flag = true;
        else if (!read_place(&member, word, words))
            refuse_at(run.line, "'%.*s' means nothing for a member", STR_ARG(word));
    }
    shape->members = array_add(shape->members, &shape->member_count, sizeof *shape->members);
    shape->members[shape->member_count - 1] = member;
}

static void read_shape_line(struct shape_source *shape, struct words *words)
{
    if (shape->kind == SHAPE_STRUCTURE) {
        read_member_line(shape, words);
        return;
    }
    if (!shape->is_enum)
        refuse_at(run.line, "'%.*s' has no lines of its own", STR_ARG(shape->name));
    shape->values = array_add(shape->values, &shape->value_count, sizeof *shape->values);
    shape->values[shape->value_count - 1] = rest_needed(words, "a value");
}

/* ---- the whole model ---- */

/* What lines that begin with two spaces belong to: one of the two, or neither. */
struct block {
    struct operation_source *operation;
    struct shape_source *shape;
};

static struct block begin_block(struct words *words)
{
    struct block block = { 0 };
    struct str keyword = word_needed(words, "a word");
    const struct shape_word *kind = shape_word(keyword);
    if (kind)
        block.shape = new_shape(keyword, kind, words);
    else if (str_is(keyword, "operation"))
        block.operation = new_operation(words);
    else if (!read_service_line(keyword, words))
        refuse_at(run.line, "'%.*s' is no keyword", STR_ARG(keyword));
    return block;
}

static void continue_block(const struct block *block, struct words *words)
{
    if (block->operation)
        read_operation_line(block->operation, words);
    else if (block->shape)
        read_shape_line(block->shape, words);
    else
        refuse_at(run.line, "nothing above that this line could belong to");
}

static void read_lines(struct str text)
{
    struct block block = { 0 };
    while (text.length) {
        struct str line = str_cut(text, '\n', &text);
        run.line++;
        if (!line.length || line.at[0] == '#')
            continue;
        if (line.at[line.length - 1] == ' ' || str_find_byte(line, '\t') != SIZE_MAX ||
            str_find_byte(line, '\r') != SIZE_MAX || !str_is_utf8(line))
            refuse_at(run.line, "a blank at the end, a tab, a carriage return or bad UTF-8");
        struct words words = { line };
        if (str_starts(line, STR("  "))) {
            words.rest = str_from(line, 2);
            continue_block(&block, &words);
        } else {
            block = begin_block(&words);
        }
        if (words.rest.length)
            refuse_at(run.line, "'%.*s' is left over", STR_ARG(words.rest));
    }
}

static struct shape_source *shape_needed(struct str name, int line)
{
    struct shape_source *shape = map_get(run.shapes, name);
    if (!shape)
        refuse_at(line, "there is no shape '%.*s'", STR_ARG(name));
    return shape;
}

static struct shape_source *structure_needed(struct str name, int line)
{
    if (!name.at)
        return NULL;
    struct shape_source *shape = shape_needed(name, line);
    if (shape->kind != SHAPE_STRUCTURE || shape->is_error)
        refuse_at(line, "'%.*s' is no structure", STR_ARG(name));
    return shape;
}

static void link_shape(struct shape_source *shape)
{
    for (size_t i = 0; i < shape->member_count; i++)
        shape->members[i].shape = shape_needed(shape->members[i].shape_name, shape->line + 1 + (int)i);
    if (shape->element_name.at)
        shape->element = shape_needed(shape->element_name, shape->line);
    if (shape->key_name.at)
        shape->key = shape_needed(shape->key_name, shape->line);
    if (shape->is_enum && !shape->value_count)
        refuse_at(shape->line, "enum '%.*s' has no values", STR_ARG(shape->name));
    if (shape->kind == SHAPE_TIMESTAMP && !shape->timestamp_said)
        shape->timestamp = run.protocol == PROTOCOL_JSON || run.protocol == PROTOCOL_REST_JSON ? TIMESTAMP_EPOCH
                                                                                               : TIMESTAMP_ISO;
    if (run.protocol == PROTOCOL_REST_XML && shape->timestamp == TIMESTAMP_ISO) /* S3 prints ".000Z" everywhere */
        shape->timestamp = TIMESTAMP_ISO_MILLIS;
}

static bool starts_with_any(struct str name, const char *const *prefixes)
{
    for (; *prefixes; prefixes++) {
        if (str_starts(name, str_of(*prefixes)))
            return true;
    }
    return false;
}

static void link_operation(struct operation_source *operation)
{
    static const char *const reading[] = { "Describe", "List",     "Get",    "Head",  "BatchGet", "Validate", "Test",
                                           "Search",   "Simulate", "Lookup", "Query", "Filter",   "Decode",   NULL };
    static const char *const ending[] = { "Delete", "Stop",  "Untag",       "Detach", "Remove",     "Deregister",
                                          "Cancel", "Abort", "BatchDelete", "Revoke", "Deactivate", NULL };
    operation->input = structure_needed(operation->input_name, operation->line);
    operation->output = structure_needed(operation->output_name, operation->line);
    for (size_t i = 0; i < operation->error_count; i++) {
        if (!shape_needed(operation->errors[i], operation->line)->is_error)
            refuse_at(operation->line, "'%.*s' is no error", STR_ARG(operation->errors[i]));
    }
    if (run.protocol == PROTOCOL_QUERY && operation->output && !operation->wrapper.at)
        operation->wrapper = str_of(arena_printf(run.arena, "%.*sResult", STR_ARG(operation->name)));
    operation->reads_only = starts_with_any(operation->name, reading);
    operation->ends_things = starts_with_any(operation->name, ending);
}

static void link_model(void)
{
    const struct {
        const char *word;
        struct str fact;
    } needed[] = { { "service", run.service },          { "sdk-id", run.sdk_id },
                   { "full-name", run.full_name },      { "protocol", run.protocol_word },
                   { "api-version", run.api_version },  { "endpoint-prefix", run.endpoint_prefix },
                   { "signing-name", run.signing_name } };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (!needed[i].fact.at)
            refuse_at(run.line, "'%s' is never said", needed[i].word);
    }
    check_name(run.service, 1);
    run.exception_name = run.sdk_id;
    run.iam_prefix = run.signing_name;
    for (struct map_entry *entry = map_first(run.shapes); entry; entry = map_next(entry))
        link_shape(map_value(entry));
    for (struct map_entry *entry = map_first(run.operations); entry; entry = map_next(entry))
        link_operation(map_value(entry));
}

void modelc_read(struct str model)
{
    read_lines(model);
    link_model();
}

/* ---- what is reached ---- */

/* Timestamps outside the body have forms of their own: headers HTTP's, URIs and queries ISO 8601. */
static void settle_timestamp(struct shape_source *structure, struct member_source *member)
{
    if (member->shape->kind != SHAPE_TIMESTAMP || member->shape->timestamp_said)
        return;
    bool header = member->location == LOCATION_HEADER;
    if (!header && member->location != LOCATION_URI && member->location != LOCATION_QUERY)
        return;
    member_shape(structure, member)->timestamp = header ? TIMESTAMP_HTTP : TIMESTAMP_ISO;
}

static void reach(struct shape_source *shape)
{
    if (!shape || shape->reachable)
        return;
    shape->reachable = true;
    if (shape->pattern.at && !map_get(run.patterns, shape->pattern)) {
        struct pattern *compiled = pattern_compile(shape->pattern);
        if (!compiled)
            refuse_at(shape->line, "PCRE2 refuses the pattern of '%.*s'", STR_ARG(shape->name));
        pattern_free(compiled);
        map_put(run.patterns, shape->pattern, (void *)(uintptr_t)(map_count(run.patterns) + 1));
    }
    if (shape->pattern.at)
        shape->pattern_slot = (size_t)(uintptr_t)map_get(run.patterns, shape->pattern) - 1;
    for (size_t i = 0; i < shape->member_count; i++) {
        settle_timestamp(shape, &shape->members[i]);
        reach(shape->members[i].shape);
    }
    reach(shape->element);
    reach(shape->key);
}

void modelc_reach(void)
{
    for (struct map_entry *entry = map_first(run.operations); entry; entry = map_next(entry)) {
        const struct operation_source *operation = map_value(entry);
        reach(operation->input);
        reach(operation->output);
    }
}
