#include "services/s3/post_object.h"

#include "aws/authenticate.h"
#include "aws/authorise.h"
#include "aws/sigv4.h"
#include "aws/xml.h"
#include "base/digest.h"
#include "base/percent.h"
#include "services/s3/access.h"
#include "services/s3/fault.h"
#include "services/s3/head.h"
#include "services/s3/key.h"
#include "services/s3/post_policy.h"
#include "services/s3/s3_model.h"
#include "services/s3/survey.h"
#include "services/s3/tagging.h"
#include "services/s3/write_object.h"
#include "world/blob.h"

#define WINDOW_BYTES ((size_t)64 * 1024) /* what is read of a blob's beginning and of its end */
#define MD5_BYTES    16

struct posted {
    struct form form;
    struct str boundary, key;
    const cJSON *pieces; /* of the whole form; NULL: it is in memory */
    struct str bytes;    /* the file's, in memory */
    int64_t size;        /* the file's */
    struct bucket bucket;
};

/* ---- the form and its file ---- */

static enum outcome refuse_flaw(struct call *call, enum form_flaw flaw)
{
    switch (flaw) {
    case FORM_TOO_LONG:
        return s3_fail(call, &FAULT_POST_TOO_LONG, NULL);
    case FORM_NO_FILE:
        return s3_fail(call, &FAULT_POST_NEEDS_FILE, NULL);
    default:
        return s3_fail(call, &FAULT_MALFORMED_POST, NULL);
    }
}

static enum outcome read_in_memory(struct call *call, struct posted *posted)
{
    struct str text = call->body->bytes;
    enum form_flaw flaw = form_read(text, posted->boundary, &posted->form);
    if (flaw != FORM_GOOD)
        return refuse_flaw(call, flaw);
    struct str file = str_from(text, posted->form.file_at);
    size_t end = form_file_end(file, posted->boundary);
    if (end == SIZE_MAX)
        return refuse_flaw(call, FORM_MALFORMED);
    posted->bytes = str_first(file, end);
    posted->size = (int64_t)end;
    return CALL_DONE;
}

static struct str read_window(struct call *call, const struct blob_reader *reader, uint64_t from)
{
    char *room = arena_room(call->arena, WINDOW_BYTES);
    size_t length = 0;
    for (int64_t got; length < WINDOW_BYTES; length += (size_t)got) {
        got = blob_read(reader, from + length, room + length, WINDOW_BYTES - length);
        if (got <= 0)
            break;
    }
    return (struct str){ room, length };
}

/* Its fields stand at the beginning, the end of its file near the end: what is between need not be looked at. */
static enum outcome read_in_blob(struct call *call, struct posted *posted, const struct blob_reader *reader)
{
    enum form_flaw flaw = form_read(read_window(call, reader, 0), posted->boundary, &posted->form);
    if (flaw != FORM_GOOD)
        return refuse_flaw(call, flaw);
    uint64_t file_at = posted->form.file_at, tail_at = reader->length - WINDOW_BYTES;
    if (reader->length < WINDOW_BYTES || tail_at < file_at)
        tail_at = file_at;
    size_t end = form_file_end(read_window(call, reader, tail_at), posted->boundary);
    if (end == SIZE_MAX)
        return refuse_flaw(call, FORM_MALFORMED);
    posted->size = (int64_t)(tail_at + end - file_at);
    return CALL_DONE;
}

static enum outcome keep_form(struct call *call, struct posted *posted)
{
    struct object_content content;
    struct blob_reader *reader;
    if (!content_of_body(call, true, &content))
        return CALL_FAILED;
    posted->pieces = content.pieces;
    if (blob_open(call->world, json_str(content.pieces->child, "blob"), &reader) != 0)
        return s3_fail(call, &FAULT_INTERNAL_ERROR, NULL);
    enum outcome outcome = read_in_blob(call, posted, reader);
    blob_close(reader);
    return outcome;
}

/* ---- who posts ---- */

static struct str part_of_scope(struct str credential, int number)
{
    struct str part = STR("");
    for (int i = 0; i <= number; i++)
        part = str_cut(credential, '/', &credential);
    return part;
}

