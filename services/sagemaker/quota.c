#include "services/sagemaker/quota.h"

#include <inttypes.h>

#include "services/sagemaker/listing.h"
#include "services/sagemaker/sagemaker_model.h"

/* By what follows "ml.". Defaults differ by account and region and change; these are of the documented order. */
static const struct limit {
    const char *family;
    int instances;
} limits[] = {
    { "p", 0 }, { "g", 0 }, { "trn", 0 }, { "inf", 0 }, { "dl", 0 }, { "t", 20 }, { "m", 20 }, { "c", 20 }, { "r", 20 },
};

static const char *const purposes[] = { "training job", "processing job",    "transform job",
                                        "endpoint",     "notebook instance", "cluster" };

static int limit_of(struct str instance_type)
{
    struct str family = str_cut(instance_type, '.', &instance_type);
    family = str_cut(instance_type, '.', &instance_type);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        size_t length = strlen(limits[i].family);
        if (str_starts(family, str_of(limits[i].family)) && family.length > length && family.at[length] >= '0' &&
            family.at[length] <= '9')
            return limits[i].instances;
    }
    return 0;
}

bool quota_check(struct call *call, enum quota_purpose purpose, struct str instance_type, int64_t used, int64_t wanted)
{
    int limit = limit_of(instance_type);
    if (used + wanted <= limit)
        return true;
    call_fail(
        call, &SAGEMAKER_RESOURCE_LIMIT_EXCEEDED,
        "The account-level service limit '%.*s for %s usage' is %d Instances, with current utilization of %" PRId64
        " Instances and a request delta of %" PRId64
        " Instances. Please contact AWS support to request an increase for this limit.",
        STR_ARG(instance_type), purposes[purpose], limit, used, wanted);
    return false;
}

static int64_t used_with_status(struct call *call, const struct table_def *table, const char *status,
                                struct str instance_type,
                                void (*resources)(const cJSON *input, struct str *ret_type, int64_t *ret_count))
{
    int64_t used = 0;
    struct str prefix = str_of(arena_printf(call->arena, "%s ", status));
    struct cursor at = store_seek_from(call->world->store, call_scope(call), table, &listing_by_status, prefix);
    while (store_next_within(&at, prefix)) {
        struct str type = STR_NONE;
        int64_t count = 0;
        resources(json_get(json_root(at.row), "input"), &type, &count);
        used += str_equal(type, instance_type) ? count : 0;
    }
    return used;
}

int64_t quota_used_by_jobs(struct call *call, const struct table_def *table, struct str instance_type,
                           void (*resources)(const cJSON *input, struct str *ret_type, int64_t *ret_count))
{
    return used_with_status(call, table, "InProgress", instance_type, resources) +
           used_with_status(call, table, "Stopping", instance_type, resources);
}
