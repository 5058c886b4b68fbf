/* Which trial components belong to which trials, and trials to which experiments. The entities themselves are lineage.h's; what links them:
 *
 *     "sagemaker.trial_link"  key: the trial's name + "/" + the component's, in lower case; row: {"trial", "component"}
 *
 * Also lineage groups, of which an account has one. */
#ifndef SAGEMAKER_TRIAL_H
#define SAGEMAKER_TRIAL_H

#include "services/sagemaker/lineage.h"

extern const struct table_def trial_link_table;

enum outcome associate_trial_component(struct call *call);
enum outcome disassociate_trial_component(struct call *call);

enum outcome describe_lineage_group(struct call *call);
enum outcome list_lineage_groups(struct call *call);
enum outcome get_lineage_group_policy(struct call *call);

/* Where there is such a trial; names in any case. */
void trial_link(struct world *world, struct scope scope, struct str trial, struct str component);

/* ---- for lineage.c ---- */

/* Is there the experiment that a new trial names? False: the call was failed; true for all else. */
bool trial_check_create(struct call *call);
/* May it go: an experiment without trials, a trial without components, a component of no trial? */
bool trial_check_delete(struct call *call, const struct lineage_kind *kind, struct str arn);
/* ListTrials' and ListTrialComponents' ExperimentName, TrialName and TrialComponentName. */
bool trial_is_listed(struct call *call, const struct lineage_kind *kind, const cJSON *row);

#endif
