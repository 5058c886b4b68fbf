/* JSON documents over cJSON's nodes. A `struct json` is a sealed document: it never changes, it is counted, and it knows
 * its text: what was parsed keeps the text it came as, white space and all, since AWS passes untouched input on verbatim;
 * what was computed is compact. To alter one, json_thaw() a copy, edit that with cJSON's own functions, seal it again.
 *
 * Our parser is strict (RFC 8259, UTF-8, depth ≤ JSON_MAX_DEPTH, nothing but white space behind the value; "\u0000" and
 * lone surrogates refused; a name that comes twice: the last value counts, as with Jackson) and builds cJSON nodes in
 * which a number keeps its digits in `valuestring`, so 1.0 stays 1.0 and 2^53+1 exact.
 * Nodes of a sealed document stand in its own memory: read them, never hand them to cJSON_Delete or add them to a tree
 * (json_thaw() first). Names are case-sensitive; cJSON's getters that are not must not be used. To give a thawed tree
 * another number put a new node there: cJSON_SetNumberValue() would leave the old digits in place. Trees are copied by
 * json_thaw(), never by cJSON_Duplicate(): a node and its name are one block, and such a copy would share the name.
 *
 * The limit of depth is for texts from outside. What we make of them may nest deeper: nothing in this file recurses, who
 * walks such a tree elsewhere needs a limit of his own.
 *
 * Not for threads: a document belongs to the loop's thread. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#define JSON_MAX_DEPTH 128

struct json;

/* Where a text stops being JSON, with all that it takes to say it in somebody else's words (Jackson's, for AWS). */
struct json_error {
    size_t offset;       /* the byte at which it went wrong */
    size_t line, column; /* both from 1; column counts code points */
    enum json_fault {
        JSON_FAULT_NONE,
        JSON_FAULT_END,       /* the text ended too early */
        JSON_FAULT_CHARACTER, /* a character that cannot stand here */
        JSON_FAULT_TOKEN,     /* a word that is no value: tru, nul, yes */
        JSON_FAULT_NUMBER,    /* 01, 1., -, 1e */
        JSON_FAULT_STRING,    /* a bare control character, a bad escape, bad UTF-8, NUL */
        JSON_FAULT_TRAILING,  /* something behind the value */
        JSON_FAULT_DEPTH,
    } fault;
    enum json_wanted {
        JSON_WANTED_VALUE,          /* behind ':', behind ',' in an array, or the document's own */
        JSON_WANTED_VALUE_OR_CLOSE, /* behind '[' */
        JSON_WANTED_NAME,           /* behind ',' in an object */
        JSON_WANTED_NAME_OR_CLOSE,  /* behind '{' */
        JSON_WANTED_COLON,
        JSON_WANTED_COMMA_OR_CLOSE, /* behind a member or an element */
        JSON_WANTED_DIGIT,          /* in a number; in 01 the offset is that of the digit behind the 0 */
        JSON_WANTED_QUOTE,          /* in a string that goes on */
        JSON_WANTED_NAME_QUOTE,     /* in a member's name that goes on */
        JSON_WANTED_END,            /* behind the document's value */
    } wanted;
    /* The code point at `offset`; where an escape is at fault the one behind the backslash; 0 at the end of the text and
     * where the bytes are no UTF-8. */
    uint32_t character;
    /* The word or number at fault, as far as letters, digits, _ and $ go: a place in the text that was parsed. */
    struct str token;
    /* '{' or '[', whichever was opened last and not closed, and where it stands; 0: neither. */
    char container;
    size_t opened_line, opened_column;
    char why[128]; /* one plain sentence */
};

/* A counted document that keeps a copy of its text; NULL where the text is no JSON (why: *reterr_why, may be NULL). */
struct json *json_parse(struct str text, struct json_error *reterr_why);
/* The same into an arena: nodes and strings live and die with it; text may go away. NULL: *reterr_why. */
const cJSON *json_parse_in(struct arena *arena, struct str text, struct json_error *reterr_why);
/* From a tree that this takes; compact text, printed when somebody asks for it. */
struct json *json_seal(cJSON *tree_taken);
/* The same from a tree without raw nodes that stands in an arena with all that it holds; the arena is taken. */
struct json *json_seal_arena(struct arena *arena_taken, const cJSON *tree);
/* To add to what was sealed so while nobody else holds it and nobody has seen its text: the arena where what is added must stand.
 * NULL: it is sealed for good. */
