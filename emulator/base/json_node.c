#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/json_inner.h"

/* ---- reading ---- */

const cJSON *json_get(const cJSON *object, const char *name)
{
    if (!object || json_kind(object) != cJSON_Object)
        return NULL;
    for (const cJSON *member = object->child; member; member = member->next)
        if (*member->string == *name && strcmp(member->string, name) == 0)
            return member;
    return NULL;
}

uint64_t json_lacks(const cJSON *object_or_null)
{
    uint64_t names = 0;
    bool is_object = object_or_null && json_kind(object_or_null) == cJSON_Object;
    for (const cJSON *member = is_object ? object_or_null->child : NULL; member; member = member->next)
        names |= str_mark(str_of(member->string));
    return ~names;
}

const cJSON *json_get_str(const cJSON *object, struct str name)
{
    if (!object || json_kind(object) != cJSON_Object)
        return NULL;
    for (const cJSON *member = object->child; member; member = member->next)
        if (strncmp(member->string, name.at ? name.at : "", name.length) == 0 && member->string[name.length] == '\0')
            return member;
    return NULL;
}

const char *json_string(const cJSON *object, const char *name)
{
    const cJSON *member = json_get(object, name);
    return member && json_kind(member) == cJSON_String ? member->valuestring : NULL;
}

struct str json_str(const cJSON *object, const char *name)
{
    return str_of(json_string(object, name));
}

static const cJSON *get_number(const cJSON *object, const char *name)
{
    const cJSON *member = json_get(object, name);
    return member && json_kind(member) == cJSON_Number ? member : NULL;
}

int64_t json_int64(const cJSON *object, const char *name, int64_t otherwise)
{
    const cJSON *number = get_number(object, name);
    return number ? json_to_int64(number) : otherwise;
}

double json_number(const cJSON *object, const char *name, double otherwise)
{
    const cJSON *number = get_number(object, name);
    return number ? json_to_double(number) : otherwise;
}

bool json_bool(const cJSON *object, const char *name, bool otherwise)
{
    const cJSON *member = json_get(object, name);
    if (!member || (json_kind(member) != cJSON_True && json_kind(member) != cJSON_False))
        return otherwise;
    return json_kind(member) == cJSON_True;
}

static bool double_is_int64(double value)
{
    return value >= -0x1p63 && value < 0x1p63 && value == trunc(value);
}

/* Exactly what the node says, where that is an integer written as one. */
static bool read_integer(const cJSON *node, int64_t *ret_value)
{
    if (!node || json_kind(node) != cJSON_Number)
        return false;
    if (node->valuestring)
        return str_to_int64(str_of(node->valuestring), ret_value);
    if (!double_is_int64(node->valuedouble))
        return false;
    *ret_value = (int64_t)node->valuedouble;
    return true;
}

bool json_is_integer(const cJSON *node)
{
    int64_t value;
    return read_integer(node, &value);
}

int64_t json_to_int64(const cJSON *number_node)
{
    int64_t value;
    if (read_integer(number_node, &value))
        return value;
    double number = json_to_double(number_node);
    if (isnan(number))
        return 0;
    return number >= 0x1p63 ? INT64_MAX : number <= -0x1p63 ? INT64_MIN : (int64_t)number;
}

double json_to_double(const cJSON *number_node)
{
    return number_node && json_kind(number_node) == cJSON_Number ? number_node->valuedouble : 0;
}

struct str json_value(const cJSON *string_node)
{
    bool is_string = string_node && json_kind(string_node) == cJSON_String;
    return is_string ? str_of(string_node->valuestring) : STR_NONE;
}

/* ---- equality ---- */

/* Pairs that are still to be compared: trees may be deep, so nothing recurses. */
struct pairs {
    const cJSON *(*at)[2];
    size_t count, capacity;
};

static void pairs_push(struct pairs *pairs, const cJSON *a, const cJSON *b)
{
    if (pairs->count == pairs->capacity) {
        pairs->capacity = pairs->capacity ? pairs->capacity * 2 : 32;
        pairs->at = memory_resize(pairs->at, pairs->capacity * sizeof *pairs->at);
    }
    pairs->at[pairs->count][0] = a;
    pairs->at[pairs->count][1] = b;
    pairs->count++;
}

static bool same_number(const cJSON *a, const cJSON *b)
{
    int64_t left, right;
    bool left_whole = read_integer(a, &left), right_whole = read_integer(b, &right);
    if (left_whole && right_whole)
        return left == right;
    if (a->valuestring && b->valuestring && strcmp(a->valuestring, b->valuestring) == 0)
        return true;
    return a->valuedouble == b->valuedouble;
}

