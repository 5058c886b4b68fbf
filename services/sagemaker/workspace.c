/* Projects, MLflow tracking servers and private hubs. */
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemaker/kept_life.h"
#include "services/sagemaker/tag.h"

KEPT_TABLE(project);
KEPT_TABLE(mlflow_tracking_server);
KEPT_TABLE(hub);
const struct table_def portfolio_table = { .name = "sagemaker.portfolio" };

static const struct lifecycle_step project_steps[] = { { "Pending", "CreateInProgress", KEPT_MINUTE / 12 },
                                                       { "CreateInProgress", "CreateCompleted", KEPT_MINUTE },
                                                       { "UpdateInProgress", "UpdateCompleted", KEPT_MINUTE / 2 },
                                                       { "DeleteInProgress", NULL, KEPT_MINUTE },
                                                       { 0 } };
/* "It can take up to 25 minutes to complete the setup", and some to start and stop: often less. */
static const struct lifecycle_step mlflow_tracking_server_steps[] = {
    { "Creating", "Created", 10 * KEPT_MINUTE }, { "Updating", "Updated", 5 * KEPT_MINUTE },
    { "Stopping", "Stopped", 3 * KEPT_MINUTE },  { "Starting", "Started", 5 * KEPT_MINUTE },
    { "Deleting", NULL, 3 * KEPT_MINUTE },       { 0 }
};
static const struct lifecycle_step hub_steps[] = { { "Creating", "InService", KEPT_MINUTE / 6 },
                                                   { "Updating", "InService", KEPT_MINUTE / 6 },
                                                   { "Deleting", NULL, KEPT_MINUTE / 6 },
                                                   { 0 } };
KEPT_LIFE(project, kept_arrive);
KEPT_LIFE(mlflow_tracking_server, kept_arrive);
KEPT_LIFE(hub, kept_arrive);

static const struct kept_turn project_turns[] = { { KEPT_CREATE, NULL, "Pending" },
                                                  { KEPT_UPDATE, NULL, "UpdateInProgress" },
                                                  { KEPT_DELETE, NULL, "DeleteInProgress" },
                                                  { 0 } };
static const struct kept_turn server_turns[] = {
    { KEPT_CREATE, NULL, "Creating" },
    { KEPT_UPDATE, NULL, "Updating" },
    { KEPT_START, "Stopped, StartFailed", "Starting" },
    { KEPT_STOP, "Created, Started, Updated, StopFailed, MaintenanceComplete", "Stopping" },
    { KEPT_DELETE, NULL, "Deleting" },
    { 0 }
};
static const struct kept_turn hub_turns[] = {
    { KEPT_CREATE, NULL, "Creating" }, { KEPT_UPDATE, NULL, "Updating" }, { KEPT_DELETE, NULL, "Deleting" }, { 0 }
};

/* ---- projects ---- */

/* Clients look into it without asking whether it is there. */
static void name_product(struct call *call, cJSON *row)
{
    char id[14];
    cJSON *product = cJSON_CreateObject();
    random_text(&call->world->random, "abcdefghijklmnopqrstuvwxyz0123456789", 13, id);
    json_set_string(product, "ProvisionedProductId", arena_printf(call->arena, "pp-%s", id));
    json_set(row, "ServiceCatalogProvisionedProductDetails", product);
}

static bool check_project(struct call *call, enum kept_verb verb, cJSON *row)
{
    cJSON *update = cJSON_DetachItemFromObjectCaseSensitive(row, "ServiceCatalogProvisioningUpdateDetails");
    cJSON *details = cJSON_GetObjectItemCaseSensitive(row, "ServiceCatalogProvisioningDetails");
    const cJSON *member, *given = details ? update : NULL;
    cJSON_ArrayForEach(member, given)
    {
        json_set(details, member->string, json_thaw(member));
    }
    cJSON_Delete(update);
    if (verb == KEPT_UPDATE && !sagemaker_tag_check(call, json_str(row, "arn")))
        return false;
    if (verb == KEPT_UPDATE)
        sagemaker_tag_put(call, json_str(row, "arn"));
    if (verb == KEPT_CREATE && details)
        name_product(call, row);
    if (details || json_get(row, "TemplateProviders"))
        return true; /* the sentence is ours */
    call_fail(call, &ERROR_VALIDATION, "Either ServiceCatalogProvisioningDetails or TemplateProviders is required.");
    return false;
}

