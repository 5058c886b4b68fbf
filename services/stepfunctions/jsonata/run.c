#include "services/stepfunctions/jsonata/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/time.h"
#include "services/stepfunctions/jsonata/function.h"

#define MOST_STACK      ((size_t)4 * 1024 * 1024)
#define BYTES_OF_A_STEP 16

/* ---- failing ---- */

_Noreturn void run_fail(struct run *run, struct fault fault)
{
    if (fault.position == 0 && run->call) {
        fault.position = run->call->position;
        if (!fault.token.at && run->callee)
            fault.token = str_of(run->callee);
        else if (!fault.token.at)
            fault.token = node_callee_name(run->call);
    }
    run->fault = fault;
    longjmp(*run->escape, 1);
}

_Noreturn void run_fail_depth(struct run *run)
{
    run_fail(run, (struct fault){ .code = "D1011" });
}

_Noreturn void run_fail_steps(struct run *run)
{
    run_fail(run, (struct fault){ .code = "D1012",
                                  .text = STR("Evaluation stopped after too many steps. Check for "
                                              "infinite loop") });
}

void run_check_time(struct run *run)
{
    if (time_monotonic_ns() > run->deadline_ns)
        run_fail(run, (struct fault){ .code = "D1012", .value = value_of_number(run->time_ms) });
}

/* ---- memory ---- */

_Noreturn void run_fail_memory(struct run *run)
{
    run_fail(run, (struct fault){ .code = "D2015", .text = STR("The evaluation needs more memory than it may have") });
}

void run_charge(struct run *run, size_t size)
{
    if (size > run->byte_limit - run->bytes)
        run_fail_memory(run);
    run->bytes += size;
}

void *run_room(struct run *run, size_t size)
{
    run_charge(run, size);
    return arena_room(run->arena, size);
}

struct str run_copy(struct run *run, struct str text)
{
    char *copy = run_room(run, text.length + 1);
    if (text.length)
        memcpy(copy, text.at, text.length);
    copy[text.length] = '\0';
    return (struct str){ copy, text.length };
}

struct str run_print(struct run *run, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t length = (size_t)vsnprintf(NULL, 0, format, args);
    char *text = run_room(run, length + 1);
    vsnprintf(text, length + 1, format, again);
    va_end(again);
    va_end(args);
    return (struct str){ text, length };
}

/* ---- frames ---- */

struct frame *frame_open(struct run *run, struct frame *outer)
{
    struct frame *frame = run->spare_frames;
    if (frame)
        run->spare_frames = frame->outer;
    else
        frame = run_room(run, sizeof *frame);
    *frame = (struct frame){ .outer = outer };
    return frame;
}

void frame_close(struct run *run, struct frame *frame)
{
    if (frame->kept)
        return;
    while (frame->bindings && !frame->borrowed) {
        struct binding *binding = frame->bindings;
        frame->bindings = binding->next;
        binding->next = run->spare_bindings;
        run->spare_bindings = binding;
    }
    frame->outer = run->spare_frames;
    run->spare_frames = frame;
}

void frame_keep(struct frame *frame)
{
    for (; frame && !frame->kept; frame = frame->outer)
        frame->kept = true;
}

static struct binding *binding_new(struct run *run, struct binding *next, struct str name, struct value value)
{
    struct binding *binding = run->spare_bindings;
    if (binding)
        run->spare_bindings = binding->next;
    else
        binding = run_room(run, sizeof *binding);
    *binding = (struct binding){ next, name, value };
    return binding;
}

void frame_bind(struct run *run, struct frame *frame, struct str name, struct value value)
{
    if (!frame->borrowed)
        for (struct binding *binding = frame->bindings; binding; binding = binding->next)
            if (str_equal(binding->name, name)) {
                binding->value = value;
                return;
            }
    frame->bindings = binding_new(run, frame->bindings, name, value);
}

const struct value *frame_find(const struct frame *frame, struct str name)
{
    for (; frame; frame = frame->outer)
        for (const struct binding *binding = frame->bindings; binding; binding = binding->next)
            if (binding->name.at == name.at ? binding->name.length == name.length : str_equal(binding->name, name))
                return &binding->value;
    return NULL;
}

struct frame *frame_of_tuple(struct run *run, struct frame *outer, const struct tuple *tuple)
{
    struct frame *frame = frame_open(run, outer);
    frame->bindings = tuple->bindings;
    frame->borrowed = true;
    return frame;
}

/* ---- text ---- */

static void text_reserve(struct text *text, size_t more)
{
    if (more <= text->capacity - text->length)
        return;
    /* A value keeps its length in 32 bits, which the limit of memory keeps far away. */
    size_t capacity = text->capacity * 2 > text->length + more ? text->capacity * 2 : text->length + more + 32;
    char *wider = run_room(text->run, capacity);
    if (text->length)
        memcpy(wider, text->at, text->length);
    text->at = wider;
    text->capacity = capacity;
}

