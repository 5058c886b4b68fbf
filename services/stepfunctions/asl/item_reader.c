#include "services/stepfunctions/asl/item_reader.h"

#include <stdlib.h>

#include "aws/payload.h"
#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/dialect.h"
#include "services/stepfunctions/asl/gunzip.h"
#include "services/stepfunctions/asl/item_parser.h"
#include "services/stepfunctions/asl/java.h"
#include "services/stepfunctions/asl/map_call.h"

#define PIECE         ((size_t)16 * 1024)
#define ZIPPED_PIECE  ((size_t)2 * 1024) /* up to a thousand times as much comes out */
#define SLICE         ((size_t)256)
#define TURN_MOST     ((uint64_t)256 * 1024) /* bytes of items: a short row of CSV may make an item of many */
#define ITEMS_MOST    ((uint64_t)512 * 1024 * 1024)
#define MANIFEST_MOST ((size_t)4 << 20)

enum stage { STAGE_BEGIN, STAGE_LIST, STAGE_MANIFEST, STAGE_NEXT_FILE, STAGE_OPEN, STAGE_BYTES, STAGE_END };

struct item_reader {
    struct branch *parent;
    const struct reader_option *option;
    struct item_store *items;
    enum stage stage;
    struct json *payload; /* Parameters or Arguments, filled in */
    int64_t most;         /* items */
    struct map_call at;
    /* files to be read: "bucket\0key\0" one behind the other; `next` is the offset of the next */
    struct buf files;
    size_t next;
    bool compressed; /* the files are gzip's, whatever they are called */
    struct str *headers;
    size_t header_count; /* that an inventory's manifest tells */
    struct arena *header_arena;
    char *token; /* of the next page; NULL: there is none */
    /* the file that is read */
    char *bucket, *key;
    uint64_t offset;
    struct item_parser *parser;
    struct gunzip *gunzip;
    struct buf ahead; /* bytes for the parser; taken up to `taken` */
    size_t taken;
};

struct item_reader *item_reader_new(struct branch *parent, struct item_store *items)
{
    struct item_reader *reader = memory_alloc(sizeof *reader);
    reader->parent = parent;
    reader->option = parent->state->item_reader;
    reader->items = items;
    return reader;
}

static void close_file(struct item_reader *reader)
{
    map_call_drop(&reader->at);
    item_parser_free(reader->parser);
    gunzip_free(reader->gunzip);
    buf_release(&reader->ahead);
    reader->taken = 0;
    free(reader->bucket);
    free(reader->key);
    reader->parser = NULL;
    reader->gunzip = NULL;
    reader->bucket = reader->key = NULL;
    reader->offset = 0;
}

void item_reader_free(struct item_reader *reader)
{
    if (!reader)
        return;
    close_file(reader);
    json_unref(reader->payload);
    buf_release(&reader->files);
    if (reader->header_arena)
        arena_free(reader->header_arena);
    free(reader->token);
    free(reader);
}

static struct arena *scratch(const struct item_reader *reader)
{
    return engine_scratch(reader->parent->execution);
}

__attribute__((format(printf, 3, 4))) static enum reading fail(struct item_reader *reader, struct failure *ret_failure,
                                                               const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *ret_failure = (struct failure){ .error = ITEM_READER_FAILED,
                                     .cause = failure_sentence(scratch(reader), format, args) };
    va_end(args);
    return READING_FAILED;
}

/* ---- items ---- */

static bool is_too_much(const struct item_reader *reader)
{
    return reader->items->bytes > ITEMS_MOST;
}

static bool take_item(void *data, struct str key, struct str text)
{
    struct item_reader *reader = data;
    item_store_add(reader->items, key, text);
    return reader->items->count < reader->most && !is_too_much(reader);
}

static bool is_enough(const struct item_reader *reader)
{
    return reader->items->count >= reader->most;
}

static enum reading finish(struct item_reader *reader)
{
    item_store_flush(reader->items);
    reader->stage = STAGE_END;
    return READING_DONE;
}

static void set_source(struct item_reader *reader, const char *bucket, const char *key_or_null)
{
    struct buf source = BUF_EMPTY;
    buf_printf(&source, "S3://%s", bucket);
    if (key_or_null)
        buf_printf(&source, "/%s", key_or_null);
    item_store_source(reader->items, buf_str(&source));
    buf_release(&source);
}

