#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "aws/invocation.h"

/* What becomes of a run's answer, in Lambda's words. */

#define ID "8476a536-e9f4-11e8-9739-2dfe598c3fcd"

struct answer_case {
    void (*say)(struct invocation *invocation);
    const char *function_error, *result, *reason;
};

static void returns(struct invocation *invocation)
{
    invocation_return(invocation, STR(" [1, 2.50] "));
}

static void returns_no_json(struct invocation *invocation)
{
    invocation_return(invocation, STR("{'a'}"));
}

static void returns_too_much(struct invocation *invocation)
{
    size_t length = INVOCATION_MOST_RESULT + 1;
    char *text = malloc(length);
    memset(text, '1', length);
    invocation_return(invocation, (struct str){ text, length });
    free(text);
}

static void raises(struct invocation *invocation)
{
    struct json *trace = json_parse(STR("[\"at app.lua:3\"]"), NULL);
    invocation_raise(invocation, STR("Boom"), STR("it \"broke\""), "stackTrace", json_root(trace), true);
    json_unref(trace);
}

static void raises_payload(struct invocation *invocation)
{
    invocation_raise_payload(invocation, STR("{\"errorType\": \"E\"}"));
}

static void raises_no_object(struct invocation *invocation)
{
    invocation_raise_payload(invocation, STR("[]"));
}

static void times_out(struct invocation *invocation)
{
    invocation_time_out(invocation);
}

static void exits(struct invocation *invocation)
{
    invocation_exit(invocation, "signal: killed");
}

static const struct answer_case cases[] = {
    { returns, NULL, " [1, 2.50] ", "what is returned goes back as it came" },
    { returns_no_json, "Unhandled",
      "{\"errorType\":\"Runtime.InvalidResponse\",\"errorMessage\":\"The runtime answered with a text that is no "
      "JSON.\"}",
      "no JSON" },
    { returns_too_much, "Unhandled",
      "{\"errorMessage\":\"Response payload size exceeded maximum allowed payload size (6291556 "
      "bytes).\",\"errorType\":"
      "\"Function.ResponseSizeTooLarge\"}",
      "too large" },
    { raises, "Unhandled",
      "{\"errorMessage\":\"it \\\"broke\\\"\",\"errorType\":\"Boom\",\"requestId\":\"" ID
      "\",\"stackTrace\":[\"at app.lua:3\"]}",
      "raised, with trace and request" },
    { raises_payload, "Unhandled", "{\"errorType\": \"E\"}", "an error's own payload" },
    { raises_no_object, "Unhandled",
      "{\"errorType\":\"Runtime.Unknown\",\"errorMessage\":\"The runtime told of an error in a text that is no JSON "
      "object.\"}",
      "an error without a payload" },
    { times_out, "Unhandled",
      "{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: " ID
      " Error: Task timed out after 3.00 seconds\"}",
      "out of time" },
    { exits, "Unhandled",
      "{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: " ID
      " Error: Runtime exited with error: signal: killed\"}",
      "the process ended" },
};

static void answers(void **state)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct invocation invocation = { .request_id = ID, .timeout_ms = 3000 };
        cases[i].say(&invocation);
        bool same = invocation.answered &&
                    (cases[i].function_error
                         ? invocation.function_error && strcmp(invocation.function_error, cases[i].function_error) == 0
                         : !invocation.function_error) &&
                    str_is(buf_str(&invocation.result), cases[i].result);
        if (!same)
            fail_msg("%s: %.*s", cases[i].reason, (int)invocation.result.length, invocation.result.at);
        invocation_release(&invocation);
    }
    assert_int_equal(json_live_documents(), 0);
}

static void logs(void **state)
{
    struct invocation invocation = { 0 };
    invocation_log_bytes(&invocation, STR("half a "));
    invocation_log_bytes(&invocation, STR("line"));
    invocation_log(&invocation, STR("a whole one"));
    assert_true(str_is(buf_str(&invocation.log), "half a line\na whole one\n"));
    for (int i = 0; i < INVOCATION_MOST_LOG / 10; i++)
        invocation_log(&invocation, STR("0123456789"));
    assert_true(invocation.log_cut);
    assert_true(invocation.log.length < INVOCATION_MOST_LOG + 100);
    assert_true(str_ends(buf_str(&invocation.log), STR("[the log of this run is cut here]\n")));
    invocation_release(&invocation);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(answers), cmocka_unit_test(logs) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
