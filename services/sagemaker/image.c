/* Images of Studio and their versions, which count up from one and go by aliases too. */
#include "services/sagemaker/kept_kinds.h"
#include "services/sagemaker/kept_life.h"
#include "services/sagemaker/listing.h"

KEPT_TABLE(image);
KEPT_TABLE(image_version);

static const struct lifecycle_step image_steps[] = { { "CREATING", "CREATED", KEPT_MINUTE / 6 },
                                                     { "UPDATING", "CREATED", KEPT_MINUTE / 6 },
                                                     { "DELETING", NULL, KEPT_MINUTE / 6 },
                                                     { 0 } };
static const struct lifecycle_step image_version_steps[] = { { "CREATING", "CREATED", KEPT_MINUTE / 2 },
                                                             { "DELETING", NULL, KEPT_MINUTE / 6 },
                                                             { 0 } };
KEPT_LIFE(image, kept_arrive);
KEPT_LIFE(image_version, kept_arrive);

static const struct kept_turn image_turns[] = {
    { KEPT_CREATE, NULL, "CREATING" }, { KEPT_UPDATE, NULL, "UPDATING" }, { KEPT_DELETE, NULL, "DELETING" }, { 0 }
};
static const struct kept_turn version_turns[] = { { KEPT_CREATE, NULL, "CREATING" },
                                                  { KEPT_DELETE, NULL, "DELETING" },
                                                  { 0 } };
static const struct kept_kind *const in_image[] = { &kept_image, NULL };

static bool check_image(struct call *call, enum kept_verb verb, cJSON *row)
{
    const cJSON *property;
    cJSON_ArrayForEach(property, json_get(call->input, "DeleteProperties"))
    {
        json_set_string(row, str_is(json_value(property), "Description") ? "Description" : "DisplayName", NULL);
    }
    json_set_string(row, "DeleteProperties", NULL);
    return true;
}

/* The sentences are AWS's (aws-samples/sagemaker-studio-custom-image-samples #17). */
const struct kept_kind kept_image = {
    .noun = "Image",
    .nouns = "Images",
    .type = "image",
    .path = "ImageName",
    .name = "ImageName",
    .arn = "ImageArn",
    .status = "ImageStatus",
    .role = "RoleArn",
    .cascades = true,
    .descending = true,
    .most = 2000,
    .turns = image_turns,
    .life = &image_life,
    .table = &kept_image_table,
    .words = { .absent = "Image with ImageName {ImageName} does not exist. Please provide a valid ImageName.",
               .taken = "The Image with ImageName {ImageName} already exists. Please use a different ImageName.",
               .busy = "Image {ImageName} is in an invalid state." },
    .check = check_image,
};

/* ---- versions ---- */

static struct json *image_of(struct call *call, const cJSON *row)
{
    return kept_find(call, &kept_image, row);
}

static bool is_alias(const cJSON *row, struct str alias)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, json_get(row, "Aliases"))
    {
        if (str_equal(json_value(one), alias))
            return true;
    }
    return false;
}

/* Visits the versions of the call's image in order; true of `wanted` ends the walk there. Borrowed. */
static struct json *find_version(struct call *call, bool (*wanted)(struct call *call, const cJSON *row), bool latest)
{
    struct str key = kept_key(call, &kept_image, call->input);
    struct str prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(key)));
    struct json *found = NULL;
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &kept_image_version_table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        const cJSON *row = json_root(at.row);
        bool later = !found || (latest && json_int64(row, "Version", 0) > json_int64(json_root(found), "Version", 0));
        if (later && wanted(call, row))
            found = at.row;
    }
    return found;
}

static bool has_alias_of_call(struct call *call, const cJSON *row)
{
    return is_alias(row, input_str(call, "Alias"));
}

static bool is_made(struct call *call, const cJSON *row)
{
    return !str_is(json_str(row, "status"), "DELETING");
}

/* By number, by alias, or the latest. */
static struct json *version_of_call(struct call *call)
{
    struct json *row;
    const char *name = input_string(call, "ImageName");
    if (!image_of(call, call->input))
        return NULL;
    if (input_has(call, "Version"))
        row = kept_get(call, &kept_image_version, call->input);
    else
        row = find_version(call, input_has(call, "Alias") ? has_alias_of_call : is_made, true);
    if (!row && input_has(call, "Version"))
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND,
                  "ImageVersion %lld with ImageName %s does not exist. Please provide a valid ImageName.",
                  (long long)input_int64(call, "Version", 0), name);
    else if (!row)
        call_fail(call, &SAGEMAKER_RESOURCE_NOT_FOUND,
                  "Latest ImageVersion with ImageName %s does not exist. Please provide a valid ImageName.", name);
    return row;
}

static bool check_aliases_free(struct call *call, const cJSON *aliases, const cJSON *except)
{
    const cJSON *alias;
    struct str prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(kept_key(call, &kept_image, call->input))));
    cJSON_ArrayForEach(alias, aliases)
    {
        struct cursor at = store_seek_from(call->world->store, call_scope(call), &kept_image_version_table, NULL,
                                           prefix);
        while (store_next_within(&at, prefix)) {
            if (json_root(at.row) == except || !is_alias(json_root(at.row), json_value(alias)))
                continue;
            store_close(&at);
            call_fail(call, &SAGEMAKER_RESOURCE_IN_USE,
                      "Alias %s is in use by another ImageVersion of ImageName %s.", /* ours */
                      json_value(alias).at, input_string(call, "ImageName"));
            return false;
        }
    }
    return true;
}

