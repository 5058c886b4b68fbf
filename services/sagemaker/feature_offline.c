#include "services/sagemaker/feature_offline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "base/time.h"
#include "services/sagemaker/analysis/dataset.h"
#include "services/sagemaker/feature_group.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/parquet.h"
#include "services/sagemaker/s3_access.h"
#include "world/strand.h"

#define BUFFERED_S 300 /* "within 15 minutes": how long records are gathered */
#define FILE_ROWS  500
#define HOUR_MS    (3600 * 1000)

struct offline {
    struct strand strand;
    struct scope scope;
    char key[SAGEMAKER_KEY_MOST];
    struct s3_access access;
    struct arena *arena;
    struct str *written; /* keys of the rows in the file under way */
    size_t count;
    bool putting;
    struct list link;
};

static struct list all; /* of every world */

/* ---- rows of one file ---- */

struct file {
    struct arena *arena;
    struct json *rows[FILE_ROWS];
    struct str keys[FILE_ROWS];
    size_t count;
    int64_t hour, latest_ms;
};

static bool gather(struct offline *offline, struct file *file)
{
    struct store *store = offline->strand.world->store;
    struct str prefix = str_of(arena_printf(file->arena, "%s/", offline->key));
    struct cursor at = store_seek_from(store, offline->scope, &feature_write_table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        int64_t event_ms = json_int64(json_root(at.row), "at", 0), hour = event_ms / HOUR_MS;
        if (file->count == 0)
            file->hour = hour;
        if (hour != file->hour)
            continue;
        file->latest_ms = event_ms > file->latest_ms ? event_ms : file->latest_ms;
        file->rows[file->count] = at.row;
        file->keys[file->count++] = arena_str(file->arena, at.key);
        if (file->count < FILE_ROWS)
            continue;
        store_close(&at);
        break;
    }
    return file->count > 0;
}

static const cJSON *value_of(const cJSON *record, const char *feature)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, record)
    {
        if (str_is(json_str(one, "FeatureName"), feature))
            return one;
    }
    return NULL;
}

static struct parquet_value read_value(struct arena *arena, const cJSON *value, enum parquet_type type)
{
    struct parquet_value read = { .present = value != NULL };
    const cJSON *list = json_get(value, "ValueAsStringList");
    struct str text = list ? json_print_in(arena, list) : json_str(value, "ValueAsString");
    if (!text.at)
        read.present = false;
    else if (type == PARQUET_INT64)
        read.present = str_to_int64(text, &read.as.integer);
    else if (type == PARQUET_DOUBLE)
        read.present = dataset_number(text, &read.as.number);
    else
        read.as.text = text;
    return read;
}

static void fill_feature(const struct file *file, const cJSON *definition, struct parquet_column *ret_column)
{
    struct str type = json_str(definition, "FeatureType");
    bool list = json_get(definition, "CollectionType") != NULL;
    struct parquet_value *values = ARENA_ARRAY(file->arena, struct parquet_value, file->count + 1);
    *ret_column = (struct parquet_column){ json_string(definition, "FeatureName"),
                                           list                         ? PARQUET_TEXT
                                           : str_is(type, "Integral")   ? PARQUET_INT64
                                           : str_is(type, "Fractional") ? PARQUET_DOUBLE
                                                                        : PARQUET_TEXT,
                                           values };
    for (size_t row = 0; row < file->count; row++) {
        const cJSON *record = json_get(json_root(file->rows[row]), "record");
        values[row] = read_value(file->arena, value_of(record, ret_column->name), ret_column->type);
    }
}

static void fill_own(const struct file *file, int64_t now_ms, struct parquet_column ret_columns[3])
{
    static const char *const names[] = { "write_time", "api_invocation_time", "is_deleted" };
    for (size_t i = 0; i < 3; i++) {
        struct parquet_value *values = ARENA_ARRAY(file->arena, struct parquet_value, file->count + 1);
        ret_columns[i] = (struct parquet_column){ names[i], i == 2 ? PARQUET_BOOLEAN : PARQUET_TIMESTAMP, values };
        for (size_t row = 0; row < file->count; row++) {
            const cJSON *kept = json_root(file->rows[row]);
            values[row].present = true;
            if (i == 2)
                values[row].as.truth = json_bool(kept, "deleted", false);
            else
                values[row].as.integer = i == 0 ? now_ms : json_int64(kept, "invoked", now_ms);
        }
    }
}

