#include "tools/modelc.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A C string literal, or NULL. */
static const char *quoted(struct str text)
{
    if (!text.at)
        return "NULL";
    struct buf out = BUF_EMPTY;
    buf_add_byte(&out, '"');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        if (byte == '"' || byte == '\\')
            buf_printf(&out, "\\%c", byte);
        else if (byte < ' ' || byte > '~')
            buf_printf(&out, "\\%03o", byte);
        else
            buf_add_byte(&out, (char)byte);
    }
    buf_add_byte(&out, '"');
    char *kept = arena_copy(run.arena, buf_str(&out));
    buf_release(&out);
    return kept;
}

/* "ListMFADevices" is LIST_MFA_DEVICES, "ListObjectsV2" LIST_OBJECTS_V2. */
static char *upper_snake(struct str name)
{
    char *out = arena_alloc(run.arena, 2 * name.length + 1), *to = out;
    for (size_t i = 0; i < name.length; i++) {
        unsigned char c = (unsigned char)name.at[i];
        bool begins = i && isupper(c) &&
                      (!isupper((unsigned char)name.at[i - 1]) ||
                       (i + 1 < name.length && islower((unsigned char)name.at[i + 1])));
        if (begins && to[-1] != '_')
            *to++ = '_';
        *to++ = (char)toupper(c);
    }
    return out;
}

static const char *constant(struct str name)
{
    return arena_printf(run.arena, "%s_%s", run.upper, upper_snake(name));
}

/* Two names that are one in C would only be found out far from here. */
static void check_constants(void)
{
    struct map *seen = map_new();
    map_put(seen, str_of(constant(STR("Operations"))), run.upper);
    for (struct map_entry *entry = map_first(run.operations); entry; entry = map_next(entry)) {
        const struct operation_source *operation = map_value(entry);
        if (map_put(seen, str_of(constant(operation->name)), run.upper))
            refuse_at(operation->line, "%s would be two things", constant(operation->name));
    }
    for (struct map_entry *entry = map_first(run.shapes); entry; entry = map_next(entry)) {
        const struct shape_source *shape = map_value(entry);
        if (shape->is_error && map_put(seen, str_of(constant(shape->name)), run.upper))
            refuse_at(shape->line, "%s would be two things", constant(shape->name));
    }
    map_free(seen, NULL);
}

static void write_header(struct buf *out)
{
    buf_printf(out, "/* Made by modelc; do not edit. */\n#ifndef MADE_%s_MODEL_H\n#define MADE_%s_MODEL_H\n\n",
               run.upper, run.upper);
    buf_printf(out, "#include \"aws/model.h\"\n\nenum %.*s_operation {\n", STR_ARG(run.service));
    for (struct map_entry *entry = map_first(run.operations); entry; entry = map_next(entry))
        buf_printf(out, "    %s,\n", constant(map_key(entry)));
    buf_printf(out, "    %s_OPERATIONS\n};\n\nextern const struct model %.*s_model;\n", run.upper,
               STR_ARG(run.service));
    for (struct map_entry *entry = map_first(run.shapes); entry; entry = map_next(entry)) {
        const struct shape_source *shape = map_value(entry);
        if (shape->is_error)
            buf_printf(out, "extern const struct error_kind %s;\n", constant(shape->name));
    }
    buf_printf(out, "\n#endif\n");
}

static bool has_member(const struct shape_source *shape, const char *name)
{
    for (size_t i = 0; i < shape->member_count; i++)
        if (str_is(shape->members[i].name, name))
            return true;
    return false;
}

static void write_error_kinds(struct buf *out)
{
    for (struct map_entry *entry = map_first(run.shapes); entry; entry = map_next(entry)) {
        const struct shape_source *shape = map_value(entry);
        if (shape->is_error)
            buf_printf(out, "const struct error_kind %s = { %s, %s, %d, %s, %s, %s };\n", constant(shape->name),
                       quoted(shape->code), quoted(shape->name), shape->status,
                       shape->status >= 500 ? "FAULT_RECEIVER" : "FAULT_SENDER",
                       has_member(shape, "Message") ? "true" : "false", has_member(shape, "Type") ? "true" : "false");
    }
}

