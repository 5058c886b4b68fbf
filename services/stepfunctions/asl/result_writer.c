#include "services/stepfunctions/asl/result_writer.h"

#include <stdlib.h>

#include "aws/payload.h"
#include "base/time.h"
#include "services/stepfunctions/asl/dataflow.h"
#include "services/stepfunctions/asl/join.h"
#include "services/stepfunctions/asl/map_call.h"
#include "services/stepfunctions/redrive.h"

#define PART_BYTES      ((size_t)5 << 20) /* S3's least for all but the last part of an upload */
#define CHILDREN_A_TURN 64

enum group { GROUP_SUCCEEDED, GROUP_FAILED, GROUP_PENDING, GROUPS };

static const char *const group_names[GROUPS] = { "SUCCEEDED", "FAILED", "PENDING" };

enum stage {
    STAGE_COLLECT,
    STAGE_CREATED, /* an upload was asked for */
    STAGE_PART,
    STAGE_COMPLETED,
    STAGE_PUT,
    STAGE_MANIFEST,
    STAGE_CHECK,
    STAGE_CHECKED,
    STAGE_CHECK_ABORTED,
    STAGE_DONE,
};

struct result_writer {
    struct branch *parent;
    enum stage stage;
    struct map_call at;
    enum group group;
    int64_t child;   /* the next to be looked at */
    int64_t pending; /* the next item that no child has */
    struct buf text; /* what is not yet sent of the file */
    bool collected;  /* nothing more comes to it */
    size_t entries;  /* of the file */
    uint64_t sent;
    char *upload_id; /* NULL: the file goes as one object */
    struct buf parts;
    int64_t part_count;
    struct buf files[GROUPS]; /* what the manifest says, ',' between them */
};

struct result_writer *result_writer_new(struct branch *parent, bool checks)
{
    struct result_writer *writer = memory_alloc(sizeof *writer);
    writer->parent = parent;
    writer->stage = checks ? STAGE_CHECK : STAGE_COLLECT;
    return writer;
}

void result_writer_free(struct result_writer *writer)
{
    if (!writer)
        return;
    map_call_drop(&writer->at);
    buf_release(&writer->text);
    buf_release(&writer->parts);
    for (size_t i = 0; i < GROUPS; i++)
        buf_release(&writer->files[i]);
    free(writer->upload_id);
    free(writer);
}

/* ---- one child's result ---- */

static void add_name(struct buf *text, const char *name)
{
    if (text->at[text->length - 1] != '{')
        buf_add_byte(text, ',');
    json_print_string(text, str_of(name));
    buf_add_byte(text, ':');
}

static void add_text(struct buf *text, const char *name, struct str value)
{
    if (!value.at)
        return;
    add_name(text, name);
    json_print_string(text, value);
}

static void add_time(struct buf *text, const char *name, const cJSON *row, const char *member)
{
    char printed[32];
    if (!json_get(row, member))
        return;
    time_print_iso(json_int64(row, member, 0), true, printed);
    add_text(text, name, str_of(printed));
}

static void add_data(struct buf *text, const char *name, struct str value)
{
    if (!value.at)
        return;
    add_text(text, name, value);
    buf_printf(text, ",\"%sDetails\":{\"Included\":true}", name);
}

/* What DescribeExecution knows, in the order and spelling of the developer guide ("ResultWriter (Map)", Transformation NONE). */
static void print_execution(struct buf *text, struct branch *parent, struct str arn, const cJSON *row)
{
    const struct execution *execution = parent->execution;
    const char *reason;
    const char *redrivable = redrive_status(execution->strand.world, execution->scope, row, &reason);
    buf_add_byte(text, '{');
    add_text(text, "Cause", json_str(row, "cause"));
    add_text(text, "Error", json_str(row, "error"));
    add_text(text, "ExecutionArn", arn);
    add_data(text, "Input", json_str(row, "input"));
    add_text(text, "Name", json_str(row, "name"));
    add_data(text, "Output", json_str(row, "output"));
    buf_printf(text, ",\"RedriveCount\":%lld", (long long)json_int64(row, "redriveCount", 0));
    add_time(text, "RedriveDate", row, "redriveDate");
    add_text(text, "RedriveStatus", str_of(redrivable));
    add_text(text, "RedriveStatusReason", str_of(reason));
    add_time(text, "StartDate", row, "startDate");
    add_text(text, "StateMachineArn", json_str(row, "stateMachineArn"));
    add_text(text, "Status", json_str(row, "status"));
    add_time(text, "StopDate", row, "stopDate");
    buf_add_byte(text, '}');
}