static bool decode_policy(struct call *call, struct str text, struct str *ret_policy)
{
    struct buf bytes = BUF_EMPTY;
    bool good = base64_decode(&bytes, text);
    *ret_policy = arena_str(call->arena, buf_str(&bytes));
    buf_release(&bytes);
    if (!good)
        s3_fail_saying(call, &FAULT_INVALID_POLICY_DOCUMENT, "Invalid Policy: Invalid base64 encoding.");
    return good;
}

/* Of version 4, or of version 2, with which boto3 still signs forms in us-east-1. */
static struct signature *signature_of(struct call *call, const struct form *form)
{
    struct signature *signature = ARENA_NEW(call->arena, struct signature);
    struct str credential = form_field(form, "x-amz-credential"), key = form_field(form, "AWSAccessKeyId");
    *signature = (struct signature){ .present = true,
                                     .credential = credential,
                                     .access_key_id = part_of_scope(credential, 0),
                                     .date = part_of_scope(credential, 1),
                                     .region = part_of_scope(credential, 2),
                                     .service = part_of_scope(credential, 3),
                                     .hex = form_field(form, "x-amz-signature"),
                                     .security_token = form_field(form, "x-amz-security-token"),
                                     .amz_date = form_field(form, "x-amz-date") };
    if (!key.at || credential.at)
        return signature;
    signature->legacy = true;
    signature->access_key_id = key;
    signature->hex = form_field(form, "signature");
    return signature;
}

/* Without a policy the form is nobody's. */
static bool authenticate_form(struct call *call, struct posted *posted)
{
    const struct form *form = &posted->form;
    struct str text = form_field(form, "policy"), policy;
    if (!text.at)
        return true;
    struct signature *signature = signature_of(call, form);
    if (!signature->access_key_id.length || !signature->hex.at) {
        s3_fail_argument(call, "POST requires the fields X-Amz-Credential and X-Amz-Signature with a policy.", "Policy",
                         STR(""));
        return false;
    }
    return authenticate_text(call, signature, text) == CALL_DONE && decode_policy(call, text, &policy) &&
           post_policy_admits(call, form, policy, posted->size);
}

/* ---- the object ---- */

/* "user/${filename}": the file's own name, without the folders that some browsers tell. */
static struct str key_of_form(struct call *call, const struct form *form)
{
    struct str key = form_field(form, "key"), name = form->file_name.at ? form->file_name : STR(""), after;
    for (size_t i = name.length; i > 0; i--)
        if (name.at[i - 1] == '/' || name.at[i - 1] == '\\') {
            name = str_from(name, i);
            break;
        }
    const struct str variable = STR("${filename}");
    size_t at = str_find(key, variable);
    if (at == SIZE_MAX)
        return key;
    after = str_from(key, at + variable.length);
    return str_of(arena_printf(call->arena, "%.*s%.*s%.*s", (int)at, key.at, STR_ARG(name), STR_ARG(after)));
}

static void add_member(struct buf *text, const char *name, struct str value)
{
    if (!value.at)
        return;
    json_print_name(text, name);
    json_print_string(text, value);
}

