#include "world/lifecycle.h"

#include <stdlib.h>

#include "base/arena.h"
#include "world/bus.h"
#include "world/clock.h"
#include "world/fate.h"
#include "world/world.h"

#define DUE "_lifecycle_due"

/* One row under way. */
struct course {
    struct timer timer;
    struct world *world;
    const struct lifecycle_def *def;
    struct scope scope; /* interned */
    struct fate *fate;
    char *name;     /* its place in lifecycles.courses */
    struct str key; /* within the name */
};

struct lifecycles {
    struct map *courses; /* by table, account, region and key */
};

struct lifecycles *lifecycles_new(void)
{
    struct lifecycles *lifecycles = memory_alloc(sizeof *lifecycles);
    lifecycles->courses = map_new();
    return lifecycles;
}

void lifecycles_free(struct lifecycles *lifecycles, struct world *world)
{
    lifecycle_stop_all(world);
    map_free(lifecycles->courses, NULL);
    free(lifecycles);
}

static struct str course_name(struct buf *buf, const struct lifecycle_def *def, struct scope scope, struct str key)
{
    buf_add(buf, def->table->name, strlen(def->table->name) + 1);
    buf_add(buf, scope.account, strlen(scope.account) + 1);
    buf_add(buf, scope.region, strlen(scope.region) + 1);
    buf_add_str(buf, key);
    return buf_str(buf);
}

static void end_course(struct course *course)
{
    timer_stop(course->world->clock, &course->timer);
    fate_end(&course->fate);
    free(course->name);
    free(course);
}

static void stop(struct world *world, const struct lifecycle_def *def, struct scope scope, struct str key)
{
    struct buf name = BUF_EMPTY;
    struct course *course = map_remove(world->lifecycles->courses, course_name(&name, def, scope, key));
    if (course)
        end_course(course);
    buf_release(&name);
}

static void arrive(struct timer *timer, void *data);

static void arm(struct world *world, const struct lifecycle_def *def, struct scope scope, struct str key,
                int64_t due_ms)
{
    struct buf buf = BUF_EMPTY;
    struct str name = course_name(&buf, def, scope, key);
    struct course *course = map_get(world->lifecycles->courses, name);
    if (!course) {
        course = memory_alloc(sizeof *course);
        course->timer.fire = arrive;
        course->timer.data = course;
        course->world = world;
        course->def = def;
        course->scope = store_intern(world->store, scope);
        course->name = memory_copy(name);
        course->key = (struct str){ course->name + name.length - key.length, key.length };
        map_put(world->lifecycles->courses, name, course);
    }
    fate_end(&course->fate);
    timer_start(world->clock, &course->timer, due_ms);
    buf_release(&buf);
}

static const struct lifecycle_step *step_from(const struct lifecycle_def *def, const char *status)
{
    for (const struct lifecycle_step *step = def->steps; status && step->from; step++)
        if (strcmp(step->from, status) == 0)
            return step;
    return NULL;
}

static int64_t due_after(struct world *world, const struct lifecycle_step *step)
{
    return clock_now(world->clock) + (int64_t)((double)step->duration_ms * world->duration_factor);
}

/* Writes `status` and what is due then into the row, seals and puts it; arms or stops its timer. */
static void put_under_way(struct world *world, const struct lifecycle_def *def, struct scope scope, struct str key,
                          cJSON *row_taken, const char *status)
{
    const struct lifecycle_step *step = step_from(def, status);
    json_set_string(row_taken, def->status, status);
    if (!step) {
        json_set_string(row_taken, DUE, NULL);
        store_put(world->store, scope, def->table, key, json_seal(row_taken));
        stop(world, def, scope, key);
        return;
    }
    int64_t due_ms = due_after(world, step);
    json_set_int64(row_taken, DUE, due_ms);
    store_put(world->store, scope, def->table, key, json_seal(row_taken));
    arm(world, def, scope, key, due_ms);
}

static void post_change(struct world *world, const struct lifecycle_def *def, struct scope scope, struct str key,
                        const char *from, const char *to)
{
    cJSON *detail = cJSON_CreateObject();
    json_set(detail, "from", from ? cJSON_CreateString(from) : cJSON_CreateNull());
    json_set(detail, "to", to ? cJSON_CreateString(to) : cJSON_CreateNull());
    bus_post(world->bus, def->topic, scope, key, json_seal(detail));
}

static const char *look_where(struct course *course, cJSON *next, const struct lifecycle_step *step,
                              const char *failure)
{
    const struct lifecycle_def *def = course->def;
    if (failure)
        return def->fail(next, failure);
    return def->arrive ? def->arrive(course->world, course->scope, course->key, next, step->to) : NULL;
}

