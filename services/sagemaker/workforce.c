/* Those who would label: workforces and their teams. There is nothing to label here. */
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemaker/kept_life.h"
#include "services/sagemaker/names.h"

KEPT_TABLE(workforce);
KEPT_TABLE(workteam);

static const struct lifecycle_step workforce_steps[] = { { "Initializing", "Active", KEPT_MINUTE / 4 },
                                                         { "Updating", "Active", KEPT_MINUTE / 4 },
                                                         { "Deleting", NULL, KEPT_MINUTE / 4 },
                                                         { 0 } };
KEPT_LIFE(workforce, kept_arrive);

static const struct kept_turn turns[] = {
    { KEPT_CREATE, NULL, "Initializing" }, { KEPT_UPDATE, NULL, "Updating" }, { KEPT_DELETE, NULL, "Deleting" }, { 0 }
};

static void name_site(struct call *call, cJSON *row)
{
    char id[11];
    random_text(&call->world->random, "abcdefghijklmnopqrstuvwxyz0123456789", 10, id);
    json_set_string(row, "SubDomain", arena_printf(call->arena, "%s.labeling.%s.sagemaker.aws", id, call->region));
}

/* The sentences are ours. */
static bool check_workforce(struct call *call, enum kept_verb verb, cJSON *row)
{
    struct cursor at = store_seek(call->world->store, call_scope(call), &kept_workteam_table, NULL, STR(""), false);
    if (verb == KEPT_DELETE && store_next(&at)) {
        store_close(&at);
        call_fail(call, &ERROR_VALIDATION, "Workforce [%s] cannot be deleted while it has work teams.",
                  json_string(row, "arn"));
        return false;
    }
    if (verb != KEPT_CREATE)
        return true;
    name_site(call, row);
    if (!json_get(row, "CognitoConfig") == !json_get(row, "OidcConfig"))
        call_fail(call, &ERROR_VALIDATION, "Either CognitoConfig or OidcConfig must be given, and not both.");
    return !call->error.kind;
}

/* "You can only have one workforce in an AWS Region." */
const struct kept_kind kept_workforce = {
    .noun = "Workforce",
    .nouns = "Workforces",
    .type = "workforce",
    .path = "WorkforceName",
    .name = "WorkforceName",
    .arn = "WorkforceArn",
    .status = "Status",
    .merges = true,
    .most = 1,
    .turns = turns,
    .life = &workforce_life,
    .table = &kept_workforce_table,
    .words = { .absent = "No workforce found with name {WorkforceName}." }, /* what Terraform's provider knows it by */
    .check = check_workforce,
};

static bool check_team(struct call *call, enum kept_verb verb, cJSON *row)
{
    struct json *workforce = verb == KEPT_CREATE && json_get(row, "WorkforceName")
                                 ? kept_find(call, &kept_workforce, row)
                                 : NULL;
    if (workforce)
        json_set_str(row, "WorkforceArn", json_str(json_root(workforce), "arn"));
    if (verb == KEPT_CREATE)
        name_site(call, row);
    return !call->error.kind;
}

static void tell_team(const struct call *call, const cJSON *row, cJSON *out)
{
    json_set_bool(out, "Success", true); /* of DeleteWorkteam */
}

const struct kept_kind kept_workteam = {
    .noun = "Workteam",
    .nouns = "Workteams",
    .type = "workteam/private-crowd",
    .path = "WorkteamName",
    .name = "WorkteamName",
    .arn = "WorkteamArn",
    .most = 100,
    .table = &kept_workteam_table,
    .words = { .absent =
                   "The work team {WorkteamName} does not exist." }, /* "The work team" is what the provider knows it by */
    .check = check_team,
    .tell = tell_team,
};