/* ---- calls ---- */

static enum reading send(struct item_reader *reader, struct call *call, const cJSON *payload,
                         struct failure *ret_failure)
{
    struct buf problems = BUF_EMPTY;
    call->input = dialect_input(call->arena, call->operation->input, payload, &problems);
    bool good = problems.length == 0;
    if (!good)
        failure_set(ret_failure, scratch(reader), "States.Runtime",
                    "The Parameters '%.*s' could not be used to start the Task: [%.*s]",
                    STR_ARG(json_print_in(scratch(reader), payload)), STR_ARG(buf_str(&problems)));
    buf_release(&problems);
    if (!good) {
        call_free(call);
        return READING_FAILED;
    }
    map_call_send(reader->parent, &reader->at, call);
    return READING_WAITS;
}

static enum reading send_get(struct item_reader *reader, const cJSON *payload, struct failure *ret_failure)
{
    struct call *call = map_call_new(reader->parent, "getObject", ret_failure);
    return call ? send(reader, call, payload, ret_failure) : READING_FAILED;
}

static enum reading send_list(struct item_reader *reader, struct failure *ret_failure)
{
    struct arena *arena = scratch(reader);
    struct call *call = map_call_new(reader->parent, "listObjectsV2", ret_failure);
    if (!call)
        return READING_FAILED;
    cJSON *payload = value_copy_level(arena, json_root(reader->payload));
    if (reader->token)
        value_set(arena, payload, STR("ContinuationToken"), value_string(arena, str_of(reader->token)));
    return send(reader, call, payload, ret_failure);
}

/* ---- beginning ---- */

/* Both sentences are recorded (FAULTS SF27). */
static bool find_most(struct item_reader *reader, struct value input, struct failure *ret_failure)
{
    const struct number_option *option = &reader->option->max_items;
    struct branch *branch = reader->parent;
    const cJSON *found = NULL;
    reader->most = option->given && option->number ? option->number : INT64_MAX;
    if (option->query) {
        struct query_scope scope = query_scope_of(branch, NULL, NULL);
        if (!(found = query_evaluate_typed(option->query, &scope, QUERY_NUMBER, ret_failure)))
            return false;
    } else if (option->path) {
        struct environment environment = environment_of(branch, input);
        char *why;
        if (!(found = path_read(option->path, &environment, &why))) {
            failure_set(ret_failure, scratch(reader), "States.Runtime", "Invalid path '%.*s' : %s",
                        STR_ARG(path_text(option->path)), why);
            return false;
        }
    } else {
        return true;
    }
    int64_t number;
    if (!query_integer(found, INT64_MIN, INT64_MAX, &number)) {
        fail(reader, ret_failure, "The MaxItemsPath field refers to value '%.*s' which is not a valid integer: %.*s",
             STR_ARG(json_print_in(scratch(reader), found)),
             STR_ARG(option->path ? path_text(option->path) : STR("MaxItems")));
        return false;
    }
    if (number < 0) {
        fail(reader, ret_failure, "field MaxItems must be positive");
        return false;
    }
    reader->most = number ? number : INT64_MAX;
    return true;
}

static bool find_payload(struct item_reader *reader, struct value input, struct failure *ret_failure)
{
    const struct payload_option *parameters = &reader->option->parameters;
    const cJSON *payload;
    if (!parameters->query && !parameters->template) {
        reader->payload = json_parse(STR("{}"), NULL);
        return true;
    }
    if (!flow_fill(reader->parent, parameters, input, &payload, ret_failure))
        return false;
    reader->payload = value_seal_node(payload);
    return true;
}

static bool has_manifest(const struct reader_option *option)
{
    return option->manifest_type != MANIFEST_NONE || option->input_type == INPUT_MANIFEST;
}

static void push_file(struct item_reader *reader, struct str bucket, struct str key)
{
    buf_add_str(&reader->files, bucket);
    buf_add_byte(&reader->files, '\0');
    buf_add_str(&reader->files, key);
    buf_add_byte(&reader->files, '\0');
}