static void write_flag(struct buf *out, const char *name, bool value)
{
    if (value)
        buf_printf(out, ", .%s = true", name);
}

static void write_members(struct buf *out, const struct shape_source *shape)
{
    static const char *const locations[] = {
        [LOCATION_BODY] = "LOCATION_BODY",       [LOCATION_HEADER] = "LOCATION_HEADER",
        [LOCATION_HEADERS] = "LOCATION_HEADERS", [LOCATION_URI] = "LOCATION_URI",
        [LOCATION_QUERY] = "LOCATION_QUERY",     [LOCATION_STATUS] = "LOCATION_STATUS",
        [LOCATION_PAYLOAD] = "LOCATION_PAYLOAD"
    };
    buf_printf(out, "static const struct member members_%.*s[] = {\n", STR_ARG(shape->label));
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct member_source *member = &shape->members[i];
        buf_printf(out, "    { .mark = UINT64_C(0x%llx), ", (unsigned long long)str_mark(member->name));
        if (member->location == LOCATION_HEADER)
            buf_printf(out, ".wire_mark = UINT64_C(0x%llx), ", (unsigned long long)str_mark(member->wire));
        buf_printf(out, ".name = %s, .wire = %s, .shape = &shapes[at_%.*s]", quoted(member->name), quoted(member->wire),
                   STR_ARG(member->shape->label));
        if (member->location != LOCATION_BODY)
            buf_printf(out, ", .location = %s", locations[member->location]);
        write_flag(out, "required", member->required);
        write_flag(out, "idempotency_token", member->token);
        write_flag(out, "sensitive", member->sensitive);
        write_flag(out, "flattened", member->flattened);
        write_flag(out, "xml_attribute", member->attribute);
        write_flag(out, "streaming", member->streaming);
        buf_printf(out, " },\n");
    }
    buf_printf(out, "};\n");
}

static void write_values(struct buf *out, const struct shape_source *shape)
{
    buf_printf(out, "static const char *const values_%.*s[] = {\n", STR_ARG(shape->label));
    for (size_t i = 0; i < shape->value_count; i++)
        buf_printf(out, "    %s,\n", quoted(shape->values[i]));
    buf_printf(out, "    NULL\n};\n");
}

