#include "services/stepfunctions/asl/reader.h"

/* ItemReader, ItemBatcher and ResultWriter, by the pages of the developer guide that bear their names. Sentences that are not
 * the tables' own are ours, in AWS's shape. */

#define ITEMS_MOST 100000000 /* "You can specify a limit of up to 100,000,000 after which the Distributed Map stops" */
#define BATCH_MOST INT32_MAX

static const char *const resource_required[] = { "Resource", NULL };

/* Who reads or writes may be in any partition: "arn:aws:states:::s3:getObject". */
static bool names_action(const char *resource, const char *action)
{
    struct str text = str_of(resource);
    return str_starts(text, STR("arn:aws")) && str_ends(text, str_of(action));
}

/* ---- ItemReader ---- */

static void read_reader_resource(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct reader_option *reader = object;
    const char *text;
    if (!option_string(draft, spot, value, &text))
        return;
    reader->lists = names_action(text, ":states:::s3:listObjectsV2");
    if (!reader->lists && !names_action(text, ":states:::s3:getObject"))
        diagnose(&draft->reader->schema, spot, "The resource '%s' is not supported by ItemReader", text);
}

static void read_reader_parameters(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct reader_option *reader = object;
    option_payload(draft, spot, value, 0, &reader->parameters);
}

/* Which of the words it is, counted from 1; 0 after a finding. */
static unsigned read_word(struct draft *draft, const struct spot *spot, const cJSON *value, const char *const *words)
{
    const char *word = option_word(draft, spot, value, words);
    for (unsigned i = 0; word && words[i]; i++)
        if (words[i] == word)
            return i + 1;
    return 0;
}

static void read_input_type(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const types[] = { "CSV", "JSON", "JSONL", "PARQUET", "MANIFEST", NULL };
    struct reader_option *reader = object;
    reader->input_type = read_word(draft, spot, value, types);
}

static void read_manifest_type(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const types[] = { "ATHENA_DATA", "S3_INVENTORY", NULL };
    struct reader_option *reader = object;
    reader->manifest_type = read_word(draft, spot, value, types);
}

static void read_flatten(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const words[] = { "NONE", "LOAD_AND_FLATTEN", NULL };
    struct reader_option *reader = object;
    reader->flatten = read_word(draft, spot, value, words) == 2;
}

static void read_delimiter(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const words[] = { "COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB", NULL };
    struct reader_option *reader = object;
    unsigned which = read_word(draft, spot, value, words);
    if (which)
        reader->delimiter = ",|; \t"[which - 1];
}

static void read_header_location(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const words[] = { "FIRST_ROW", "GIVEN", NULL };
    option_word(draft, spot, value, words);
}

static void read_headers(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct reader_option *reader = object;
    const cJSON *header;
    if (!option_array(draft, spot, value, false))
        return;
    cJSON_ArrayForEach(header, value) if (!cJSON_IsString(header))
    {
        diagnose(&draft->reader->schema, spot, "Expected value of type String");
        return;
    }
    reader->csv_headers = value;
}

static void read_pointer(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct reader_option *reader = object;
    if (option_string(draft, spot, value, &reader->pointer) && reader->pointer[0] && reader->pointer[0] != '/')
        diagnose(&draft->reader->schema, spot, "Value must be a valid JSON Pointer");
}

static void read_max_items(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct reader_option *reader = object;
    option_count(draft, spot, value, 0, ITEMS_MOST, &reader->max_items);
}

static void read_max_items_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct reader_option *reader = object;
    option_count_path(draft, spot, value, &reader->max_items);
}

