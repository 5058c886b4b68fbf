/* Two kinds of input. A line of text and a document behind it: whatever is taken for an expression is evaluated. Behind a
 * NUL the bytes are choices in JSONata's grammar, so that expressions parse and get at the evaluator's corners.
 *
 * What comes out is JSON or an error with a code; the document is as it was; and the budgets hold. */
#include <assert.h>
#include <stdio.h>

#include "services/stepfunctions/jsonata/jsonata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- choices in a grammar ---- */

struct growth {
    const uint8_t *at, *end;
    struct buf text;
    int depth;
};

static unsigned choose(struct growth *growth, unsigned of)
{
    return growth->at < growth->end ? *growth->at++ % of : 0;
}

#define PICK(growth, list) ((list)[choose((growth), sizeof(list) / sizeof *(list))])

static const char *const names[] = { "a", "b", "c", "`d e`", "*", "**", "%", "$", "$$", "$v", "$w", "$states", "'a'" };
static const char *const literals[] = { "1",
                                        "0",
                                        "-1",
                                        "2.5",
                                        "1e308",
                                        "\"x\"",
                                        "'\\u00e9\\ud83d\\ude00'",
                                        "true",
                                        "null",
                                        "[]",
                                        "{}",
                                        "nothing",
                                        "/a(.)?/i",
                                        "[1..3]",
                                        "1e-9",
                                        "'2018-01-02'",
                                        "''" };
static const char *const operators[] = { "+",  "-", "*",     "/",    "%",    "=",  "!=", "<",  "<=", ">",
                                         ">=", "&", " and ", " or ", " in ", "~>", "?:", "??", ".",  "." };
static const char *const functions[] = { "string",
                                         "length",
                                         "substring",
                                         "substringBefore",
                                         "substringAfter",
                                         "lowercase",
                                         "uppercase",
                                         "trim",
                                         "pad",
                                         "join",
                                         "contains",
                                         "match",
                                         "replace",
                                         "split",
                                         "number",
                                         "floor",
                                         "round",
                                         "power",
                                         "sqrt",
                                         "formatBase",
                                         "formatNumber",
                                         "formatInteger",
                                         "parseInteger",
                                         "random",
                                         "count",
                                         "sum",
                                         "max",
                                         "average",
                                         "append",
                                         "reverse",
                                         "shuffle",
                                         "distinct",
                                         "zip",
                                         "sort",
                                         "keys",
                                         "lookup",
                                         "spread",
                                         "merge",
                                         "each",
                                         "sift",
                                         "clone",
                                         "map",
                                         "filter",
                                         "single",
                                         "reduce",
                                         "type",
                                         "boolean",
                                         "not",
                                         "exists",
                                         "error",
                                         "assert",
                                         "eval",
                                         "now",
                                         "fromMillis",
                                         "toMillis",
                                         "encodeUrl",
                                         "decodeUrl",
                                         "base64encode",
                                         "base64decode",
                                         "partition",
                                         "range",
                                         "hash",
                                         "uuid",
                                         "parse",
                                         "v",
                                         "w" };
static const char *const pictures[] = {
    "'#,##0.00'",        "'0.0e0'",  "'Ww;o'",    "'I'", "'[Y0001]-[M01]-[D01]'", "'[FNn] [D1o] [MNn,3-3]'",
    "'[H01]:[m01] [Z]'", "'0000;o'", "'#0%;(0)'", "'a'", "'[X]-[W01]-[F1] [P]'"
};

static void grow(struct growth *growth);

static void put(struct growth *growth, const char *text)
{
    buf_add_text(&growth->text, text);
}

static void grow_list(struct growth *growth, const char *open, const char *close)
{
    put(growth, open);
    for (unsigned n = choose(growth, 4), i = 0; i < n; i++) {
        put(growth, i ? "," : "");
        grow(growth);
    }
    put(growth, close);
}

static void grow_call(struct growth *growth)
{
    put(growth, "$");
    put(growth, PICK(growth, functions));
    put(growth, "(");
    for (unsigned n = choose(growth, 4), i = 0; i < n; i++) {
        put(growth, i ? "," : "");
        switch (choose(growth, 8)) {
        case 0:
            put(growth, "?");
            break;
        case 1:
            put(growth, PICK(growth, pictures));
            break;
        default:
            grow(growth);
        }
    }
    put(growth, ")");
}

static void grow_step(struct growth *growth)
{
    put(growth, PICK(growth, names));
    switch (choose(growth, 8)) {
    case 0:
        put(growth, "@$v");
        break;
    case 1:
        put(growth, "#$w");
        break;
    case 2:
        put(growth, "[]");
        break;
    case 3:
        put(growth, "[");
        grow(growth);
        put(growth, "]");
        break;
    case 4:
        put(growth, choose(growth, 2) ? "^(<" : "^(>");
        grow(growth);
        put(growth, ")");
        break;
    default:
        break;
    }
}

static void grow_path(struct growth *growth)
{
    for (unsigned n = choose(growth, 5), i = 0; i <= n; i++) {
        put(growth, i ? "." : "");
        if (choose(growth, 6) == 0)
            grow_list(growth, "(", ")");
        else
            grow_step(growth);
    }
}

static void grow_pairs(struct growth *growth)
{
    put(growth, "{");
    for (unsigned n = choose(growth, 3), i = 0; i < n; i++) {
        put(growth, i ? "," : "");
        grow(growth);
        put(growth, ":");
        grow(growth);
    }
    put(growth, "}");
}

