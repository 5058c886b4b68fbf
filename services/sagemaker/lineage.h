/* Lineage: actions, artifacts, contexts, experiments, trials and trial components, and the associations between what has an ARN.
 *
 *     "sagemaker.lineage"      key: what stands behind the account in the ARN, in lower case ("artifact/…", "action/NAME",
 *                              "context/NAME", "experiment/NAME", "experiment-trial/NAME", "experiment-trial-component/NAME")
 *         the members that it was made with, and _arn, _name, _created, _modified (ms), _createdBy, _modifiedBy ({"arn","id"})
 *     "sagemaker.association"  key: source ARN + " " + destination ARN; row: source, destination, type, created, createdBy */
#ifndef SAGEMAKER_LINEAGE_H
#define SAGEMAKER_LINEAGE_H

#include "aws/call.h"

extern const struct table_def lineage_table, association_table;
extern const struct index_def association_by_destination;

/* A kind of entity, as its operations spell it. */
struct lineage_kind {
    const char *noun;       /* "Artifact": in the names of members and operations, and LineageType */
    const char *arn_type;   /* "artifact" */
    const char *name, *arn; /* "ArtifactName", "ArtifactArn" */
    const char *type;       /* "ArtifactType"; NULL: it has none */
    const char *list;       /* "ArtifactSummaries" */
};

const struct lineage_kind *lineage_kind_of(struct str arn); /* NULL: it is no entity's */
struct json *lineage_get(struct world *world, struct scope scope, struct str arn);
struct str lineage_key(struct arena *arena, struct str arn);

/* For services that leave a trail. Existing ones are kept as they are. */
struct lineage_maker {
    struct world *world;
    struct scope scope;
    struct arena *arena;
    const cJSON *who; /* {"arn","id"} */
};
/* The ARN of the artifact of this URI, in the arena. */
struct str lineage_artifact(struct lineage_maker *maker, struct str uri, const char *type);
/* `row_taken` holds members of CreateTrialComponent and the like. */
struct str lineage_entity(struct lineage_maker *maker, const char *noun, struct str name, cJSON *row_taken);
void lineage_associate(struct lineage_maker *maker, struct str source, struct str destination, const char *type);

enum outcome add_association(struct call *call);
enum outcome create_action(struct call *call);
enum outcome create_artifact(struct call *call);
enum outcome create_context(struct call *call);
enum outcome create_experiment(struct call *call);
enum outcome create_trial(struct call *call);
enum outcome create_trial_component(struct call *call);
enum outcome delete_action(struct call *call);
enum outcome delete_artifact(struct call *call);
enum outcome delete_association(struct call *call);
enum outcome delete_context(struct call *call);
enum outcome delete_experiment(struct call *call);
enum outcome delete_trial(struct call *call);
enum outcome delete_trial_component(struct call *call);
enum outcome describe_action(struct call *call);
enum outcome describe_artifact(struct call *call);
enum outcome describe_context(struct call *call);
enum outcome describe_experiment(struct call *call);
enum outcome describe_trial(struct call *call);
enum outcome describe_trial_component(struct call *call);
enum outcome list_actions(struct call *call);
enum outcome list_artifacts(struct call *call);
enum outcome list_associations(struct call *call);
enum outcome list_contexts(struct call *call);
enum outcome list_experiments(struct call *call);
enum outcome list_trials(struct call *call);
enum outcome list_trial_components(struct call *call);
enum outcome query_lineage(struct call *call);
enum outcome update_action(struct call *call);
enum outcome update_artifact(struct call *call);
enum outcome update_context(struct call *call);
enum outcome update_experiment(struct call *call);
enum outcome update_trial(struct call *call);
enum outcome update_trial_component(struct call *call);

#endif
