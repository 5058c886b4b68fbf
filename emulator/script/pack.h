/* The child: one pack's Lua in a process that can do nothing else. It reads a line of JSON, works, writes a line; it opens
 * nothing and asks the kernel for nothing but memory. Everything here runs in the child alone.
 *
 *      line ─▶ pack_host: load | call | resume | drop ─▶ a job (a coroutine of ours) runs
 *           ◀─ done | failed                                 │ host.ask(): it sleeps, the question goes out
 *           ◀─ ask ◀─────────────────────────────────────────┘
 *
 * Several jobs may sleep at once; one runs. Each has its own budget of instructions; once that is spent every instruction
 * raises, so no pcall outlives it. C functions that work long charge for it. */
#ifndef SCRIPT_PACK_H
#define SCRIPT_PACK_H

#include <lauxlib.h>
#include <lua.h>

#include "base/json.h"
#include "base/random.h"

#define PACK_MEMORY       ((size_t)32 << 20)
#define PACK_INSTRUCTIONS 5000000
#define PACK_ASKS         1000
#define PACK_SENT         ((size_t)1 << 20)  /* bytes that one callback may send */
#define PACK_LINE         ((size_t)4 << 20)  /* a line that comes in: no longer is ever sent */
#define PACK_STRING       ((size_t)1 << 20)  /* what string.rep may make */
#define PACK_SUBJECT      ((size_t)64 << 10) /* what patterns and finds may look at */
#define PACK_ELEMENTS     100000             /* what functions of tables may touch */

struct pack_job {
    uint64_t number; /* 0: the load */
    lua_State *thread;
    int anchor; /* keeps the thread */
    int64_t budget;
    const char *doomed; /* why nothing of this job may run any more; NULL: it may */
    unsigned asks;
    size_t sent;
    bool answered; /* its line is written */
    struct random random;
    const char *at_file; /* the author's code that it began with, NULL: none */
    int at_line;
    bool at_loads; /* and that is a file while it is loaded */
    struct pack_job *next;
};

/* Lua's: small pieces by size out of chunks, since most live for a moment and Lua says how large they are. */
#define PACK_SMALL 256
struct link;
struct pack_memory {
    size_t bytes; /* that Lua has */
    struct link *free[PACK_SMALL / 16];
    char *at, *end; /* the rest of the newest chunk */
    struct link *chunks;
    size_t chunk_bytes;
};

struct pack {
    lua_State *lua;
    struct pack_memory memory;
    struct pack_job *jobs, *running;
    int64_t now_ms;
    const cJSON *sources; /* file name → text, in an arena that stays */
    struct arena *keep;
    struct arena *arena; /* of the message that is being answered */
    struct buf out;      /* lines to be written */
    struct buf draft;    /* one that may yet fail */
};

static inline struct pack *pack_of(lua_State *L)
{
    return *(struct pack **)lua_getextraspace(L);
}

/* ---- pack_memory.c ---- */
/* lua_Alloc; `memory` zeroed at first. NULL: the system has no more, or Lua has PACK_MEMORY. */
void *pack_memory_allocate(void *memory, void *block, size_t old_size, size_t new_size);
void pack_memory_release(struct pack_memory *memory); /* once Lua is closed */

/* ---- pack_state.c: the state and instructions ---- */
bool pack_open(struct pack *pack); /* false: no memory */
void pack_close(struct pack *pack);
struct pack_job *pack_job_new(struct pack *pack, uint64_t number, uint64_t seed); /* may raise */
struct pack_job *pack_job_find(struct pack *pack, uint64_t number);
void pack_job_end(struct pack *pack, struct pack_job *job);
void pack_charge(lua_State *L, size_t instructions); /* may raise */
/* The running job is over: raises, now and at its every later instruction. */
int pack_doom(lua_State *L, const char *why);
/* An error that no pcall may keep: the budget's and the memory's. */
bool pack_is_final(lua_State *L, int status);

/* ---- pack_json.c ---- */
/* Bytes that are no text travel as {"\u0001bytes":base64}. */
#define PACK_BYTES "\1bytes"
void pack_json_open(lua_State *L);                              /* [-0, +0]  null and lists, in the registry */
void pack_push_json(lua_State *L, const cJSON *node);           /* [-0, +1]  may raise */
void pack_push_null(lua_State *L);                              /* [-0, +1]  the value that is null inside documents */
void pack_print_json(lua_State *L, int index, struct buf *buf); /* [-0, +0]  raises where the value is no JSON */
int pack_new_list(lua_State *L);                                /* [-1, +1]  list(table): an array even when empty */
/* The keys of the table at `index` in an order that is the same in every run, as a new table: [-0, +1]; returns how many. */
lua_Integer pack_push_keys(lua_State *L, int index);

/* ---- pack_guard.c, pack_library.c, pack_bind.c: what Lua sees ---- */
void pack_open_base(lua_State *L);    /* [-0, +1]  the table of globals, with string, table, math, utf8 in it */
void pack_open_library(lua_State *L); /* [-1, +1]  adds those */
void pack_open_host(lua_State *L);    /* [-0, +1]  the table `host`, for the library alone */
const char *pack_to_text(lua_State *L, int index); /* [-0, +1]  as tostring(), without addresses */
/* What happened, from the error on top of the thread's stack, as the members of "failed". */
void pack_print_failure(lua_State *thread, const char *doomed, struct buf *buf);

/* ---- pack_confine.c ---- */
void pack_confine(void); /* from here on the process has its memory and its socket */

#endif
