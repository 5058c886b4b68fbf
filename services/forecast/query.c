#include "services/forecast/query.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "services/forecast/panel.h"
#include "services/forecast/predictions.h"

/* Keyed by the forecast's ARN, a NUL and the item's key; never on the disk. */
const struct table_def forecast_answer_table = { .name = "forecast.answer", .fleeting = true };

#define ANSWERS_MOST 2048

struct errors {
    const struct error_kind *not_found, *in_use, *invalid, *bad_token;
};

void forecast_type_name(struct str type, char ret_name[8])
{
    char text[8] = "";
    memcpy(text, type.at, type.length < 7 ? type.length : 7);
    if (strcmp(text, "mean") == 0)
        snprintf(ret_name, 8, "mean");
    else
        snprintf(ret_name, 8, "p%ld", lround(strtod(text, NULL) * 100) % 1000);
}

/* The key that the filters name; STR_NONE: the call has failed. The sentences are ours (FAULTS FC28). */
static struct str key_of(struct call *call, const cJSON *row, const struct errors *errors)
{
    const cJSON *filters = json_get(call->input, "Filters"), *dimensions = json_get(row, "_dimensions"), *name, *one;
    struct buf key = BUF_EMPTY;
    cJSON_ArrayForEach(name, dimensions)
    {
        const cJSON *value = json_get_str(filters, json_value(name));
        if (!value && name == dimensions->child)
            value = json_get(filters, "item_id");
        if (!value) {
            call_fail(call, errors->invalid, "The filter must have a value for the forecast dimension %s.",
                      json_value(name).at);
            break;
        }
        if (name != dimensions->child)
            buf_add_byte(&key, KEY_SEPARATOR);
        buf_add_str(&key, json_value(value));
    }
    cJSON_ArrayForEach(one, filters)
    {
        bool known = strcmp(one->string, "item_id") == 0;
        cJSON_ArrayForEach(name, dimensions)
        {
            known = known || str_is(json_value(name), one->string);
        }
        if (!known && !call->error.kind)
            call_fail(call, errors->invalid, "The filter %s is no forecast dimension.", one->string);
    }
    struct str copy = call->error.kind ? STR_NONE : arena_str(call->arena, buf_str(&key));
    buf_release(&key);
    return copy;
}

static bool is_moment(struct str text)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (i >= text.length || (shape[i] == 'd' ? text.at[i] < '0' || text.at[i] > '9' : text.at[i] != shape[i]))
            return false;
    return text.length == sizeof shape - 1;
}

/* Texts of this shape compare as their moments do. False: the call has failed. */
static bool find_range(struct call *call, const cJSON *times, const struct errors *errors, int *ret_from, int *ret_to)
{
    struct str start = input_str(call, "StartDate"), end = input_str(call, "EndDate");
    const cJSON *time, *end_of = times->child;
    int at = 0, count = cJSON_GetArraySize(times);
    *ret_from = 0;
    *ret_to = count;
    if ((start.at && !is_moment(start)) || (end.at && !is_moment(end))) {
        call_fail(call, errors->invalid, "StartDate and EndDate must be of the format yyyy-MM-dd'T'HH:mm:ss.");
        return false;
    }
    cJSON_ArrayForEach(time, times)
    {
        if (start.at && str_compare(json_value(time), start) < 0)
            *ret_from = at + 1;
        if (end.at && str_compare(json_value(time), end) > 0 && at < *ret_to)
            *ret_to = at;
        end_of = time;
        at++;
    }
    struct str first = json_value(times->child), last = json_value(end_of);
    bool outside = (start.at && (str_compare(start, first) < 0 || str_compare(start, last) > 0)) ||
                   (end.at && (str_compare(end, first) < 0 || str_compare(end, last) > 0));
    if (!outside && *ret_from < *ret_to)
        return true;
    call_fail(call, errors->invalid, "StartDate and EndDate must lie in the forecast horizon, from %.*s to %.*s.",
              STR_ARG(first), STR_ARG(last));
    return false;
}

static void print_number(struct buf *text, double value)
{
    cJSON number = { .type = cJSON_Number, .valuedouble = value };
    json_print(text, &number);
}

static void print_type(struct buf *text, const cJSON *times, const double *values, int from, int to)
{
    const cJSON *time;
    int at = 0;
    buf_add_byte(text, '[');
    cJSON_ArrayForEach(time, times)
    {
        if (at >= from && at < to) {
            buf_printf(text, "%s{\"Timestamp\":\"%s\",\"Value\":", at > from ? "," : "", time->valuestring);
            print_number(text, values[at]);
            buf_add_byte(text, '}');
        }
        at++;
    }
    buf_add_byte(text, ']');
}