static const struct field config_fields[] = {
    { "InputType", 1, FIELD_ANY, read_input_type },
    { "ManifestType", 1, FIELD_ANY, read_manifest_type },
    { "Transformation", 1, FIELD_ANY, read_flatten },
    { "CSVDelimiter", 1, FIELD_ANY, read_delimiter },
    { "CSVHeaderLocation", 1, FIELD_ANY, read_header_location },
    { "CSVHeaders", 1, FIELD_ANY, read_headers },
    { "ItemsPointer", 1, FIELD_ANY, read_pointer },
    { "MaxItems", 1, FIELD_ANY, read_max_items },
    { "MaxItemsPath", 1, FIELD_JSONPATH, read_max_items_path },
    { 0 },
};

static bool is_csv(const struct reader_option *reader)
{
    return reader->input_type == INPUT_CSV && reader->manifest_type != MANIFEST_INVENTORY;
}

static void check_headers(struct draft *draft, const struct reader_option *reader, const struct spot *spot,
                          const cJSON *node)
{
    static const char *const location[] = { "CSVHeaderLocation", NULL }, *const headers[] = { "CSVHeaders", NULL };
    struct diagnostics *schema = &draft->reader->schema;
    bool given = str_is(json_str(node, "CSVHeaderLocation"), "GIVEN");
    if (is_csv(reader) && fields_require(schema, spot, node, location) && given)
        fields_require(schema, spot, node, headers);
    else if (!given && json_get(node, "CSVHeaders"))
        diagnose(schema, spot, "Field 'CSVHeaders' is only supported when 'CSVHeaderLocation' is 'GIVEN'");
}

static void read_reader_config(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const counts[] = { "MaxItems", "MaxItemsPath", NULL };
    struct reader_option *reader = object;
    struct diagnostics *schema = &draft->reader->schema;
    if (!fields_of_object(schema, spot, value))
        return;
    fields_read(draft, config_fields, 1, reader, spot, value);
    fields_exclude(schema, spot, value, counts);
    check_headers(draft, reader, spot, value);
    if (reader->manifest_type == MANIFEST_INVENTORY && json_get(value, "InputType"))
        diagnose(schema, spot, "Field 'InputType' is not supported when 'ManifestType' is 'S3_INVENTORY'");
}

static const struct field reader_fields[] = {
    { "Resource", 1, FIELD_ANY, read_reader_resource },
    { "Parameters", 1, FIELD_JSONPATH, read_reader_parameters },
    { "Arguments", 1, FIELD_JSONATA, read_reader_parameters },
    { "ReaderConfig", 1, FIELD_ANY, read_reader_config },
    { 0 },
};

void reader_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const input_type[] = { "InputType", NULL };
    struct diagnostics *schema = &draft->reader->schema;
    if (!fields_of_object(schema, spot, value))
        return;
    struct reader_option *reader = ARENA_NEW(draft->reader->arena, struct reader_option);
    reader->delimiter = ',';
    fields_require(schema, spot, value, resource_required);
    fields_read(draft, reader_fields, 1, reader, spot, value);
    if (reader->flatten) /* "When set to LOAD_AND_FLATTEN, you must also set InputType" */
        fields_require(schema, SPOT(spot, "ReaderConfig"), json_get(value, "ReaderConfig"), input_type);
    draft->state->item_reader = reader;
}

/* ---- ItemBatcher ---- */

static void read_batch_items(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct batcher_option *batcher = object;
    option_count(draft, spot, value, 1, BATCH_MOST, &batcher->items);
}

static void read_batch_items_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct batcher_option *batcher = object;
    option_count_path(draft, spot, value, &batcher->items);
}

/* A child's input is at most 256 KiB. */
static void read_batch_bytes(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct batcher_option *batcher = object;
    option_count(draft, spot, value, 1, 262144, &batcher->bytes);
}

static void read_batch_bytes_path(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct batcher_option *batcher = object;
    option_count_path(draft, spot, value, &batcher->bytes);
}

static void read_batch_input(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct batcher_option *batcher = object;
    option_payload(draft, spot, value, 0, &batcher->input);
}

