#include "services/stepfunctions/asl/machine.h"

#include "base/list.h"
#include "services/stepfunctions/asl/machine_read.h"

/* ---- counting ---- */

struct kept_machine {
    struct machine machine;
    struct arena *arena; /* in which this stands */
    unsigned references;
    const cJSON *variable_references; /* NULL: none */
    /* For the cache. */
    struct str definition;
    uint64_t hash;
    enum machine_kind kind;
    struct list link;
};

static struct kept_machine *kept(const struct machine *machine)
{
    return LIST_ITEM(machine, struct kept_machine, machine);
}

static struct machine *read_kept(struct str definition, enum machine_kind kind, bool lone, struct arena *arena,
                                 const struct diagnostic **ret_diagnostics)
{
    struct arena *own = arena_new();
    struct kept_machine *made = ARENA_NEW(own, struct kept_machine);
    list_init(&made->link);
    made->arena = own;
    made->references = 1;
    made->kind = kind;
    if (machine_build(own, definition, kind, lone, arena, &made->machine, &made->variable_references, ret_diagnostics))
        return &made->machine;
    arena_free(own);
    return NULL;
}

struct machine *machine_read(struct str definition, enum machine_kind kind, struct arena *arena,
                             const struct diagnostic **ret_diagnostics)
{
    return read_kept(definition, kind, false, arena, ret_diagnostics);
}

struct machine *machine_read_state(struct str state, struct arena *arena, const struct diagnostic **ret_diagnostics)
{
    struct buf definition = BUF_EMPTY;
    buf_add_text(&definition, "{\"StartAt\":\"StateName\",\"States\":{\"StateName\":");
    buf_add_str(&definition, state);
    buf_add_text(&definition, "}}");
    struct machine *machine = read_kept(buf_str(&definition), MACHINE_STANDARD, true, arena, ret_diagnostics);
    buf_release(&definition);
    return machine;
}

struct machine *machine_ref(struct machine *machine)
{
    kept(machine)->references++;
    return machine;
}

void machine_unref(struct machine *machine_or_null)
{
    if (machine_or_null && --kept(machine_or_null)->references == 0)
        arena_free(kept(machine_or_null)->arena);
}

/* ---- the cache: the machines used last, the latest first ---- */

#define CACHE_MACHINES 256
#define CACHE_BYTES    (64u << 20)

static struct list cache = { &cache, &cache };
static size_t cached_machines, cached_bytes;

static struct kept_machine *cache_find(struct str definition, uint64_t hash, enum machine_kind kind)
{
    for (struct list *node = cache.next; node != &cache; node = node->next) {
        struct kept_machine *each = LIST_ITEM(node, struct kept_machine, link);
        if (each->hash == hash && each->kind == kind && str_equal(each->definition, definition))
            return each;
    }
    return NULL;
}

static void cache_push(struct kept_machine *machine)
{
    list_append(cache.next, &machine->link); /* before the first */
}

static void cache_drop(struct kept_machine *machine)
{
    list_remove(&machine->link);
    cached_machines--;
    cached_bytes -= arena_bytes(machine->arena);
    machine_unref(&machine->machine);
}

static void cache_drop_last(void)
{
    cache_drop(LIST_ITEM(cache.previous, struct kept_machine, link));
}

static void cache_add(struct kept_machine *machine, struct str definition, uint64_t hash)
{
    machine->definition = arena_str(machine->arena, definition);
    machine->hash = hash;
    machine_ref(&machine->machine);
    cache_push(machine);
    cached_machines++;
    cached_bytes += arena_bytes(machine->arena);
    while (cached_machines > CACHE_MACHINES || (cached_bytes > CACHE_BYTES && cached_machines > 1))
        cache_drop_last();
}

struct machine *machine_cached(struct str definition, enum machine_kind kind)
{
    uint64_t hash = str_hash(definition);
    struct kept_machine *found = cache_find(definition, hash, kind);
    if (found) {
        list_remove(&found->link);
        cache_push(found);
        return machine_ref(&found->machine);
    }
    const struct diagnostic *diagnostics;
    struct arena *arena = arena_new();
    struct machine *machine = machine_read(definition, kind, arena, &diagnostics);
    arena_free(arena);
    if (machine)
        cache_add(kept(machine), definition, hash);
    return machine;
}

void machine_cache_clear(void)
{
    while (!list_is_empty(&cache))
        cache_drop_last();
}

/* ---- what the API tells of a machine ---- */

char *machine_sentence(struct arena *arena, const struct diagnostic *diagnostics)
{
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, "Invalid State Machine Definition: '");
    size_t start = text.length;
    for (; diagnostics; diagnostics = diagnostics->next) {
        if (strcmp(diagnostics->severity, "ERROR") != 0)
            continue;
        buf_add_text(&text, text.length > start ? ", " : "");
        /* AWS prints a place that it does not know as "null". */
        buf_printf(&text, "%s: %s at %s", diagnostics->code, diagnostics->message,
                   diagnostics->location ? diagnostics->location : "null");
    }
    buf_add_byte(&text, '\'');
    char *sentence = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return sentence;
}

static cJSON *copy_names(struct arena *arena, const cJSON *names)
{
    cJSON *copy = value_array(arena);
    const cJSON *name;
    cJSON_ArrayForEach(name, names)
    {
        value_append(copy, value_string(arena, arena_str(arena, json_value(name))));
    }
    return copy;
}

const cJSON *machine_variable_references(const struct machine *machine, struct arena *arena)
{
    const cJSON *references = kept(machine)->variable_references, *state;
    if (!references)
        return NULL;
    cJSON *copy = value_object(arena);
    cJSON_ArrayForEach(state, references)
    {
        value_add(copy, arena_copy(arena, str_of(state->string)), copy_names(arena, state));
    }
    return copy;
}
