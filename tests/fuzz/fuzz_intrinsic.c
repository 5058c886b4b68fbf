/* The first line is what stands in a template behind ".$", the rest is the input. */
#include <assert.h>

#include "services/stepfunctions/asl/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_template(struct arena *arena, const struct template *template, const cJSON *input)
{
    struct random random;
    struct variables variables = { NULL, input };
    struct failure failure = { 0 };
    random_seed(&random, 1);
    struct environment environment = {
        .arena = arena, .input = input, .context = input, .variables = &variables, .random = &random
    };
    const cJSON *result = template_evaluate(template, &environment, &failure);
    assert(result || (failure.error && failure.cause.length));
    if (!result)
        return;
    struct buf text;
    buf_init(&text, 1024 * 1024);
    json_print(&text, result);
    if (!text.overflow) {
        struct json_error error = { 0 };
        assert(json_parse_in(arena, buf_str(&text), &error) || error.fault == JSON_FAULT_DEPTH);
    }
    buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest, text = str_cut((struct str){ (const char *)data, size }, '\n', &rest);
    struct arena *arena = arena_new();
    struct json_error error;
    struct template_error refused = { 0 };
    const cJSON *input = json_parse_in(arena, rest, &error);
    if (input && str_is_utf8(text) && str_find_byte(text, '\0') == SIZE_MAX) {
        cJSON *node = value_object(arena);
        value_add(node, "x.$", value_string(arena, text));
        const struct template *template = template_compile(arena, node, &refused);
        if (template)
            try_template(arena, template, input);
        else
            assert(refused.location && refused.message);
    }
    arena_free(arena);
    return 0;
}