/* The elements of an array's text, compact; anything else is one element. */
static void print_flattened(struct buf *text, struct str output, const char *separator)
{
    struct json *document = json_parse(output, NULL);
    const cJSON *root = document ? json_root(document) : NULL, *element;
    bool first = true;
    if (!cJSON_IsArray(root))
        buf_add_str(text, output);
    else
        cJSON_ArrayForEach(element, root)
        {
            buf_add_text(text, first ? "" : separator);
            json_print(text, element);
            first = false;
        }
    json_unref(document);
}

struct format {
    enum transformation transformation;
    bool lines;
};

static struct format format_of(const struct branch *parent)
{
    const struct writer_option *writer = parent->state->result_writer;
    return writer ? (struct format){ writer->transformation, writer->lines }
                  : (struct format){ TRANSFORM_COMPACT, false };
}

/* A child that failed is told as it is, whatever the transformation. False: nothing was added. */
static bool print_result(struct buf *text, struct branch *parent, struct str arn, const cJSON *row, bool first)
{
    struct format format = format_of(parent);
    const char *separator = format.lines ? "\n" : ",";
    struct str output = json_str(row, "output");
    size_t before = text->length;
    if (!first)
        buf_add_text(text, separator);
    size_t start = text->length;
    if (!output.at || format.transformation == TRANSFORM_NONE)
        print_execution(text, parent, arn, row);
    else if (format.transformation == TRANSFORM_FLATTEN)
        print_flattened(text, output, separator);
    else
        buf_add_str(text, output);
    if (text->length > start)
        return true;
    text->length = before;
    return false;
}

/* ---- results that are the state's ---- */

struct gathering {
    struct buf text;
    size_t entries;
};

/* More than a state's output may be is refused in any case. */
static bool gather(struct branch *parent, struct str arn, const cJSON *row, void *data)
{
    struct gathering *gathering = data;
    gathering->entries += print_result(&gathering->text, parent, arn, row, gathering->entries == 0);
    return gathering->text.length <= ENGINE_MAX_DATA;
}

/* A state's output is JSON: lines are a text. */
struct json *result_writer_outputs(struct branch *parent)
{
    struct gathering gathering = { 0 };
    struct buf output = BUF_EMPTY;
    map_run_each_child(parent, 0, gather, &gathering);
    if (format_of(parent).lines) {
        json_print_string(&output, buf_str(&gathering.text));
    } else {
        buf_add_byte(&output, '[');
        buf_add_str(&output, buf_str(&gathering.text));
        buf_add_byte(&output, ']');
    }
    buf_release(&gathering.text);
    return json_seal_text(&output);
}

/* ---- places in S3 ---- */

static struct str run_id(const struct map_run *run)
{
    const char *colon = strrchr(run->arn, ':');
    return str_of(colon + 1);
}

/* PREFIX/UUID/NAME: the last part of the run's ARN is its folder. */
static char *key_of(struct arena *arena, const struct map_run *run, const char *name)
{
    struct str prefix = run->prefix;
    while (prefix.length && prefix.at[prefix.length - 1] == '/')
        prefix.length--;
    return arena_printf(arena, "%.*s%s%.*s/%s", STR_ARG(prefix), prefix.length ? "/" : "", STR_ARG(run_id(run)), name);
}

static struct map_run *run_of(const struct branch *parent)
{
    return parent->join->run;
}

