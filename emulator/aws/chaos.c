#include "aws/chaos.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/wire_fault.h"

#define RULES_MOST     100
#define TEXT_MOST      128
#define LATENCY_MOST   (10 * 60 * 1000)
#define DEFAULT_STATUS 503
#define DEFAULT_CODE   "ServiceUnavailable"

const struct table_def chaos_table = { .name = "house.chaos" };
static const struct scope house = { "", "" };
#define KEY STR("chaos")

struct chaos {
    struct cloud *cloud;
    struct json *row; /* keeps the filters' texts; NULL: there is no chaos */
    struct wire_fault *faults[RULES_MOST + 1];
    size_t fault_count;
    uint64_t hits;
    char why[256];
};

/* ---- what is refused ---- */

static const char *refuse(struct chaos *chaos, const char *where, const char *wanted)
{
    snprintf(chaos->why, sizeof chaos->why, "%s should be %s.", where, wanted);
    return chaos->why;
}

static bool is_word(const cJSON *node)
{
    return !node || (cJSON_IsString(node) && node->valuestring[0] && strlen(node->valuestring) <= TEXT_MOST);
}

static bool is_number(const cJSON *node, double least, double most)
{
    return !node || (cJSON_IsNumber(node) && json_to_double(node) >= least && json_to_double(node) <= most);
}

static bool is_whole(const cJSON *node, double least, double most)
{
    return is_number(node, least, most) && (!node || floor(json_to_double(node)) == json_to_double(node));
}

/* The first member that is none of these; NULL: there is none. */
static const char *stranger_in(const cJSON *object, const char *const *names)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, object)
    {
        size_t i = 0;
        while (names[i] && strcmp(names[i], member->string) != 0)
            i++;
        if (!names[i])
            return member->string;
    }
    return NULL;
}

static const char *check_members(struct chaos *chaos, const cJSON *object, const char *what, const char *const *names)
{
    const char *stranger = cJSON_IsObject(object) ? stranger_in(object, names) : NULL;
    if (!cJSON_IsObject(object))
        return refuse(chaos, what, "an object");
    if (!stranger)
        return NULL;
    snprintf(chaos->why, sizeof chaos->why, "%s has no member '%.100s'.", what, stranger);
    return chaos->why;
}

static const char *check_error(struct chaos *chaos, const cJSON *error)
{
    static const char *const names[] = { "statusCode", "code", NULL };
    const char *why = check_members(chaos, error, "A rule's error", names);
    if (why)
        return why;
    if (!is_whole(json_get(error, "statusCode"), 400, 599))
        return refuse(chaos, "error.statusCode", "a whole number from 400 to 599");
    return is_word(json_get(error, "code")) ? NULL : refuse(chaos, "error.code", "a text of 1 to 128 characters");
}

static const char *check_rule(struct chaos *chaos, const cJSON *rule)
{
    static const char *const names[] = { "region", "service", "operation", "probability", "error", NULL };
    const char *why = check_members(chaos, rule, "A rule", names);
    for (size_t i = 0; !why && i < 3; i++)
        if (!is_word(json_get(rule, names[i])))
            why = refuse(chaos, names[i], "a text of 1 to 128 characters");
    if (!why && !is_number(json_get(rule, "probability"), 0, 1))
        why = refuse(chaos, "probability", "a number from 0 to 1");
    if (!why && json_get(rule, "error"))
        why = check_error(chaos, json_get(rule, "error"));
    return why;
}

static const char *check_rules(struct chaos *chaos, const cJSON *rules)
{
    const cJSON *rule;
    if (!cJSON_IsArray(rules))
        return refuse(chaos, "The body", "an array of rules");
    cJSON_ArrayForEach(rule, rules)
    {
        const char *why = check_rule(chaos, rule);
        if (why)
            return why;
    }
    return NULL;
}

/* ---- arming ---- */

static void disarm(struct chaos *chaos)
{
    for (size_t i = 0; i < chaos->fault_count; i++)
        wire_fault_disarm(chaos->faults[i]);
    chaos->fault_count = 0;
    json_unref(chaos->row);
    chaos->row = NULL;
}

static void arm(struct chaos *chaos, cJSON *effect_taken, const struct wire_place *place)
{
    chaos->faults[chaos->fault_count++] = wire_fault_arm(chaos->cloud->world, effect_taken, place, &chaos->hits);
    cJSON_Delete(effect_taken);
}

static cJSON *failure_of(const cJSON *rule)
{
    const cJSON *error = json_get(rule, "error");
    const char *code = json_string(error, "code");
    cJSON *effect = cJSON_CreateObject(), *fail = cJSON_CreateObject();
    json_set_string(fail, "code", code ? code : DEFAULT_CODE);
    json_set_string(fail, "message", "This call fails because a rule of the Chaos API says so.");
    json_set_int64(fail, "status", json_int64(error, "statusCode", DEFAULT_STATUS));
    json_set(effect, "fail", fail);
    return effect;
}

