#include "services/sagemaker/analysis/capture_record.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"

#define JSON_COLUMNS_MOST 1024

/* ---- ground truth ---- */

void truths_begin(struct truths *truths, struct arena *arena)
{
    *truths = (struct truths){ arena, map_new() };
}

void truths_end(struct truths *truths)
{
    map_free(truths->labels, NULL);
    truths->labels = NULL;
}

static void keep_truth(struct truths *truths, const cJSON *line)
{
    struct str id = json_str(json_get(line, "eventMetadata"), "eventId");
    struct str data = json_str(json_get(line, "groundTruthData"), "data");
    if (!id.length || !data.at)
        return;
    struct str *label = ARENA_NEW(truths->arena, struct str);
    *label = arena_str(truths->arena, str_trim(str_cut(data, '\n', &(struct str){ 0 })));
    map_put(truths->labels, id, label);
}

void truths_read(struct truths *truths, struct str text)
{
    while (text.length) {
        struct arena *arena = arena_new();
        const cJSON *line = json_parse_in(arena, str_cut(text, '\n', &text), NULL);
        if (line)
            keep_truth(truths, line);
        arena_free(arena);
    }
}

static const struct str *truth_of(const struct truths *truths, const cJSON *line)
{
    const cJSON *metadata = json_get(line, "eventMetadata");
    struct str named = json_str(metadata, "inferenceId"), id = json_str(metadata, "eventId");
    const struct str *label = named.length ? map_get(truths->labels, named) : NULL;
    return label || !id.length ? label : map_get(truths->labels, id);
}

/* ---- one side of an event ---- */

struct side {
    struct str rest;    /* CSV that is still to be read */
    struct str *fields; /* of JSON: one record */
    size_t field_count;
    bool present, is_json;
};

static void flatten(struct arena *arena, const cJSON *node, struct side *side)
{
    const cJSON *child;
    if (side->field_count == JSON_COLUMNS_MOST)
        return;
    if (cJSON_IsString(node) || cJSON_IsNumber(node) || cJSON_IsBool(node))
        side->fields[side->field_count++] = json_print_in(arena, node);
    else if (cJSON_IsNull(node))
        side->fields[side->field_count++] = STR("");
    cJSON_ArrayForEach(child, node)
    {
        flatten(arena, child, side);
    }
}

static bool open_side(struct dataset *dataset, const cJSON *data, struct side *side)
{
    struct str encoding = json_str(data, "encoding");
    *side = (struct side){ .rest = json_str(data, "data"), .present = true };
    if (!side->rest.at || str_is(encoding, "BASE64")) {
        snprintf(dataset->why, sizeof dataset->why,
                 "A captured event has no CSV or JSON: set CaptureContentTypeHeader of its endpoint.");
        return false;
    }
    if (!str_is(encoding, "JSON"))
        return true;
    const cJSON *json = json_parse_in(dataset->arena, side->rest, NULL);
    side->is_json = json != NULL;
    side->fields = ARENA_ARRAY(dataset->arena, struct str, JSON_COLUMNS_MOST);
    if (json)
        flatten(dataset->arena, json, side);
    return true;
}

/* The next record's cells; false: there is none. Of JSON there is one. */
static bool next_record(struct dataset *dataset, struct side *side, struct str *cells, size_t *count)
{
    if (!side->present)
        return true;
    if (side->is_json) {
        for (size_t i = 0; i < side->field_count && *count < DATASET_MOST_COLUMNS; i++)
            cells[(*count)++] = side->fields[i];
        side->is_json = false;
        side->rest = STR("");
        return true;
    }
    struct str line = STR("");
    while (!line.length && side->rest.length)
        line = str_trim(str_cut(side->rest, '\n', &side->rest));
    if (!line.length)
        return false;
    line = arena_str(dataset->arena, line);
    if (line.at[line.length - 1] == '\r')
        line.length--;
    *count += dataset_split(dataset->arena, line, cells + *count, DATASET_MOST_COLUMNS - *count);
    return true;
}

static bool add_event(struct dataset *dataset, const cJSON *line, const struct capture_reading *reading,
                      struct str *cells)
{
    const cJSON *data = json_get(line, "captureData");
    const cJSON *input = json_get(data, "endpointInput"), *output = json_get(data, "endpointOutput");
    const struct str *truth = reading->truth ? truth_of(reading->truth, line) : NULL;
    struct side sides[2] = { 0 };
    if (reading->truth && !truth)
        return true;
    if ((reading->outputs && !open_side(dataset, output, &sides[0])) ||
        (reading->inputs && !open_side(dataset, input, &sides[1])))
        return false;
    for (;;) {
        size_t count = 0;
        if (truth)
            cells[count++] = *truth;
        if (!next_record(dataset, &sides[0], cells, &count) || !next_record(dataset, &sides[1], cells, &count) ||
            count == (truth != NULL))
            return true;
        if (!dataset_add_row(dataset, cells, count))
            return false;
        if (truth) /* one label, one record */
            return true;
        if (!sides[0].rest.length && !sides[1].rest.length)
            return true;
    }
}

bool capture_read(struct dataset *dataset, struct str text, const struct capture_reading *reading)
{
    struct str *cells = memory_alloc((DATASET_MOST_COLUMNS + 1) * sizeof *cells);
    bool good = true;
    while (good && text.length) {
        struct str one = str_trim(str_cut(text, '\n', &text));
        if (!one.length)
            continue;
        const cJSON *line = json_parse_in(dataset->arena, one, NULL);
        if (json_get(line, "captureData")) {
            good = add_event(dataset, line, reading, cells);
        } else {
            snprintf(dataset->why, sizeof dataset->why, "A line is no event that an endpoint captured: '%.*s'.",
                     (int)(one.length < 60 ? one.length : 60), one.at);
            good = false;
        }
    }
    free(cells);
    return good;
}