/* The row goes to the table's next status, or where def->arrive() sends it; or it fails. */
static void follow(struct course *course, struct json *row, const struct lifecycle_step *step, const char *failure)
{
    struct world *world = course->world;
    const struct lifecycle_def *def = course->def;
    cJSON *next = json_thaw(json_root(row));
    const char *elsewhere = look_where(course, next, step, failure);
    const char *to = elsewhere ? elsewhere : step->to;
    char *status = to ? memory_copy(str_of(to)) : NULL; /* `to` may stand in the row that is sealed now */
    if (status) {
        put_under_way(world, def, course->scope, course->key, next, status);
    } else {
        cJSON_Delete(next);
        store_delete(world->store, course->scope, def->table, course->key);
    }
    post_change(world, def, course->scope, course->key, step->from, status);
    free(status);
}

static void arrive_again(void *course)
{
    arrive(NULL, course);
}

static enum fortune ask_fate(struct course *course, const cJSON *row, const struct lifecycle_step *step)
{
    const struct lifecycle_def *def = course->def;
    if (!def->thing)
        return FATE_GOES_ON;
    const struct passage passage = { .scope = course->scope,
                                     .service = def->service,
                                     .thing = def->thing,
                                     .resource = def->arn ? json_str(row, def->arn) : course->key,
                                     .from = step->from,
                                     .to = step->to };
    enum fortune fortune = fate_ask(&course->fate, course->world, &passage, arrive_again, course);
    return fortune == FATE_FAILS && !def->fail ? FATE_GOES_ON : fortune;
}

/* `timer` may be NULL. */
static void arrive(struct timer *timer, void *data)
{
    struct course *course = data;
    struct world *world = course->world;
    struct json *row = store_get(world->store, course->scope, course->def->table, course->key);
    const cJSON *root = row ? json_root(row) : NULL;
    const struct lifecycle_step *step = step_from(course->def, json_string(root, course->def->status));
    /* Others may have deleted or rewritten the row: only one that says it is due now goes on. */
    bool is_due = step && json_int64(root, DUE, INT64_MAX) <= clock_now(world->clock);
    enum fortune fortune = is_due ? ask_fate(course, root, step) : FATE_GOES_ON;
    if (fortune == FATE_WAITS)
        return;
    /* The course leaves the map first: what follow() arms is a course of its own. */
    struct str name = { course->name, (size_t)(course->key.at - course->name) + course->key.length };
    map_remove(world->lifecycles->courses, name);
    if (is_due)
        follow(course, row, step, fortune == FATE_FAILS ? fate_reason(course->fate) : NULL);
    end_course(course);
}

void lifecycle_begin(struct world *world, const struct lifecycle_def *def, struct scope scope, struct str key)
{
    struct json *row = store_get(world->store, scope, def->table, key);
    const char *status = row ? json_string(json_root(row), def->status) : NULL;
    if (!step_from(def, status)) {
        stop(world, def, scope, key);
        return;
    }
    /* The key may be borrowed from the row, which is about to be replaced. */
    json_ref(row);
    put_under_way(world, def, scope, key, json_thaw(json_root(row)), status);
    json_unref(row);
}

void lifecycle_move(struct world *world, const struct lifecycle_def *def, struct scope scope, struct str key,
                    const char *status)
{
    struct json *row = json_ref(store_get(world->store, scope, def->table, key));
    if (!row)
        return;
    const char *from = json_string(json_root(row), def->status);
    put_under_way(world, def, scope, key, json_thaw(json_root(row)), status);
    if (!from || strcmp(from, status) != 0)
        post_change(world, def, scope, key, from, status);
    json_unref(row);
}

struct recovery {
    struct world *world;
    const struct lifecycle_def *def;
};

static void recover_row(struct scope scope, struct str key, struct json *row, void *data)
{
    struct recovery *recovery = data;
    int64_t due_ms = json_int64(json_root(row), DUE, INT64_MAX);
    if (due_ms != INT64_MAX && step_from(recovery->def, json_string(json_root(row), recovery->def->status)))
        arm(recovery->world, recovery->def, scope, key, due_ms);
}

void lifecycle_recover(struct world *world, const struct lifecycle_def *def)
{
    store_scan(world->store, def->table, recover_row, &(struct recovery){ world, def });
}

void lifecycle_stop_all(struct world *world)
{
    struct map *courses = world->lifecycles->courses;
    struct map_entry *entry;
    while ((entry = map_first(courses)))
        end_course(map_remove(courses, map_key(entry)));
}
