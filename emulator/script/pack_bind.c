/* `host`: the few C functions that the authors' library is built on. A pack never sees it. */
#include "script/pack.h"

#include "base/embedded.h"
#include "base/nearest.h"
#include "base/time.h"
#include "embedded/gameday.h"

#define LIBRARY_MARK "@gameday/"

/* ---- where the author's code stands ---- */

static bool is_authors(const lua_Debug *frame)
{
    return frame->source[0] == '@' && strncmp(frame->source, LIBRARY_MARK, strlen(LIBRARY_MARK)) != 0;
}

/* A file that ends with `return gameday.fault { … }` has left the stack: a tail call. Who required it has not. */
static bool is_lost(lua_State *L, const struct pack_job *job)
{
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "S", &frame);
        if (is_authors(&frame) && strcmp(frame.source + 1, job->at_file) == 0)
            return false;
    }
    return true;
}

/* The nearest place of the pack's own files on this stack, from the top; else what at() said last: a frame that ended with a
 * tail call is gone. False: neither. */
static bool find_place(lua_State *L, int level, const char **ret_file, int *ret_line)
{
    lua_Debug frame;
    const struct pack_job *job = pack_of(L)->running;
    bool lost = job && job->at_file && job->at_loads && is_lost(L, job);
    for (; !lost && lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "Sl", &frame);
        if (!is_authors(&frame))
            continue;
        *ret_file = frame.source + 1;
        *ret_line = frame.currentline;
        return true;
    }
    if (!job || !job->at_file)
        return false;
    *ret_file = job->at_file;
    *ret_line = job->at_line;
    return true;
}

/* at(file, line, loads)    [-3, +3]  the author's code that runs from here on, `loads`: a file that is being loaded; returns what
 * was said before */
static int at(lua_State *L)
{
    struct pack_job *job = pack_of(L)->running;
    const cJSON *source = json_get(pack_of(L)->sources, luaL_optstring(L, 1, ""));
    const char *file = job->at_file;
    int line = job->at_line;
    bool loads = job->at_loads;
    job->at_file = source ? source->string : NULL; /* outlives the job */
    job->at_line = (int)luaL_optinteger(L, 2, 0);
    job->at_loads = lua_toboolean(L, 3);
    lua_pushstring(L, file);
    lua_pushinteger(L, line);
    lua_pushboolean(L, loads);
    return 3;
}

/* place()    [-0, +2]  file and line of the pack that called the library; nothing where it did not */
static int place(lua_State *L)
{
    const char *file;
    int line;
    if (!find_place(L, 1, &file, &line))
        return 0;
    lua_pushstring(L, file);
    lua_pushinteger(L, line);
    return 2;
}