/* Chaos strikes before all that packs do. */
static struct wire_place place_of(const struct chaos *chaos, const cJSON *rule)
{
    const char *service = json_string(rule, "service");
    const struct service *known = service ? cloud_service(chaos->cloud, str_of(service)) : NULL;
    return (struct wire_place){ .pack = HOOK_ANY_PACK,
                                .region = json_string(rule, "region"),
                                .service = known ? known->model->iam_prefix : service,
                                .operation = json_string(rule, "operation"),
                                .chance = json_number(rule, "probability", 1),
                                .order = -100 };
}

/* The latency first: a call that a rule fails is late, too. */
void chaos_recover(struct chaos *chaos)
{
    const cJSON *rule;
    disarm(chaos);
    chaos->row = json_ref(store_get(chaos->cloud->world->store, house, &chaos_table, KEY));
    if (!chaos->row)
        return;
    const cJSON *root = json_root(chaos->row);
    int64_t latency_ms = json_int64(json_get(root, "effects"), "latency", 0);
    if (latency_ms > 0) {
        struct wire_place all = place_of(chaos, NULL);
        cJSON *effect = cJSON_CreateObject();
        json_set_int64(effect, "latency_ms", latency_ms);
        arm(chaos, effect, &all);
    }
    cJSON_ArrayForEach(rule, json_get(root, "faults"))
    {
        struct wire_place place = place_of(chaos, rule);
        arm(chaos, failure_of(rule), &place);
    }
}

/* ---- changing ---- */

static void save(struct chaos *chaos, cJSON *rules_taken, cJSON *effects_taken)
{
    cJSON *row = cJSON_CreateObject();
    json_set(row, "faults", rules_taken);
    json_set(row, "effects", effects_taken);
    store_put(chaos->cloud->world->store, house, &chaos_table, KEY, json_seal(row));
    chaos_recover(chaos);
}

static bool is_among(const cJSON *rules, const cJSON *rule)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, rules) if (json_equal(at, rule)) return true;
    return false;
}

static void add_all(cJSON *list, const cJSON *rules, const cJSON *but_or_null)
{
    const cJSON *rule;
    cJSON_ArrayForEach(rule, rules)
    {
        if (!but_or_null || !is_among(but_or_null, rule))
            json_add(list, json_thaw(rule));
    }
}

static const cJSON *member(const struct chaos *chaos, const char *name)
{
    return chaos->row ? json_get(json_root(chaos->row), name) : NULL;
}

const char *chaos_change_rules(struct chaos *chaos, enum chaos_change change, const cJSON *rules)
{
    const char *why = check_rules(chaos, rules);
    if (why)
        return why;
    cJSON *list = cJSON_CreateArray();
    if (change != CHAOS_REPLACE)
        add_all(list, member(chaos, "faults"), change == CHAOS_REMOVE ? rules : NULL);
    if (change != CHAOS_REMOVE)
        add_all(list, rules, NULL);
    if (cJSON_GetArraySize(list) > RULES_MOST) {
        cJSON_Delete(list);
        return refuse(chaos, "All rules together", "no more than 100");
    }
    save(chaos, list, chaos_effects(chaos));
    return NULL;
}

const char *chaos_set_effects(struct chaos *chaos, const cJSON *effects)
{
    static const char *const names[] = { "latency", NULL };
    const char *why = check_members(chaos, effects, "The body", names);
    if (why)
        return why;
    if (!is_whole(json_get(effects, "latency"), 0, LATENCY_MOST))
        return refuse(chaos, "latency", "a whole number of milliseconds, ten minutes at most");
    cJSON *kept = cJSON_CreateObject();
    json_set_int64(kept, "latency", json_int64(effects, "latency", 0));
    save(chaos, chaos_rules(chaos), kept);
    return NULL;
}

cJSON *chaos_rules(const struct chaos *chaos)
{
    const cJSON *rules = member(chaos, "faults");
    return rules ? json_thaw(rules) : cJSON_CreateArray();
}

cJSON *chaos_effects(const struct chaos *chaos)
{
    cJSON *effects = cJSON_CreateObject();
    json_set_int64(effects, "latency", json_int64(member(chaos, "effects"), "latency", 0));
    return effects;
}

/* ---- making and ending ---- */

struct chaos *chaos_new(struct cloud *cloud)
{
    struct chaos *chaos = memory_alloc(sizeof *chaos);
    chaos->cloud = cloud;
    return chaos;
}

void chaos_free(struct chaos *chaos)
{
    disarm(chaos);
    free(chaos);
}
