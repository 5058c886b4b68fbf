/* The base functions that a pack has. What could run on after its budget, reach memory, or differ from run to run is not
 * there, or is guarded here: no load, dofile, collectgarbage, rawset, coroutine; pcall keeps no final error; pairs has an order;
 * tostring tells no addresses; setmetatable takes no finalisers and no weak tables. */
#include "script/pack.h"

#include <lualib.h>

/* ---- pcall and xpcall ---- */

#define PCALL_COSTS 50 /* instructions: it is far dearer than the one that calls it */

/* [true, results…] or [true, error] become what pcall returns. */
static int end_pcall(lua_State *L, int status, lua_KContext context)
{
    if (status == LUA_OK || status == LUA_YIELD)
        return lua_gettop(L);
    if (pack_is_final(L, status))
        return lua_error(L);
    lua_pushboolean(L, false);
    lua_insert(L, -2);
    return 2;
}

static int guarded_pcall(lua_State *L)
{
    luaL_checkany(L, 1);
    pack_charge(L, PCALL_COSTS);
    lua_pushboolean(L, true);
    lua_insert(L, 1);
    return end_pcall(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, end_pcall), 0);
}

static int end_handler(lua_State *L, int status, lua_KContext context)
{
    return lua_gettop(L) - 3;
}

/* [handler, true, results…] or [handler, true, error]. The handler runs when the error has come to rest, like any function:
 * not inside the failing call, where no limit holds. */
static int end_xpcall(lua_State *L, int status, lua_KContext context)
{
    if (status == LUA_OK || status == LUA_YIELD)
        return lua_gettop(L) - 1;
    if (pack_is_final(L, status))
        return lua_error(L);
    lua_pushboolean(L, false);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 3);
    lua_callk(L, 1, LUA_MULTRET, 0, end_handler);
    return end_handler(L, LUA_OK, 0);
}

static int guarded_xpcall(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TFUNCTION);
    pack_charge(L, PCALL_COSTS);
    lua_pushvalue(L, 2);
    lua_pushboolean(L, true);
    lua_pushvalue(L, 1);
    lua_rotate(L, 1, 3); /* [handler, true, f, f, handler, arguments…] */
    lua_remove(L, 4);
    lua_remove(L, 4);
    return end_xpcall(L, lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 0, 0, end_xpcall), 0);
}

/* ---- metatables ---- */

static int guarded_getmetatable(lua_State *L)
{
    if (!lua_istable(L, 1) || !lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushliteral(L, "__metatable");
    if (lua_rawget(L, -2) == LUA_TNIL)
        lua_pop(L, 1);
    return 1;
}

static void refuse_field(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    if (lua_rawget(L, 2) != LUA_TNIL)
        luaL_error(L, "a metatable with %s is not taken: packs have no finalisers and no weak tables", name);
    lua_pop(L, 1);
}

static int guarded_setmetatable(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnil(L, 2)) {
        luaL_checktype(L, 2, LUA_TTABLE);
        refuse_field(L, "__gc");
        refuse_field(L, "__mode");
    }
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "this table's metatable is not yours to change");
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

/* ---- text of values ---- */

const char *pack_to_text(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    if (luaL_callmeta(L, index, "__tostring")) {
        if (!lua_isstring(L, -1))
            luaL_error(L, "'__tostring' must return a string");
        return lua_tostring(L, -1);
    }
    int type = lua_type(L, index);
    if (type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TBOOLEAN || type == LUA_TNIL)
        return luaL_tolstring(L, index, NULL);
    if (luaL_getmetafield(L, index, "__name") == LUA_TSTRING) /* no address: it would differ from run to run */
        return lua_tostring(L, -1);
    return lua_pushstring(L, luaL_typename(L, index));
}

static int guarded_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    pack_to_text(L, 1);
    return 1;
}

/* ---- traversal in an order that is the same in every run ---- */

/* upvalues: table, keys, place */
static int next_in_order(lua_State *L)
{
    lua_Integer place = lua_tointeger(L, lua_upvalueindex(3));
    for (;;) {
        if (lua_rawgeti(L, lua_upvalueindex(2), ++place) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
            break;
        lua_pop(L, 2); /* removed meanwhile */
    }
    lua_pushinteger(L, place);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

static int end_pairs(lua_State *L, int status, lua_KContext context)
{
    return 3;
}

static int ordered_pairs(lua_State *L)
{
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_callk(L, 1, 3, 0, end_pairs);
        return end_pairs(L, LUA_OK, 0);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushvalue(L, 1);
    pack_push_keys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, next_in_order, 3);
    return 1;
}

/* next(t): is anything in it? Its first member in pairs' order. */
static int ordered_next(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnoneornil(L, 2))
        return luaL_error(L, "next(table, key) is not here: use pairs(table)");
    pack_push_keys(L, 1);
    if (lua_rawgeti(L, -1, 1) == LUA_TNIL)
        return 1;
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    return 2;
}

/* ---- the table of globals ---- */

static const char *const plain[] = { "assert", "error",    "ipairs", "rawequal", "rawget", "rawlen",
                                     "select", "tonumber", "type",   "_VERSION", NULL };
static const luaL_Reg guarded[] = {
    { "pcall", guarded_pcall },
    { "xpcall", guarded_xpcall },
    { "pairs", ordered_pairs },
    { "next", ordered_next },
    { "tostring", guarded_tostring },
    { "getmetatable", guarded_getmetatable },
    { "setmetatable", guarded_setmetatable },
    { NULL, NULL },
};

void pack_open_base(lua_State *L)
{
    lua_newtable(L);
    lua_pushcfunction(L, luaopen_base); /* it fills the state's own globals, which no chunk of ours ever sees */
    lua_call(L, 0, 1);
    for (size_t i = 0; plain[i]; i++) {
        lua_getfield(L, -1, plain[i]);
        lua_setfield(L, -3, plain[i]);
    }
    lua_pop(L, 1);
    luaL_setfuncs(L, guarded, 0);
    pack_open_library(L);
}
