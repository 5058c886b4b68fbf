#include "services/lexv2runtime/turn.h"

const cJSON *slots_of(const struct turn *turn)
{
    return json_get(json_get(turn->state, "intent"), "slots");
}

const cJSON *slot_setting(const cJSON *slot)
{
    return json_get(slot, "valueElicitationSetting");
}

const cJSON *slot_called(const cJSON *intent, struct str name)
{
    const cJSON *slot;
    cJSON_ArrayForEach(slot, json_get(intent, "slots"))
    {
        if (str_equal(json_str(slot, "slotName"), name))
            return slot;
    }
    return NULL;
}

static const cJSON *parts_of(const cJSON *slot)
{
    return json_get(json_get(slot, "subSlotSetting"), "slotSpecifications");
}

static bool has_value(const cJSON *value)
{
    return cJSON_IsObject(json_get(value, "value"));
}

struct str slot_missing_part(const cJSON *slots, const cJSON *slot)
{
    const cJSON *part, *parts = parts_of(slot);
    const cJSON *value = json_get_str(slots, json_str(slot, "slotName"));
    cJSON_ArrayForEach(part, parts)
    {
        if (!has_value(json_get(json_get(value, "subSlots"), part->string)))
            return str_of(part->string);
    }
    return STR_NONE;
}

bool slot_is_filled(const cJSON *slots, const cJSON *slot)
{
    const cJSON *value = json_get_str(slots, json_str(slot, "slotName"));
    if (cJSON_IsObject(value) && parts_of(slot) && parts_of(slot)->child)
        return !slot_missing_part(slots, slot).length;
    return has_value(value) || cJSON_IsArray(json_get(value, "values"));
}

cJSON *slots_empty(const cJSON *intent)
{
    const cJSON *slot;
    cJSON *slots = cJSON_CreateObject();
    cJSON_ArrayForEach(slot, json_get(intent, "slots"))
        json_set(slots, json_string(slot, "slotName"), cJSON_CreateNull());
    return slots;
}

/* ---- values ---- */

static cJSON *value_node(const struct nlu_value *value)
{
    cJSON *node = cJSON_CreateObject(), *resolved = cJSON_CreateArray();
    json_set_str(node, "originalValue", value->original);
    json_set(node, "interpretedValue",
             value->interpreted.at ? json_new_string(value->interpreted) : cJSON_CreateNull());
    for (size_t i = 0; i < value->resolved_count; i++)
        json_add(resolved, json_new_string(value->resolved[i]));
    json_set(node, "resolvedValues", resolved);
    return node;
}

static cJSON *scalar(cJSON *value_taken)
{
    cJSON *slot = cJSON_CreateObject();
    json_set_string(slot, "shape", "Scalar");
    json_set(slot, "value", value_taken);
    return slot;
}

/* The list's own value is all that was said of it: "Slot" of the runtime's API reference. */
static cJSON *list(const struct nlu_slot *slot)
{
    cJSON *node = cJSON_CreateObject(), *values = cJSON_CreateArray();
    json_set_string(node, "shape", "List");
    json_set(node, "value", value_node(&slot->values[0]));
    for (size_t i = 0; i < slot->count; i++)
        json_add(values, scalar(value_node(&slot->values[i])));
    json_set(node, "values", values);
    return node;
}

static void put_part(cJSON *slots, const char *name, const struct nlu_slot *value)
{
    cJSON *node = (cJSON *)json_get(slots, name);
    if (!cJSON_IsObject(node)) {
        node = cJSON_CreateObject();
        json_set_string(node, "shape", "Composite");
        json_set(node, "subSlots", cJSON_CreateObject());
        json_set(slots, name, node);
    }
    char part[101];
    size_t length = value->sub_slot.length < sizeof part ? value->sub_slot.length : sizeof part - 1;
    memcpy(part, value->sub_slot.at, length);
    part[length] = '\0';
    json_set((cJSON *)json_get(node, "subSlots"), part, scalar(value_node(&value->values[0])));
}

void slots_put(cJSON *slots, const struct nlu_slot *value)
{
    const char *name = json_string(value->slot, "slotName");
    bool many = json_bool(json_get(value->slot, "multipleValuesSetting"), "allowMultipleValues", false);
    if (value->sub_slot.length)
        put_part(slots, name, value);
    else
        json_set(slots, name, many ? list(value) : scalar(value_node(&value->values[0])));
}

void slots_put_text(cJSON *slots, const char *name, struct str value)
{
    struct nlu_value one = { value, value, &value, 1 };
    json_set(slots, name, scalar(value_node(&one)));
}

struct str slot_text(const cJSON *slot_value)
{
    const cJSON *value = json_get(slot_value, "value");
    struct str interpreted = json_str(value, "interpretedValue");
    return interpreted.at ? interpreted : json_str(value, "originalValue");
}