static void grow_block(struct growth *growth)
{
    put(growth, "(");
    for (unsigned n = choose(growth, 4), i = 0; i < n; i++) {
        if (choose(growth, 2))
            put(growth, choose(growth, 2) ? "$v:=" : "$w:=");
        grow(growth);
        put(growth, ";");
    }
    grow(growth);
    put(growth, ")");
}

static void grow_lambda(struct growth *growth)
{
    static const char *const heads[] = { "function($v){",       "function($v,$w){",      "function(){",
                                         "function($v)<s-:s>{", "function($v)<a<n>x?>{", "\xCE\xBB($w){" };
    put(growth, PICK(growth, heads));
    grow(growth);
    put(growth, "}");
    if (choose(growth, 3) == 0)
        grow_list(growth, "(", ")");
}

static void grow_condition(struct growth *growth)
{
    put(growth, "(");
    grow(growth);
    put(growth, "?");
    grow(growth);
    put(growth, ":");
    grow(growth);
    put(growth, ")");
}

static void grow_transform(struct growth *growth)
{
    put(growth, "|");
    grow(growth);
    put(growth, "|");
    grow(growth);
    put(growth, choose(growth, 2) ? ",'a'|" : "|");
}

static void grow_any(struct growth *growth)
{
    switch (choose(growth, 14)) {
    case 0:
        put(growth, PICK(growth, literals));
        return;
    case 1:
        put(growth, PICK(growth, names));
        return;
    case 2:
    case 3:
        grow_path(growth);
        return;
    case 4:
    case 5:
        grow_call(growth);
        return;
    case 6:
        grow_list(growth, "[", "]");
        return;
    case 7:
        grow_pairs(growth);
        return;
    case 8:
        grow_block(growth);
        return;
    case 9:
        grow_lambda(growth);
        return;
    case 10:
        grow_condition(growth);
        return;
    case 11:
        grow_transform(growth);
        return;
    case 12:
        grow_path(growth);
        grow_pairs(growth);
        return;
    default:
        grow(growth);
        put(growth, PICK(growth, operators));
        grow(growth);
    }
}

static void grow(struct growth *growth)
{
    if (++growth->depth > 12 || growth->at >= growth->end)
        put(growth, PICK(growth, literals));
    else
        grow_any(growth);
    growth->depth--;
}

/* ---- what must hold ---- */

static const char grown_document[] = "{\"a\":[{\"b\":1,\"c\":\"x\"},{\"b\":2,\"c\":[\"y\",{\"a\":null}]},{\"b\":[1,2]}]"
                                     ",\"b\":{\"a\":{\"c\":[[1],[2,3]]}},"
                                     "\"c\":\"abcab\",\"d e\":1.5}";

static const cJSON *find_variable(struct str name, void *data)
{
    return str_is(name, "states") ? data : NULL;
}

static void check_result(struct arena *arena, const cJSON *value)
{
    struct buf text;
    buf_init(&text, 4 * 1024 * 1024);
    json_print(&text, value);
    if (!text.overflow) {
        struct json_error error = { 0 };
        assert(json_parse_in(arena, buf_str(&text), &error) || error.fault == JSON_FAULT_DEPTH);
    }
    buf_release(&text);
}

static void count_variable(struct str name, void *data)
{
    assert(name.length);
    ++*(size_t *)data;
}

static void try_expression(struct str text, struct str document)
{
    struct arena *arena = arena_new(), *results = arena_new();
    struct jsonata_error error = { 0 };
    struct json_error json_error;
    struct random random;
    size_t variables = 0;
    random_seed(&random, 1);
    const cJSON *input = json_parse_in(arena, document, &json_error), *value = NULL;
    const struct jsonata *expression = input ? jsonata_compile(arena, text, &error) : NULL;
    if (expression) {
        struct jsonata_scope scope = { .input = input,
                                       .variable = find_variable,
                                       .data = (void *)(uintptr_t)input,
                                       .random = &random,
                                       .now_ms = 1795338908123,
                                       .steps = 200 * 1000,
                                       .memory_bytes = (size_t)32 * 1024 * 1024 };
        struct str before = json_print_in(arena, input);
        jsonata_each_variable(expression, count_variable, &variables);
        enum jsonata_outcome outcome = jsonata_evaluate(expression, results, &scope, &value, &error);
        assert((outcome == JSONATA_VALUE) == (value != NULL));
        if (outcome == JSONATA_VALUE)
            check_result(arena, value);
        assert(str_equal(before, json_print_in(arena, input)));
        if (outcome == JSONATA_ERROR)
            assert(error.code[0] && error.message && str_is_utf8(str_of(error.message)));
    } else if (input) {
        assert(error.code[0] && error.message);
    }
    arena_free(results);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest, text = str_cut((struct str){ (const char *)data, size }, '\n', &rest);
    if (size && data[0] == 0) {
        struct growth growth = { .at = data + 1, .end = data + size };
        buf_init(&growth.text, 16 * 1024);
        grow(&growth);
        if (!growth.text.overflow)
            try_expression(buf_str(&growth.text), str_of(grown_document));
        buf_release(&growth.text);
    } else if (str_is_utf8(text) && str_find_byte(text, '\0') == SIZE_MAX) { /* as all in a definition is */
        try_expression(text, rest.length ? rest : STR("null"));
    }
    return 0;
}