/* A new version of a CREATED image; the image counts what it gave out. */
static bool check_version(struct call *call, enum kept_verb verb, cJSON *row)
{
    if (verb != KEPT_CREATE)
        return true;
    struct json *image = image_of(call, row);
    if (!image)
        return false;
    if (!str_is(json_str(json_root(image), "status"), "CREATED")) {
        call_fail(call, &ERROR_VALIDATION, "Image %s is in an invalid state.", json_string(row, "ImageName"));
        return false;
    }
    if (!check_aliases_free(call, json_get(row, "Aliases"), NULL))
        return false;
    json_set_int64(row, "Version", json_int64(json_root(image), "last", 0) + 1);
    json_set_str(row, "ImageArn", json_str(json_root(image), "arn"));
    return true;
}

static void count_version(struct call *call, enum kept_verb verb, struct str key)
{
    struct json *image = verb == KEPT_CREATE ? kept_get(call, &kept_image, call->input) : NULL;
    if (!image)
        return;
    cJSON *row = json_thaw(json_root(image));
    json_set_int64(row, "last", json_int64(row, "last", 0) + 1);
    store_put(call->world->store, call_scope(call), &kept_image_table, kept_key(call, &kept_image, row),
              json_seal(row));
}

static void tell_version(const struct call *call, const cJSON *row, cJSON *out)
{
    json_set_str(out, "ContainerImage", json_str(row, "BaseImage"));
}

const struct kept_kind kept_image_version = {
    .noun = "ImageVersion",
    .nouns = "ImageVersions",
    .type = "image-version",
    .path = "ImageName/Version",
    .name = "ImageName",
    .arn = "ImageVersionArn",
    .status = "ImageVersionStatus",
    .parents = in_image,
    .descending = true,
    .most = 5000,
    .turns = version_turns,
    .life = &image_version_life,
    .table = &kept_image_version_table,
    .check = check_version,
    .tell = tell_version,
    .changed = count_version,
};

enum outcome describe_image_version(struct call *call)
{
    struct json *row = version_of_call(call);
    if (!row)
        return CALL_FAILED;
    kept_answer(call, &kept_image_version, json_root(row));
    return CALL_DONE;
}

enum outcome delete_image_version(struct call *call)
{
    struct json *row = version_of_call(call);
    if (!row || !kept_check_turn(call, &kept_image_version, KEPT_DELETE, json_root(row)))
        return CALL_FAILED;
    struct str key = kept_key(call, &kept_image_version, json_root(row));
    kept_put(call, &kept_image_version, KEPT_DELETE, key, json_thaw(json_root(row)));
    return CALL_DONE;
}

static void change_aliases(struct call *call, cJSON *row)
{
    cJSON *aliases = cJSON_CreateArray();
    const cJSON *one, *gone;
    cJSON_ArrayForEach(one, json_get(row, "Aliases"))
    {
        bool stays = true;
        cJSON_ArrayForEach(gone, json_get(call->input, "AliasesToDelete"))
        {
            stays = stays && !str_equal(json_value(gone), json_value(one));
        }
        if (stays)
            json_add(aliases, json_thaw(one));
    }
    cJSON_ArrayForEach(one, json_get(call->input, "AliasesToAdd"))
    {
        if (!is_alias(row, json_value(one)))
            json_add(aliases, json_thaw(one));
    }
    json_set(row, "Aliases", aliases);
}

enum outcome update_image_version(struct call *call)
{
    static const char *const told[] = { "VendorGuidance", "JobType", "MLFramework", "ProgrammingLang",
                                        "Processor",      "Horovod", "ReleaseNotes" };
    struct json *kept = version_of_call(call);
    if (!kept || !kept_check_turn(call, &kept_image_version, KEPT_UPDATE, json_root(kept)) ||
        !check_aliases_free(call, json_get(call->input, "AliasesToAdd"), json_root(kept)))
        return CALL_FAILED;
    cJSON *row = json_thaw(json_root(kept));
    struct str key = kept_key(call, &kept_image_version, row);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (input_has(call, told[i]))
            json_set(row, told[i], json_thaw(json_get(call->input, told[i])));
    change_aliases(call, row);
    output_str(call, "ImageVersionArn", json_str(row, "arn"));
    kept_put(call, &kept_image_version, KEPT_UPDATE, key, row);
    return CALL_DONE;
}

/* ---- ListAliases ---- */

static void list_of_version(struct call *call, const cJSON *row, cJSON *aliases)
{
    const cJSON *one;
    bool asked = !input_has(call, "Version") || input_int64(call, "Version", 0) == json_int64(row, "Version", 0);
    const cJSON *own = asked ? json_get(row, "Aliases") : NULL;
    cJSON_ArrayForEach(one, own)
    {
        if (!input_has(call, "Alias") || str_equal(input_str(call, "Alias"), json_value(one)))
            json_add(aliases, json_thaw(one));
    }
}

enum outcome sagemaker_list_aliases(struct call *call)
{
    if (!image_of(call, call->input))
        return CALL_FAILED;
    cJSON *all = cJSON_CreateArray();
    struct str prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(kept_key(call, &kept_image, call->input))));
    struct cursor at = store_seek_from(call->world->store, call_scope(call), &kept_image_version_table, NULL, prefix);
    while (store_next_within(&at, prefix))
        list_of_version(call, json_root(at.row), all);
    return sagemaker_list_array(call, "SageMakerImageVersionAliases", all);
}