static size_t count_children(const cJSON *node)
{
    size_t count = 0;
    for (const cJSON *child = node->child; child; child = child->next)
        count++;
    return count;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

const cJSON **json_sorted_members(const cJSON *object, size_t count)
{
    const cJSON **members = memory_alloc(count * sizeof *members);
    size_t i = 0;
    for (const cJSON *member = object->child; member; member = member->next)
        members[i++] = member;
    qsort(members, count, sizeof *members, by_name);
    return members;
}

static bool push_sorted_members(struct pairs *pairs, const cJSON *a, const cJSON *b, size_t count)
{
    const cJSON **left = json_sorted_members(a, count), **right = json_sorted_members(b, count);
    bool same = true;
    for (size_t i = 0; same && i < count; i++) {
        same = strcmp(left[i]->string, right[i]->string) == 0;
        pairs_push(pairs, left[i], right[i]);
    }
    free(left);
    free(right);
    return same;
}

static bool same_order(const cJSON *a, const cJSON *b)
{
    for (a = a->child, b = b->child; a; a = a->next, b = b->next)
        if (strcmp(a->string, b->string) != 0)
            return false;
    return true;
}

static bool push_children(struct pairs *pairs, const cJSON *a, const cJSON *b)
{
    size_t count = count_children(a);
    if (count != count_children(b))
        return false;
    if (json_kind(a) == cJSON_Object && !same_order(a, b))
        return push_sorted_members(pairs, a, b, count);
    for (a = a->child, b = b->child; a; a = a->next, b = b->next)
        pairs_push(pairs, a, b);
    return true;
}

static bool same_node(struct pairs *pairs, const cJSON *a, const cJSON *b)
{
    if (json_kind(a) != json_kind(b))
        return false;
    switch (json_kind(a)) {
    case cJSON_String:
        return strcmp(a->valuestring, b->valuestring) == 0;
    case cJSON_Number:
        return same_number(a, b);
    case cJSON_Object:
    case cJSON_Array:
        return push_children(pairs, a, b);
    default:
        return true;
    }
}

static bool same_trees(const cJSON *a, const cJSON *b)
{
    struct pairs pairs = { 0 };
    pairs_push(&pairs, a, b);
    bool same = true;
    while (same && pairs.count) {
        const cJSON **pair = pairs.at[--pairs.count];
        same = same_node(&pairs, pair[0], pair[1]);
    }
    free(pairs.at);
    return same;
}

bool json_equal(const cJSON *a, const cJSON *b)
{
    if (!a || !b || a == b)
        return a == b;
    if (!json_has_raw(a) && !json_has_raw(b))
        return same_trees(a, b);
    cJSON *left = json_thaw(a), *right = json_thaw(b);
    bool same = same_trees(left, right);
    cJSON_Delete(left);
    cJSON_Delete(right);
    return same;
}

/* ---- making and editing ---- */

static char *put_text(char *to, struct str text)
{
    memcpy(to, text.at, text.length);
    to[text.length] = '\0';
    return to;
}

/* cJSON's flags say that value and name are not to be freed by themselves. */
cJSON *json_new_node(int kind, struct str name, struct str value)
{
    size_t of_value = value.at ? value.length + 1 : 0, of_name = name.at ? name.length + 1 : 0;
    cJSON *node = malloc(sizeof *node + of_value + of_name);
    if (!node)
        memory_exhausted();
    *node = (cJSON){ .type = kind };
    char *texts = (char *)(node + 1);
    if (value.at) {
        node->type |= cJSON_IsReference;
        node->valuestring = put_text(texts, value);
    }
    if (name.at) {
        node->type |= cJSON_StringIsConst;
        node->string = put_text(texts + of_value, name);
    }
    return node;
}

static cJSON *named_int64(struct str name, int64_t value)
{
    char digits[24];
    cJSON *node = json_new_node(cJSON_Number, name, str_put_int64(digits, value));
    node->valuedouble = (double)value;
    node->valueint = value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : (int)value;
    return node;
}

cJSON *json_new_int64(int64_t value)
{
    return named_int64(STR_NONE, value);
}

/* A string always has a text. */
static struct str some(struct str text)
{
    return text.at ? text : STR("");
}

cJSON *json_new_string(struct str text)
{
    return json_new_node(cJSON_String, STR_NONE, some(text));
}

static void set_name(cJSON *node, const char *name)
{
    char *copy = memory_copy(str_of(name)); /* before the old one goes: it may be the same */
    if (node->string && !(node->type & cJSON_StringIsConst))
        free(node->string);
    node->type &= ~cJSON_StringIsConst;
    node->string = copy;
}

void json_add(cJSON *parent, cJSON *value_taken)
{
    assert(value_taken && !value_taken->next && !value_taken->prev);
    cJSON *first = parent->child;
    if (!first) {
        parent->child = value_taken->prev = value_taken;
        return;
    }
    value_taken->prev = first->prev;
    first->prev->next = value_taken;
    first->prev = value_taken;
}

static void put_member(cJSON *object, cJSON *member_taken)
{
    assert(json_kind(object) == cJSON_Object);
    cJSON *old = (cJSON *)(uintptr_t)json_get(object, member_taken->string);
    if (old)
        cJSON_ReplaceItemViaPointer(object, old, member_taken);
    else
        json_add(object, member_taken);
}

void json_set(cJSON *object, const char *name, cJSON *value_taken)
{
    set_name(value_taken, name);
    put_member(object, value_taken);
}

void json_set_string(cJSON *object, const char *name, const char *value_or_null)
{
    if (value_or_null)
        json_set_str(object, name, str_of(value_or_null));
    else
        cJSON_DeleteItemFromObjectCaseSensitive(object, name);
}

void json_set_str(cJSON *object, const char *name, struct str value)
{
    put_member(object, json_new_node(cJSON_String, str_of(name), some(value)));
}

void json_set_int64(cJSON *object, const char *name, int64_t value)
{
    put_member(object, named_int64(str_of(name), value));
}

void json_set_number(cJSON *object, const char *name, double value)
{
    cJSON *number = json_new_node(cJSON_Number, str_of(name), STR_NONE);
    number->valuedouble = value;
    number->valueint = value >= INT32_MAX ? INT32_MAX : value <= INT32_MIN ? INT32_MIN : isnan(value) ? 0 : (int)value;
    put_member(object, number);
}

void json_set_bool(cJSON *object, const char *name, bool value)
{
    put_member(object, json_new_node(value ? cJSON_True : cJSON_False, str_of(name), STR_NONE));
}