/* place_of(function)    [-1, +2]  file and line of the pack where it is written; nothing where that is the library */
static int place_of(lua_State *L)
{
    lua_Debug written;
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    lua_getinfo(L, ">S", &written);
    if (!is_authors(&written))
        return 0;
    lua_pushstring(L, written.source + 1);
    lua_pushinteger(L, written.linedefined);
    return 2;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_word_at(struct str text, size_t i, struct str word)
{
    return str_starts(str_from(text, i), word) && (i == 0 || !is_word(text.at[i - 1])) &&
           (i + word.length == text.length || !is_word(text.at[i + word.length]));
}

/* Is what stands behind a name `= value`, a text in quotes or not? */
static bool is_given(struct str behind, struct str value)
{
    struct str rest = str_trim(behind);
    if (!str_starts(rest, STR("=")))
        return false;
    rest = str_trim(str_from(rest, 1));
    bool quoted = rest.length && (rest.at[0] == '"' || rest.at[0] == '\'');
    return is_word_at(rest, quoted, value);
}

/* The end of a Lua comment that begins here, or `i`. */
static size_t behind_comment(struct str text, size_t i)
{
    struct str rest = str_from(text, i);
    if (!str_starts(rest, STR("--")))
        return i;
    bool is_long = str_starts(rest, STR("--[["));
    const char *end = is_long ? memmem(rest.at, rest.length, "]]", 2) : memchr(rest.at, '\n', rest.length);
    return end ? (size_t)(end - text.at) : text.length;
}

/* A table's constructor is one call to Lua: the line of a member is where its name stands from there on; where its value is known,
 * where it is given that. 0: nowhere. Comments do not count. */
static int find_word(struct str text, int line, struct str word, struct str value_or_none)
{
    int at = 1;
    for (size_t i = 0; i < text.length; i++) {
        for (size_t end = behind_comment(text, i); i < end; i++)
            at += text.at[i] == '\n';
        if (i < text.length && text.at[i] == '\n')
            at++;
        if (at >= line && is_word_at(text, i, word) &&
            (!value_or_none.length || is_given(str_from(text, i + word.length), value_or_none)))
            return at;
    }
    return 0;
}

static int line_of_word(const struct pack *pack, const char *file, int line, struct str word, struct str value_or_none)
{
    struct str text = json_str(pack->sources, file);
    int found = word.length && value_or_none.length ? find_word(text, line, word, value_or_none) : 0;
    if (!found && word.length)
        found = find_word(text, line, word, STR_NONE);
    return found ? found : line;
}

/* line_of(file, line, word)    [-3, +1]  the line of the file on which the word stands, from that line on */
static int line_of(lua_State *L)
{
    struct str word;
    word.at = luaL_checklstring(L, 3, &word.length);
    lua_pushinteger(L, line_of_word(pack_of(L), luaL_checkstring(L, 1), (int)luaL_checkinteger(L, 2), word, STR_NONE));
    return 1;
}

/* ---- failures ---- */

static void print_member(struct buf *buf, const char *name, struct str text)
{
    json_print_name(buf, name);
    if (!str_is_utf8(text) || str_find_byte(text, '\0') != SIZE_MAX)
        text = STR("(a message that is no text)");
    json_print_string(buf, str_first(text, 4096));
}

/* "pack.lua:12: what happened": the place goes, if a file of the pack is named. */
static struct str cut_place(struct str message, struct str *ret_file, int *ret_line)
{
    struct str behind, rest, file = str_cut(message, ':', &behind), number = str_cut(behind, ':', &rest);
    int64_t line;
    if (!rest.length || !str_to_int64(number, &line) || !str_ends(file, STR(".lua")))
        return message;
    *ret_file = file;
    *ret_line = (int)line;
    return str_from(rest, 1);
}

/* [-0, +1] of the table on top: a string member, or "" */
static struct str member(lua_State *L, int index, const char *name)
{
    struct str text = STR("");
    lua_pushstring(L, name);
    if (lua_rawget(L, index) == LUA_TSTRING) /* a metamethod would run outside of every limit */
        text.at = lua_tolstring(L, -1, &text.length);
    return text; /* the table keeps it */
}

static void print_place(struct buf *buf, struct str file, int line)
{
    print_member(buf, "file", file);
    json_print_name(buf, "line");
    buf_add_int64(buf, line);
}

/* An error that the library raised: {message, nearest, word, value, file, line, code, operation, resource}. */
static void print_raised(lua_State *L, const char *file, int line, struct buf *buf)
{
    static const char *const told[] = { "nearest", "code", "operation", "resource" };
    int index = lua_gettop(L);
    struct str own = member(L, index, "file");
    if (own.length) {
        file = own.at;
        lua_pushliteral(L, "line");
        lua_rawget(L, index);
        line = (int)lua_tointeger(L, -1);
    }
    struct str word = member(L, index, "word"), value = member(L, index, "value");
    print_place(buf, str_of(file), file[0] ? line_of_word(pack_of(L), file, line, word, value) : 0);
    struct str message = member(L, index, "message");
    print_member(buf, "message", message.length ? message : STR("an error without a message"));
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        struct str text = member(L, index, told[i]);
        if (text.length)
            print_member(buf, told[i], text);
    }
}

void pack_print_failure(lua_State *thread, const char *doomed, struct buf *buf)
{
    const char *file = "";
    int line = 0;
    find_place(thread, 0, &file, &line);
    buf_add_byte(buf, '{');
    if (!doomed && lua_istable(thread, -1)) {
        print_raised(thread, file, line, buf);
    } else {
        struct str message, named = STR("");
        message.at = doomed ? doomed : lua_tolstring(thread, -1, &message.length);
        message = doomed ? str_of(doomed) : message.at ? message : STR("an error that is neither text nor a table");
        int named_line = 0;
        message = cut_place(message, &named, &named_line);
        bool own = named.length && !str_starts(named, STR("gameday/"));
        print_place(buf, own ? named : str_of(file), own ? named_line : line);
        print_member(buf, "message", message);
    }
    buf_add_byte(buf, '}');
}

