#include "script/pack.h"

#include <math.h>
#include <stdlib.h>

#include "base/digest.h"

#define DEEPEST 64 /* of what is sent */

static const char null_key = 'n', list_key = 'l'; /* addresses for the registry */

void pack_push_null(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &null_key);
}

/* [-0, +0] of the table on top */
static void mark_as_list(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &list_key);
    lua_setmetatable(L, -2);
}

static int null_to_text(lua_State *L)
{
    lua_pushliteral(L, "null");
    return 1;
}

void pack_json_open(lua_State *L)
{
    lua_newtable(L);
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, null_to_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "null");
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &null_key);
    lua_createtable(L, 0, 2);
    lua_pushliteral(L, "list");
    lua_setfield(L, -2, "__name");
    lua_pushliteral(L, "list");
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &list_key);
}

int pack_new_list(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    if (lua_getmetatable(L, 1))
        return luaL_argerror(L, 1, "it has a metatable of its own");
    mark_as_list(L);
    return 1;
}

static bool is_list(lua_State *L, int index)
{
    if (!lua_getmetatable(L, index))
        return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &list_key);
    bool is = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return is;
}

static bool is_null(lua_State *L, int index)
{
    pack_push_null(L);
    bool is = lua_rawequal(L, -1, index);
    lua_pop(L, 1);
    return is;
}

/* ---- a document becomes a value ---- */

static void push_number(lua_State *L, const cJSON *node)
{
    if (json_is_integer(node))
        lua_pushinteger(L, json_to_int64(node));
    else
        lua_pushnumber(L, json_to_double(node));
}

static void push_bytes(lua_State *L, const cJSON *node)
{
    struct buf bytes = BUF_EMPTY;
    base64_decode(&bytes, json_value(node));
    lua_pushlstring(L, buf_str(&bytes).at, bytes.length);
    buf_release(&bytes);
}

static void push_members(lua_State *L, const cJSON *node)
{
    const cJSON *one;
    lua_newtable(L);
    cJSON_ArrayForEach(one, node)
    {
        lua_pushstring(L, one->string);
        pack_push_json(L, one);
        lua_rawset(L, -3);
    }
}

static void push_elements(lua_State *L, const cJSON *node)
{
    lua_Integer place = 0;
    const cJSON *one;
    lua_newtable(L);
    mark_as_list(L);
    cJSON_ArrayForEach(one, node)
    {
        pack_push_json(L, one);
        lua_rawseti(L, -2, ++place);
    }
}

void pack_push_json(lua_State *L, const cJSON *node)
{
    luaL_checkstack(L, 8, "a document nests too deep");
    switch (node ? node->type & 0xff : cJSON_NULL) {
    case cJSON_True:
    case cJSON_False:
        lua_pushboolean(L, cJSON_IsTrue(node));
        return;
    case cJSON_Number:
        push_number(L, node);
        return;
    case cJSON_String:
        lua_pushstring(L, node->valuestring);
        return;
    case cJSON_Array:
        push_elements(L, node);
        return;
    case cJSON_Object:
        if (node->child && strcmp(node->child->string, PACK_BYTES) == 0)
            push_bytes(L, node->child);
        else
            push_members(L, node);
        return;
    default:
        pack_push_null(L);
    }
}

/* ---- keys in order ---- */

struct key {
    int rank; /* integers, floats, strings, false and true */
    lua_Integer integer;
    lua_Number number;
    struct str text; /* kept by the table */
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->rank == 2)
        return str_compare(x->text, y->text);
    if (x->rank == 1)
        return (x->number > y->number) - (x->number < y->number);
    return (x->integer > y->integer) - (x->integer < y->integer);
}

/* The key at -2, as lua_next() leaves it. */
static struct key read_key(lua_State *L)
{
    struct key key = { 0 };
    switch (lua_type(L, -2)) {
    case LUA_TNUMBER:
        key.rank = lua_isinteger(L, -2) ? 0 : 1;
        key.integer = key.rank == 0 ? lua_tointeger(L, -2) : 0;
        key.number = lua_tonumber(L, -2);
        break;
    case LUA_TSTRING:
        key.rank = 2;
        key.text.at = lua_tolstring(L, -2, &key.text.length);
        break;
    case LUA_TBOOLEAN:
        key.rank = 3;
        key.integer = lua_toboolean(L, -2);
        break;
    default:
        luaL_error(L, "a key that is a %s has no order: pairs() wants strings and numbers", luaL_typename(L, -2));
    }
    return key;
}

static void push_key(lua_State *L, const struct key *key)
{
    if (key->rank == 0)
        lua_pushinteger(L, key->integer);
    else if (key->rank == 1)
        lua_pushnumber(L, key->number);
    else if (key->rank == 2)
        lua_pushlstring(L, key->text.at, key->text.length);
    else
        lua_pushboolean(L, (int)key->integer);
}

