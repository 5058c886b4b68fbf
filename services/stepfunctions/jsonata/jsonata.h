/* JSONata 2.x, as the reference implementation evaluates it, with the functions that Step Functions adds. An expression is
 * compiled once and never changes; it stands in the arena it was compiled in. Its input is borrowed and never copied: what
 * comes out shares the input's nodes and must not outlive them.
 *
 * The evaluator walks the syntax tree by calls of C, but never deep: the parser refuses texts that nest deeper than
 * JSONATA_MAX_NESTING, and an evaluation stops with D1011 at its depth budget or, whatever that is, when it has used its
 * share of the stack (half, at most 4 MiB), which it measures instead of guessing what a frame costs under which
 * compiler. That way a step costs no more than a call; frames on the heap made the same walk no safer. Calls in tail
 * position take no depth and no space. Steps, memory and time have budgets too: no expression keeps the house waiting. */
#ifndef JSONATA_JSONATA_H
#define JSONATA_JSONATA_H

#include "base/arena.h"
#include "base/json.h"
#include "base/random.h"

#define JSONATA_MAX_NESTING 200
#define JSONATA_MAX_TEXT    ((size_t)256 * 1024)
/* What a budget of 0 stands for. A step is a node of the syntax tree or an element that a function looks at. The time is for
 * what steps do not see; they come first by far, so that the same game ends the same way on every machine. */
#define JSONATA_DEPTH        20000
#define JSONATA_STEPS        ((uint64_t)20 * 1000 * 1000)
#define JSONATA_MEMORY_BYTES ((size_t)256 * 1024 * 1024)
#define JSONATA_TIME_MS      5000

struct jsonata; /* compiled, immutable */

struct jsonata_error {
    char code[8];        /* "T1006" */
    size_t position;     /* the end of the token, counted as the reference does (UTF-16); SIZE_MAX: none */
    const char *token;   /* NULL: none */
    const char *message; /* without the code */
};

/* NULL: *reterr, whose texts stand in the arena. The text is copied. */
const struct jsonata *jsonata_compile(struct arena *arena, struct str text, struct jsonata_error *reterr);
struct str jsonata_text(const struct jsonata *expression);
/* Every variable that the expression reads without binding it itself, functions apart, each once, in order of appearance:
 * "states", "total". */
void jsonata_each_variable(const struct jsonata *expression, void (*visit)(struct str name, void *data), void *data);
/* Every place where the expression looks at a context: a name (or "$") in that of the whole expression, "$$", and the NAME
 * of each $states.NAME. In order of appearance, as often as they appear. */
enum jsonata_reference { JSONATA_TOP, JSONATA_ROOT, JSONATA_STATES };
void jsonata_each_reference(const struct jsonata *expression,
                            void (*visit)(enum jsonata_reference kind, struct str name, void *data), void *data);

struct jsonata_scope {
    const cJSON *input; /* $; NULL: nothing */
    /* $name by its name without $, NULL: there is none; may be NULL. */
    const cJSON *(*variable)(struct str name, void *data);
    void *data;
    struct random *random; /* $random, $uuid, $shuffle; NULL: they fail */
    int64_t now_ms;        /* $now, $millis */
    bool in_state_machine; /* $eval is refused, $partition and its kin are there */
    uint32_t depth;        /* budgets, 0: as above */
    uint64_t steps;
    size_t memory_bytes;
    uint32_t time_ms;
};

enum jsonata_outcome {
    JSONATA_VALUE,     /* *ret_value, in the results' arena or borrowed */
    JSONATA_UNDEFINED, /* nothing */
    JSONATA_FUNCTION,  /* a function: no JSON says that */
    JSONATA_ERROR,     /* *reterr, whose texts stand in the results' arena */
};

enum jsonata_outcome jsonata_evaluate(const struct jsonata *expression, struct arena *results,
                                      const struct jsonata_scope *scope, const cJSON **ret_value,
                                      struct jsonata_error *reterr);
/* What all evaluations of this process took so far, in steps, 16 bytes of memory being another: who evaluates one expression
 * after the other can tell when it is somebody else's turn, and on every machine at the same point. */
uint64_t jsonata_effort(void);

#endif
