#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "aws/json_rpc.h"
#include "services/stepfunctions/stepfunctions_model.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* ---- decoding ---- */

static const struct shape string = { .name = "String", .kind = SHAPE_STRING };
static const struct shape integer = { .name = "Integer", .kind = SHAPE_INTEGER };
static const struct shape long_integer = { .name = "Long", .kind = SHAPE_LONG };
static const struct shape real = { .name = "Double", .kind = SHAPE_DOUBLE };
static const struct shape boolean = { .name = "Flag", .kind = SHAPE_BOOLEAN };
static const struct shape when = { .name = "When", .kind = SHAPE_TIMESTAMP };
static const struct shape blob = { .name = "Blob", .kind = SHAPE_BLOB };
static const struct shape document = { .name = "Document", .kind = SHAPE_DOCUMENT };
static const struct shape list = { .name = "List", .kind = SHAPE_LIST, .element = &integer };
static const struct shape map = { .name = "Map", .kind = SHAPE_MAP, .key = &string, .element = &integer };
static const struct shape node;
static const struct member node_members[] = { { .name = "n", .shape = &node }, { .name = "i", .shape = &integer } };
static const struct shape node = {
    .name = "Node", .kind = SHAPE_STRUCTURE, .members = node_members, .member_count = 2
};
static const struct member members[] = {
    { .name = "s", .shape = &string }, { .name = "i", .shape = &integer },  { .name = "l", .shape = &long_integer },
    { .name = "r", .shape = &real },   { .name = "b", .shape = &boolean },  { .name = "t", .shape = &when },
    { .name = "x", .shape = &blob },   { .name = "d", .shape = &document }, { .name = "list", .shape = &list },
    { .name = "map", .shape = &map },  { .name = "n", .shape = &node },
};
static const struct shape everything = {
    .name = "In", .kind = SHAPE_STRUCTURE, .members = members, .member_count = COUNT(members)
};
static const struct operation operation = { .name = "Play", .input = &everything, .success_status = 200 };
static const struct operation without_input = { .name = "Play", .success_status = 200 };

static const struct {
    const char *body;
    const char *fitted; /* as compact JSON; NULL: refused with */
    const char *why;
} bodies[] = {
    { "", "{}", NULL },
    { "{}", "{}", NULL },
    { " {\"s\" : \"a\"} ", "{\"s\":\"a\"}", NULL },
    { "null", "{}", NULL },

    /* Unknown members and nulls are dropped, wherever they stand. */
    { "{\"u\":1,\"s\":\"a\",\"v\":{\"w\":[]},\"i\":null}", "{\"s\":\"a\"}", NULL },
    { "{\"u\":1}", "{}", NULL },
    { "{\"s\":\"a\",\"S\":\"b\",\"u\":1}", "{\"s\":\"a\"}", NULL },
    { "{\"n\":{\"u\":1,\"n\":{\"i\":1,\"u\":2}}}", "{\"n\":{\"n\":{\"i\":1}}}", NULL },
    { "{\"list\":[1,null]}", "{\"list\":[1,null]}", NULL }, /* validation's business */

    /* Numbers keep their digits. */
    { "{\"i\":-2147483648,\"l\":9223372036854775807,\"r\":1.10}",
      "{\"i\":-2147483648,\"l\":9223372036854775807,\"r\":1.10}", NULL },
    { "{\"i\":10.0,\"l\":1e3,\"r\":3}", "{\"i\":10,\"l\":1000,\"r\":3}", NULL },
    { "{\"i\":2147483648}", NULL, "NUMBER_VALUE can not be converted to an Integer" },
    { "{\"i\":1.5}", NULL, "NUMBER_VALUE can not be converted to an Integer" },
    { "{\"l\":9223372036854775808}", NULL, "NUMBER_VALUE can not be converted to a Long" },
    { "{\"i\":\"10\"}", NULL, "STRING_VALUE can not be converted to an Integer" },
    { "{\"r\":\"10\"}", NULL, "STRING_VALUE can not be converted to a Double" },
    { "{\"r\":true}", NULL, "TRUE_VALUE can not be converted to a Double" },

    /* Strings and flags, as AWS was seen to refuse. */
    { "{\"s\":1}", NULL, "NUMBER_VALUE can not be converted to a String" },
    { "{\"s\":true}", NULL, "TRUE_VALUE can not be converted to a String" },
    { "{\"s\":false}", NULL, "FALSE_VALUE can not be converted to a String" },
    { "{\"s\":{}}", NULL, "Start of structure or map found where not expected." },
    { "{\"s\":[]}", NULL, "Start of list found where not expected" },
    { "{\"b\":true}", "{\"b\":true}", NULL },
    { "{\"b\":\"true\"}", NULL, "STRING_VALUE can not be converted to a Boolean" },

    /* Timestamps: a number of seconds, or ISO 8601. */
    { "{\"t\":1700000000.5}", "{\"t\":1700000000.5}", NULL },
    { "{\"t\":\"2026-11-22T09:15:08.123Z\"}", "{\"t\":1795338908.123}", NULL },
    { "{\"t\":\"1969-12-31T23:59:58.750Z\"}", "{\"t\":-1.250}", NULL },
    { "{\"t\":\"1700000000\"}", "{\"t\":1700000000}", NULL },
    { "{\"t\":\"tomorrow\"}", NULL, "STRING_VALUE can not be converted to milliseconds since epoch" },
    { "{\"t\":true}", NULL, "TRUE_VALUE can not be converted to milliseconds since epoch" },

    { "{\"x\":\"QUJD\"}", "{\"x\":\"QUJD\"}", NULL },
    { "{\"x\":\"QUJ\"}", NULL, "Base64 encoded length is expected a multiple of 4 bytes but found: 3" },
    { "{\"x\":\"QU!D\"}", NULL, "Invalid Base64 character found" },
    { "{\"x\":1}", NULL, "NUMBER_VALUE can not be converted to a Blob" },

    /* Documents are free. */
    { "{\"d\":[{\"a\":null},1.0,\"x\"]}", "{\"d\":[{\"a\":null},1.0,\"x\"]}", NULL },

    /* Containers. */
    { "{\"list\":1}", NULL, "Expected list or null" },
    { "{\"list\":{}}", NULL, "Start of structure or map found where not expected." },
    { "{\"map\":{\"a\":1,\"b\":2.0}}", "{\"map\":{\"a\":1,\"b\":2}}", NULL },
    { "{\"map\":[]}", NULL, "Start of list found where not expected" },
    { "{\"n\":\"a\"}", NULL, "Expected null" },
    { "{\"n\":[]}", NULL, "Start of list found where not expected" },
    { "[]", NULL, "Start of list found where not expected" },
    { "1", NULL, "Expected null" },
};