static const struct field batcher_fields[] = {
    { "MaxItemsPerBatch", 1, FIELD_ANY, read_batch_items },
    { "MaxItemsPerBatchPath", 1, FIELD_JSONPATH, read_batch_items_path },
    { "MaxInputBytesPerBatch", 1, FIELD_ANY, read_batch_bytes },
    { "MaxInputBytesPerBatchPath", 1, FIELD_JSONPATH, read_batch_bytes_path },
    { "BatchInput", 1, FIELD_ANY, read_batch_input },
    { 0 },
};

void batcher_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const items[] = { "MaxItemsPerBatch", "MaxItemsPerBatchPath", NULL };
    static const char *const bytes[] = { "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath", NULL };
    struct diagnostics *schema = &draft->reader->schema;
    if (!fields_of_object(schema, spot, value))
        return;
    struct batcher_option *batcher = ARENA_NEW(draft->reader->arena, struct batcher_option);
    fields_read(draft, batcher_fields, 1, batcher, spot, value);
    fields_exclude(schema, spot, value, items);
    fields_exclude(schema, spot, value, bytes);
    if (fields_count(value, items) + fields_count(value, bytes) == 0)
        diagnose(schema, spot,
                 "At least one of these fields is required: [MaxItemsPerBatch, MaxItemsPerBatchPath, "
                 "MaxInputBytesPerBatch, MaxInputBytesPerBatchPath]");
    draft->state->item_batcher = batcher;
}

/* ---- ResultWriter ---- */

static void read_writer_resource(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct writer_option *writer = object;
    const char *text;
    if (!option_string(draft, spot, value, &text))
        return;
    writer->exports = names_action(text, ":states:::s3:putObject");
    if (!writer->exports)
        diagnose(&draft->reader->schema, spot, "The resource '%s' is not supported by ResultWriter", text);
}

static void read_writer_parameters(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    struct writer_option *writer = object;
    option_payload(draft, spot, value, 0, &writer->parameters);
}

static void read_transformation(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const words[] = { "NONE", "COMPACT", "FLATTEN", NULL };
    struct writer_option *writer = object;
    unsigned which = read_word(draft, spot, value, words);
    writer->transformation = which ? which - 1 : TRANSFORM_NONE;
}

static void read_output_type(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const words[] = { "JSON", "JSONL", NULL };
    struct writer_option *writer = object;
    writer->lines = read_word(draft, spot, value, words) == 2;
}

static const struct field format_fields[] = {
    { "Transformation", 1, FIELD_ANY, read_transformation },
    { "OutputType", 1, FIELD_ANY, read_output_type },
    { 0 },
};

static void read_writer_config(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    if (fields_of_object(&draft->reader->schema, spot, value))
        fields_read(draft, format_fields, 1, object, spot, value);
}

static const struct field writer_fields[] = {
    { "Resource", 1, FIELD_ANY, read_writer_resource },
    { "Parameters", 1, FIELD_JSONPATH, read_writer_parameters },
    { "Arguments", 1, FIELD_JSONATA, read_writer_parameters },
    { "WriterConfig", 1, FIELD_ANY, read_writer_config },
    { 0 },
};

/* In JSONata AWS wants to be told where (aws-cdk issue 33396). Without WriterConfig results that are exported come with all
 * that is known of the executions. */
void writer_read(struct draft *draft, void *object, const struct spot *spot, const cJSON *value)
{
    static const char *const where_jsonata[] = { "Arguments", NULL }, *const where[] = { "Parameters", NULL };
    struct diagnostics *schema = &draft->reader->schema;
    if (!fields_of_object(schema, spot, value))
        return;
    struct writer_option *writer = ARENA_NEW(draft->reader->arena, struct writer_option);
    fields_read(draft, writer_fields, 1, writer, spot, value);
    if (json_get(value, "Resource"))
        fields_require(schema, spot, value, draft->jsonata ? where_jsonata : where);
    else if (!json_get(value, "WriterConfig"))
        fields_require(schema, spot, value, resource_required);
    draft->state->result_writer = writer;
}
