#include "base/json.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/json_inner.h"

/* A document has a text, a tree or both; what is missing is made when somebody asks for it. Its tree is either malloc'ed
 * (it was sealed from one) or stands in the document's own arena. */
struct json {
    size_t references;
    const cJSON *root;  /* NULL: not built yet */
    cJSON *sealed_tree; /* the same, where it is to be deleted */
    bool may_hold_raw;  /* of sealed_tree, nobody looked yet */
    char *text;         /* NULL: not printed yet */
    size_t text_length;
    bool owns_text;      /* else it stands in the arena */
    struct arena *arena; /* NULL: nothing in it yet */
    struct json *companion;
};

static atomic_size_t live_documents; /* workers make documents too */

static struct json *new_document(void)
{
    struct json *document = memory_alloc(sizeof *document);
    document->references = 1;
    atomic_fetch_add_explicit(&live_documents, 1, memory_order_relaxed);
    return document;
}

/* Its first block holds `of_text` bytes of text and, unless it is big, the whole tree. */
static struct arena *arena_for(struct str text, size_t of_text)
{
    return arena_new_sized(of_text + json_tree_room(text) + 32);
}

struct json *json_parse(struct str text, struct json_error *reterr_why)
{
    struct arena *arena = arena_for(text, text.length + 1);
    char *copy = arena_copy(arena, text);
    struct json_error *why = reterr_why;
    const cJSON *root = json_build(arena, (struct str){ copy, text.length }, JSON_MAX_DEPTH, why);
    if (!root) {
        /* The token is a place in the caller's text, not in a copy that goes away. */
        if (why && why->token.at)
            why->token.at = text.at + (why->token.at - copy);
        arena_free(arena);
        return NULL;
    }
    struct json *document = new_document();
    document->arena = arena;
    document->root = root;
    document->text = copy;
    document->text_length = text.length;
    return document;
}

struct json *json_seal(cJSON *tree_taken)
{
    assert(tree_taken);
    struct json *document = new_document();
    document->root = document->sealed_tree = tree_taken;
    document->may_hold_raw = true;
    return document;
}

struct json *json_seal_arena(struct arena *arena_taken, const cJSON *tree)
{
    struct json *document = new_document();
    document->arena = arena_taken;
    document->root = tree;
    return document;
}

struct arena *json_reopen(struct json *document, cJSON **ret_root)
{
    if (document->references > 1 || document->text || document->sealed_tree || document->companion)
        return NULL;
    *ret_root = (cJSON *)(uintptr_t)document->root;
    return document->arena;
}

static void take_text(struct json *document, struct buf *text_taken)
{
    document->text_length = text_taken->length;
    document->text = buf_take(text_taken);
    document->owns_text = true;
}

struct json *json_seal_text(struct buf *text_taken)
{
    assert(text_taken->length && !text_taken->overflow);
    struct json *document = new_document();
    take_text(document, text_taken);
    return document;
}

struct json *json_seal_copy(const cJSON *node)
{
    struct buf text = BUF_EMPTY;
    json_print(&text, node);
    return json_seal_text(&text);
}

struct json *json_ref(struct json *document_or_null)
{
    if (document_or_null)
        document_or_null->references++;
    return document_or_null;
}

void json_unref(struct json *document_or_null)
{
    if (!document_or_null || --document_or_null->references)
        return;
    json_unref(document_or_null->companion);
    cJSON_Delete(document_or_null->sealed_tree);
    if (document_or_null->owns_text)
        free(document_or_null->text);
    arena_free(document_or_null->arena);
    free(document_or_null);
    atomic_fetch_sub_explicit(&live_documents, 1, memory_order_relaxed);
}

size_t json_live_documents(void)
{
    return live_documents;
}

/* A sealed document is const to everybody, but what it has not made yet is made behind the scenes. */
static struct json *inner(const struct json *document)
{
    return (struct json *)(uintptr_t)document;
}

struct json *json_companion(const struct json *document)
{
    return document->companion;
}

void json_give_companion(const struct json *document, struct json *companion_taken)
{
    json_unref(document->companion);
    inner(document)->companion = companion_taken;
}

struct str json_text(const struct json *document)
{
    if (!document->text) {
        struct buf text = BUF_EMPTY;
        json_print(&text, document->root);
        take_text(inner(document), &text);
    }
    return (struct str){ document->text, document->text_length };
}

bool json_has_text(const struct json *document)
{
    return document->text != NULL;
}

