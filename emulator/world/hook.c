#include "world/hook.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/pattern.h"
#include "world/world.h"

struct hooks {
    struct world *world;
    struct list points[HOOK_POINTS]; /* each in order of (order, number) */
    struct list parked;              /* questions */
    uint64_t last_number;
    uint64_t version; /* grows with each hook_add() and hook_remove() */
};

struct hooks *hooks_new(struct world *world)
{
    struct hooks *hooks = memory_alloc(sizeof *hooks);
    hooks->world = world;
    for (int point = 0; point < HOOK_POINTS; point++)
        list_init(&hooks->points[point]);
    list_init(&hooks->parked);
    return hooks;
}

void hooks_free(struct hooks *hooks)
{
    free(hooks);
}

static struct hook *hook_at(struct list *link)
{
    return LIST_ITEM(link, struct hook, link);
}

static bool stands_behind(const struct hook *hook, int order, uint64_t number)
{
    return hook->order > order || (hook->order == order && hook->number > number);
}

void hook_add(struct hooks *hooks, struct hook *hook_kept_by_caller)
{
    struct hook *hook = hook_kept_by_caller;
    hook->number = ++hooks->last_number;
    hook->is_of_account = hook->account && !strpbrk(hook->account, "*?");
    hooks->version++;
    struct list *before = &hooks->points[hook->point];
    while (before->previous != &hooks->points[hook->point] && hook_at(before->previous)->order > hook->order)
        before = before->previous;
    list_append(before, &hook->link);
}

static struct list *first_behind(struct list *point, int order, uint64_t number)
{
    struct list *link = point->next;
    while (link != point && !stands_behind(hook_at(link), order, number))
        link = link->next;
    return link;
}

static bool fits(const char *filter, const char *text)
{
    return !filter || wildcard_matches(str_of(filter), str_of(text ? text : ""), 0, false);
}

static bool is_own_call(const struct hook *hook, const struct question *question)
{
    if (!hook->pack || !hook->pack[0] || !question->made_by || !question->made_by[0])
        return false;
    return strcmp(hook->pack, HOOK_ANY_PACK) == 0 || strcmp(hook->pack, question->made_by) == 0;
}

static bool is_of_another(const struct hook *hook, const struct question *question)
{
    return hook->is_of_account && question->account && strcmp(hook->account, question->account) != 0;
}

static bool fits_at_once(const struct hook *hook, const struct question *question)
{
    if (is_of_another(hook, question))
        return false;
    return !is_own_call(hook, question) && fits(hook->account, question->account) &&
           fits(hook->service, question->service) && fits(hook->operation, question->operation) &&
           fits(hook->region, question->region);
}

bool hook_may_concern(const struct hooks *hooks, const struct question *question)
{
    const struct list *point = &hooks->points[question->point];
    for (struct list *link = point->next; link != point; link = link->next)
        if (fits_at_once(hook_at(link), question))
            return true;
    return false;
}

static bool concerns(struct world *world, const struct hook *hook, const struct question *question)
{
    return fits_at_once(hook, question) && fits(hook->role, question->role) &&
           fits(hook->resource, question->resource) &&
           (hook->chance >= 1 || random_unit(&world->random) < hook->chance);
}

/* Asks the hooks from `link` on. One that is asked may add and remove hooks, itself too. */
static enum verdict ask_from(struct hooks *hooks, struct list *link, struct question *question)
{
    struct list *point = &hooks->points[question->point];
    while (link != point) {
        struct hook *hook = hook_at(link);
        int order = hook->order;
        uint64_t number = hook->number, version = hooks->version;
        enum verdict verdict = VERDICT_PASS;
        if (concerns(hooks->world, hook, question)) {
            question->asking = hook;
            verdict = hook->ask(hook, question);
        }
        if (verdict == VERDICT_PARKED) {
            list_append(&hooks->parked, &question->link);
            return VERDICT_PARKED;
        }
        question->asking = NULL;
        if (verdict == VERDICT_FAIL)
            return verdict;
        question->changed |= verdict == VERDICT_CHANGED;
        link = hooks->version == version ? link->next : first_behind(point, order, number);
    }
    return question->delay_ms > 0 ? VERDICT_DELAY : question->changed ? VERDICT_CHANGED : VERDICT_PASS;
}

static void forget_answer(struct question *question)
{
    question->asking = NULL;
    question->changed = question->stuck = false;
    question->code[0] = question->message[0] = '\0';
    question->status = 0;
    question->delay_ms = 0;
    question->manner = (struct manner){ 0 };
}

enum verdict hook_ask(struct world *world, struct question *question)
{
    forget_answer(question);
    list_init(&question->link);
    return ask_from(world->hooks, world->hooks->points[question->point].next, question);
}

void hook_answer(struct world *world, struct question *question, enum verdict verdict)
{
    struct hooks *hooks = world->hooks;
    assert(question->asking && verdict != VERDICT_PARKED);
    list_remove(&question->link);
    int order = question->asking->order;
    uint64_t number = question->asking->number;
    question->asking = NULL;
    if (verdict != VERDICT_FAIL) {
        question->changed |= verdict == VERDICT_CHANGED;
        verdict = ask_from(hooks, first_behind(&hooks->points[question->point], order, number), question);
    }
    if (verdict != VERDICT_PARKED)
        question->resumed(question, verdict);
}

void hook_forget(struct world *world, struct question *question)
{
    struct hook *hook = question->asking;
    if (!hook)
        return;
    list_remove(&question->link);
    question->asking = NULL;
    if (hook->forgotten)
        hook->forgotten(hook, question);
}

static struct question *first_parked_at(struct hooks *hooks, const struct hook *hook)
{
    for (struct list *link = hooks->parked.next; link != &hooks->parked; link = link->next) {
        struct question *question = LIST_ITEM(link, struct question, link);
        if (question->asking == hook)
            return question;
    }
    return NULL;
}

void hook_remove(struct hooks *hooks, struct hook *hook)
{
    list_remove(&hook->link);
    hooks->version++;
    struct question *question;
    while ((question = first_parked_at(hooks, hook)))
        hook_answer(hooks->world, question, VERDICT_PASS);
}

bool hook_any(const struct hooks *hooks, enum hook_point point)
{
    return !list_is_empty(&hooks->points[point]);
}

void manner_add(struct manner *manner, const struct manner *more)
{
    manner->reset |= more->reset;
    manner->lost = more->lost > manner->lost ? more->lost : manner->lost;
    manner->slow_ms = more->slow_ms > manner->slow_ms ? more->slow_ms : manner->slow_ms;
    manner->stale_ms = more->stale_ms > manner->stale_ms ? more->stale_ms : manner->stale_ms;
    manner->skew_ms += more->skew_ms;
}