static struct json *print_answer(const cJSON *row, const double *values, int from, int to)
{
    const cJSON *times = json_get(row, "_times"), *types = json_get(row, "ForecastTypes"), *type;
    size_t steps = (size_t)cJSON_GetArraySize(times);
    struct buf text = BUF_EMPTY;
    char name[8];
    buf_add_text(&text, "{\"Forecast\":{\"Predictions\":{");
    cJSON_ArrayForEach(type, types)
    {
        forecast_type_name(json_value(type), name);
        buf_printf(&text, "%s\"%s\":", type == types->child ? "" : ",", name);
        print_type(&text, times, values, from, to);
        values += steps;
    }
    buf_add_text(&text, "}}}");
    return json_seal_text(&text);
}

static struct json *read_answer(struct call *call, const cJSON *row, struct str key, const struct errors *errors,
                                int from, int to)
{
    struct predictions predictions;
    struct json *answer = NULL;
    if (!predictions_open(call->world, json_str(row, "_values"), &predictions)) {
        call_fail(call, &ERROR_INTERNAL_FAILURE, "The forecast could not be read.");
        return NULL;
    }
    uint32_t series = predictions_find(&predictions, key);
    double *values = ARENA_ARRAY(call->arena, double, (size_t)predictions.header.types *predictions.header.steps);
    if (series == UINT32_MAX)
        call_fail(call, errors->invalid,
                  "The forecast has no time series for the filter: %.*s. Keys of items are in lower case.",
                  STR_ARG(key));
    else if (predictions_values(&predictions, series, values))
        answer = print_answer(row, values, from, to);
    else
        call_fail(call, &ERROR_INTERNAL_FAILURE, "The forecast could not be read.");
    predictions_close(&predictions);
    return answer;
}

static void keep_answer(struct call *call, struct str place, struct json *answer)
{
    struct store *store = call->world->store;
    struct scope scope = call_scope(call);
    if (store_count(store, scope, &forecast_answer_table) >= ANSWERS_MOST) {
        struct cursor at = store_seek_from(store, scope, &forecast_answer_table, NULL, STR(""));
        while (store_next(&at))
            store_delete(store, scope, &forecast_answer_table, arena_str(call->arena, at.key));
    }
    store_put(store, scope, &forecast_answer_table, place, json_ref(answer));
}

static enum outcome answer(struct call *call, const cJSON *row, struct str arn, const struct errors *errors)
{
    int from, to;
    bool whole = !input_has(call, "StartDate") && !input_has(call, "EndDate");
    struct str key = key_of(call, row, errors);
    if (!key.at)
        return CALL_FAILED;
    /* The blob's id stands for the forecast: one of the same name may come after it. */
    struct str place = str_of(
        arena_printf(call->arena, "%s %.*s", json_string(row, "_values"), STR_ARG(str_first(key, 1024))));
    struct json *kept = whole ? store_get(call->world->store, call_scope(call), &forecast_answer_table, place) : NULL;
    if (kept) {
        call_answer(call, kept);
        return CALL_DONE;
    }
    if (!find_range(call, json_get(row, "_times"), errors, &from, &to))
        return CALL_FAILED;
    struct json *made = read_answer(call, row, key, errors, from, to);
    if (!made)
        return CALL_FAILED;
    call_answer(call, made);
    if (whole)
        keep_answer(call, place, made);
    json_unref(made);
    return CALL_DONE;
}

enum outcome forecast_query(struct call *call, const struct resource_kind *kind, const struct error_kind *not_found,
                            const struct error_kind *in_use, const struct error_kind *invalid,
                            const struct error_kind *bad_token)
{
    struct str arn = input_str(call, kind->arn);
    struct errors errors = { not_found, in_use, invalid, bad_token };
    const cJSON *row = resource_get(call->world, call_scope(call), kind, arn);
    if (!row)
        return call_fail(call, not_found, "No resource found with ARN %.*s", STR_ARG(arn));
    if (!resource_is(row, "ACTIVE"))
        return call_fail(call, in_use, "The %s %.*s is in the state %s and must be ACTIVE.", kind->title, STR_ARG(arn),
                         json_string(row, "Status"));
    if (input_has(call, "NextToken"))
        return call_fail(call, bad_token, "The token is not valid.");
    return answer(call, row, arn, &errors);
}