static void build_root(struct json *document)
{
    struct str text = json_text(document);
    if (!document->arena)
        document->arena = arena_for(text, 0);
    document->root = json_build(document->arena, text, JSON_ANY_DEPTH, NULL);
    assert(document->root); /* text of our own making */
}

/* A tree with raw nodes is printed and read again, so that its readers see nodes only. */
static void resolve_raw(struct json *document)
{
    document->may_hold_raw = false;
    if (!json_has_raw(document->sealed_tree))
        return;
    build_root(document);
    cJSON_Delete(document->sealed_tree);
    document->sealed_tree = NULL;
}

const cJSON *json_root(const struct json *document)
{
    if (document->may_hold_raw)
        resolve_raw(inner(document));
    if (!document->root)
        build_root(inner(document));
    return document->root;
}

static size_t tree_bytes(const cJSON *tree)
{
    enum { OF_NODE = sizeof(cJSON) + 16, OF_STRING = 24 }; /* with what malloc adds */
    size_t bytes = 0;
    struct json_trail trail;
    json_trail_init(&trail);
    for (const cJSON *node = tree; node; node = json_walk_next(&trail, node)) {
        bytes += OF_NODE;
        if (node->string)
            bytes += OF_STRING + strlen(node->string);
        if (node->valuestring)
            bytes += OF_STRING + strlen(node->valuestring);
    }
    json_trail_release(&trail);
    return bytes;
}

size_t json_weight(const cJSON *tree, size_t most)
{
    enum { OF_NODE = 64 };
    size_t weight = 0;
    struct json_trail trail;
    json_trail_init(&trail);
    for (const cJSON *node = tree; node && weight <= most; node = json_walk_next(&trail, node))
        weight += OF_NODE + (node->string ? strlen(node->string) : 0) +
                  (node->valuestring ? strlen(node->valuestring) : 0);
    json_trail_release(&trail);
    return weight;
}

size_t json_bytes(const struct json *document)
{
    size_t bytes = sizeof *document;
    if (document->owns_text)
        bytes += document->text_length + 1;
    if (document->arena)
        bytes += arena_bytes(document->arena);
    if (document->sealed_tree)
        bytes += tree_bytes(document->sealed_tree);
    return bytes;
}

/* ---- trees to edit ---- */

static char *copy_or_null(const char *text)
{
    return text ? memory_copy(str_of(text)) : NULL;
}

static cJSON *thaw_raw(const cJSON *raw, bool is_root)
{
    struct arena *arena = arena_new();
    cJSON *tree = json_build(arena, str_of(raw->valuestring), JSON_ANY_DEPTH, NULL);
    assert(tree); /* json_raw() takes JSON only */
    cJSON *copy = json_thaw(tree);
    copy->string = is_root ? NULL : copy_or_null(raw->string);
    arena_free(arena);
    return copy;
}

/* The node without its children. */
static cJSON *thaw_one(const cJSON *node, bool is_root)
{
    if (json_kind(node) == cJSON_Raw)
        return thaw_raw(node, is_root);
    cJSON *copy = json_new_node(json_kind(node), str_of(is_root ? NULL : node->string), str_of(node->valuestring));
    copy->valueint = node->valueint;
    copy->valuedouble = node->valuedouble;
    return copy;
}

cJSON *json_thaw(const cJSON *node)
{
    if (!node)
        return NULL;
    cJSON *root = thaw_one(node, true), *copy = root; /* nobody's member any more */
    struct json_trail copies;                         /* the open copies; `originals` the nodes they are of */
    struct json_trail originals;
    json_trail_init(&copies);
    json_trail_init(&originals);
    for (const cJSON *original = node; (original = json_walk_next(&originals, original));) {
        if (originals.depth > copies.depth)
            json_trail_push(&copies, copy);
        copies.depth = originals.depth;
        copy = thaw_one(original, false);
        json_add((cJSON *)(uintptr_t)copies.at[copies.depth - 1], copy);
    }
    json_trail_release(&originals);
    json_trail_release(&copies);
    return root;
}

cJSON *json_raw(struct str text)
{
    cJSON *node = memory_alloc(sizeof *node);
    node->type = cJSON_Raw;
    node->valuestring = memory_copy(text);
    return node;
}

bool json_has_raw(const cJSON *tree)
{
    struct json_trail trail;
    json_trail_init(&trail);
    const cJSON *node = tree;
    while (node && json_kind(node) != cJSON_Raw)
        node = json_walk_next(&trail, node);
    json_trail_release(&trail);
    return node != NULL;
}