/* The form as the input of a PutObject, so that what is said of an object is read in one place. */
static const cJSON *input_of_form(struct call *call, const struct posted *posted)
{
    static const struct {
        const char *field, *member;
    } known[] = { { "acl", "ACL" },
                  { "Cache-Control", "CacheControl" },
                  { "Content-Disposition", "ContentDisposition" },
                  { "Content-Encoding", "ContentEncoding" },
                  { "Content-Type", "ContentType" },
                  { "x-amz-storage-class", "StorageClass" },
                  { "x-amz-website-redirect-location", "WebsiteRedirectLocation" },
                  { "x-amz-server-side-encryption", "ServerSideEncryption" },
                  { "x-amz-server-side-encryption-aws-kms-key-id", "SSEKMSKeyId" } };
    const struct form *form = &posted->form;
    const struct str meta = STR("x-amz-meta-");
    struct buf text = BUF_EMPTY, metadata = BUF_EMPTY;
    buf_add_byte(&text, '{');
    buf_add_byte(&metadata, '{');
    add_member(&text, "Bucket", input_str(call, "Bucket"));
    add_member(&text, "Key", posted->key);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        add_member(&text, known[i].member, form_field(form, known[i].field));
    for (size_t i = 0; i < form->field_count; i++) {
        struct str name = form->fields[i].name;
        if (!str_equal_ignoring_case(str_first(name, meta.length), meta))
            continue;
        char *lower = arena_copy(call->arena, str_from(name, meta.length));
        for (char *at = lower; *at; at++)
            *at = (char)(*at >= 'A' && *at <= 'Z' ? *at + 32 : *at);
        if (metadata.length > 1)
            buf_add_byte(&metadata, ',');
        json_print_string(&metadata, str_of(lower));
        buf_add_byte(&metadata, ':');
        json_print_string(&metadata, form->fields[i].value);
    }
    buf_add_byte(&metadata, '}');
    json_print_name(&text, "Metadata");
    buf_add_str(&text, buf_str(&metadata));
    buf_add_byte(&text, '}');
    const cJSON *input = json_parse_in(call->arena, buf_str(&text), NULL);
    buf_release(&metadata);
    buf_release(&text);
    return input;
}

/* Here tags come as XML, as PutObjectTagging has them. */
static bool set_tags(struct call *call, const struct form *form, cJSON *head)
{
    struct str text = form_field(form, "tagging");
    if (!text.at)
        return true;
    const struct operation *tags = model_operation(&s3_model, STR("PutObjectTagging"));
    const struct member *member = shape_member(tags->input, STR("Tagging"));
    const struct xml_node *root = xml_parse(call->arena, text);
    char *why = NULL;
    const cJSON *tree = root ? xml_decode(call->arena, member->shape, root, &why) : NULL;
    if (!tree) {
        s3_fail(call, &FAULT_MALFORMED_XML, NULL);
        return false;
    }
    if (!tags_are_good(call, json_get(tree, "TagSet"), TAGS_OF_OBJECT))
        return false;
    json_set(head, "tags", json_thaw(json_get(tree, "TagSet")));
    return true;
}

static void answer_created(struct call *call, const struct object *object, struct str key, const char *location)
{
    struct buf xml = BUF_EMPTY;
    buf_add_text(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml_open(&xml, "PostResponse");
    xml_element(&xml, "Location", str_of(location));
    xml_element(&xml, "Bucket", input_str(call, "Bucket"));
    xml_element(&xml, "Key", key);
    xml_element(&xml, "ETag", object_etag(call->arena, object));
    xml_close(&xml, "PostResponse");
    call_content_bytes(call, &xml);
    output_string(call, "ContentType", "application/xml");
    call_status(call, 201);
}

static bool is_web_address(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] <= ' ' || (unsigned char)text.at[i] == 0x7f)
            return false;
    return str_starts(text, STR("http://")) || str_starts(text, STR("https://"));
}

/* "success_action_redirect" counts before "success_action_status"; one that is no address is as if it were absent. */
static void answer(struct call *call, const struct posted *posted, const struct object *object)
{
    const struct form *form = &posted->form;
    struct str redirect = form_field(form, "success_action_redirect"),
               status = form_field(form, "success_action_status");
    if (!redirect.at)
        redirect = form_field(form, "redirect");
    struct buf place = BUF_EMPTY;
    const char *location = arena_printf(call->arena, "/%s/%.*s", posted->bucket.name, STR_ARG(posted->key));
    if (is_web_address(redirect)) {
        const char *joint = str_find_byte(redirect, '?') == SIZE_MAX ? "?" : "&";
        buf_printf(&place, "%.*s%sbucket=%s&key=", STR_ARG(redirect), joint, posted->bucket.name);
        percent_encode(&place, posted->key, "");
        buf_add_text(&place, "&etag=%22");
        buf_add_text(&place, json_string(object->head, "etag"));
        buf_add_text(&place, "%22");
        call_status(call, 303);
    } else {
        percent_encode(&place, str_of(location), "/");
        if (str_is(status, "201"))
            answer_created(call, object, posted->key, place.at);
        else if (str_is(status, "200"))
            call_status(call, 200);
    }
    output_str(call, "Location", buf_str(&place));
    buf_release(&place);
    output_str(call, "ETag", object_etag(call->arena, object));
    tell_encryption(call, object->head);
    tell_version_id(call, &posted->bucket, object);
}

