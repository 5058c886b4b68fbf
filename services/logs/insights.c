#include "services/logs/insights.h"

#include <math.h>
#include <stdlib.h>

#include "base/map.h"
#include "services/logs/insights_inner.h"

#define GROUPS_MOST 10000              /* of stats */
#define VALUES_MOST 100000             /* kept of a group for a percentile or a count of distinct ones */
#define BYTES_MOST  (16 * 1024 * 1024) /* of rows kept for sorting or for the results */

/* A row that is kept: the fields that it was given and those of its event that it shows, in an arena of its own. */
struct kept {
    struct row row;
    struct insights_event event;
    struct value *keys; /* of the sort that keeps it */
    uint64_t order;
};

struct tally {
    uint64_t count;
    double sum, squares;
    struct value least, greatest, first, last;
    struct map *distinct;
    double *values;
    size_t value_count, value_capacity;
};

struct group {
    struct arena *arena;
    struct value *by;
    struct tally *tallies;
    size_t count; /* tallies */
};

/* What a command remembers between rows. */
struct stage {
    const struct command *command;
    size_t passed;      /* limit */
    struct map *seen;   /* dedup */
    struct map *groups; /* stats: struct group by the values' text */
    struct kept **rows; /* sort, and the results behind the last command */
    size_t count, capacity, keep, bytes;
    struct stage *next;
};

struct insights {
    struct arena *arena;
    struct stage *first, *results;
    const struct column *shown[COLUMNS_MOST];
    size_t shown_count, limit;
    bool has_stats;
    uint64_t order;
};

static bool feed(struct insights *insights, struct stage *stage, struct row *row);

/* ---- kept rows ---- */

static struct value copy_value(struct arena *arena, struct value value)
{
    if (value.kind == TEXT)
        value.text = arena_str(arena, value.text);
    return value;
}

static struct kept *keep(struct insights *insights, const struct row *row)
{
    struct arena *arena = arena_new_sized(sizeof(struct kept) + 512);
    struct kept *kept = ARENA_NEW(arena, struct kept);
    kept->row.arena = arena;
    kept->order = insights->order++;
    for (const struct made *made = row->made; made; made = made->next)
        insights_make(&kept->row, arena_str(arena, made->name), copy_value(arena, made->value));
    if (row->event) {
        const struct insights_event *event = row->event;
        kept->event = (struct insights_event){ event->timestamp_ms,
                                               event->ingestion_ms,
                                               arena_str(arena, event->message),
                                               arena_str(arena, event->stream),
                                               arena_str(arena, event->log),
                                               arena_str(arena, event->pointer) };
        kept->row.event = &kept->event;
    }
    return kept;
}

static void drop(struct stage *stage, size_t from)
{
    while (stage->count > from) {
        struct kept *kept = stage->rows[--stage->count];
        stage->bytes -= arena_bytes(kept->row.arena);
        arena_free(kept->row.arena);
    }
}

