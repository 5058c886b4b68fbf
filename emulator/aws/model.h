/* Service models as data: what modelc makes of services/NAME/NAME.model (wire names, types, limits, patterns, enums) and of
 * its overlay.json (what models do not say: the order of enums in messages, statuses, who is asked for permission). The
 * tables are constant; the same ones decode, validate, encode and tell Lua and the page what exists. */
#ifndef AWS_MODEL_H
#define AWS_MODEL_H

#include "base/pattern.h"
#include "base/str.h"

enum protocol { PROTOCOL_JSON, PROTOCOL_QUERY, PROTOCOL_REST_JSON, PROTOCOL_REST_XML };

enum shape_kind {
    SHAPE_STRUCTURE,
    SHAPE_LIST,
    SHAPE_MAP,
    SHAPE_STRING,
    SHAPE_BLOB,
    SHAPE_BOOLEAN,
    SHAPE_INTEGER,
    SHAPE_LONG,
    SHAPE_FLOAT,
    SHAPE_DOUBLE,
    SHAPE_TIMESTAMP,
    SHAPE_DOCUMENT,
};

enum timestamp_format { TIMESTAMP_EPOCH, TIMESTAMP_ISO, TIMESTAMP_ISO_MILLIS, TIMESTAMP_HTTP };
enum location {
    LOCATION_BODY,
    LOCATION_HEADER,
    LOCATION_HEADERS,
    LOCATION_URI,
    LOCATION_QUERY,
    LOCATION_STATUS,
    LOCATION_PAYLOAD
};

struct shape;

struct member {
    const char *name; /* as in JSON and in the SDKs */
    const char *wire; /* as on the wire where it differs (locationName), else the same text */
    const struct shape *shape;
    uint64_t mark, wire_mark; /* str_mark() of `name`, and of `wire` where that is a header's; 0: unknown */
    enum location location;
    bool required, idempotency_token, sensitive, flattened, xml_attribute, streaming;
};

struct shape {
    const char *name;
    enum shape_kind kind;
    bool has_min, has_max;
    double min, max;     /* of the value, of the length in characters (strings), bytes (blobs) or elements */
    const char *pattern; /* NULL: any */
    const char *const
        *values; /* an enum's, in the order that AWS's messages print them; NULL-terminated; NULL: no enum */
    const struct member *members;
    size_t member_count;
    const struct shape *element; /* of a list; the value's of a map */
    const struct shape *key;     /* of a map */
    const char *element_wire, *key_wire,
        *value_wire; /* Query and XML: "member", "key", "value" unless said otherwise */
    bool flattened, sensitive, union_of;
    enum timestamp_format timestamp;
    struct pattern **compiled; /* a slot for the compiled pattern, shared by all shapes that have it */
};

enum fault { FAULT_SENDER, FAULT_RECEIVER };

struct error_kind {
    const char *code;  /* "ExecutionDoesNotExist": what clients see */
    const char *shape; /* the model's name for it, which aws-sdk integrations print: "ExecutionDoesNotExist" */
    int status;
    enum fault fault;
    bool says_message; /* its structure's member is "Message", not "message" */
    bool says_type;    /* it has a member "Type": User, or Service where the receiver is at fault (Lambda) */
};

/* Who is asked whether a call may be made: IAM's action is "prefix:Name"; the resource is a template over the call:
 * "{stateMachineArn}", "arn:aws:states:{region}:{account}:activity:{name}", or "*". In it {region} and {account} are the
 * call's, {member} is a member of the input (a string as it is, a number as it prints), {member|default} says "default"
 * where that member is absent. Where a member without a default is absent the whole resource is "*". modelc has checked
 * that every name is there; nothing else is special and braces do not nest. */
struct permission {
    const char *action; /* "states:StartExecution" */
    const char *resource;
    const char *
        passes; /* input member (or a way to one, "A.B.C") that holds a role ARN: iam:PassRole is asked too; NULL: none */
    const char *passed_to; /* "states.amazonaws.com" */
    const char *said;      /* how the sentence of a refusal names the resource: "role {RoleName}"; NULL: as it is */
    const char *when;      /* where this member of the input is present … NULL: none */
    const char *then;      /* … this is the action in the place of the other: "s3:GetObjectVersion" */
};

struct operation {
    const char *name;
    int index;                          /* of the handler */
    const char *method, *uri;           /* REST protocols; "POST", "/" else */
    const struct shape *input, *output; /* NULL: none */
    const char *result_wrapper;         /* Query */
    /* REST XML: the answer's root element, the output shape's name where NULL; where it is the wire name of a member that is
     * no structure, the root holds that one's text. */
    const char *answer_root;
    const struct error_kind *const *errors; /* NULL-terminated */
    int success_status;
    const char *host_prefix; /* "sync-", NULL: none */
    struct permission permission;
    size_t body_limit;      /* bytes */
    bool reads_only;        /* changes nothing: allowed when the store is full */
    bool ends_things;       /* deletes or stops: likewise */
    bool checksum_required; /* the request must carry one of its body */
    bool deprecated;        /* another that takes the same route is meant */
};

struct model {
    const char *name;           /* "stepfunctions": our folder, the SDKs' client */
    const char *sdk_id;         /* "SFN": aws-sdk:sfn, "Sfn." in error names */
    const char *full_name;      /* "AWS Step Functions" */
    const char *exception_name; /* "AWSStepFunctions": "(Service: AWSStepFunctions; …" in causes */
    const char *signing_name;   /* "states" */
    const char *iam_prefix;     /* "states" */
    const char *endpoint_prefix;
    enum protocol protocol;
    const char *target_prefix; /* "AWSStepFunctions" */
    const char *json_version;  /* "1.0" */
    const char *xml_namespace, *api_version;
    bool global;                         /* IAM, STS: rows stand in no region */
    const struct error_kind *validation; /* an input breaks a constraint; NULL: as all services say it */
    const struct operation *operations;  /* sorted by name */
    size_t operation_count;
    const struct shape *shapes; /* all that inputs and outputs lead to */
    size_t shape_count;
};

/* By signing name, folder or SDK id; case and the spaces of SDK ids do not count ("lexmodelsv2"). */
bool model_is_called(const struct model *model, struct str name);
const struct operation *model_operation(const struct model *model,
                                        struct str name); /* NULL: AWS has none of that name */
const struct member *shape_member(const struct shape *structure, struct str name);
const struct member *shape_member_on_wire(const struct shape *structure, struct str wire); /* in the body */
/* "Name.N" rather than "Name.member.N", and in XML no element around: the shape says so, or the member. */
bool member_is_flat(const struct member *member);
/* Of a string shape with a pattern, which is compiled when it is first needed. */
bool shape_matches(const struct shape *shape, struct str text);

#endif