struct json *result_writer_result(const struct branch *parent)
{
    struct arena *arena = engine_scratch(parent->execution);
    const struct map_run *run = run_of(parent);
    cJSON *result = value_object(arena), *details = value_object(arena);
    value_add(details, "Bucket", value_string(arena, run->bucket));
    value_add(details, "Key", value_string(arena, str_of(key_of(arena, run, "manifest.json"))));
    value_add(result, "MapRunArn", value_string(arena, str_of(run->arn)));
    value_add(result, "ResultWriterDetails", details);
    return value_seal_node(result);
}

static const char *file_name(const struct result_writer *writer, struct arena *arena)
{
    return arena_printf(arena, "%s_0.json", group_names[writer->group]);
}

/* ---- calls ---- */

/* A call about the file `name`; NULL: *ret_failure. */
static struct call *new_call(struct result_writer *writer, const char *operation, const char *name,
                             struct failure *ret_failure)
{
    const struct map_run *run = run_of(writer->parent);
    struct call *call = map_call_new(writer->parent, operation, ret_failure);
    if (!call)
        return NULL;
    cJSON *input = value_object(call->arena);
    value_add(input, "Bucket", value_string(call->arena, run->bucket));
    value_add(input, "Key", value_string(call->arena, str_of(key_of(call->arena, run, name))));
    if (writer->upload_id)
        value_add(input, "UploadId", value_string(call->arena, str_of(writer->upload_id)));
    call->input = input;
    return call;
}

static enum writing send(struct result_writer *writer, struct call *call_or_null, enum stage next)
{
    if (!call_or_null)
        return WRITING_FAILED;
    writer->stage = next;
    map_call_send(writer->parent, &writer->at, call_or_null);
    return WRITING_WAITS;
}

static enum writing send_create(struct result_writer *writer, const char *name, enum stage next,
                                struct failure *ret_failure)
{
    return send(writer, new_call(writer, "createMultipartUpload", name, ret_failure), next);
}

static enum writing send_object(struct result_writer *writer, const char *name, struct str body, enum stage next,
                                struct failure *ret_failure)
{
    struct call *call = new_call(writer, "putObject", name, ret_failure);
    if (call) {
        value_add((cJSON *)call->input, "ContentType", value_string(call->arena, STR("application/json")));
        call_give_body(call, body);
    }
    return send(writer, call, next);
}

static enum writing send_part(struct result_writer *writer, struct failure *ret_failure)
{
    const char *name = file_name(writer, engine_scratch(writer->parent->execution));
    struct call *call = new_call(writer, "uploadPart", name, ret_failure);
    if (call) {
        value_add((cJSON *)call->input, "PartNumber", value_int64(call->arena, ++writer->part_count));
        call_give_body(call, buf_str(&writer->text));
    }
    return send(writer, call, STAGE_PART);
}

static enum writing send_complete(struct result_writer *writer, struct failure *ret_failure)
{
    const char *name = file_name(writer, engine_scratch(writer->parent->execution));
    struct call *call = new_call(writer, "completeMultipartUpload", name, ret_failure);
    if (call) {
        char *text = arena_printf(call->arena, "{\"Parts\":[%.*s]}", STR_ARG(buf_str(&writer->parts)));
        const cJSON *upload = json_parse_in(call->arena, str_of(text), NULL);
        value_add((cJSON *)call->input, "MultipartUpload", value_share(call->arena, upload));
    }
    return send(writer, call, STAGE_COMPLETED);
}

/* ---- files ---- */

static enum group group_of(const cJSON *row)
{
    return str_is(json_str(row, "status"), EXECUTION_SUCCEEDED) ? GROUP_SUCCEEDED : GROUP_FAILED;
}

static void begin_file(struct result_writer *writer)
{
    free(writer->upload_id);
    writer->upload_id = NULL;
    buf_clear(&writer->text);
    buf_clear(&writer->parts);
    writer->part_count = 0;
    writer->child = 0;
    writer->entries = 0;
    writer->sent = 0;
    writer->collected = false;
}