/* The one file that the payload names, in the place of a queue. */
static enum reading open_given(struct item_reader *reader, struct failure *ret_failure)
{
    const cJSON *payload = json_root(reader->payload);
    struct str bucket = json_str(payload, "Bucket"), key = json_str(payload, "Key");
    reader->bucket = memory_copy(bucket.at ? bucket : STR(""));
    reader->key = memory_copy(key.at ? key : STR(""));
    reader->stage = has_manifest(reader->option) ? STAGE_MANIFEST : STAGE_OPEN;
    return send_get(reader, payload, ret_failure);
}

static enum reading begin(struct item_reader *reader, struct failure *ret_failure)
{
    struct value input;
    if (reader->option->input_type == INPUT_PARQUET)
        return fail(reader, ret_failure, "This practice cloud cannot read Parquet files.");
    if (!flow_input(reader->parent, &input, ret_failure) || !find_most(reader, input, ret_failure) ||
        !find_payload(reader, input, ret_failure))
        return READING_FAILED;
    if (!reader->option->lists)
        return open_given(reader, ret_failure);
    reader->stage = STAGE_LIST;
    return send_list(reader, ret_failure);
}

/* ---- lists of objects ---- */

/* Members as AWS hands them on, measured: Etag keeps its quotes, LastModified is a Java double of seconds (floci-io/floci pull
 * request 3460). */
static void add_object(struct item_reader *reader, const cJSON *object)
{
    char modified[JAVA_DOUBLE_ROOM];
    struct buf text = BUF_EMPTY;
    struct str storage_class = json_str(object, "StorageClass");
    java_print_double(json_number(object, "LastModified", 0), modified);
    buf_add_str(&text, STR("{\"Etag\":"));
    json_print_string(&text, json_str(object, "ETag"));
    buf_add_str(&text, STR(",\"Key\":"));
    json_print_string(&text, json_str(object, "Key"));
    buf_printf(&text, ",\"LastModified\":%s,\"Size\":%lld,\"StorageClass\":", modified,
               (long long)json_int64(object, "Size", 0));
    json_print_string(&text, storage_class.at ? storage_class : STR("STANDARD"));
    buf_add_byte(&text, '}');
    take_item(reader, STR_NONE, buf_str(&text));
    buf_release(&text);
}

static void take_page(struct item_reader *reader, const cJSON *page)
{
    const cJSON *object;
    struct str bucket = json_str(json_root(reader->payload), "Bucket");
    if (!reader->option->flatten && !reader->items->source)
        set_source(reader, json_string(json_root(reader->payload), "Bucket"), NULL);
    cJSON_ArrayForEach(object, json_get(page, "Contents"))
    {
        if (is_enough(reader))
            return;
        if (reader->option->flatten)
            push_file(reader, bucket, json_str(object, "Key"));
        else
            add_object(reader, object);
    }
}

static enum reading take_list(struct item_reader *reader, struct failure *ret_failure)
{
    if (map_call_failed(reader->parent, &reader->at, ITEM_READER_FAILED, ret_failure))
        return READING_FAILED;
    const cJSON *page = reader->at.call->output;
    take_page(reader, page);
    struct str token = json_str(page, "NextContinuationToken");
    free(reader->token);
    reader->token = token.at ? memory_copy(token) : NULL;
    map_call_drop(&reader->at);
    reader->stage = STAGE_NEXT_FILE;
    return READING_GOES_ON;
}

/* ---- manifests ---- */

static void keep_headers(struct item_reader *reader, struct str schema)
{
    struct arena *arena = reader->header_arena = arena_new();
    size_t room = 1;
    for (size_t i = 0; i < schema.length; i++)
        room += schema.at[i] == ',';
    reader->headers = ARENA_ARRAY(arena, struct str, room);
    while (schema.length)
        reader->headers[reader->header_count++] = arena_str(arena, str_trim(str_cut(schema, ',', &schema)));
}

/* "arn:aws:s3:::BUCKET". */
static struct str bucket_of_arn(struct str arn)
{
    size_t last = arn.length;
    while (last && arn.at[last - 1] != ':')
        last--;
    return str_from(arn, last);
}