static void print_file(const struct file *file, const cJSON *group, int64_t now_ms, struct buf *bytes)
{
    const cJSON *features = json_get(group, "features"), *one;
    size_t count = 0;
    struct parquet_column *columns = ARENA_ARRAY(file->arena, struct parquet_column,
                                                 (size_t)cJSON_GetArraySize(features) + 3);
    cJSON_ArrayForEach(one, features)
    {
        fill_feature(file, one, &columns[count++]);
    }
    fill_own(file, now_ms, columns + count);
    parquet_write(bytes, columns, count + 3, file->count);
}

static char *url_of(struct offline *offline, const struct file *file, const cJSON *group)
{
    char hour[32], latest[17], id[17];
    time_print_iso(file->hour * HOUR_MS, false, hour);
    time_print_amz(file->latest_ms, latest);
    random_text(&offline->strand.world->random, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 16,
                id);
    return arena_printf(file->arena, "%s/year=%.4s/month=%.2s/day=%.2s/hour=%.2s/%s_%s.parquet",
                        json_string(group, "resolved"), hour, hour + 5, hour + 8, hour + 11, latest, id);
}

/* ---- the strand ---- */

static void wake(struct s3_access *access)
{
    strand_wake(&((struct offline *)access->owner)->strand, WAKE_CALL, NULL, NULL);
}

static enum next put_file(struct offline *offline, const cJSON *group)
{
    struct str bucket, key;
    struct buf bytes = BUF_EMPTY;
    struct file file = { .arena = arena_new() };
    if (!gather(offline, &file)) {
        arena_free(file.arena);
        return STRAND_ENDED;
    }
    offline->arena = file.arena;
    offline->written = ARENA_ARRAY(file.arena, struct str, file.count);
    memcpy(offline->written, file.keys, file.count * sizeof *file.keys);
    offline->count = file.count;
    print_file(&file, group, clock_now(offline->strand.world->clock), &bytes);
    s3_url_parse(str_of(url_of(offline, &file, group)), &bucket, &key);
    offline->access = (struct s3_access){
        .cloud = cloud_of(offline->strand.world),
        .scope = offline->scope,
        .role_arn = arena_copy(file.arena, json_str(json_get(group, "input"), "RoleArn")),
        .session = "SageMaker",
        .origin = ORIGIN_HOUSE,
        .ready = wake,
        .owner = offline,
    };
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, "Bucket", bucket);
    json_set_str(input, "Key", key);
    offline->putting = true;
    enum outcome outcome = s3_access_call(&offline->access, "PutObject", input, buf_str(&bytes));
    buf_release(&bytes);
    return outcome == CALL_PARKED ? STRAND_PARKED : STRAND_AGAIN;
}

static void note(struct offline *offline, const cJSON *group, const char *status, const char *why)
{
    if (str_is(json_str(group, "offline"), status))
        return;
    cJSON *row = json_thaw(group);
    json_set_string(row, "offline", status);
    json_set_string(row, "blocked", why);
    store_put(offline->strand.world->store, offline->scope, &feature_group_table, str_of(offline->key), json_seal(row));
}

static void forget_file(struct offline *offline)
{
    s3_access_end(&offline->access);
    arena_free(offline->arena);
    offline->arena = NULL;
    offline->putting = false;
}

static int64_t buffered_ms(const struct world *world)
{
    return (int64_t)(BUFFERED_S * 1000 * world->duration_factor);
}

