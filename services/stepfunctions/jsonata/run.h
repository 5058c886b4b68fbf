/* One evaluation: its memory, its budgets, its frames of variables, and the one way out when it fails. Values live in the
 * run's arena, so a failure leaves by longjmp and nothing is left behind; what is no memory is handed to the arena. */
#ifndef JSONATA_RUN_H
#define JSONATA_RUN_H

#include <setjmp.h>

#include "services/stepfunctions/jsonata/jsonata.h"
#include "services/stepfunctions/jsonata/syntax.h"
#include "services/stepfunctions/jsonata/value.h"

struct binding {
    struct binding *next;
    struct str name;
    struct value value;
};

/* Variables of one block, call or tuple. A frame that nothing has kept (no closure, no tuple) is used again after its end:
 * loops by tail calls take no space. */
struct frame {
    struct frame *outer;
    struct binding *bindings;
    bool kept, borrowed; /* borrowed: its bindings belong to a tuple */
};

/* One element of a stream that carries variables along: its context (@) and what # @ % have bound on the way. */
struct tuple {
    struct value context;
    struct binding *bindings;
};

struct fault {
    const char *code;
    size_t position; /* 0: that of the call under way */
    bool placed;     /* position 0 is meant */
    struct str token;
    struct value value, value2;
    int index;
    struct str text; /* type, exponent, name of the function, or the message itself */
};

struct run {
    struct arena *arena;
    struct arena *results; /* nodes that may come out */
    const struct jsonata_scope *scope;
    struct value root;
    uint32_t depth, depth_limit;
    uint64_t steps, step_limit;
    size_t bytes, byte_limit;
    uint64_t deadline_ns;
    uint32_t time_ms;
    const char *stack_base;
    size_t stack_limit;
    jmp_buf *escape;
    struct fault fault;
    const struct node *call; /* the function call under way: it gives faults their position and token */
    const char *callee;      /* the built-in function that another one called meanwhile; NULL: none */
    struct frame *spare_frames;
    struct binding *spare_bindings;
    /* A call in tail position, evaluated but for the call itself. */
    struct {
        struct value function;
        const struct node *node;
        struct value *args;
        size_t count;
        struct value own[8];
    } tail;
};

_Noreturn void run_fail(struct run *run, struct fault fault);
_Noreturn void run_fail_depth(struct run *run);
_Noreturn void run_fail_steps(struct run *run);
_Noreturn void run_fail_memory(struct run *run);
void run_check_time(struct run *run);

static inline void run_tick(struct run *run, size_t steps)
{
    uint64_t before = run->steps;
    run->steps += steps;
    if (run->steps > run->step_limit)
        run_fail_steps(run);
    if ((before ^ run->steps) >> 14)
        run_check_time(run);
}

static inline void run_check_stack(struct run *run)
{
    const char *here = __builtin_frame_address(0);
    if ((size_t)(run->stack_base - here) > run->stack_limit)
        run_fail_depth(run);
}

/* Before a call that may go deeper; with run_leave() after it. */
static inline void run_enter(struct run *run)
{
    if (++run->depth > run->depth_limit)
        run_fail_depth(run);
    run_check_stack(run);
}

static inline void run_leave(struct run *run)
{
    run->depth--;
}

void run_charge(struct run *run, size_t size); /* memory that is taken elsewhere on the run's account */
void *run_room(struct run *run, size_t size);  /* not zeroed */
struct str run_copy(struct run *run, struct str text);
__attribute__((format(printf, 2, 3))) struct str run_print(struct run *run, const char *format, ...);

struct frame *frame_open(struct run *run, struct frame *outer);
void frame_close(struct run *run, struct frame *frame); /* used again unless it is kept */
void frame_keep(struct frame *frame);                   /* with all that it sees */
void frame_bind(struct run *run, struct frame *frame, struct str name, struct value value);
/* NULL: no frame has it. */
const struct value *frame_find(const struct frame *frame, struct str name);
struct frame *frame_of_tuple(struct run *run, struct frame *outer, const struct tuple *tuple);

/* ---- text that grows in the run's arena ---- */

struct text {
    struct run *run;
    char *at;
    size_t length, capacity;
};

void text_add(struct text *text, struct str more);
void text_add_byte(struct text *text, char byte);
void text_add_code_point(struct text *text, uint32_t code_point); /* surrogates too */
void text_add_times(struct text *text, struct str more, size_t times);

static inline struct value text_value(const struct text *text)
{
    return value_of_text((struct str){ text->at ? text->at : "", text->length });
}

/* ---- evaluation; each in the file of its noun ---- */

struct value evaluate(struct run *run, const struct node *node, struct value input, struct frame *frame);
struct value evaluate_binary(struct run *run, const struct node *node, struct value input, struct frame *frame);
struct value evaluate_path(struct run *run, const struct node *path, struct value input, struct frame *frame);
struct value evaluate_filter(struct run *run, const struct node *predicate, struct value input, struct frame *frame);
struct value evaluate_tuple_step(struct run *run, const struct node *step, struct value input, struct value tuples,
                                 struct frame *frame);
struct value evaluate_group(struct run *run, const struct group *group, struct value input, struct frame *frame);
struct value evaluate_sort(struct run *run, const struct node *sort, struct value input, struct frame *frame);
struct value evaluate_call(struct run *run, const struct node *node, struct value input, struct frame *frame);
struct value evaluate_partial(struct run *run, const struct node *node, struct value input, struct frame *frame);
struct value evaluate_apply(struct run *run, const struct node *node, struct value input, struct frame *frame);
struct value evaluate_lambda(struct run *run, const struct node *node, struct value input, struct frame *frame);
struct value evaluate_transform(struct run *run, const struct node *node, struct value input, struct frame *frame);
struct value evaluate_variable(struct run *run, const struct node *node, struct value input, struct frame *frame);

bool value_is_number(struct run *run, struct value value); /* D1001 where it is infinite */
/* Sorts in place, stably, by a comparison that says whether a comes after b. */
void sort_values(struct run *run, struct value *items, size_t count,
                 bool (*after)(struct run *run, const void *data, struct value a, struct value b), const void *data);

/* ---- printing ---- */

void print_value(struct text *text, struct value value);                        /* as messages show it */
struct value value_to_string(struct run *run, struct value value, bool pretty); /* $string */
struct str number_print(struct run *run, double number);                        /* as JavaScript does, infinities too */
/* The value as nodes in the results' arena; NULL: nothing or a function. */
const cJSON *result_of_value(struct run *run, struct arena *results, struct value value);
void error_fill(struct arena *arena, struct str source, const struct fault *fault, struct str value, struct str value2,
                struct jsonata_error *ret_error);

#endif