static void write_shape(struct buf *out, const struct shape_source *shape)
{
    static const char *const kinds[] = { [SHAPE_STRUCTURE] = "SHAPE_STRUCTURE",
                                         [SHAPE_LIST] = "SHAPE_LIST",
                                         [SHAPE_MAP] = "SHAPE_MAP",
                                         [SHAPE_STRING] = "SHAPE_STRING",
                                         [SHAPE_BLOB] = "SHAPE_BLOB",
                                         [SHAPE_BOOLEAN] = "SHAPE_BOOLEAN",
                                         [SHAPE_INTEGER] = "SHAPE_INTEGER",
                                         [SHAPE_LONG] = "SHAPE_LONG",
                                         [SHAPE_FLOAT] = "SHAPE_FLOAT",
                                         [SHAPE_DOUBLE] = "SHAPE_DOUBLE",
                                         [SHAPE_TIMESTAMP] = "SHAPE_TIMESTAMP",
                                         [SHAPE_DOCUMENT] = "SHAPE_DOCUMENT" };
    static const char *const timestamps[] = { [TIMESTAMP_EPOCH] = "TIMESTAMP_EPOCH",
                                              [TIMESTAMP_ISO] = "TIMESTAMP_ISO",
                                              [TIMESTAMP_ISO_MILLIS] = "TIMESTAMP_ISO_MILLIS",
                                              [TIMESTAMP_HTTP] = "TIMESTAMP_HTTP" };
    buf_printf(out, "    [at_%.*s] = { .name = %s, .kind = %s", STR_ARG(shape->label), quoted(shape->name),
               kinds[shape->kind]);
    if (shape->range.has_min)
        buf_printf(out, ", .has_min = true, .min = %.17g", shape->range.min);
    if (shape->range.has_max)
        buf_printf(out, ", .has_max = true, .max = %.17g", shape->range.max);
    if (shape->pattern.at)
        buf_printf(out, ", .pattern = %s, .compiled = &compiled[%zu]", quoted(shape->pattern), shape->pattern_slot);
    if (shape->value_count)
        buf_printf(out, ", .values = values_%.*s", STR_ARG(shape->label));
    if (shape->member_count)
        buf_printf(out, ", .members = members_%.*s, .member_count = %zu", STR_ARG(shape->label), shape->member_count);
    if (shape->key)
        buf_printf(out, ", .key = &shapes[at_%.*s], .key_wire = %s, .value_wire = %s", STR_ARG(shape->key->label),
                   quoted(shape->key_wire), quoted(shape->value_wire));
    if (shape->element)
        buf_printf(out, ", .element = &shapes[at_%.*s]", STR_ARG(shape->element->label));
    if (shape->kind == SHAPE_LIST)
        buf_printf(out, ", .element_wire = %s", quoted(shape->element_wire));
    if (shape->kind == SHAPE_TIMESTAMP)
        buf_printf(out, ", .timestamp = %s", timestamps[shape->timestamp]);
    write_flag(out, "flattened", shape->flattened);
    write_flag(out, "sensitive", shape->sensitive);
    write_flag(out, "union_of", shape->union_of);
    buf_printf(out, " },\n");
}

static size_t write_shapes(struct buf *out)
{
    size_t count = 0;
    buf_printf(out, "enum {\n");
    for (struct map_entry *entry = map_first(run.shapes); entry; entry = map_next(entry)) {
        const struct shape_source *shape = map_value(entry);
        if (!shape->reachable)
            continue;
        buf_printf(out, "    at_%.*s,\n", STR_ARG(shape->label));
        count++;
    }
    buf_printf(out, "};\nstatic const struct shape shapes[%zu];\n", count);
    if (map_count(run.patterns))
        buf_printf(out, "static struct pattern *compiled[%zu];\n", map_count(run.patterns));
    for (struct map_entry *entry = map_first(run.shapes); entry; entry = map_next(entry)) {
        const struct shape_source *shape = map_value(entry);
        if (shape->reachable && shape->member_count)
            write_members(out, shape);
        if (shape->reachable && shape->value_count)
            write_values(out, shape);
    }
    buf_printf(out, "static const struct shape shapes[%zu] = {\n", count);
    for (struct map_entry *entry = map_first(run.shapes); entry; entry = map_next(entry)) {
        const struct shape_source *shape = map_value(entry);
        if (shape->reachable)
            write_shape(out, shape);
    }
    buf_printf(out, "};\n");
    return count;
}

static void write_operation(struct buf *out, const struct operation_source *operation)
{
    buf_printf(out,
               "    { .name = %s, .index = %s, .method = %s, .uri = %s, .success_status = %d, .body_limit = %" PRId64,
               quoted(operation->name), constant(operation->name), quoted(operation->method), quoted(operation->uri),
               operation->status, operation->body_limit);
    if (operation->input)
        buf_printf(out, ",\n      .input = &shapes[at_%.*s]", STR_ARG(operation->input->label));
    if (operation->output)
        buf_printf(out, ", .output = &shapes[at_%.*s]", STR_ARG(operation->output->label));
    buf_printf(out, ", .result_wrapper = %s, .answer_root = %s, .host_prefix = %s,\n", quoted(operation->wrapper),
               quoted(operation->answer_root), quoted(operation->host));
    buf_printf(out, "      .errors = (const struct error_kind *const[]){ ");
    for (size_t i = 0; i < operation->error_count; i++)
        buf_printf(out, "&%s, ", constant(operation->errors[i]));
    buf_printf(out, "NULL }");
    if (operation->asks_permission) {
        struct str action = operation->action;
        if (!action.at)
            action = str_of(arena_printf(run.arena, "%.*s:%.*s", STR_ARG(run.iam_prefix), STR_ARG(operation->name)));
        buf_printf(out, ",\n      .permission = { %s, %s, %s, %s, %s, %s, %s }", quoted(action),
                   quoted(operation->resource), quoted(operation->passes), quoted(operation->passed_to),
                   quoted(operation->said), quoted(operation->when), quoted(operation->then));
    }
    write_flag(out, "reads_only", operation->reads_only);
    write_flag(out, "ends_things", operation->ends_things);
    write_flag(out, "checksum_required", operation->checksum);
    write_flag(out, "deprecated", operation->deprecated);
    buf_printf(out, " },\n");
}

