/* What the parts of modelc share: the model as it was read, in an arena that lives as long as the run. */
#ifndef TOOLS_MODELC_H
#define TOOLS_MODELC_H

#include "aws/model.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

struct range {
    bool has_min, has_max;
    double min, max;
};

struct shape_source;

struct member_source {
    struct str name, shape_name, wire;
    struct shape_source *shape;
    enum location location;
    bool required, token, sensitive, flattened, attribute, streaming;
};

struct shape_source {
    struct str name, label; /* label: unique, the name of its C objects */
    enum shape_kind kind;
    int line;
    bool is_error, is_enum, reachable;
    struct member_source *members;
    size_t member_count;
    struct str *values;
    size_t value_count;
    struct str element_name, key_name;
    struct shape_source *element, *key;
    struct str element_wire, key_wire, value_wire;
    struct range range;
    struct str pattern; /* .at NULL: none */
    bool sensitive, flattened, union_of, timestamp_said;
    enum timestamp_format timestamp;
    struct str code; /* of an error */
    int status;
    size_t pattern_slot;
};

struct operation_source {
    struct str name, method, uri, host, input_name, output_name, wrapper, answer_root;
    struct shape_source *input, *output;
    int line, status;
    struct str *errors;
    size_t error_count;
    bool asks_permission, reads_only, ends_things, checksum, deprecated;
    struct str action, resource, said, passes, passed_to, when, then;
    int64_t body_limit;
};

/* One run, one model; everything lives in the arena. */
extern struct modelc {
    struct arena *arena;
    char *model_path, *overlay_path;
    int line;
    struct str service, sdk_id, full_name, exception_name, signing_name, iam_prefix, endpoint_prefix, protocol_word,
        json_version, target_prefix, xml_namespace, api_version;
    enum protocol protocol;
    bool global;
    struct shape_source *validation; /* an error, NULL: the usual one */
    struct map *operations, *shapes; /* by name, so in the order of their names */
    struct map *patterns;            /* expression → slot + 1 */
    char *upper;                     /* "STEPFUNCTIONS" */
} run;

/* Both say where and why, and end the run. */
__attribute__((format(printf, 2, 3))) _Noreturn void refuse_at(int line, const char *format, ...);
__attribute__((format(printf, 1, 2))) _Noreturn void refuse_overlay(const char *format, ...);

/* The member's shape as its own copy, so that it can differ from what others share. */
struct shape_source *member_shape(struct shape_source *structure, struct member_source *member);

void modelc_read(struct str model);
struct str modelc_further(struct str overlay); /* the lines that the overlay adds to the model */
void modelc_read_overlay(struct str overlay);
void modelc_reach(void); /* marks the shapes that operations lead to */
void modelc_write(const char *prefix);

#endif
