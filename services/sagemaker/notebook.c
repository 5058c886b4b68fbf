/* Notebook instances, the scripts that they run when they start, and the repositories that they open. */
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemaker/kept_life.h"
#include "services/sagemaker/pipeline_list.h"
#include "services/sagemaker/quota.h"

KEPT_TABLE(notebook_instance);
KEPT_TABLE(notebook_instance_lifecycle_config);
KEPT_TABLE(code_repository);

static const struct lifecycle_step notebook_instance_steps[] = { { "Pending", "InService", 3 * KEPT_MINUTE },
                                                                 { "Stopping", "Stopped", KEPT_MINUTE },
                                                                 { "Updating", "Stopped", KEPT_MINUTE / 2 },
                                                                 { "Deleting", NULL, KEPT_MINUTE },
                                                                 { 0 } };
KEPT_LIFE(notebook_instance, kept_arrive);

static const struct kept_turn turns[] = { { KEPT_CREATE, NULL, "Pending" },
                                          { KEPT_UPDATE, "Stopped, Failed", "Updating" },
                                          { KEPT_START, "Stopped, Failed", "Pending" },
                                          { KEPT_STOP, "InService", "Stopping" },
                                          { KEPT_DELETE, "Stopped, Failed", "Deleting" },
                                          { 0 } };

/* ---- what an instance is made of ---- */

static bool check_config(struct call *call, const cJSON *row)
{
    struct str name = json_str(row, "LifecycleConfigName");
    if (!name.at)
        return true;
    cJSON *members = cJSON_CreateObject();
    json_set_str(members, "NotebookInstanceLifecycleConfigName", name);
    bool there = kept_get(call, &kept_notebook_config, members);
    cJSON_Delete(members);
    if (!there) /* ours */
        call_fail(call, &ERROR_VALIDATION, "Notebook Instance Lifecycle Config \"%.*s\" does not exist.",
                  STR_ARG(name));
    return there;
}

/* A repository is one of SageMaker's by name, or a URL. */
static bool check_repository(struct call *call, struct str name)
{
    if (!name.at || str_starts(name, STR("https://")))
        return true;
    cJSON *members = cJSON_CreateObject();
    json_set_str(members, "CodeRepositoryName", name);
    bool there = kept_find(call, &kept_code_repository, members);
    cJSON_Delete(members);
    return there;
}

static bool check_repositories(struct call *call, const cJSON *row)
{
    const cJSON *more;
    if (!check_repository(call, json_str(row, "DefaultCodeRepository")))
        return false;
    cJSON_ArrayForEach(more, json_get(row, "AdditionalCodeRepositories"))
    {
        if (!check_repository(call, json_value(more)))
            return false;
    }
    return true;
}

static int64_t running(struct call *call, struct str type)
{
    int64_t count = 0;
    struct cursor at = store_seek(call->world->store, call_scope(call), &kept_notebook_instance_table, NULL, STR(""),
                                  false);
    while (store_next(&at)) {
        const cJSON *row = json_root(at.row);
        struct str status = json_str(row, "status");
        count += str_equal(json_str(row, "InstanceType"), type) && !str_is(status, "Stopped") &&
                 !str_is(status, "Failed");
    }
    return count;
}

/* Update takes away what it is told to. */
static void disassociate(cJSON *row)
{
    static const char *const asked[][2] = { { "DisassociateLifecycleConfig", "LifecycleConfigName" },
                                            { "DisassociateDefaultCodeRepository", "DefaultCodeRepository" },
                                            { "DisassociateAdditionalCodeRepositories", "AdditionalCodeRepositories" },
                                            { "DisassociateAcceleratorTypes", "AcceleratorTypes" } };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        if (json_bool(row, asked[i][0], false))
            json_set_string(row, asked[i][1], NULL);
        json_set_string(row, asked[i][0], NULL);
    }
}

static void name_url(struct call *call, cJSON *row)
{
    char id[5];
    random_text(&call->world->random, "abcdefghijklmnopqrstuvwxyz0123456789", 4, id);
    json_set_string(row, "Url",
                    arena_printf(call->arena, "%s-%s.notebook.%s.sagemaker.aws",
                                 json_string(row, "NotebookInstanceName"), id, call->region));
}

static bool check_instance(struct call *call, enum kept_verb verb, cJSON *row)
{
    struct str type = json_str(row, "InstanceType");
    disassociate(row);
    if (verb == KEPT_CREATE)
        name_url(call, row);
    if ((verb == KEPT_CREATE || verb == KEPT_START) && !quota_check(call, QUOTA_NOTEBOOK, type, running(call, type), 1))
        return false;
    return verb == KEPT_STOP || verb == KEPT_DELETE || (check_config(call, row) && check_repositories(call, row));
}

