#include "services/stepfunctions/mock_file.h"

#include <stdlib.h>

#include "base/file.h"
#include "services/stepfunctions/asl/value.h"

#define MOST_BYTES ((size_t)16 << 20)

/* The second name is the one that users of another emulator have set. */
static const char *path(void)
{
    const char *path = getenv("SFN_MOCK_CONFIG");
    if (!path || !*path)
        path = getenv("LOCALSTACK_SFN_MOCK_CONFIG");
    return path && *path ? path : NULL;
}

void mock_file_split(struct str text, struct str *ret_arn, struct str *ret_test_case)
{
    size_t mark = str_find_byte(text, '#');
    if (mark != SIZE_MAX && !path())
        mark = SIZE_MAX;
    *ret_arn = mark == SIZE_MAX ? text : str_first(text, mark);
    *ret_test_case = mark == SIZE_MAX ? STR_NONE : str_from(text, mark + 1);
}

/* The sentences are ours: Step Functions Local prints its own to its log. NULL: the call was failed. */
static const cJSON *read_file(struct call *call)
{
    struct buf text;
    struct json_error error;
    const cJSON *file = NULL;
    const char *why = file_read(path(), MOST_BYTES, &text);
    if (why) {
        call_fail(call, &ERROR_VALIDATION, "The mock configuration file %s cannot be used: %s", path(), why);
    } else {
        file = json_parse_in(call->arena, buf_str(&text), &error);
        if (!file)
            call_fail(call, &ERROR_VALIDATION, "The mock configuration file %s is no JSON: line %zu, column %zu: %s",
                      path(), error.line, error.column, error.why);
    }
    buf_release(&text);
    return file;
}

static struct str print_mocks(struct call *call, const cJSON *file, const cJSON *states)
{
    const cJSON *responses = json_get(file, "MockedResponses"), *state;
    cJSON *mocks = value_object(call->arena);
    cJSON_ArrayForEach(state, states)
    {
        struct str name = value_is(state, cJSON_String) ? json_value(state) : STR("");
        const cJSON *answers = json_get_str(responses, name);
        cJSON *mock = value_object(call->arena);
        value_add(mock, "response", value_string(call->arena, name));
        if (answers)
            value_add(mock, "answers", value_share(call->arena, answers));
        value_set(call->arena, mocks, str_of(state->string), mock);
    }
    return json_print_in(call->arena, mocks);
}

bool mock_file_find(struct call *call, struct str machine_name, struct str test_case, struct str *ret_mocks)
{
    const cJSON *file = read_file(call);
    if (!file)
        return false;
    const cJSON *machine = json_get_str(json_get(file, "StateMachines"), machine_name);
    const cJSON *states = json_get_str(json_get(machine, "TestCases"), test_case);
    if (!value_is(states, cJSON_Object)) {
        call_fail(call, &ERROR_VALIDATION,
                  "The mock configuration file has no test case '%.*s' of state machine '%.*s'", STR_ARG(test_case),
                  STR_ARG(machine_name));
        return false;
    }
    *ret_mocks = print_mocks(call, file, states);
    return true;
}