void text_add(struct text *text, struct str more)
{
    text_reserve(text, more.length);
    if (more.length)
        memcpy(text->at + text->length, more.at, more.length);
    text->length += more.length;
}

void text_add_byte(struct text *text, char byte)
{
    text_add(text, (struct str){ &byte, 1 });
}

void text_add_times(struct text *text, struct str more, size_t times)
{
    if (more.length && times > text->run->byte_limit / more.length)
        times = text->run->byte_limit / more.length + 1;
    text_reserve(text, more.length * times);
    while (times--)
        text_add(text, more);
}

void text_add_code_point(struct text *text, uint32_t code_point)
{
    char bytes[4];
    size_t length;
    if (code_point < 0xD800 || code_point > 0xDFFF) {
        length = utf8_encode(code_point, bytes);
    } else {
        bytes[0] = (char)0xED;
        bytes[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (code_point & 0x3F));
        length = 3;
    }
    text_add(text, (struct str){ bytes, length });
}

/* ---- a run from its beginning to its end ---- */

/* Asked once: the question is a system call. */
static size_t stack_share(void)
{
    static size_t share;
    struct rlimit limit;
    if (share)
        return share;
    bool known = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    share = known && limit.rlim_cur / 2 < MOST_STACK ? limit.rlim_cur / 2 : MOST_STACK;
    return share;
}

static void run_init(struct run *run, const struct jsonata_scope *scope)
{
    run->arena = arena_new();
    run->scope = scope;
    run->root = value_of_node(scope->input);
    run->depth_limit = scope->depth ? scope->depth : JSONATA_DEPTH;
    run->step_limit = scope->steps ? scope->steps : JSONATA_STEPS;
    run->byte_limit = scope->memory_bytes ? scope->memory_bytes : JSONATA_MEMORY_BYTES;
    run->time_ms = scope->time_ms ? scope->time_ms : JSONATA_TIME_MS;
    run->deadline_ns = time_monotonic_ns() + (uint64_t)run->time_ms * 1000000;
    run->stack_limit = stack_share();
}

/* An input that is an array is one input. */
static struct value wrapped_input(struct run *run)
{
    if (!value_is_list(run->root))
        return run->root;
    struct array *wrapper = sequence_of(run, run->root);
    wrapper->outer = true;
    return value_of_array(wrapper);
}

static bool print_guarded(struct run *run, struct text *text, struct value value)
{
    jmp_buf escape;
    run->escape = &escape;
    if (setjmp(escape))
        return false;
    print_value(text, value);
    return true;
}

/* A value of a fault as messages show it; one that is too much to print is left out. */
static struct str print_fault_value(struct run *run, struct value value)
{
    struct text text = { .run = run };
    run->step_limit = run->steps + JSONATA_STEPS / 10;
    run->deadline_ns = UINT64_MAX;
    run->byte_limit = run->bytes + JSONATA_MEMORY_BYTES / 16;
    run->depth = 0;
    return print_guarded(run, &text, value) ? value_text(text_value(&text)) : STR("…");
}

static enum jsonata_outcome run_all(struct run *run, const struct jsonata *expression, struct arena *results,
                                    const cJSON **ret_value)
{
    jmp_buf escape;
    run->escape = &escape;
    if (setjmp(escape))
        return JSONATA_ERROR;
    struct frame *frame = frame_open(run, NULL);
    frame->kept = true;
    struct value value = evaluate(run, expression->root, wrapped_input(run), frame);
    if (value.kind == KIND_FUNCTION)
        return JSONATA_FUNCTION;
    *ret_value = result_of_value(run, results, value);
    return *ret_value ? JSONATA_VALUE : JSONATA_UNDEFINED;
}

static uint64_t effort;

uint64_t jsonata_effort(void)
{
    return effort;
}

enum jsonata_outcome jsonata_evaluate(const struct jsonata *expression, struct arena *results,
                                      const struct jsonata_scope *scope, const cJSON **ret_value,
                                      struct jsonata_error *reterr)
{
    struct run run = { .stack_base = __builtin_frame_address(0), .results = results };
    run_init(&run, scope);
    enum jsonata_outcome outcome = run_all(&run, expression, results, ret_value);
    if (outcome == JSONATA_ERROR) {
        struct fault fault = run.fault;
        struct str value = print_fault_value(&run, fault.value), value2 = print_fault_value(&run, fault.value2);
        error_fill(results, expression->text, &fault, value, value2, reterr);
    }
    effort += run.steps + run.bytes / BYTES_OF_A_STEP;
    arena_free(run.arena);
    return outcome;
}