static enum outcome put_posted(struct call *call, const struct survey *survey, struct posted *posted)
{
    struct object object;
    char etag[2 * MD5_BYTES + 1];
    cJSON *head = head_of_input(call, &posted->bucket);
    if (!head || !set_tags(call, &posted->form, head)) {
        cJSON_Delete(head);
        return CALL_FAILED;
    }
    hex_encode(survey->md5.value, MD5_BYTES, etag);
    cJSON *sum = checksum_kept(call->arena, &survey->sum, "FULL_OBJECT");
    head_set_content(call, head, etag, posted->size, sum);
    cJSON *pieces = posted->pieces ? pieces_of_range(posted->pieces, (int64_t)posted->form.file_at, posted->size)
                                   : NULL;
    struct object_content content = { .bytes = posted->bytes.at ? posted->bytes : STR(""), .pieces = pieces };
    object_put(call, &posted->bucket, posted->key, head, &content, &object);
    cJSON_Delete(pieces);
    answer(call, posted, &object);
    return CALL_DONE;
}

/* ---- the operation ---- */

static bool may_post(struct call *call, struct posted *posted)
{
    struct str arn = str_of(
        arena_printf(call->arena, "arn:aws:s3:::%.*s/%.*s", STR_ARG(input_str(call, "Bucket")), STR_ARG(posted->key)));
    return authorise_also(call, "s3:PutObject", arn) == CALL_DONE &&
           bucket_found(call, input_str(call, "Bucket"), &posted->bucket) &&
           access_to_is_open(call, &posted->bucket, "s3:PutObject", arn);
}

static enum outcome surveyed(struct call *call, const struct survey *survey, void *data)
{
    struct posted *posted = data;
    return may_post(call, posted) ? put_posted(call, survey, posted) : CALL_FAILED;
}

static enum outcome post(struct call *call, struct posted *posted)
{
    struct survey survey;
    if (!authenticate_form(call, posted))
        return CALL_FAILED;
    posted->key = key_of_form(call, &posted->form);
    if (!posted->key.length)
        return s3_fail(call, &FAULT_POST_NEEDS_KEY, NULL);
    if (!str_is_utf8(posted->key) || str_find_byte(posted->key, '\0') != SIZE_MAX)
        return s3_fail(call, &FAULT_INVALID_URI, NULL);
    if (!key_is_good(call, posted->key) || !may_post(call, posted))
        return CALL_FAILED;
    call->input = input_of_form(call, posted);
    if (!call->input)
        return s3_fail(call, &FAULT_MALFORMED_POST, NULL);
    if (posted->pieces) {
        cJSON *file = pieces_of_range(posted->pieces, (int64_t)posted->form.file_at, posted->size);
        enum outcome outcome = survey_pieces(call, file, CHECKSUM_CRC64NVME, surveyed, posted);
        cJSON_Delete(file);
        return outcome;
    }
    survey_bytes(posted->bytes, CHECKSUM_CRC64NVME, &survey);
    return put_posted(call, &survey, posted);
}

enum outcome post_object(struct call *call)
{
    struct posted *posted = ARENA_NEW(call->arena, struct posted);
    struct str type = input_str(call, "ContentType");
    posted->boundary = form_boundary(type.at ? type : STR(""));
    if (!call->request || !posted->boundary.length)
        return s3_fail_saying(call, &FAULT_METHOD_NOT_ALLOWED, "%s", FAULT_METHOD_NOT_ALLOWED.sentence);
    enum outcome outcome = call->body->writer ? keep_form(call, posted) : read_in_memory(call, posted);
    return outcome == CALL_DONE ? post(call, posted) : outcome;
}
