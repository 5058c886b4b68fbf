#include "services/s3/input.h"

#include "services/s3/cors.h"
#include "services/s3/fault.h"

/* ---- bodies ---- */

/* Enums whose unknown values have an error of their own, which handlers know. */
static bool answers_itself(const struct shape *shape)
{
    static const char *const names[] = { "BucketLocationConstraint", "Event" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(shape->name, names[i]) == 0)
            return true;
    return false;
}

static bool is_allowed(const struct shape *shape, const cJSON *node)
{
    if (!shape->values || answers_itself(shape))
        return true;
    for (const char *const *value = shape->values; *value; value++)
        if (str_is(json_value(node), *value))
            return true;
    return false;
}

/* As deep as the shape that the node was decoded by. */
static bool fits(const struct shape *shape, const cJSON *node)
{
    const cJSON *element;
    switch (shape->kind) {
    case SHAPE_STRUCTURE:
        for (size_t i = 0; i < shape->member_count; i++) {
            const cJSON *value = json_get(node, shape->members[i].name);
            if (value ? !fits(shape->members[i].shape, value) : shape->members[i].required)
                return false;
        }
        return true;
    case SHAPE_LIST:
        cJSON_ArrayForEach(element, node)
        {
            if (!fits(shape->element, element))
                return false;
        }
        return true;
    case SHAPE_STRING:
        return is_allowed(shape, node);
    default:
        return true;
    }
}

static enum outcome check_body(struct call *call, const struct member *member, const cJSON *node)
{
    if (!node)
        return member->required ? s3_fail(call, &FAULT_MISSING_BODY, NULL) : CALL_DONE;
    return fits(member->shape, node) ? CALL_DONE : s3_fail(call, &FAULT_MALFORMED_XML, NULL);
}

/* ---- headers, parameters, the path ---- */

static const char *sentence_of(const struct member *member)
{
    static const struct {
        const char *member, *sentence;
    } known[] = { { "MetadataDirective", "Unknown metadata directive." },
                  { "TaggingDirective", "Unknown tagging directive." },
                  { "ObjectAttributes", "Invalid attribute name specified." },
                  { "ObjectLockMode", "Unknown wormMode directive." },
                  { "ObjectLockLegalHoldStatus", "Legal Hold must be either of 'ON' or 'OFF'" },
                  { "ObjectOwnership", "Invalid x-amz-object-ownership header" },
                  { "ACL", "Invalid Argument" },
                  { "ChecksumType", "Value for x-amz-checksum-type header is invalid." } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(member->name, known[i].member) == 0)
            return known[i].sentence;
    return NULL; /* the handler's to say, or nobody's */
}

static enum outcome check_outside(struct call *call, const struct member *member, const cJSON *node)
{
    bool empty_name = member->location == LOCATION_URI && !json_value(node).length;
    if (node && !empty_name) {
        const char *sentence = fits(member->shape, node) ? NULL : sentence_of(member);
        if (!sentence)
            return CALL_DONE;
        return s3_fail_argument(call, sentence, member->wire, json_print_in(call->arena, node));
    }
    if (!member->required)
        return CALL_DONE;
    /* No public record shows what S3 says of most of these; the sentence is ours. */
    return s3_fail_argument(call, arena_printf(call->arena, "Missing required argument: %s", member->wire),
                            member->wire, STR_NONE);
}

/* What needs an account of one's own, nobody cannot ask for. */
static bool is_nobodys(const struct call *call)
{
    return call->caller.kind == PRINCIPAL_ANONYMOUS &&
           (!input_has(call, "Bucket") || strcmp(call->operation->name, "CreateBucket") == 0);
}

enum outcome s3_check_input(struct call *call)
{
    const struct shape *shape = call->operation->input;
    uint64_t lacks = json_lacks(call->input);
    cors_answer(call);
    if (is_nobodys(call))
        return s3_fail(call, &FAULT_ACCESS_DENIED, NULL);
    for (size_t i = 0; shape && i < shape->member_count; i++) {
        const struct member *member = &shape->members[i];
        bool absent = lacks & member->mark;
        if ((absent && !member->required) || member->shape->kind == SHAPE_BLOB)
            continue;
        const cJSON *node = absent ? NULL : json_get(call->input, member->name);
        bool in_body = member->location == LOCATION_PAYLOAD || member->location == LOCATION_BODY;
        enum outcome outcome = in_body ? check_body(call, member, node) : check_outside(call, member, node);
        if (outcome != CALL_DONE)
            return outcome;
    }
    return CALL_DONE;
}