static void write_model(struct buf *out, size_t shape_count)
{
    static const char *const protocols[] = { [PROTOCOL_JSON] = "PROTOCOL_JSON",
                                             [PROTOCOL_QUERY] = "PROTOCOL_QUERY",
                                             [PROTOCOL_REST_JSON] = "PROTOCOL_REST_JSON",
                                             [PROTOCOL_REST_XML] = "PROTOCOL_REST_XML" };
    buf_printf(out, "static const struct operation operations[] = {\n");
    for (struct map_entry *entry = map_first(run.operations); entry; entry = map_next(entry))
        write_operation(out, map_value(entry));
    buf_printf(out, "};\nconst struct model %.*s_model = {\n", STR_ARG(run.service));
    const struct {
        const char *field;
        struct str fact;
    } facts[] = { { "name", run.service },
                  { "sdk_id", run.sdk_id },
                  { "full_name", run.full_name },
                  { "exception_name", run.exception_name },
                  { "signing_name", run.signing_name },
                  { "iam_prefix", run.iam_prefix },
                  { "endpoint_prefix", run.endpoint_prefix },
                  { "target_prefix", run.target_prefix },
                  { "json_version", run.json_version },
                  { "xml_namespace", run.xml_namespace },
                  { "api_version", run.api_version } };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        buf_printf(out, "    .%s = %s,\n", facts[i].field, quoted(facts[i].fact));
    buf_printf(out,
               "    .protocol = %s,\n    .global = %s,\n    .operations = operations,\n    .operation_count = "
               "%s_OPERATIONS,\n",
               protocols[run.protocol], run.global ? "true" : "false", run.upper);
    if (run.validation)
        buf_printf(out, "    .validation = &%s,\n", constant(run.validation->name));
    buf_printf(out, "    .shapes = shapes,\n    .shape_count = %zu,\n};\n", shape_count);
}

/* Leaves a file alone that says the same already, so that nothing is compiled again for nothing. */
static void write_file(const char *path, const struct buf *content)
{
    struct buf old;
    buf_init(&old, 0);
    FILE *file = fopen(path, "rb");
    char block[65536];
    size_t got;
    while (file && (got = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&old, block, got);
    bool same = file && str_equal(buf_str(&old), buf_str(content));
    if (file)
        fclose(file);
    buf_release(&old);
    if (same)
        return;
    file = fopen(path, "wb");
    if (!file || fwrite(content->at, 1, content->length, file) != content->length || fclose(file) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
}

void modelc_write(const char *prefix)
{
    run.upper = upper_snake(run.service);
    check_constants();
    struct buf header = BUF_EMPTY, source = BUF_EMPTY;
    const char *slash = strrchr(prefix, '/');
    write_header(&header);
    buf_printf(&source, "/* Made by modelc; do not edit. */\n#include \"%s.h\"\n\n", slash ? slash + 1 : prefix);
    write_error_kinds(&source);
    size_t shape_count = write_shapes(&source);
    write_model(&source, shape_count);
    write_file(arena_printf(run.arena, "%s.h", prefix), &header);
    write_file(arena_printf(run.arena, "%s.c", prefix), &source);
    buf_release(&header);
    buf_release(&source);
}