static void begin_entry(struct result_writer *writer)
{
    if (writer->entries == 0 && writer->text.length == 0 && !format_of(writer->parent).lines)
        buf_add_byte(&writer->text, '[');
}

struct collecting {
    struct result_writer *writer;
    unsigned looked_at;
};

static bool collect_child(struct branch *parent, struct str arn, const cJSON *row, void *data)
{
    struct collecting *collecting = data;
    struct result_writer *writer = collecting->writer;
    writer->child = json_int64(row, "item", 0) + 1;
    if (group_of(row) == writer->group) {
        begin_entry(writer);
        writer->entries += print_result(&writer->text, parent, arn, row, writer->entries == 0);
    }
    return ++collecting->looked_at < CHILDREN_A_TURN && writer->text.length < PART_BYTES;
}

/* What never began: its input, which is made here to be told, where it can be made. How AWS shapes it is not public; the
 * spelling is that of the other files. */
static void print_pending(struct result_writer *writer)
{
    struct failure failure;
    int64_t items = 1;
    struct json *input = map_run_input(writer->parent, writer->pending, &items, &failure);
    begin_entry(writer);
    if (writer->entries++)
        buf_add_text(&writer->text, format_of(writer->parent).lines ? "\n" : ",");
    buf_add_byte(&writer->text, '{');
    add_data(&writer->text, "Input", input ? json_text(input) : STR_NONE);
    add_text(&writer->text, "Status", STR("PENDING"));
    buf_add_byte(&writer->text, '}');
    json_unref(input);
    writer->pending += items;
}

static bool has_more(const struct result_writer *writer)
{
    const struct map_run *run = run_of(writer->parent);
    return writer->group == GROUP_PENDING ? writer->pending < run->item_count : writer->child < run->next_child;
}

static void collect_some(struct result_writer *writer)
{
    struct collecting collecting = { .writer = writer };
    if (writer->group != GROUP_PENDING) {
        map_run_each_child(writer->parent, writer->child, collect_child, &collecting);
        return;
    }
    if (writer->pending < run_of(writer->parent)->next_item)
        writer->pending = run_of(writer->parent)->next_item;
    for (unsigned i = 0; i < CHILDREN_A_TURN && has_more(writer) && writer->text.length < PART_BYTES; i++)
        print_pending(writer);
}

static bool group_is_empty(const struct result_writer *writer)
{
    return writer->entries == 0 && writer->part_count == 0;
}

static void keep_file(struct result_writer *writer)
{
    struct arena *arena = engine_scratch(writer->parent->execution);
    struct buf *files = &writer->files[writer->group];
    buf_add_text(files, files->length ? "," : "");
    buf_add_str(files, STR("{\"Key\":"));
    json_print_string(files, str_of(key_of(arena, run_of(writer->parent), file_name(writer, arena))));
    buf_printf(files, ",\"Size\":%llu}", (unsigned long long)writer->sent);
}

static enum writing send_manifest(struct result_writer *writer, struct failure *ret_failure)
{
    const struct map_run *run = run_of(writer->parent);
    struct buf manifest = BUF_EMPTY;
    buf_add_str(&manifest, STR("{\"DestinationBucket\":"));
    json_print_string(&manifest, run->bucket);
    buf_add_str(&manifest, STR(",\"MapRunArn\":"));
    json_print_string(&manifest, str_of(run->arn));
    buf_printf(&manifest, ",\"ResultFiles\":{\"FAILED\":[%.*s],\"PENDING\":[%.*s],\"SUCCEEDED\":[%.*s]}}",
               STR_ARG(buf_str(&writer->files[GROUP_FAILED])), STR_ARG(buf_str(&writer->files[GROUP_PENDING])),
               STR_ARG(buf_str(&writer->files[GROUP_SUCCEEDED])));
    enum writing result = send_object(writer, "manifest.json", buf_str(&manifest), STAGE_MANIFEST, ret_failure);
    buf_release(&manifest);
    return result;
}

