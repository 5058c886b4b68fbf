/* SageMaker Studio: domains, the user profiles and spaces in them, their apps, and what apps are made with. */
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemaker/kept_life.h"
#include "services/sagemaker/pipeline_list.h"

KEPT_TABLE(domain);
KEPT_TABLE(user_profile);
KEPT_TABLE(space);
KEPT_TABLE(app);
KEPT_TABLE(app_image_config);
KEPT_TABLE(studio_lifecycle_config);

/* What the console and Terraform's tests show: a domain is there after some minutes, an app after one or two. */
static const struct lifecycle_step domain_steps[] = { { "Pending", "InService", 4 * KEPT_MINUTE },
                                                      { "Updating", "InService", KEPT_MINUTE },
                                                      { "Deleting", NULL, 2 * KEPT_MINUTE },
                                                      { 0 } };
static const struct lifecycle_step user_profile_steps[] = { { "Pending", "InService", KEPT_MINUTE / 3 },
                                                            { "Updating", "InService", KEPT_MINUTE / 6 },
                                                            { "Deleting", NULL, KEPT_MINUTE / 3 },
                                                            { 0 } };
#define space_steps user_profile_steps
/* DescribeApp shows a deleted app for a day ("Deleted"), ListApps too. */
static const struct lifecycle_step app_steps[] = { { "Pending", "InService", 2 * KEPT_MINUTE },
                                                   { "Deleting", "Deleted", KEPT_MINUTE },
                                                   { "Deleted", NULL, 24 * 60 * KEPT_MINUTE },
                                                   { 0 } };
KEPT_LIFE(domain, kept_arrive);
KEPT_LIFE(user_profile, kept_arrive);
KEPT_LIFE(space, kept_arrive);
KEPT_LIFE(app, kept_arrive);

static const struct kept_turn studio_turns[] = {
    { KEPT_CREATE, NULL, "Pending" }, { KEPT_UPDATE, NULL, "Updating" }, { KEPT_DELETE, NULL, "Deleting" }, { 0 }
};
static const struct kept_turn app_turns[] = { { KEPT_CREATE, NULL, "Pending" },
                                              { KEPT_DELETE, "InService, Failed", "Deleting" },
                                              { 0 } };

static const struct kept_kind *const in_domain[] = { &kept_domain, NULL };
static const struct kept_kind *const in_profile_or_space[] = { &kept_domain, &kept_user_profile, &kept_space, NULL };

/* ---- domains ---- */

static void rename_member(cJSON *row, const char *from, const char *to)
{
    cJSON *given = cJSON_DetachItemFromObjectCaseSensitive(row, from);
    if (given)
        json_set(row, to, given);
}

static char *id_of(struct call *call, const char *prefix)
{
    char id[18];
    random_text(&call->world->random, "0123456789abcdef", 17, id);
    return arena_printf(call->arena, "%s%s", prefix, id);
}

static bool check_domain(struct call *call, enum kept_verb verb, cJSON *row)
{
    rename_member(row, "DomainSettingsForUpdate", "DomainSettings");
    if (verb != KEPT_CREATE)
        return true;
    bool has_network = json_get(row, "VpcId") && json_get(row, "SubnetIds");
    if (!has_network && str_is(json_str(row, "AppNetworkAccessType"), "VpcOnly")) { /* ours */
        call_fail(call, &ERROR_VALIDATION, "VpcId and SubnetIds are required when AppNetworkAccessType is VpcOnly.");
        return false;
    }
    json_set_string(row, "HomeEfsFileSystemId", id_of(call, "fs-"));
    return true;
}

static void tell_domain(const struct call *call, const cJSON *row, cJSON *out)
{
    json_set_string(
        out, "Url",
        arena_printf(call->arena, "https://%s.studio.%s.sagemaker.aws", json_string(row, "DomainId"), call->region));
}

const struct kept_kind kept_domain = {
    .noun = "Domain",
    .nouns = "Domains",
    .type = "domain",
    .path = "DomainId",
    .name = "DomainName",
    .arn = "DomainArn",
    .status = "Status",
    .id = "DomainId",
    .id_prefix = "d-",
    .role = "DefaultUserSettings.ExecutionRole",
    .merges = true,
    .most = 50,
    .defaults = "{\"AppNetworkAccessType\":\"PublicInternetOnly\",\"TagPropagation\":\"DISABLED\"}",
    .turns = studio_turns,
    .life = &domain_life,
    .table = &kept_domain_table,
    .words = { .absent = "Domain [{DomainId}] does not exist." },
    .check = check_domain,
    .tell = tell_domain,
};

/* ---- user profiles and spaces ---- */

/* The number that its files have in the domain's file system. */
static bool give_uid(struct call *call, enum kept_verb verb, cJSON *row)
{
    if (verb == KEPT_CREATE)
        json_set_string(
            row, "HomeEfsFileSystemUid",
            arena_printf(call->arena, "%lld", (long long)random_between(&call->world->random, 200000, 299999)));
    return true;
}

const struct kept_kind kept_user_profile = {
    .noun = "UserProfile",
    .nouns = "UserProfiles",
    .type = "user-profile",
    .path = "DomainId/UserProfileName",
    .name = "UserProfileName",
    .arn = "UserProfileArn",
    .status = "Status",
    .role = "UserSettings.ExecutionRole",
    .parents = in_domain,
    .merges = true,
    .most = 2000,
    .turns = studio_turns,
    .life = &user_profile_life,
    .table = &kept_user_profile_table,
    .check = give_uid,
};

