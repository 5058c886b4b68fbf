/* The first line is a path, the rest is the document: whatever is taken for a path is read and, where it can be, written.
 * What is found is JSON, costs no more than the budget, and leaves the document as it was. */
#include <assert.h>

#include "services/stepfunctions/asl/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_and_read(struct arena *arena, const cJSON *value)
{
    struct buf text;
    buf_init(&text, 1024 * 1024);
    json_print(&text, value);
    if (!text.overflow) {
        struct json_error error = { 0 };
        assert(json_parse_in(arena, buf_str(&text), &error) || error.fault == JSON_FAULT_DEPTH);
    }
    buf_release(&text);
}

static void try_path(struct arena *arena, const struct path *path, const cJSON *document)
{
    struct variables variables = { NULL, document };
    struct environment environment = {
        .arena = arena, .input = document, .context = document, .variables = &variables
    };
    char *why = NULL;
    const cJSON *found = path_read(path, &environment, &why);
    assert(found || why);
    assert(found || !path_is_definite(path) || path_read(path, &environment, NULL) == NULL);
    if (found)
        print_and_read(arena, found);
    const cJSON *written = path_write(path, arena, document, document, &why);
    if (written)
        assert(path_is_reference(path));
    if (written) {
        environment.input = written;
        assert(path_read(path, &environment, NULL));
        print_and_read(arena, written);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest, text = str_cut((struct str){ (const char *)data, size }, '\n', &rest);
    struct arena *arena = arena_new();
    char *why = NULL;
    struct json_error error;
    const cJSON *document = json_parse_in(arena, rest, &error);
    bool can_be_a_string = str_is_utf8(text) && str_find_byte(text, '\0') == SIZE_MAX; /* as all in a definition is */
    const struct path *path = document && can_be_a_string ? path_compile(arena, text, &why) : NULL;
    if (path) {
        struct str before = json_print_in(arena, document);
        try_path(arena, path, document);
        assert(str_equal(before, json_print_in(arena, document)));
    } else if (document && can_be_a_string) {
        assert(why);
    }
    arena_free(arena);
    return 0;
}
