/* string, table, math and utf8 as a pack has them: Lua's own functions behind guards that bound what one call may do, since no
 * hook runs inside them, and that charge what it costs. */
#include "script/pack.h"

#include <lualib.h>

/* ---- string ---- */

static struct str check_text(lua_State *L, int index)
{
    struct str text;
    text.at = luaL_checklstring(L, index, &text.length);
    return text;
}

/* The original is the upvalue; it runs with the arguments as they are. */
static int go_on(lua_State *L)
{
    int count = lua_gettop(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, count, LUA_MULTRET);
    return lua_gettop(L);
}

/* Linear in the length of the text. */
static int linear(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING)
        pack_charge(L, lua_rawlen(L, 1) / 8);
    return go_on(L);
}

/* find, match, gmatch, gsub: what backtracks may not look at much. The parent's clock ends what still takes too long. */
static int matching(lua_State *L)
{
    struct str subject = check_text(L, 1);
    if (subject.length > PACK_SUBJECT || check_text(L, 2).length > PACK_SUBJECT)
        return luaL_error(L, "patterns and finds look at no more than 64 KiB of text");
    pack_charge(L, subject.length / 4);
    return go_on(L);
}

static int repeated(lua_State *L)
{
    size_t length = check_text(L, 1).length;
    lua_Integer count = luaL_checkinteger(L, 2);
    if (!lua_isnoneornil(L, 3))
        length += check_text(L, 3).length;
    if (length == 0)
        length = 1;
    if (count > (lua_Integer)(PACK_STRING / length))
        return luaL_error(L, "string.rep makes no more than 1 MiB of text");
    pack_charge(L, count > 0 ? (size_t)count * length / 8 : 0);
    return go_on(L);
}

/* %p would tell an address, %s of a table or a function too. */
static int format(lua_State *L)
{
    struct str pattern = check_text(L, 1);
    int count = lua_gettop(L);
    for (size_t i = 0; i + 1 < pattern.length; i++) {
        if (pattern.at[i] != '%')
            continue;
        i++;
        while (i < pattern.length && strchr("-+ #0123456789.", pattern.at[i]))
            i++;
        if (i < pattern.length && pattern.at[i] == 'p')
            return luaL_error(L, "string.format: %%p is not here");
    }
    for (int i = 2; i <= count; i++) {
        int type = lua_type(L, i);
        if (type != LUA_TTABLE && type != LUA_TFUNCTION && type != LUA_TTHREAD && type != LUA_TUSERDATA)
            continue;
        lua_pushstring(L, pack_to_text(L, i));
        lua_replace(L, i);
        lua_settop(L, count);
    }
    return linear(L);
}

/* ---- table ---- */

/* Raw length, within the limit; a length of its own telling would be believed by Lua's functions. */
static lua_Integer check_elements(lua_State *L, int index)
{
    luaL_checktype(L, index, LUA_TTABLE);
    if (luaL_getmetafield(L, index, "__len") != LUA_TNIL)
        luaL_error(L, "functions of tables take no table with __len");
    lua_Unsigned length = lua_rawlen(L, index);
    if (length > PACK_ELEMENTS)
        luaL_error(L, "functions of tables take no more than %d elements", PACK_ELEMENTS);
    pack_charge(L, 1 + length / 8);
    return (lua_Integer)length;
}

static int elements(lua_State *L)
{
    check_elements(L, 1);
    return go_on(L);
}

/* From `first` to `last`, whose difference may not even fit into a number. */
static void check_range(lua_State *L, lua_Integer first, lua_Integer last)
{
    if (first <= last && (lua_Unsigned)last - (lua_Unsigned)first >= PACK_ELEMENTS)
        luaL_error(L, "functions of tables take no more than %d elements", PACK_ELEMENTS);
    if (first <= last)
        pack_charge(L, (size_t)(last - first) / 4);
}

static int concat(lua_State *L)
{
    lua_Integer length = check_elements(L, 1);
    check_range(L, luaL_optinteger(L, 3, 1), luaL_optinteger(L, 4, length));
    lua_settop(L, lua_gettop(L) > 4 ? 4 : lua_gettop(L));
    return go_on(L);
}