struct arena *json_reopen(struct json *document, cJSON **ret_root);
/* From compact text of our own making: it is trusted, and looked into only when somebody asks for the root. The buffer's
 * bytes are taken, the buffer is empty afterwards; it must not have overflowed. */
struct json *json_seal_text(struct buf *text_taken);
/* A copy of one node as a document of its own, with compact text. */
struct json *json_seal_copy(const cJSON *node);

struct json *json_ref(struct json *document_or_null); /* returns its argument */
void json_unref(struct json *document_or_null);
size_t json_live_documents(void);               /* how many documents exist now: tests look for leaks */
size_t json_bytes(const struct json *document); /* memory it holds now, about; grows when text or root are first made */

/* A companion is a document that was computed from this one alone: kept with it, gone with it. NULL: none was given yet. */
struct json *json_companion(const struct json *document);
void json_give_companion(const struct json *document, struct json *companion_taken);

struct str json_text(const struct json *document);
bool json_has_text(const struct json *document); /* false: json_text() would make one, and keep it */
const cJSON *json_root(const struct json *document);

/* A private copy to edit, allocated with malloc: cJSON_Delete() or json_seal() it. Numbers keep their digits; a raw node
 * (json_raw) is parsed, so a thawed tree holds none. */
cJSON *json_thaw(const cJSON *node);
/* A node that stands for text known to be JSON and is printed as it is (cJSON_Raw); malloc'ed. */
cJSON *json_raw(struct str text);
/* Number nodes that print exactly: cJSON_CreateNumber loses integers past 2^53. */
cJSON *json_new_int64(int64_t value);
cJSON *json_new_string(struct str text); /* cJSON wants a NUL behind; this does not */

/* Compact text of a tree, of a node with all that it holds. Numbers with digits print those; others as JavaScript does
 * (shortest that reads back; 1e21 and on with exponent). ≥ 200 MB/s on a document of 100 KB. */
void json_print(struct buf *buf, const cJSON *node);
void json_print_string(struct buf *buf, struct str text); /* with its quotes; / is not escaped, non-ASCII stays UTF-8 */
/* How a member begins in an object that is being printed: a comma where one is due, the name (no escapes), a colon. */
void json_print_name(struct buf *buf, const char *name);
/* `node` as text in the arena: the string itself where it is one, else compact JSON. */
struct str json_print_in(struct arena *arena, const cJSON *node);

/* Members and values. All take NULL for the node and then find nothing. */
const cJSON *json_get(const cJSON *object, const char *name);
const cJSON *json_get_str(const cJSON *object, struct str name);
/* The marks (str_mark) that no member's name has: a quick no for who asks for dozens of members of which few are there. */
uint64_t json_lacks(const cJSON *object_or_null);
const char *json_string(const cJSON *object, const char *name); /* NULL where it is absent or no string */
struct str json_str(const cJSON *object, const char *name);     /* STR_NONE likewise */
int64_t json_int64(const cJSON *object, const char *name, int64_t otherwise);
double json_number(const cJSON *object, const char *name, double otherwise);
bool json_bool(const cJSON *object, const char *name, bool otherwise);
bool json_is_integer(const cJSON *node);         /* digits only, within int64 */
int64_t json_to_int64(const cJSON *number_node); /* exact where json_is_integer, else truncated and clamped */
double json_to_double(const cJSON *number_node);
struct str json_value(const cJSON *string_node);
/* About how many bytes of text a tree stands for, counted no further than a little behind `most`: nodes in arenas may share
 * what they hold, so a few of them can stand for more text than the machine has room for. */
size_t json_weight(const cJSON *node, size_t most);
/* An object's members in order of their names; `count` is how many it has; free() it. */
const cJSON **json_sorted_members(const cJSON *object, size_t count);
/* Deep equality: member order does not matter, numbers compare by value. */
bool json_equal(const cJSON *a, const cJSON *b);

/* Editing trees of our own (malloc'ed): sets or replaces a member; the value is taken. */
void json_set(cJSON *object, const char *name, cJSON *value_taken);
void json_set_string(cJSON *object, const char *name, const char *value_or_null); /* NULL: the member goes away */
void json_set_str(cJSON *object, const char *name, struct str value);
void json_set_int64(cJSON *object, const char *name, int64_t value);
void json_set_number(cJSON *object, const char *name, double value);
void json_set_bool(cJSON *object, const char *name, bool value);
void json_add(cJSON *array, cJSON *value_taken);

#endif