/* ---- asking ---- */

static int answered(lua_State *L, int status, lua_KContext context)
{
    return 2; /* whether it went well, and the answer or the error */
}

static struct buf *begin_line(lua_State *L, const char *kind)
{
    struct pack *pack = pack_of(L);
    buf_clear(&pack->draft);
    pack->draft.overflow = false;
    buf_printf(&pack->draft, "{\"job\":%lld,%s", (long long)pack->running->number, kind);
    return &pack->draft;
}

static void end_line(lua_State *L)
{
    struct pack *pack = pack_of(L);
    struct pack_job *job = pack->running;
    buf_add_text(&pack->draft, "}\n");
    job->sent += pack->draft.length;
    if (job->sent > PACK_SENT)
        pack_doom(L, "it sent more than 1 MiB");
    buf_add_str(&pack->out, buf_str(&pack->draft));
}

/* ask(name, with)    [-2, +2]  sleeps until the answer: true and it, or false and the error */
static int ask(lua_State *L)
{
    struct str name;
    name.at = luaL_checklstring(L, 1, &name.length);
    if (!lua_isyieldable(L))
        return luaL_error(L,
                          "nothing can be asked of the cloud here: not inside table.sort, string.gsub or a metamethod");
    if (++pack_of(L)->running->asks > PACK_ASKS)
        return pack_doom(L, "it asked more than 1,000 times: a callback is one step, not a loop for ever");
    lua_settop(L, 2);
    struct buf *line = begin_line(L, "\"ask\":");
    json_print_string(line, name);
    buf_add_text(line, ",\"with\":");
    pack_print_json(L, 2, line);
    end_line(L);
    return lua_yieldk(L, 0, 0, answered);
}

/* answer(value)    [-1, +0]  the callback's own */
static int answer(lua_State *L)
{
    lua_settop(L, 1);
    struct buf *line = begin_line(L, "\"done\":");
    pack_print_json(L, 1, line);
    end_line(L);
    pack_of(L)->running->answered = true;
    return 0;
}

/* log(text)    [-1, +0] */
static int tell(lua_State *L)
{
    struct str text;
    text.at = luaL_checklstring(L, 1, &text.length);
    struct buf *line = begin_line(L, "\"log\":");
    json_print_string(line, str_is_utf8(text) && str_find_byte(text, '\0') == SIZE_MAX ? str_first(text, 4096)
                                                                                       : STR("(no text)"));
    end_line(L);
    return 0;
}

/* ---- sources ---- */

static bool find_source(const struct pack *pack, bool library, struct str name, struct str *ret_text)
{
    if (library) {
        const struct embedded_file *file = embedded_find(&embedded_gameday, name);
        *ret_text = file ? file->bytes : STR_NONE;
        return file != NULL;
    }
    *ret_text = json_str(pack->sources, name.at);
    return ret_text->at != NULL;
}

/* load(name, library, environment)    [-3, +1 or +2]  the file as a function, not yet run; nil where there is none; nil and
 * why where it is not Lua */
