/* Kept resources: those of SageMaker that are rows with a name, an ARN and a status, and do no work here (domains, notebook
 * instances, images, clusters …). A kind is a row of a table (struct kept_kind, one noun's file has a few, kept_kinds.c lists
 * them all); what it answers is read off the model's shapes:
 *
 *     Create: the input's members ─▶ row + arn, status, created, modified, by ─▶ Describe, List, Search
 *
 * A row's members with a capital are AWS's, as the input names them; the small ones are ours: "arn", "status", "created",
 * "modified" (ms), "by", "modified_by" (who, where Describe tells it), "failure", "started", "ended" (ms, of jobs), "id" and what a
 * noun's file tells. Key: what stands behind the type in the ARN, in lower case, but for clusters, which are kept by name. */
#ifndef SAGEMAKER_KEPT_H
#define SAGEMAKER_KEPT_H

#include "aws/call.h"
#include "services/sagemaker/sagemaker_model.h"
#include "world/lifecycle.h"

enum kept_verb { KEPT_CREATE, KEPT_UPDATE, KEPT_START, KEPT_STOP, KEPT_DELETE, KEPT_DESCRIBE, KEPT_LIST, KEPT_VERBS };

/* What a change does to the status. */
struct kept_turn {
    enum kept_verb verb;
    const char
        *from; /* "Stopped, Failed": the statuses in which it may be asked for; NULL: any from which no step leads on */
    const char *to; /* the status it takes; NULL: it keeps its own, and what is deleted is gone at once */
};

/* What the customer is told. In a sentence {Member} is that member of the resource or the input, {arn} and {status} are its own, {from} and {to}
 * those of the change. Without one of its own a kind has one of ours. */
struct kept_words {
    const struct error_kind
        *absent_kind; /* NULL: ResourceNotFound where the operation declares it, else ValidationException */
    const char *absent;
    const char *taken,
        *busy; /* ResourceInUse or ConflictException where the operation declares it, else ValidationException */
};

struct kept_kind {
    const char *noun, *nouns; /* in the names of operations: "CodeRepository", "CodeRepositories" */
    const char *type;         /* in ARNs */
    const char
        *path; /* of members, behind the type: "DomainId/UserProfileName|SpaceName/=app/AppName"; = marks a word */
    const char *arn_tail; /* the row's member that stands there instead, and may be asked for too; NULL: the path */
    const char *name, *arn, *status; /* AWS's names of these members; NULL status: it has none */
    const char *id, *id_prefix,
        *id_form;     /* a member that Create makes up, and what of ("0x": 17 hexadecimal digits); or NULL */
    const char *role; /* the input's member that holds a role's ARN, or a way to it ("A.B"); or NULL */
    const struct kept_kind *const
        *parents;                     /* the one whose member the input has must be there; NULL-terminated, or NULL */
    bool cascades;                    /* what stands in it goes with it; else it cannot go before */
    bool merges;                      /* Update changes members of structures; else it sets structures anew */
    bool by_name, descending;         /* its list, where the call says nothing of order */
    int most;                         /* of them in an account and region */
    const char *defaults;             /* JSON: members that are there without being given; or NULL */
    const struct kept_turn *turns;    /* ends with an empty one; NULL: it is changed at once */
    const struct lifecycle_def *life; /* NULL: it has no statuses that pass */
    const struct table_def *table;
    struct kept_words words;
    /* What only this kind knows. `row` is what the resource will be. False: the call was failed. */
    bool (*check)(struct call *call, enum kept_verb verb, cJSON *row);
    /* Members that are no members of the row, as `shape` has them. */
    void (*tell)(const struct call *call, const cJSON *row, cJSON *out);
    /* Filters of its list that are about no member of that name: these, in words, and what they admit; or NULL. */
    const char *filters;
    bool (*wanted)(struct call *call, const cJSON *row);
    /* After the row was put or deleted: rows of its own that go along. */
    void (*changed)(struct call *call, enum kept_verb verb, struct str key);
};

extern const struct kept_kind *const kept_kinds[]; /* NULL-terminated */
const struct kept_kind *kept_kind_named(const char *noun);

/* ---- for nouns ---- */
/* The key that these members lead to, in the arena; STR_NONE: one is missing. */
struct str kept_key(struct call *call, const struct kept_kind *kind, const cJSON *members);
/* The resource that these members name; NULL: the call was failed. Borrowed. */
struct json *kept_find(struct call *call, const struct kept_kind *kind, const cJSON *members);
struct json *kept_get(struct call *call, const struct kept_kind *kind, const cJSON *members); /* NULL: there is none */
enum outcome kept_fail_absent(struct call *call, const struct kept_kind *kind, const cJSON *members);
/* A copy of an object with the members that the shape has, however deep; malloc'ed. */
cJSON *sagemaker_tell(const struct shape *shape, const cJSON *object);
/* `row` as `shape` tells it: members that the shape has, instants as seconds; malloc'ed. */
cJSON *kept_told(const struct call *call, const struct kept_kind *kind, const struct shape *shape, const cJSON *row);
/* What Describe answers; where the resource is the one member of that, the resource. */
const struct shape *kept_described(const struct call *call, const struct kept_kind *kind);
/* Sets the output by the operation's shape. */
void kept_answer(struct call *call, const struct kept_kind *kind, const cJSON *row);
/* Puts a changed row, and its lifecycle into the turn's status. */
void kept_put(struct call *call, const struct kept_kind *kind, enum kept_verb verb, struct str key, cJSON *row_taken);
/* A row of the call's input with what every resource has, checked; NULL: the call was failed. */
cJSON *kept_new_row(struct call *call, const struct kept_kind *kind, const cJSON *members);
/* Does the turn's `from` admit it? False: the call was failed. */
bool kept_check_turn(struct call *call, const struct kept_kind *kind, enum kept_verb verb, const cJSON *row);
char *kept_words(struct call *call, const char *sentence, const cJSON *row); /* {Member}s filled in; in the arena */
void kept_remove(struct world *world, struct scope scope, const struct kept_kind *kind, struct str key, struct str arn);

/* For lifecycle tables: notes the change, drops tags with the row. */
const char *kept_arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to);
const char *kept_job_arrive(struct world *world, struct scope scope, struct str key, cJSON *row,
                            const char *to); /* a job's times too */

/* ---- for the service ---- */
/* The resource of this ARN, its key in *ret_key (arena); NULL: none of a kept kind. */
const struct kept_kind *kept_of_arn(struct world *world, struct scope scope, struct arena *arena, struct str arn,
                                    struct str *ret_key);
struct str kept_resource(struct call *call); /* service.resource: where the input holds an ARN in the place of a name */
void kept_recover(struct world *world);

/* Handlers for every kind; which one it is tells the operation's name. */
enum outcome kept_create(struct call *call);
enum outcome kept_describe(struct call *call);
enum outcome kept_update(struct call *call);
enum outcome kept_delete(struct call *call);
enum outcome kept_start(struct call *call);
enum outcome kept_stop(struct call *call);
enum outcome kept_list(struct call *call);

#endif