static struct call call_of(struct arena *arena, const struct operation *of)
{
    return (struct call){ .arena = arena, .operation = of };
}

static void compare(size_t row, const cJSON *fitted, const char *why)
{
    struct buf text = BUF_EMPTY;
    if (fitted)
        json_print(&text, fitted);
    const char *got = fitted ? text.at : why, *wanted = fitted ? bodies[row].fitted : bodies[row].why;
    if (!wanted || strcmp(got, wanted) != 0)
        fail_msg("%s: got %s, wanted %s", bodies[row].body, got, wanted ? wanted : "the other outcome");
    buf_release(&text);
}

static void bodies_are_decoded(void **state)
{
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct arena *arena = arena_new();
        struct call call = call_of(arena, &operation);
        char *why = NULL;
        const cJSON *fitted = json_rpc_decode(&call, str_of(bodies[i].body), &why);
        compare(i, fitted, why);
        arena_free(arena);
    }
}

/* The same of a tree that others hold: it must not change under their hands. */
static void trees_are_coerced(void **state)
{
    for (size_t i = 0; i < COUNT(bodies); i++) {
        if (!*bodies[i].body || !strcmp(bodies[i].body, "null"))
            continue;
        struct arena *arena = arena_new();
        struct call call = call_of(arena, &operation);
        struct json *sealed = json_parse(str_of(bodies[i].body), NULL);
        struct buf before = BUF_EMPTY, after = BUF_EMPTY;
        json_print(&before, json_root(sealed));
        char *why = NULL;
        const cJSON *fitted = json_rpc_coerce(&call, json_root(sealed), &why);
        compare(i, fitted, why);
        json_print(&after, json_root(sealed));
        assert_string_equal(before.at, after.at);
        if (fitted && !strcmp(before.at, bodies[i].fitted))
            assert_ptr_equal(fitted, json_root(sealed)); /* nothing to change, nothing copied */
        buf_release(&before);
        buf_release(&after);
        json_unref(sealed);
        arena_free(arena);
    }
}

static void texts_that_are_no_json_are_refused(void **state)
{
    static const char *const rows[] = {
        "{", "{\"s\":\"a\"} x", "{\"s\":01}", "{'s':1}", "{\"s\":\"a\\u0000\"}", "\xFF"
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct call call = call_of(arena, &operation);
        char *why = NULL;
        assert_null(json_rpc_decode(&call, str_of(rows[i]), &why));
        assert_non_null(why);
        assert_true(*why);
        arena_free(arena);
    }
}

/* As deep as the parser lets through, in a shape that contains itself. */
static void depth_has_an_end(void **state)
{
    static const struct {
        size_t depth;
        bool good;
    } rows[] = { { 100, true }, { 128, true }, { 129, false }, { 100000, false } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct call call = call_of(arena, &operation);
        struct buf body = BUF_EMPTY;
        for (size_t d = 1; d < rows[i].depth; d++)
            buf_add_text(&body, "{\"n\":");
        buf_add_text(&body, "{}");
        for (size_t d = 1; d < rows[i].depth; d++)
            buf_add_byte(&body, '}');
        char *why = NULL;
        assert_int_equal(json_rpc_decode(&call, buf_str(&body), &why) != NULL, rows[i].good);
        buf_release(&body);
        arena_free(arena);
    }
}