static int load(lua_State *L)
{
    struct str name, text;
    name.at = luaL_checklstring(L, 1, &name.length);
    bool library = lua_toboolean(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    if (!find_source(pack_of(L), library, name, &text)) {
        lua_pushnil(L);
        return 1;
    }
    pack_charge(L, text.length / 4);
    lua_pushfstring(L, "@%s", name.at);
    if (luaL_loadbufferx(L, text.at, text.length, lua_tostring(L, -1), "t") != LUA_OK) {
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
    lua_pushvalue(L, 3);
    lua_setupvalue(L, -2, 1);
    return 1;
}

/* files()    [-0, +1]  a list of the names of the pack's own sources */
static int files(lua_State *L)
{
    lua_Integer count = 0;
    const cJSON *one;
    lua_newtable(L);
    cJSON_ArrayForEach(one, pack_of(L)->sources)
    {
        lua_pushstring(L, one->string);
        lua_rawseti(L, -2, ++count);
    }
    return 1;
}

/* shelf()    [-0, +1]  the ids of the library's ready faults, "states.wrong_path", in order: gameday/faults/states/wrong_path.lua */
static int shelf(lua_State *L)
{
    lua_Integer count = 0;
    lua_newtable(L);
    for (size_t i = 0; i < embedded_gameday.count; i++) {
        struct str name, service, path = str_of(embedded_gameday.files[i].path);
        if (!str_starts(path, STR("gameday/faults/")) || !str_ends(path, STR(".lua")))
            continue;
        path = str_from(path, strlen("gameday/faults/"));
        service = str_cut(str_first(path, path.length - strlen(".lua")), '/', &name);
        if (!name.length)
            continue; /* what a service's faults share */
        lua_pushlstring(L, service.at, service.length);
        lua_pushliteral(L, ".");
        lua_pushlstring(L, name.at, name.length);
        lua_concat(L, 3);
        lua_rawseti(L, -2, ++count);
    }
    return 1;
}

/* ---- small things ---- */

/* nearest(word, names)    [-2, +1]  the nearest of a list of names, or nil */
static int nearest(lua_State *L)
{
    struct str word;
    word.at = luaL_checklstring(L, 1, &word.length);
    struct nearest found = nearest_to(word);
    lua_Integer count = (lua_Integer)lua_rawlen(L, 2);
    pack_charge(L, (size_t)count * 64);
    for (lua_Integer i = 1; i <= count; i++) {
        struct str name = STR_NONE;
        if (lua_rawgeti(L, 2, i) == LUA_TSTRING)
            name.at = lua_tolstring(L, -1, &name.length);
        if (name.at)
            nearest_try(&found, name);
        lua_pop(L, 1);
    }
    if (!found.best.at)
        return 0;
    lua_pushlstring(L, found.best.at, found.best.length);
    return 1;
}

/* now()    [-0, +1]  milliseconds since 1970 on the game's clock; it stands still while Lua runs */
static int now(lua_State *L)
{
    lua_pushinteger(L, pack_of(L)->now_ms);
    return 1;
}

/* time(text)    [-1, +1]  the same of an instant in ISO 8601; nil where it is none */
static int instant(lua_State *L)
{
    struct str text;
    int64_t ms;
    text.at = luaL_checklstring(L, 1, &text.length);
    if (!time_parse_iso(text, &ms))
        return 0;
    lua_pushinteger(L, ms);
    return 1;
}

/* iso(ms)    [-1, +1]  "2026-11-10T09:00:00Z" */
static int iso(lua_State *L)
{
    char text[32];
    time_print_iso(luaL_checkinteger(L, 1), false, text);
    lua_pushstring(L, text);
    return 1;
}

/* encode(value)    [-1, +1]  compact JSON */
static int encode(lua_State *L)
{
    struct buf *text = &pack_of(L)->draft;
    buf_clear(text);
    text->overflow = false;
    lua_settop(L, 1);
    pack_print_json(L, 1, text);
    lua_pushlstring(L, buf_str(text).at, text->length);
    return 1;
}

/* decode(text)    [-1, +1 or +2]  the value; nil and why */
static int decode(lua_State *L)
{
    struct str text;
    struct json_error why;
    text.at = luaL_checklstring(L, 1, &text.length);
    pack_charge(L, text.length / 2);
    const cJSON *node = json_parse_in(pack_of(L)->arena, text, &why); /* goes with the message that is being answered */
    if (node) {
        pack_push_json(L, node);
        return 1;
    }
    lua_pushnil(L);
    lua_pushfstring(L, "line %d, column %d: %s", (int)why.line, (int)why.column, why.why);
    return 2;
}

void pack_open_host(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "ask", ask },         { "answer", answer },
        { "log", tell },        { "load", load },
        { "files", files },     { "place", place },
        { "nearest", nearest }, { "now", now },
        { "time", instant },    { "at", at },
        { "iso", iso },         { "encode", encode },
        { "decode", decode },   { "list", pack_new_list },
        { "line_of", line_of }, { "place_of", place_of },
        { "shelf", shelf },     { NULL, NULL },
    };
    luaL_newlib(L, functions);
    pack_push_null(L);
    lua_setfield(L, -2, "null");
}