static enum reading take_inventory(struct item_reader *reader, struct str text, struct failure *ret_failure)
{
    struct json *manifest = json_parse(text, NULL);
    const cJSON *root = manifest ? json_root(manifest) : NULL, *file;
    struct str bucket = bucket_of_arn(json_str(root, "destinationBucket"));
    struct str schema = json_str(root, "fileSchema");
    bool good = bucket.length && schema.length && str_is(json_str(root, "fileFormat"), "CSV");
    if (good) {
        keep_headers(reader, schema);
        reader->compressed = true;
        cJSON_ArrayForEach(file, json_get(root, "files")) push_file(reader, bucket, json_str(file, "key"));
    }
    json_unref(manifest);
    reader->stage = STAGE_NEXT_FILE;
    return good ? READING_GOES_ON
                : fail(reader, ret_failure, "The manifest is not one of an Amazon S3 inventory in CSV format.");
}

/* One "s3://bucket/key" a line. */
static enum reading take_athena(struct item_reader *reader, struct str text, struct failure *ret_failure)
{
    while (text.length) {
        struct str line = str_cut(text, '\n', &text), key;
        while (line.length && strchr("\r\"", line.at[line.length - 1]))
            line.length--;
        line = str_from(line, line.length && line.at[0] == '"');
        if (line.length == 0)
            continue;
        struct str bucket = str_cut(str_from(line, 5), '/', &key);
        if (!str_starts(line, STR("s3://")) || !key.length)
            return fail(reader, ret_failure, "The manifest is not one of Amazon Athena.");
        push_file(reader, bucket, key);
    }
    reader->stage = STAGE_NEXT_FILE;
    return READING_GOES_ON;
}

static enum reading take_manifest(struct item_reader *reader, struct failure *ret_failure)
{
    if (map_call_failed(reader->parent, &reader->at, ITEM_READER_FAILED, ret_failure))
        return READING_FAILED;
    struct buf text = BUF_EMPTY;
    enum reading result;
    if (!call_content_read(reader->at.call, MANIFEST_MOST, &text))
        result = fail(reader, ret_failure, "The manifest is larger than 4 MiB or cannot be read.");
    else if (reader->option->manifest_type == MANIFEST_ATHENA)
        result = take_athena(reader, buf_str(&text), ret_failure);
    else
        result = take_inventory(reader, buf_str(&text), ret_failure);
    buf_release(&text);
    close_file(reader);
    return result;
}

/* ---- files ---- */

static enum reading next_file(struct item_reader *reader, struct failure *ret_failure)
{
    struct arena *arena = scratch(reader);
    close_file(reader);
    if (is_enough(reader))
        return finish(reader);
    if (reader->next >= reader->files.length) {
        buf_clear(&reader->files);
        reader->next = 0;
        if (!reader->token)
            return finish(reader);
        reader->stage = STAGE_LIST;
        return send_list(reader, ret_failure);
    }
    const char *bucket = reader->files.at + reader->next, *key = bucket + strlen(bucket) + 1;
    reader->next += strlen(bucket) + strlen(key) + 2;
    reader->bucket = memory_copy(str_of(bucket));
    reader->key = memory_copy(str_of(key));
    cJSON *payload = value_object(arena);
    value_add(payload, "Bucket", value_string(arena, str_of(reader->bucket)));
    value_add(payload, "Key", value_string(arena, str_of(reader->key)));
    reader->stage = STAGE_OPEN;
    return send_get(reader, payload, ret_failure);
}

static struct item_format format_of(const struct reader_option *option, struct arena *arena)
{
    struct item_format format = { .type = option->input_type == INPUT_NONE ? INPUT_JSON : option->input_type,
                                  .delimiter = option->delimiter,
                                  .pointer = option->pointer };
    if (option->csv_headers)
        format.headers = item_headers(option->csv_headers, arena, &format.header_count);
    return format;
}