/* A tree of our own making may be deeper than any text that we parse. */
static void deep_trees_are_refused(void **state)
{
    struct arena *arena = arena_new();
    struct call call = call_of(arena, &operation);
    cJSON *tree = cJSON_CreateObject();
    for (int i = 0; i < 1000; i++) {
        cJSON *above = cJSON_CreateObject();
        cJSON_AddItemToObject(above, "n", tree);
        tree = above;
    }
    char *why = NULL;
    assert_null(json_rpc_coerce(&call, tree, &why));
    assert_string_equal(why, "Nested too deeply");
    cJSON_Delete(tree);
    arena_free(arena);
}

static void raw_nodes_are_read(void **state)
{
    struct arena *arena = arena_new();
    struct call call = call_of(arena, &operation);
    cJSON *tree = cJSON_CreateObject();
    json_set(tree, "n", json_raw(STR("{\"i\":1.0}")));
    char *why = NULL;
    const cJSON *fitted = json_rpc_coerce(&call, tree, &why);
    assert_non_null(fitted);
    assert_int_equal(json_int64(json_get(fitted, "n"), "i", 0), 1);
    cJSON_Delete(tree);
    arena_free(arena);
}

static void operations_without_input_take_anything(void **state)
{
    struct arena *arena = arena_new();
    struct call call = call_of(arena, &without_input);
    char *why = NULL;
    assert_null(json_rpc_decode(&call, STR("{\"a\":1}"), &why)->child);
    assert_null(json_rpc_coerce(&call, NULL, &why)->child);
    arena_free(arena);
}

/* ---- encoding ---- */

static const struct model version_11 = { .json_version = "1.1" };
static const struct service states = { .model = &stepfunctions_model }, other = { .model = &version_11 };
static const struct error_kind failure = { "InternalFailure", "InternalFailure", 500, FAULT_RECEIVER };

static const struct error_kind loud = { "TooManyTags", "TooManyTags", 400, FAULT_SENDER, .says_message = true };

static const struct {
    const struct service *service; /* NULL: the call found none */
    const struct error_kind *error;
    const char *message, *members; /* of the output, or the error's further ones; NULL: none */
    int status;
    const char *type, *body;
} replies[] = {
    { &states, NULL, NULL, NULL, 200, "application/x-amz-json-1.0", "{}" },
    { &states, NULL, NULL, "{\"startDate\":1.500,\"a\":\"\xC3\xA4\"}", 200, "application/x-amz-json-1.0",
      "{\"startDate\":1.500,\"a\":\"\xC3\xA4\"}" },
    { &other, NULL, NULL, "{}", 200, "application/x-amz-json-1.1", "{}" },
    { &states, &STEPFUNCTIONS_EXECUTION_DOES_NOT_EXIST, "Execution Does Not Exist: 'a\"b'", NULL, 400,
      "application/x-amz-json-1.0",
      "{\"__type\":\"ExecutionDoesNotExist\",\"message\":\"Execution Does Not Exist: 'a\\\"b'\"}" },
    { &states, &loud, "m", "{\"resourceName\":\"r\",\"n\":[1]}", 400, "application/x-amz-json-1.0",
      "{\"__type\":\"TooManyTags\",\"Message\":\"m\",\"resourceName\":\"r\",\"n\":[1]}" },
    { NULL, &failure, NULL, NULL, 500, "application/x-amz-json-1.1", "{\"__type\":\"InternalFailure\"}" },
};

static void answers_are_encoded(void **state)
{
    for (size_t i = 0; i < COUNT(replies); i++) {
        char message[64];
        struct call call = call_of(NULL, &operation);
        call.service = replies[i].service;
        cJSON *tree = NULL;
        if (replies[i].members) {
            struct json *parsed = json_parse(str_of(replies[i].members), NULL);
            tree = json_thaw(json_root(parsed));
            json_unref(parsed);
        }
        if (replies[i].error)
            call.error = (struct api_error){ .kind = replies[i].error, .extra = tree };
        else
            call.output = tree;
        if (replies[i].message)
            call.error.message = strcpy(message, replies[i].message);
        struct wire_reply reply = { 0 };
        json_rpc_encode(&call, replies[i].error ? CALL_FAILED : CALL_DONE, &reply);
        assert_int_equal(reply.status, replies[i].status);
        assert_string_equal(reply.content_type, replies[i].type);
        assert_string_equal(reply.body.at, replies[i].body);
        buf_release(&reply.body);
        cJSON_Delete(tree);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_are_decoded),
        cmocka_unit_test(trees_are_coerced),
        cmocka_unit_test(texts_that_are_no_json_are_refused),
        cmocka_unit_test(depth_has_an_end),
        cmocka_unit_test(deep_trees_are_refused),
        cmocka_unit_test(raw_nodes_are_read),
        cmocka_unit_test(operations_without_input_take_anything),
        cmocka_unit_test(answers_are_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