static void tell_instance(const struct call *call, const cJSON *row, cJSON *out)
{
    json_set_string(out, "NotebookInstanceLifecycleConfigName", json_string(row, "LifecycleConfigName"));
    if (json_get(row, "SecurityGroupIds"))
        json_set(out, "SecurityGroups", json_thaw(json_get(row, "SecurityGroupIds")));
}

/* ListNotebookInstances looks into lists and under another name. */
static bool is_wanted(struct call *call, const cJSON *row)
{
    struct str config = input_str(call, "NotebookInstanceLifecycleConfigNameContains");
    struct str repository = input_str(call, "AdditionalCodeRepositoryEquals");
    const cJSON *more;
    bool found = !repository.at;
    cJSON_ArrayForEach(more, json_get(row, "AdditionalCodeRepositories"))
    {
        found = found || str_equal(json_value(more), repository);
    }
    return found && (!config.at || (json_get(row, "LifecycleConfigName") &&
                                    str_find(json_str(row, "LifecycleConfigName"), config) != SIZE_MAX));
}

/* Its sentences are AWS's: "Cannot create a duplicate …" (SebastianUA/terraform-aws-sagemaker #18), "RecordNotFound" and "Status (…) not
 * in ([…])" are what clients know it by. */
const struct kept_kind kept_notebook_instance = {
    .noun = "NotebookInstance",
    .nouns = "NotebookInstances",
    .type = "notebook-instance",
    .path = "NotebookInstanceName",
    .name = "NotebookInstanceName",
    .arn = "NotebookInstanceArn",
    .status = "NotebookInstanceStatus",
    .role = "RoleArn",
    .by_name = true,
    .most = 1000,
    .defaults =
        "{\"DirectInternetAccess\":\"Enabled\",\"VolumeSizeInGB\":5,\"RootAccess\":\"Enabled\",\"PlatformIdentifier\":"
        "\"notebook-al2-v2\",\"InstanceMetadataServiceConfiguration\":{\"MinimumInstanceMetadataServiceVersion\":\"2\"}"
        "}",
    .turns = turns,
    .life = &notebook_instance_life,
    .table = &kept_notebook_instance_table,
    .words = { .absent_kind = &ERROR_VALIDATION,
               .absent = "RecordNotFound",
               .taken = "Cannot create a duplicate Notebook Instance ({arn})",
               .busy = "Status ({status}) not in ([{from}]). Unable to transition to ({to}) for Notebook Instance "
                       "({arn})" },
    .check = check_instance,
    .tell = tell_instance,
    .filters = "NotebookInstanceLifecycleConfigNameContains AdditionalCodeRepositoryEquals",
    .wanted = is_wanted,
};

const struct kept_kind kept_notebook_config = {
    .noun = "NotebookInstanceLifecycleConfig",
    .nouns = "NotebookInstanceLifecycleConfigs",
    .type = "notebook-instance-lifecycle-config",
    .path = "NotebookInstanceLifecycleConfigName",
    .name = "NotebookInstanceLifecycleConfigName",
    .arn = "NotebookInstanceLifecycleConfigArn",
    .most = 1000,
    .table = &kept_notebook_instance_lifecycle_config_table,
    .words = { .absent_kind = &ERROR_VALIDATION,
               .absent = "RecordNotFound",
               .taken = "Cannot create a duplicate Notebook Instance Lifecycle Config ({arn})" },
};

const struct kept_kind kept_code_repository = {
    .noun = "CodeRepository",
    .nouns = "CodeRepositories",
    .type = "code-repository",
    .path = "CodeRepositoryName",
    .name = "CodeRepositoryName",
    .arn = "CodeRepositoryArn",
    .merges = true,
    .by_name = true,
    .most = 1000,
    .table = &kept_code_repository_table,
    .words = { .absent_kind = &ERROR_VALIDATION,
               .absent = "Cannot find CodeRepository: \"{arn}\"", /* what Terraform's provider knows it by */
               .taken = "Cannot create already existing CodeRepository \"{arn}\"." },
};

enum outcome create_presigned_notebook_instance_url(struct call *call)
{
    char token[65];
    struct json *row = kept_find(call, &kept_notebook_instance, call->input);
    if (!row)
        return CALL_FAILED;
    if (!str_is(json_str(json_root(row), "status"), "InService")) /* ours */
        return call_fail(call, &ERROR_VALIDATION, "Notebook Instance (%s) is not InService.",
                         json_string(json_root(row), "arn"));
    random_text(&call->world->random, "abcdefghijklmnopqrstuvwxyz0123456789", 64, token);
    output_string(call, "AuthorizedUrl",
                  arena_printf(call->arena, "https://%s?authToken=%s", json_string(json_root(row), "Url"), token));
    return CALL_DONE;
}