/* Some minutes after the oldest record that is not written, over restarts too. */
static int64_t first_file_ms(struct offline *offline)
{
    struct world *world = offline->strand.world;
    struct arena *arena = arena_new_sized(512);
    struct str prefix = str_of(arena_printf(arena, "%s/", offline->key));
    struct cursor at = store_seek_from(world->store, offline->scope, &feature_write_table, NULL, prefix);
    int64_t due_ms = clock_now(world->clock);
    if (store_next_within(&at, prefix)) {
        due_ms = json_int64(json_root(at.row), "invoked", 0) + buffered_ms(world);
        store_close(&at);
    }
    arena_free(arena);
    return due_ms;
}

static enum next take_answer(struct offline *offline, const cJSON *group)
{
    if (offline->access.waits)
        return STRAND_PARKED;
    if (offline->access.call->error.kind) {
        note(offline, group, "Blocked", s3_access_why(&offline->access));
        forget_file(offline);
        strand_sleep(&offline->strand, clock_now(offline->strand.world->clock) + buffered_ms(offline->strand.world));
        return STRAND_PARKED;
    }
    for (size_t i = 0; i < offline->count; i++)
        store_delete(offline->strand.world->store, offline->scope, &feature_write_table, offline->written[i]);
    note(offline, group, "Active", NULL);
    forget_file(offline);
    return STRAND_AGAIN;
}

static enum next step(struct strand *strand, const struct wake *why)
{
    struct offline *offline = LIST_ITEM(strand, struct offline, strand);
    struct json *group = store_get(strand->world->store, offline->scope, &feature_group_table, str_of(offline->key));
    if (!group || !json_get(json_root(group), "resolved"))
        return STRAND_ENDED;
    if (offline->putting)
        return take_answer(offline, json_root(group));
    if (why->reason == WAKE_START) {
        strand_sleep(strand, first_file_ms(offline));
        return STRAND_PARKED;
    }
    return put_file(offline, json_root(group));
}

static void release(struct strand *strand)
{
    struct offline *offline = LIST_ITEM(strand, struct offline, strand);
    forget_file(offline);
    list_remove(&offline->link);
    free(offline);
}

static struct offline *find(struct world *world, struct scope scope, struct str key)
{
    for (struct list *link = all.next; link && link != &all; link = link->next) {
        struct offline *offline = LIST_ITEM(link, struct offline, link);
        if (offline->strand.world == world && str_is(key, offline->key) &&
            strcmp(offline->scope.account, scope.account) == 0 && strcmp(offline->scope.region, scope.region) == 0)
            return offline;
    }
    return NULL;
}

static void start(struct world *world, struct scope scope, struct str key)
{
    if (!all.next)
        list_init(&all);
    if (find(world, scope, key))
        return;
    struct offline *offline = memory_alloc(sizeof *offline);
    offline->scope = store_intern(world->store, scope);
    snprintf(offline->key, sizeof offline->key, "%.*s", STR_ARG(key));
    offline->strand.step = step;
    offline->strand.release = release;
    list_append(&all, &offline->link);
    strand_start(world, &offline->strand);
}

void feature_offline_add(struct world *world, struct scope scope, const cJSON *group_row, int64_t event_ms,
                         bool deleted, cJSON *record_taken)
{
    struct arena *arena = arena_new();
    struct str key = sagemaker_key(arena, json_str(group_row, "name"));
    cJSON *row = cJSON_CreateObject();
    json_set_int64(row, "at", event_ms);
    json_set_int64(row, "invoked", clock_now(world->clock));
    json_set_bool(row, "deleted", deleted);
    json_set(row, "record", record_taken);
    char *place = arena_printf(arena, "%.*s/%020llu", STR_ARG(key),
                               (unsigned long long)store_next_number(world->store));
    store_put(world->store, scope, &feature_write_table, str_of(place), json_seal(row));
    start(world, scope, key);
    arena_free(arena);
}

void feature_offline_stop(struct world *world, struct scope scope, struct str group_key)
{
    struct offline *offline = find(world, scope, group_key);
    if (offline)
        strand_kill(&offline->strand);
}

static void restart(struct scope scope, struct str key, struct json *row, void *world)
{
    start(world, scope, str_cut(key, '/', &(struct str){ 0 }));
}

void feature_offline_recover(struct world *world)
{
    store_scan(world->store, &feature_write_table, restart, world);
}