static int by_keys(const void *a, const void *b, void *data)
{
    const struct kept *x = *(struct kept *const *)a, *y = *(struct kept *const *)b;
    const struct command *command = data;
    for (size_t i = 0; i < command->count; i++) {
        int order = insights_compare(x->keys[i], y->keys[i]);
        if (order)
            return command->columns[i].descending ? -order : order;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

static void sort(struct stage *stage)
{
    if (stage->count)
        qsort_r(stage->rows, stage->count, sizeof *stage->rows, by_keys, (void *)stage->command);
}

/* Twice as many rows as anybody will see are sorted and halved, so that sorting needs no memory for all. */
static void add_row(struct stage *stage, struct kept *kept)
{
    if (stage->count == stage->capacity) {
        stage->capacity = stage->capacity * 2 + 16;
        stage->rows = memory_resize(stage->rows, stage->capacity * sizeof *stage->rows);
    }
    stage->rows[stage->count++] = kept;
    stage->bytes += arena_bytes(kept->row.arena);
    if (stage->count < 2 * stage->keep && stage->bytes < BYTES_MOST)
        return;
    sort(stage);
    drop(stage, stage->count / 2);
}

static void sort_row(struct insights *insights, struct stage *stage, const struct row *row)
{
    struct kept *kept = keep(insights, row);
    kept->keys = ARENA_ARRAY(kept->row.arena, struct value, stage->command->count);
    for (size_t i = 0; i < stage->command->count; i++)
        kept->keys[i] = insights_evaluate(stage->command->columns[i].expression, &kept->row);
    add_row(stage, kept);
}

static bool finish_row(struct insights *insights, const struct row *row)
{
    struct stage *results = insights->results;
    if (results->count >= insights->limit || results->bytes >= BYTES_MOST)
        return false;
    struct kept *kept = keep(insights, row);
    results->bytes += arena_bytes(kept->row.arena);
    if (results->count == results->capacity) {
        results->capacity = results->capacity * 2 + 16;
        results->rows = memory_resize(results->rows, results->capacity * sizeof *results->rows);
    }
    results->rows[results->count++] = kept;
    return results->count < insights->limit;
}

/* ---- stats ---- */

static void note_distinct(struct tally *tally, struct str text)
{
    if (!tally->distinct)
        tally->distinct = map_new();
    if (map_count(tally->distinct) < VALUES_MOST)
        map_put(tally->distinct, str_first(text, 1024), tally);
}

static void note_number(struct tally *tally, double number)
{
    if (tally->value_count == VALUES_MOST)
        return;
    if (tally->value_count == tally->value_capacity) {
        tally->value_capacity = tally->value_capacity * 2 + 16;
        tally->values = memory_resize(tally->values, tally->value_capacity * sizeof *tally->values);
    }
    tally->values[tally->value_count++] = number;
}

static void note(struct group *group, const struct column *column, struct tally *tally, struct row *row)
{
    struct value value = column->expression ? insights_evaluate(column->expression, row) : insights_of_number(1);
    bool is_number;
    double number = insights_number(value, &is_number);
    if (value.kind == NOTHING)
        return;
    bool wants_number = column->aggregate == SUM || column->aggregate == AVERAGE || column->aggregate == PERCENTILE ||
                        column->aggregate == DEVIATION;
    if (wants_number && !is_number)
        return;
    tally->count++;
    tally->sum += number;
    tally->squares += number * number;
    if (column->aggregate == COUNT_DISTINCT)
        note_distinct(tally, insights_text(row->arena, value));
    if (column->aggregate == PERCENTILE)
        note_number(tally, number);
    if (column->aggregate == LEAST && (tally->count == 1 || insights_compare(value, tally->least) < 0))
        tally->least = copy_value(group->arena, value);
    if (column->aggregate == GREATEST && (tally->count == 1 || insights_compare(value, tally->greatest) > 0))
        tally->greatest = copy_value(group->arena, value);
    if (column->aggregate == EARLIEST && tally->count == 1)
        tally->first = copy_value(group->arena, value);
    if (column->aggregate == LATEST)
        tally->last = copy_value(group->arena, value);
}

static struct group *group_of(struct stage *stage, struct row *row)
{
    const struct command *command = stage->command;
    struct value by[COLUMNS_MOST];
    struct buf key = BUF_EMPTY;
    for (size_t i = 0; i < command->by_count; i++) {
        by[i] = insights_evaluate(command->by[i].expression, row);
        buf_add_str(&key, insights_text(row->arena, by[i]));
        buf_add_byte(&key, '\x1f');
    }
    struct group *group = map_get(stage->groups, buf_str(&key));
    if (!group && map_count(stage->groups) < GROUPS_MOST) {
        group = memory_alloc(sizeof *group);
        group->arena = arena_new_sized(1024);
        group->by = ARENA_ARRAY(group->arena, struct value, command->by_count + 1);
        group->count = command->count;
        group->tallies = ARENA_ARRAY(group->arena, struct tally, group->count);
        for (size_t i = 0; i < command->by_count; i++)
            group->by[i] = copy_value(group->arena, by[i]);
        map_put(stage->groups, buf_str(&key), group);
    }
    buf_release(&key);
    return group;
}

static void note_row(struct stage *stage, struct row *row)
{
    struct group *group = group_of(stage, row);
    for (size_t i = 0; group && i < stage->command->count; i++)
        note(group, &stage->command->columns[i], &group->tallies[i], row);
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Between the two nearest values, by distance. */
static double percentile(struct tally *tally, double percent)
{
    qsort(tally->values, tally->value_count, sizeof *tally->values, by_number);
    double at = percent / 100 * (double)(tally->value_count - 1);
    size_t below = (size_t)floor(at), above = (size_t)ceil(at);
    return tally->values[below] + (tally->values[above] - tally->values[below]) * (at - (double)below);
}

static struct value result_of(const struct column *column, struct tally *tally)
{
    double count = (double)tally->count;
    if (column->aggregate == COUNT)
        return insights_of_number(count);
    if (column->aggregate == COUNT_DISTINCT)
        return insights_of_number(tally->distinct ? (double)map_count(tally->distinct) : 0);
    if (tally->count == 0)
        return (struct value){ 0 };
    switch (column->aggregate) {
    case SUM:
        return insights_of_number(tally->sum);
    case AVERAGE:
        return insights_of_number(tally->sum / count);
    case DEVIATION:
        return insights_of_number(sqrt(fmax(0, tally->squares / count - (tally->sum / count) * (tally->sum / count))));
    case PERCENTILE:
        return insights_of_number(percentile(tally, column->percentile));
    case LEAST:
        return tally->least;
    case GREATEST:
        return tally->greatest;
    case EARLIEST:
        return tally->first;
    default:
        return tally->last;
    }
}

static void release_group(void *data)
{
    struct group *group = data;
    for (size_t i = 0; i < group->count; i++) {
        map_free(group->tallies[i].distinct, NULL);
        free(group->tallies[i].values);
    }
    arena_free(group->arena);
    free(group);
}

static void finish_groups(struct insights *insights, struct stage *stage)
{
    const struct command *command = stage->command;
    for (struct map_entry *entry = map_first(stage->groups); entry; entry = map_next(entry)) {
        struct group *group = map_value(entry);
        struct row row = { .arena = group->arena };
        for (size_t i = 0; i < command->by_count; i++)
            insights_make(&row, command->by[i].name, group->by[i]);
        for (size_t i = 0; i < command->count; i++)
            insights_make(&row, command->columns[i].name, result_of(&command->columns[i], &group->tallies[i]));
        if (!feed(insights, stage->next, &row))
            return;
    }
}

/* ---- parse ---- */

/* Each '*' takes the shortest text up to what stands behind it in the glob; where the glob is not found nothing is made. */
static void parse(const struct command *command, struct row *row)
{
    struct value from = command->condition ? insights_evaluate(command->condition, row)
                                           : insights_field(row, STR("@message"));
    struct str text = insights_text(row->arena, from), glob = command->glob, found[COLUMNS_MOST];
    struct str literal = str_cut(glob, '*', &glob);
    size_t at = str_find(text, literal);
    if (at == SIZE_MAX)
        return;
    text = str_from(text, at + literal.length);
    for (size_t i = 0; i < command->count; i++) {
        literal = str_cut(glob, '*', &glob);
        size_t length = literal.length ? str_find(text, literal) : text.length;
        if (length == SIZE_MAX)
            return;
        found[i] = str_first(text, length);
        text = str_from(text, length + literal.length);
    }
    for (size_t i = 0; i < command->count; i++)
        insights_make(row, command->columns[i].name, insights_of_text(found[i]));
}

/* ---- rows through commands ---- */

static bool is_new(struct stage *stage, struct row *row)
{
    struct buf key = BUF_EMPTY;
    for (size_t i = 0; i < stage->command->count; i++) {
        struct value value = insights_evaluate(stage->command->columns[i].expression, row);
        buf_add_str(&key, str_first(insights_text(row->arena, value), 1024));
        buf_add_byte(&key, '\x1f');
    }
    bool fresh = map_count(stage->seen) < VALUES_MOST && !map_put(stage->seen, buf_str(&key), stage);
    buf_release(&key);
    return fresh;
}

static void make_columns(const struct command *command, struct row *row)
{
    for (size_t i = 0; i < command->count; i++) {
        const struct column *column = &command->columns[i];
        if (column->expression->kind != FIELD || !str_equal(column->expression->name, column->name))
            insights_make(row, column->name, insights_evaluate(column->expression, row));
    }
}

/* False: no row that follows can matter to this stage or behind it. */
static bool feed(struct insights *insights, struct stage *stage, struct row *row)
{
    const struct command *command = stage->command;
    if (!command)
        return finish_row(insights, row);
    switch (command->kind) {
    case FIELDS_COMMAND:
    case DISPLAY_COMMAND:
        make_columns(command, row);
        return feed(insights, stage->next, row);
    case FILTER_COMMAND:
        return insights_is_true(insights_evaluate(command->condition, row)) ? feed(insights, stage->next, row) : true;
    case PARSE_COMMAND:
        parse(command, row);
        return feed(insights, stage->next, row);
    case DEDUP_COMMAND:
        return is_new(stage, row) ? feed(insights, stage->next, row) : true;
    case LIMIT_COMMAND:
        if (stage->passed >= command->limit)
            return false;
        stage->passed++;
        return feed(insights, stage->next, row) && stage->passed < command->limit;
    case SORT_COMMAND:
        sort_row(insights, stage, row);
        return true;
    case STATS_COMMAND:
        note_row(stage, row);
        return true;
    }
    return true;
}

bool insights_feed(struct insights *insights, const struct insights_event *event)
{
    struct arena *arena = arena_new();
    struct row row = { .arena = arena, .event = event };
    bool goes_on = feed(insights, insights->first, &row);
    arena_free(arena);
    return goes_on;
}

/* ---- reading and results ---- */

static void show_column(struct insights *insights, const struct column *column)
{
    if (insights->shown_count < COLUMNS_MOST)
        insights->shown[insights->shown_count++] = column;
}

/* What stands behind the last stats is shown; before it, what `fields` and the last `display` name. */
static void choose_shown(struct insights *insights, const struct command *commands)
{
    for (const struct command *command = commands; command; command = command->next) {
        if (command->kind == STATS_COMMAND) {
            insights->shown_count = 0;
            insights->has_stats = true;
            for (size_t i = 0; i < command->by_count; i++)
                show_column(insights, &command->by[i]);
        }
        if (command->kind == DISPLAY_COMMAND)
            insights->shown_count = 0;
        bool shows = command->kind == STATS_COMMAND || command->kind == DISPLAY_COMMAND ||
                     command->kind == FIELDS_COMMAND;
        for (size_t i = 0; shows && i < command->count; i++)
            show_column(insights, &command->columns[i]);
    }
}

static struct stage *new_stage(struct insights *insights, const struct command *command)
{
    struct stage *stage = ARENA_NEW(insights->arena, struct stage);
    stage->command = command;
    stage->keep = insights->limit;
    if (command && command->kind == DEDUP_COMMAND)
        stage->seen = map_new();
    if (command && command->kind == STATS_COMMAND)
        stage->groups = map_new();
    return stage;
}

struct insights *insights_read(struct str query, size_t limit, struct insights_error *reterr_why)
{
    struct arena *arena = arena_new();
    struct str text = arena_str(arena, query);
    const struct command *commands = insights_read_commands(arena, text, reterr_why);
    if (!commands) {
        arena_free(arena);
        return NULL;
    }
    struct insights *insights = ARENA_NEW(arena, struct insights);
    insights->arena = arena;
    insights->limit = limit;
    struct stage **end = &insights->first;
    for (const struct command *command = commands; command; command = command->next) {
        *end = new_stage(insights, command);
        end = &(*end)->next;
    }
    *end = insights->results = new_stage(insights, NULL);
    choose_shown(insights, commands);
    return insights;
}

static void release_stage(struct stage *stage)
{
    drop(stage, 0);
    free(stage->rows);
    map_free(stage->seen, NULL);
    map_free(stage->groups, release_group);
}

void insights_free(struct insights *insights)
{
    if (!insights)
        return;
    for (struct stage *stage = insights->first; stage; stage = stage->next)
        release_stage(stage);
    arena_free(insights->arena);
}

/* What sorts and stats hold goes on its way, first ones first. */
static void finish(struct insights *insights)
{
    for (struct stage *stage = insights->first; stage->command; stage = stage->next) {
        if (stage->command->kind == STATS_COMMAND)
            finish_groups(insights, stage);
        if (stage->command->kind != SORT_COMMAND)
            continue;
        sort(stage);
        for (size_t i = 0; i < stage->count; i++) {
            if (!feed(insights, stage->next, &stage->rows[i]->row))
                break;
        }
    }
}

static void show(struct arena *arena, cJSON *fields, struct str name, struct value value)
{
    if (value.kind == NOTHING)
        return;
    cJSON *field = cJSON_CreateObject();
    json_set_str(field, "field", name);
    json_set_str(field, "value", insights_text(arena, value));
    json_add(fields, field);
}

static cJSON *show_row(const struct insights *insights, struct row *row)
{
    cJSON *fields = cJSON_CreateArray();
    for (size_t i = 0; i < insights->shown_count; i++)
        show(row->arena, fields, insights->shown[i]->name, insights_field(row, insights->shown[i]->name));
    if (insights->shown_count == 0) {
        show(row->arena, fields, STR("@timestamp"), insights_field(row, STR("@timestamp")));
        show(row->arena, fields, STR("@message"), insights_field(row, STR("@message")));
    }
    if (!insights->has_stats)
        show(row->arena, fields, STR("@ptr"), insights_field(row, STR("@ptr")));
    return fields;
}

cJSON *insights_results(struct insights *insights)
{
    finish(insights);
    cJSON *results = cJSON_CreateArray();
    for (size_t i = 0; i < insights->results->count; i++)
        json_add(results, show_row(insights, &insights->results->rows[i]->row));
    return results;
}