const struct kept_kind kept_project = {
    .noun = "Project",
    .nouns = "Projects",
    .type = "project",
    .path = "ProjectName",
    .name = "ProjectName",
    .arn = "ProjectArn",
    .status = "ProjectStatus",
    .id = "ProjectId",
    .id_prefix = "p-",
    .most = 500,
    .turns = project_turns,
    .life = &project_life,
    .table = &kept_project_table,
    .words = { .absent = "Project {ProjectName} does not exist." }, /* what Terraform's provider knows it by */
    .check = check_project,
};

/* The portfolio of templates: a switch. */
static bool is_enabled(struct call *call)
{
    return store_get(call->world->store, call_scope(call), &portfolio_table, STR("enabled"));
}

enum outcome get_sagemaker_servicecatalog_portfolio_status(struct call *call)
{
    output_string(call, "Status", is_enabled(call) ? "Enabled" : "Disabled");
    return CALL_DONE;
}

enum outcome enable_sagemaker_servicecatalog_portfolio(struct call *call)
{
    if (!is_enabled(call))
        store_put(call->world->store, call_scope(call), &portfolio_table, STR("enabled"),
                  json_seal(cJSON_CreateObject()));
    return CALL_DONE;
}

enum outcome disable_sagemaker_servicecatalog_portfolio(struct call *call)
{
    store_delete(call->world->store, call_scope(call), &portfolio_table, STR("enabled"));
    return CALL_DONE;
}

/* ---- tracking servers ---- */

static bool check_server(struct call *call, enum kept_verb verb, cJSON *row)
{
    char id[13];
    if (verb == KEPT_CREATE) {
        random_text(&call->world->random, "abcdefghijklmnopqrstuvwxyz0123456789", 12, id);
        json_set_string(row, "TrackingServerUrl",
                        arena_printf(call->arena, "https://t-%s.%s.experiments.sagemaker.aws", id, call->region));
    }
    return true;
}

static void tell_server(const struct call *call, const cJSON *row, cJSON *out)
{
    static const char *const active[] = { "Created", "Started", "Updated", "Updating", "Stopping", NULL };
    bool on = false;
    for (const char *const *status = active; *status; status++)
        on = on || str_is(json_str(row, "status"), *status);
    json_set_string(out, "IsActive", on ? "Active" : "Inactive");
}

const struct kept_kind kept_tracking_server = {
    .noun = "MlflowTrackingServer",
    .nouns = "MlflowTrackingServers",
    .type = "mlflow-tracking-server",
    .path = "TrackingServerName",
    .name = "TrackingServerName",
    .arn = "TrackingServerArn",
    .status = "TrackingServerStatus",
    .role = "RoleArn",
    .descending = true,
    .most = 15,
    .defaults = "{\"TrackingServerSize\":\"Small\",\"MlflowVersion\":\"2.16.2\",\"AutomaticModelRegistration\":false,"
                "\"WeeklyMaintenanceWindowStart\":\"Tue:03:30\"}",
    .turns = server_turns,
    .life = &mlflow_tracking_server_life,
    .table = &kept_mlflow_tracking_server_table,
    .check = check_server,
    .tell = tell_server,
};

enum outcome create_presigned_mlflow_tracking_server_url(struct call *call)
{
    char token[65];
    struct json *row = kept_find(call, &kept_tracking_server, call->input);
    if (!row)
        return CALL_FAILED;
    random_text(&call->world->random, "abcdefghijklmnopqrstuvwxyz0123456789", 64, token);
    output_string(
        call, "AuthorizedUrl",
        arena_printf(call->arena, "%s/auth?authToken=%s", json_string(json_root(row), "TrackingServerUrl"), token));
    return CALL_DONE;
}

/* ---- hubs ---- */

const struct kept_kind kept_hub = {
    .noun = "Hub",
    .nouns = "Hubs",
    .type = "hub",
    .path = "HubName",
    .name = "HubName",
    .arn = "HubArn",
    .status = "HubStatus",
    .most = 50,
    .turns = hub_turns,
    .life = &hub_life,
    .table = &kept_hub_table,
};