lua_Integer pack_push_keys(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        if (++count > PACK_ELEMENTS)
            luaL_error(L, "the table has more than %d members", PACK_ELEMENTS);
    pack_charge(L, count * 8);
    struct key *keys = lua_newuserdatauv(L, (count + 1) * sizeof *keys, 0);
    size_t place = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        keys[place++] = read_key(L);
    qsort(keys, count, sizeof *keys, compare_keys);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_key(L, &keys[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_remove(L, -2);
    return (lua_Integer)count;
}

/* ---- a value becomes a document ---- */

static void print_value(lua_State *L, int index, struct buf *buf, int depth);

static void print_text(struct buf *buf, struct str text)
{
    if (str_is_utf8(text) && str_find_byte(text, '\0') == SIZE_MAX) {
        json_print_string(buf, text);
        return;
    }
    buf_add_text(buf, "{\"\\u0001bytes\":\"");
    base64_encode(buf, text);
    buf_add_text(buf, "\"}");
}

static void print_number(lua_State *L, int index, struct buf *buf)
{
    if (lua_isinteger(L, index)) {
        buf_add_int64(buf, lua_tointeger(L, index));
        return;
    }
    cJSON node = { .type = cJSON_Number, .valuedouble = lua_tonumber(L, index) };
    if (!isfinite(node.valuedouble))
        luaL_error(L, "a number that is infinite or none at all cannot be sent");
    json_print(buf, &node);
}

static void print_elements(lua_State *L, int index, lua_Integer count, struct buf *buf, int depth)
{
    buf_add_byte(buf, '[');
    for (lua_Integer i = 1; i <= count; i++) {
        if (i > 1)
            buf_add_byte(buf, ',');
        lua_rawgeti(L, index, i);
        print_value(L, -1, buf, depth);
        lua_pop(L, 1);
    }
    buf_add_byte(buf, ']');
}

static void print_members(lua_State *L, int index, lua_Integer count, struct buf *buf, int depth)
{
    int keys = lua_gettop(L);
    buf_add_byte(buf, '{');
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, keys, i);
        if (lua_type(L, -1) != LUA_TSTRING)
            luaL_error(L, "a table with names has the key %s beside them: is it a list or an object?",
                       pack_to_text(L, -1));
        struct str name;
        name.at = lua_tolstring(L, -1, &name.length);
        if (!str_is_utf8(name) || str_find_byte(name, '\0') != SIZE_MAX)
            luaL_error(L, "a name that is no UTF-8 text cannot be sent");
        if (i > 1)
            buf_add_byte(buf, ',');
        json_print_string(buf, name);
        buf_add_byte(buf, ':');
        lua_rawget(L, index);
        print_value(L, -1, buf, depth);
        lua_pop(L, 1);
    }
    buf_add_byte(buf, '}');
}

static void print_table(lua_State *L, int index, struct buf *buf, int depth)
{
    if (is_null(L, index)) {
        buf_add_text(buf, "null");
        return;
    }
    lua_Integer count = pack_push_keys(L, index), length = (lua_Integer)lua_rawlen(L, index);
    if (is_list(L, index) || (count > 0 && length == count))
        print_elements(L, index, length, buf, depth);
    else
        print_members(L, index, count, buf, depth);
    lua_pop(L, 1);
}

static void print_value(lua_State *L, int index, struct buf *buf, int depth)
{
    struct str text;
    index = lua_absindex(L, index);
    luaL_checkstack(L, 12, "it nests too deep");
    if (depth > DEEPEST)
        luaL_error(L, "a table nests more than %d deep, or holds itself", DEEPEST);
    if (buf->overflow)
        luaL_error(L, "more than 1 MiB cannot be sent at once");
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        buf_add_text(buf, "null");
        return;
    case LUA_TBOOLEAN:
        buf_add_text(buf, lua_toboolean(L, index) ? "true" : "false");
        return;
    case LUA_TNUMBER:
        print_number(L, index, buf);
        return;
    case LUA_TSTRING:
        text.at = lua_tolstring(L, index, &text.length);
        print_text(buf, text);
        return;
    case LUA_TTABLE:
        print_table(L, index, buf, depth + 1);
        return;
    default:
        luaL_error(L, "a %s cannot be sent: only text, numbers, booleans and tables of them", luaL_typename(L, index));
    }
}

void pack_print_json(lua_State *L, int index, struct buf *buf)
{
    print_value(L, index, buf, 0);
    if (buf->overflow)
        luaL_error(L, "more than 1 MiB cannot be sent at once");
}