static int unpack(lua_State *L)
{
    lua_Integer length = check_elements(L, 1);
    lua_Integer first = luaL_optinteger(L, 2, 1), last = luaL_optinteger(L, 3, length);
    check_range(L, first, last);
    return go_on(L);
}

static int move(lua_State *L)
{
    check_elements(L, 1);
    check_range(L, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3));
    if (!lua_isnoneornil(L, 5))
        check_elements(L, 5);
    return go_on(L);
}

/* n log n comparisons, whose own instructions count as well. */
static int sort(lua_State *L)
{
    pack_charge(L, (size_t)check_elements(L, 1) * 16);
    return go_on(L);
}

/* ---- math ---- */

/* random(), random(m), random(m, n): from the game's seed, the same for the same callback in every replay. */
static int seeded_random(lua_State *L)
{
    struct pack_job *job = pack_of(L)->running;
    if (lua_gettop(L) == 0) {
        lua_pushnumber(L, random_unit(&job->random));
        return 1;
    }
    lua_Integer low = lua_gettop(L) > 1 ? luaL_checkinteger(L, 1) : 1;
    lua_Integer high = luaL_checkinteger(L, lua_gettop(L) > 1 ? 2 : 1);
    luaL_argcheck(L, low <= high, lua_gettop(L) > 1 ? 2 : 1, "interval is empty");
    lua_pushinteger(L, random_between(&job->random, low, high));
    return 1;
}

/* ---- the tables ---- */

struct guard {
    const char *name;
    lua_CFunction function; /* NULL: the original as it is */
};

static const struct guard string_guards[] = {
    { "byte", linear },   { "char", NULL },    { "find", matching },  { "format", format },  { "gmatch", matching },
    { "gsub", matching }, { "len", NULL },     { "lower", linear },   { "match", matching }, { "pack", NULL },
    { "packsize", NULL }, { "rep", repeated }, { "reverse", linear }, { "sub", linear },     { "unpack", linear },
    { "upper", linear },  { NULL, NULL },
};
static const struct guard table_guards[] = {
    { "concat", concat },   { "insert", elements }, { "move", move },     { "pack", NULL },
    { "remove", elements }, { "sort", sort },       { "unpack", unpack }, { NULL, NULL },
};
static const struct guard math_guards[] = {
    { "abs", NULL },        { "acos", NULL },       { "asin", NULL },
    { "atan", NULL },       { "ceil", NULL },       { "cos", NULL },
    { "deg", NULL },        { "exp", NULL },        { "floor", NULL },
    { "fmod", NULL },       { "huge", NULL },       { "log", NULL },
    { "max", NULL },        { "maxinteger", NULL }, { "min", NULL },
    { "mininteger", NULL }, { "modf", NULL },       { "pi", NULL },
    { "rad", NULL },        { "sin", NULL },        { "random", seeded_random },
    { "sqrt", NULL },       { "tan", NULL },        { "tointeger", NULL },
    { "type", NULL },       { "ult", NULL },        { NULL, NULL },
};
static const struct guard utf8_guards[] = {
    { "char", NULL },  { "charpattern", NULL }, { "codepoint", linear }, { "codes", linear },
    { "len", linear }, { "offset", linear },    { NULL, NULL },
};

/* [-0, +1]  a table of the guarded functions of one of Lua's libraries */
static void push_guarded(lua_State *L, lua_CFunction open, const struct guard *guards)
{
    lua_newtable(L);
    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);
    for (const struct guard *guard = guards; guard->name; guard++) {
        lua_getfield(L, -1, guard->name);
        if (guard->function)
            lua_pushcclosure(L, guard->function, 1);
        lua_setfield(L, -3, guard->name);
    }
    lua_pop(L, 1);
}

/* ("x"):rep(2) finds the guarded functions; getmetatable("") finds nothing. luaopen_string has made the metatable. */
static void guard_methods(lua_State *L)
{
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "string");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}

void pack_open_library(lua_State *L)
{
    push_guarded(L, luaopen_string, string_guards);
    guard_methods(L);
    lua_setfield(L, -2, "string");
    push_guarded(L, luaopen_table, table_guards);
    lua_setfield(L, -2, "table");
    push_guarded(L, luaopen_math, math_guards);
    lua_setfield(L, -2, "math");
    push_guarded(L, luaopen_utf8, utf8_guards);
    lua_setfield(L, -2, "utf8");
}
