#include "script/pack.h"

#include <stdlib.h>

#define INSTRUCTIONS_BETWEEN_LOOKS 1000
#define GROWTH                                                                                                         \
    400 /* percent: the library alone is a lot to look through each time; where memory ends Lua looks anyway */

/* ---- instructions ---- */

static void look(lua_State *L, lua_Debug *where)
{
    struct pack_job *job = pack_of(L)->running;
    if (!job)
        return;
    if (job->doomed)
        luaL_error(L, "%s", job->doomed);
    pack_charge(L, INSTRUCTIONS_BETWEEN_LOOKS);
}

int pack_doom(lua_State *L, const char *why)
{
    struct pack_job *job = pack_of(L)->running;
    if (job) {
        job->doomed = why;
        lua_sethook(L, look, LUA_MASKCOUNT, 1);
    }
    return luaL_error(L, "%s", why);
}

void pack_charge(lua_State *L, size_t instructions)
{
    struct pack_job *job = pack_of(L)->running;
    if (!job)
        return;
    job->budget -= (int64_t)instructions;
    if (job->budget < 0)
        pack_doom(L, "it ran too long (more than 5,000,000 instructions): is there a loop without an end?");
}

bool pack_is_final(lua_State *L, int status)
{
    struct pack_job *job = pack_of(L)->running;
    if (status == LUA_ERRMEM && job && !job->doomed)
        job->doomed = "it used too much memory (more than 32 MiB)";
    if (job && job->doomed)
        lua_sethook(L, look, LUA_MASKCOUNT, 1);
    return status == LUA_ERRMEM || (job && job->doomed);
}

/* ---- jobs ---- */

struct pack_job *pack_job_new(struct pack *pack, uint64_t number, uint64_t seed)
{
    lua_State *L = pack->lua;
    lua_State *thread = lua_newthread(L);
    int anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_sethook(thread, look, LUA_MASKCOUNT, INSTRUCTIONS_BETWEEN_LOOKS);
    struct pack_job *job = memory_alloc(sizeof *job);
    *job = (struct pack_job){
        .number = number, .thread = thread, .anchor = anchor, .budget = PACK_INSTRUCTIONS, .next = pack->jobs
    };
    random_seed(&job->random, seed);
    pack->jobs = job;
    return job;
}

struct pack_job *pack_job_find(struct pack *pack, uint64_t number)
{
    struct pack_job *job = pack->jobs;
    while (job && job->number != number)
        job = job->next;
    return job;
}

/* Variables that want to be closed are not: that would run the pack's code where no hook may interrupt it. */
void pack_job_end(struct pack *pack, struct pack_job *job)
{
    struct pack_job **at = &pack->jobs;
    while (*at != job)
        at = &(*at)->next;
    *at = job->next;
    luaL_unref(pack->lua, LUA_REGISTRYINDEX, job->anchor);
    free(job);
}

/* ---- the state ---- */

bool pack_open(struct pack *pack)
{
    pack->lua = lua_newstate(pack_memory_allocate, &pack->memory);
    if (!pack->lua)
        return false;
    *(struct pack **)lua_getextraspace(pack->lua) = pack;
    lua_gc(pack->lua, LUA_GCINC, GROWTH, 0, 0);
    return true;
}

void pack_close(struct pack *pack)
{
    if (pack->lua)
        lua_close(pack->lua);
    pack->lua = NULL;
    pack_memory_release(&pack->memory);
}