static enum writing next_group(struct result_writer *writer, struct failure *ret_failure)
{
    map_call_drop(&writer->at);
    if (++writer->group == GROUPS)
        return send_manifest(writer, ret_failure);
    begin_file(writer);
    writer->stage = STAGE_COLLECT;
    return WRITING_GOES_ON;
}

/* The file has all that belongs to it. */
static enum writing close_file(struct result_writer *writer, struct failure *ret_failure)
{
    writer->collected = true;
    if (group_is_empty(writer))
        return next_group(writer, ret_failure);
    if (!format_of(writer->parent).lines)
        buf_add_byte(&writer->text, ']');
    writer->sent += writer->text.length;
    if (writer->upload_id)
        return send_part(writer, ret_failure);
    const char *name = file_name(writer, engine_scratch(writer->parent->execution));
    return send_object(writer, name, buf_str(&writer->text), STAGE_PUT, ret_failure);
}

static enum writing collect(struct result_writer *writer, struct failure *ret_failure)
{
    collect_some(writer);
    if (!has_more(writer))
        return close_file(writer, ret_failure);
    if (writer->text.length < PART_BYTES)
        return WRITING_GOES_ON;
    writer->sent += writer->text.length;
    if (writer->upload_id)
        return send_part(writer, ret_failure);
    return send_create(writer, file_name(writer, engine_scratch(writer->parent->execution)), STAGE_CREATED,
                       ret_failure);
}

/* ---- answers ---- */

static void keep_upload(struct result_writer *writer)
{
    struct str id = json_str(writer->at.call->output, "UploadId");
    writer->upload_id = memory_copy(id.at ? id : STR(""));
}

static enum writing take_part(struct result_writer *writer, struct failure *ret_failure)
{
    buf_printf(&writer->parts, "%s{\"PartNumber\":%lld,\"ETag\":", writer->part_count > 1 ? "," : "",
               (long long)writer->part_count);
    json_print_string(&writer->parts, json_str(writer->at.call->output, "ETag"));
    buf_add_byte(&writer->parts, '}');
    buf_clear(&writer->text);
    if (writer->collected)
        return send_complete(writer, ret_failure);
    map_call_drop(&writer->at);
    writer->stage = STAGE_COLLECT;
    return WRITING_GOES_ON;
}

/* An upload that is begun and given up says whether the role may write, and leaves nothing behind. */
static enum writing check(struct result_writer *writer, struct failure *ret_failure)
{
    return send_create(writer, "manifest.json", STAGE_CHECKED, ret_failure);
}

static enum writing abort_check(struct result_writer *writer, struct failure *ret_failure)
{
    keep_upload(writer);
    return send(writer, new_call(writer, "abortMultipartUpload", "manifest.json", ret_failure), STAGE_CHECK_ABORTED);
}

static enum writing finish(struct result_writer *writer)
{
    map_call_drop(&writer->at);
    writer->stage = STAGE_DONE;
    return WRITING_DONE;
}

enum writing result_writer_step(struct result_writer *writer, struct failure *ret_failure)
{
    const struct map_call *at = &writer->at;
    if (at->call && !at->answered)
        return WRITING_WAITS;
    if (at->call && writer->stage != STAGE_CHECK_ABORTED &&
        map_call_failed(writer->parent, at, RESULT_WRITER_FAILED, ret_failure))
        return WRITING_FAILED;
    switch (writer->stage) {
    case STAGE_COLLECT:
        return collect(writer, ret_failure);
    case STAGE_CREATED:
        keep_upload(writer);
        return send_part(writer, ret_failure);
    case STAGE_PART:
        return take_part(writer, ret_failure);
    case STAGE_COMPLETED:
    case STAGE_PUT:
        keep_file(writer);
        return next_group(writer, ret_failure);
    case STAGE_CHECK:
        return check(writer, ret_failure);
    case STAGE_CHECKED:
        return abort_check(writer, ret_failure);
    case STAGE_MANIFEST:
    case STAGE_CHECK_ABORTED:
        return finish(writer);
    case STAGE_DONE:
        break;
    }
    return WRITING_DONE;
}