static enum reading open_file(struct item_reader *reader, struct failure *ret_failure)
{
    if (map_call_failed(reader->parent, &reader->at, ITEM_READER_FAILED, ret_failure))
        return READING_FAILED;
    struct str key = str_of(reader->key);
    if (str_ends(key, STR(".zst")) || str_ends(key, STR(".zstd")))
        return fail(reader, ret_failure, "This practice cloud cannot read files that ZSTD compressed.");
    struct item_format format = format_of(reader->option, scratch(reader));
    if (reader->headers) {
        format.type = INPUT_CSV;
        format.headers = reader->headers;
        format.header_count = reader->header_count;
    }
    if (reader->compressed || str_ends(key, STR(".gz")) || str_ends(key, STR(".gzip")))
        reader->gunzip = gunzip_new();
    reader->parser = item_parser_new(&format, (struct item_sink){ take_item, reader });
    set_source(reader, reader->bucket, reader->key);
    reader->stage = STAGE_BYTES;
    return READING_GOES_ON;
}

static bool keep_ahead(void *data, struct str bytes)
{
    buf_add_str(&((struct item_reader *)data)->ahead, bytes);
    return true;
}

/* It stopped: because something is wrong, or because there are enough items. */
static enum reading stop(struct item_reader *reader, struct failure *ret_failure)
{
    const char *why = item_parser_error(reader->parser);
    if (!why && reader->gunzip && gunzip_is_broken(reader->gunzip))
        why = "The file is not valid GZIP data.";
    return why ? fail(reader, ret_failure, "%s", why) : finish(reader);
}

static enum reading end_file(struct item_reader *reader, struct failure *ret_failure)
{
    if (reader->gunzip && !gunzip_is_whole(reader->gunzip))
        return fail(reader, ret_failure, "The file is not valid GZIP data.");
    if (!item_parser_end(reader->parser))
        return stop(reader, ret_failure);
    reader->stage = STAGE_NEXT_FILE;
    return READING_GOES_ON;
}

static enum reading read_ahead(struct item_reader *reader, struct failure *ret_failure)
{
    char piece[PIECE];
    int64_t length = call_content_piece(reader->at.call, reader->offset, piece,
                                        reader->gunzip ? ZIPPED_PIECE : sizeof piece);
    if (length < 0)
        return fail(reader, ret_failure, "The content of %s could not be read.", reader->key);
    if (length == 0)
        return end_file(reader, ret_failure);
    reader->offset += (uint64_t)length;
    reader->taken = 0;
    buf_clear(&reader->ahead);
    struct str bytes = { piece, (size_t)length };
    if (!reader->gunzip)
        keep_ahead(reader, bytes);
    else if (!gunzip_feed(reader->gunzip, bytes, keep_ahead, reader))
        return stop(reader, ret_failure);
    return READING_GOES_ON;
}

static enum reading read_piece(struct item_reader *reader, struct failure *ret_failure)
{
    uint64_t until = reader->items->bytes + TURN_MOST;
    struct str rest = str_first(str_from(buf_str(&reader->ahead), reader->taken), PIECE);
    if (!rest.length)
        return read_ahead(reader, ret_failure);
    while (rest.length && reader->items->bytes < until) {
        struct str slice = str_first(rest, SLICE);
        if (!item_parser_feed(reader->parser, slice))
            return stop(reader, ret_failure);
        reader->taken += slice.length;
        rest = str_from(rest, slice.length);
    }
    return READING_GOES_ON;
}

/* ---- all of it ---- */

static bool is_waiting(const struct item_reader *reader)
{
    return reader->at.call && !reader->at.answered;
}

static enum reading take_turn(struct item_reader *reader, struct failure *ret_failure)
{
    switch (reader->stage) {
    case STAGE_BEGIN:
        return begin(reader, ret_failure);
    case STAGE_LIST:
        return take_list(reader, ret_failure);
    case STAGE_MANIFEST:
        return take_manifest(reader, ret_failure);
    case STAGE_NEXT_FILE:
        return next_file(reader, ret_failure);
    case STAGE_OPEN:
        return open_file(reader, ret_failure);
    case STAGE_BYTES:
        return read_piece(reader, ret_failure);
    case STAGE_END:
        break;
    }
    return READING_DONE;
}

enum reading item_reader_step(struct item_reader *reader, struct failure *ret_failure)
{
    if (is_waiting(reader))
        return READING_WAITS;
    enum reading reading = take_turn(reader, ret_failure);
    if (reading != READING_FAILED && is_too_much(reader)) /* ours */
        return fail(reader, ret_failure, "The items are more than the %d MB that this practice cloud takes.",
                    (int)(ITEMS_MOST >> 20));
    return reading;
}
