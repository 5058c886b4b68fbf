#define PCRE2_CODE_UNIT_WIDTH 8
#include "services/sagemaker/metric.h"

#include <math.h>
#include <pcre2.h>
#include <stdlib.h>

#include "base/time.h"

#define STEPS_MOST   100000 /* of one match: an expression that wants more does not match */
#define SECONDS_MOST 5      /* of all */

cJSON *metric_definitions_of(const struct algorithm *algorithm)
{
    cJSON *list = cJSON_CreateArray();
    for (const struct metric_definition *metric = algorithm->metrics; metric->name; metric++) {
        cJSON *entry = cJSON_CreateObject();
        json_set_string(entry, "Name", metric->name);
        json_set_string(entry, "Regex", metric->regex);
        json_add(list, entry);
    }
    return list;
}

static pcre2_code *compile(struct str regex)
{
    int error;
    PCRE2_SIZE offset;
    return pcre2_compile((PCRE2_SPTR)regex.at, regex.length, PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &error, &offset,
                         NULL);
}

const char *metric_bad_regex(const cJSON *definitions)
{
    const cJSON *definition;
    cJSON_ArrayForEach(definition, definitions)
    {
        pcre2_code *code = compile(json_str(definition, "Regex"));
        if (!code)
            return json_string(definition, "Regex");
        pcre2_code_free(code);
    }
    return NULL;
}

struct search {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

static bool read_value(const struct search *search, struct str line, double *ret_value)
{
    char text[64];
    if (pcre2_match(search->code, (PCRE2_SPTR)line.at, line.length, 0, 0, search->data, search->context) < 2)
        return false;
    const PCRE2_SIZE *places = pcre2_get_ovector_pointer(search->data);
    if (places[2] == PCRE2_UNSET || places[3] - places[2] >= sizeof text)
        return false;
    size_t length = places[3] - places[2];
    memcpy(text, line.at + places[2], length);
    text[length] = '\0';
    char *end;
    *ret_value = strtod(text, &end);
    return end != text && isfinite(*ret_value);
}

static bool last_value(const struct search *search, struct str log, int64_t deadline_ms, double *ret_value)
{
    bool found = false;
    while (log.length && time_monotonic_ms() < deadline_ms) {
        struct str line = str_cut(log, '\n', &log);
        double value;
        if (!read_value(search, line, &value))
            continue;
        *ret_value = value;
        found = true;
    }
    return found;
}

static bool open_search(struct search *search, const cJSON *definition)
{
    search->code = compile(json_str(definition, "Regex"));
    if (!search->code)
        return false;
    search->data = pcre2_match_data_create_from_pattern(search->code, NULL);
    search->context = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(search->context, STEPS_MOST);
    return true;
}

static void close_search(struct search *search)
{
    pcre2_match_context_free(search->context);
    pcre2_match_data_free(search->data);
    pcre2_code_free(search->code);
}

cJSON *metric_read(const cJSON *definitions, struct str log)
{
    cJSON *list = cJSON_CreateArray();
    const cJSON *definition;
    int64_t deadline_ms = time_monotonic_ms() + SECONDS_MOST * 1000;
    cJSON_ArrayForEach(definition, definitions)
    {
        struct search search;
        double value;
        if (!open_search(&search, definition))
            continue;
        if (last_value(&search, log, deadline_ms, &value)) {
            cJSON *entry = cJSON_CreateObject();
            json_set_str(entry, "MetricName", json_str(definition, "Name"));
            json_set_number(entry, "Value", value);
            json_add(list, entry);
        }
        close_search(&search);
    }
    return list;
}

static int64_t add_values(const struct search *search, struct str log, int64_t most, cJSON *list)
{
    int64_t deadline_ms = time_monotonic_ms() + SECONDS_MOST * 1000, rounds = 0;
    struct str left = log;
    while (left.length && time_monotonic_ms() < deadline_ms) {
        double value;
        struct str line = str_cut(left, '\n', &left);
        if (!read_value(search, line, &value) || rounds++ >= most)
            continue;
        cJSON *entry = cJSON_CreateObject();
        json_set_number(entry, "Value", value);
        json_set_int64(entry, "ends", (int64_t)(log.length - left.length));
        json_add(list, entry);
    }
    return rounds;
}

cJSON *metric_course(const cJSON *definitions, struct str name, struct str log, int64_t most)
{
    cJSON *course = cJSON_CreateObject(), *list = cJSON_CreateArray();
    const cJSON *definition;
    struct search search;
    int64_t rounds = 0;
    cJSON_ArrayForEach(definition, definitions)
    {
        if (!rounds && str_equal(json_str(definition, "Name"), name) && open_search(&search, definition)) {
            rounds = add_values(&search, log, most, list);
            close_search(&search);
        }
    }
    json_set(course, "values", list);
    json_set_int64(course, "rounds", rounds);
    return course;
}
