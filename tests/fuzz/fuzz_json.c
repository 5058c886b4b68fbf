/* Whatever the bytes, the parser answers; and what it takes comes back the same from every way of printing it. */
#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_error(struct str text, const struct json_error *error)
{
    must(error->fault != JSON_FAULT_NONE && error->why[0]);
    must(str_is_utf8(str_of(error->why)) && str_is_utf8(error->token));
    must(error->offset <= text.length && error->line >= 1 && error->column >= 1);
    must((error->container == 0) == (error->opened_line == 0));
    if (error->token.length)
        must(error->token.at >= text.at && error->token.at + error->token.length <= text.at + text.length);
}

static void check_document(struct str text, const struct json *document)
{
    const cJSON *root = json_root(document);
    must(str_equal(json_text(document), text));
    must(str_is_utf8(text));
    must(json_bytes(document) >= text.length);

    struct json *copy = json_seal_copy(root);
    must(json_equal(json_root(copy), root));
    struct json *thawed = json_seal(json_thaw(root));
    must(str_equal(json_text(thawed), json_text(copy)));
    struct json *strict = json_parse(json_text(copy), NULL); /* what we print we take as well */
    must(strict && json_equal(json_root(strict), root));
    json_unref(strict);
    json_unref(thawed);
    json_unref(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct json_error error;
    struct json *document = json_parse(text, &error);
    if (document)
        check_document(text, document);
    else
        check_error(text, &error);
    json_unref(document);
    must(json_live_documents() == 0);
    return 0;
}