static bool check_space(struct call *call, enum kept_verb verb, cJSON *row)
{
    const char *owner = json_string(json_get(row, "OwnershipSettings"), "OwnerUserProfileName");
    if (verb == KEPT_CREATE && owner) {
        cJSON *members = cJSON_CreateObject();
        json_set_str(members, "DomainId", json_str(row, "DomainId"));
        json_set_string(members, "UserProfileName", owner);
        bool there = kept_find(call, &kept_user_profile, members);
        cJSON_Delete(members);
        if (!there)
            return false;
    }
    return give_uid(call, verb, row);
}

/* The summaries that ListSpaces has of them. */
static void tell_space(const struct call *call, const cJSON *row, cJSON *out)
{
    static const char *const told[][2] = { { "OwnershipSettings", "OwnershipSettingsSummary" },
                                           { "SpaceSharingSettings", "SpaceSharingSettingsSummary" } };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (json_get(row, told[i][0]))
            json_set(out, told[i][1], json_thaw(json_get(row, told[i][0])));
    const cJSON *settings = json_get(row, "SpaceSettings");
    if (settings) {
        cJSON *summary = cJSON_CreateObject();
        json_set_string(summary, "AppType", json_string(settings, "AppType"));
        if (json_get(settings, "SpaceStorageSettings"))
            json_set(summary, "SpaceStorageSettings", json_thaw(json_get(settings, "SpaceStorageSettings")));
        json_set(out, "SpaceSettingsSummary", summary);
    }
    json_set_string(out, "Url",
                    arena_printf(call->arena, "https://%s.studio.%s.sagemaker.aws/%s/default",
                                 json_string(row, "DomainId"), call->region,
                                 str_is(json_str(settings, "AppType"), "CodeEditor") ? "codeeditor" : "jupyterlab"));
}

const struct kept_kind kept_space = {
    .noun = "Space",
    .nouns = "Spaces",
    .type = "space",
    .path = "DomainId/SpaceName",
    .name = "SpaceName",
    .arn = "SpaceArn",
    .status = "Status",
    .parents = in_domain,
    .merges = true,
    .most = 2000,
    .turns = studio_turns,
    .life = &space_life,
    .table = &kept_space_table,
    .check = check_space,
    .tell = tell_space,
};

/* ---- apps ---- */

static bool check_app(struct call *call, enum kept_verb verb, cJSON *row)
{
    if (!json_get(row, "UserProfileName") == !json_get(row, "SpaceName")) { /* ours */
        call_fail(call, &ERROR_VALIDATION, "Either UserProfileName or SpaceName must be given, and not both.");
        return false;
    }
    return true;
}

const struct kept_kind kept_app = {
    .noun = "App",
    .nouns = "Apps",
    .type = "app",
    .path = "DomainId/UserProfileName|SpaceName/AppType/AppName",
    .name = "AppName",
    .arn = "AppArn",
    .status = "Status",
    .parents = in_profile_or_space,
    .most = 4000,
    .turns = app_turns,
    .life = &app_life,
    .table = &kept_app_table,
    /* "RecordNotFound" is what Terraform's provider knows it by. */
    .words = { .absent_kind = &ERROR_VALIDATION, .absent = "RecordNotFound: App [{AppName}] does not exist." },
    .check = check_app,
};

/* ---- what apps are made with ---- */

const struct kept_kind kept_app_image_config = {
    .noun = "AppImageConfig",
    .nouns = "AppImageConfigs",
    .type = "app-image-config",
    .path = "AppImageConfigName",
    .name = "AppImageConfigName",
    .arn = "AppImageConfigArn",
    .descending = true,
    .most = 2000,
    .table = &kept_app_image_config_table,
    /* AWS's (aws-samples/sagemaker-studio-custom-image-samples #17). */
    .words = { .taken = "The ID or Name specified is already in use." },
};

static bool is_for_app(struct call *call, const cJSON *row)
{
    struct str type = input_str(call, "AppTypeEquals");
    return !type.at || str_equal(json_str(row, "StudioLifecycleConfigAppType"), type);
}

const struct kept_kind kept_studio_lifecycle_config = {
    .noun = "StudioLifecycleConfig",
    .nouns = "StudioLifecycleConfigs",
    .type = "studio-lifecycle-config",
    .path = "StudioLifecycleConfigName",
    .name = "StudioLifecycleConfigName",
    .arn = "StudioLifecycleConfigArn",
    .descending = true,
    .most = 1000,
    .table = &kept_studio_lifecycle_config_table,
    .filters = "AppTypeEquals",
    .wanted = is_for_app,
};

/* ---- the way in ---- */

enum outcome create_presigned_domain_url(struct call *call)
{
    char token[65];
    struct json *profile = kept_find(call, &kept_user_profile, call->input);
    if (!profile)
        return CALL_FAILED;
    if (input_has(call, "SpaceName") && !kept_find(call, &kept_space, call->input))
        return CALL_FAILED;
    random_text(&call->world->random, "abcdefghijklmnopqrstuvwxyz0123456789", 64, token);
    output_string(call, "AuthorizedUrl",
                  arena_printf(call->arena, "https://%s.studio.%s.sagemaker.aws/auth?token=%s",
                               json_string(json_root(profile), "DomainId"), call->region, token));
    return CALL_DONE;
}
