#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_inner.h"

/* The parser does not recurse: a container that is still open keeps its parent in `valuestring` and the offset at which
 * it began in `valuedouble`, both cleared when it closes. As in every cJSON tree, the first child's `prev` is the last. */
struct parser {
    struct arena *arena;
    const char *start, *at, *end;
    char *room, *room_end; /* a piece of the arena: nodes are cut from its beginning, strings from its end */
    cJSON *root, *open;
    char *name; /* of the member whose value comes next */
    size_t depth, max_depth;
    enum json_wanted wanted;
    struct json_error *error; /* never NULL */
};

/* ---- memory ---- */

#define MOST_ROOM 16000 /* four of them fill a block of the arena */

/* How many bytes the rest of the text can need at most, or MOST_ROOM where that is less: a node for each comma and each
 * opening bracket, and no string is longer than its text with a quote or a comma for its NUL. */
static size_t guess_room(const char *at, const char *end)
{
    enum { STRIDE = 64 }; /* a fixed count, so that compilers count many bytes at once */
    size_t room = 2 * sizeof(cJSON) + (size_t)(end - at);
    for (; end - at >= STRIDE && room < MOST_ROOM; at += STRIDE) {
        unsigned char nodes = 0;
        for (size_t i = 0; i < STRIDE; i++)
            nodes = (unsigned char)(nodes + ((at[i] == ',') | ((at[i] | 0x20) == '{')));
        room += nodes * sizeof(cJSON);
    }
    for (; end - at >= 8 && room < MOST_ROOM; at += 8) {
        uint64_t word = json_word(at);
        uint64_t marks = json_mark_zero(word ^ JSON_EACH(',')) |
                         json_mark_zero((word | JSON_EACH(0x20)) ^ JSON_EACH('{'));
        room += ((marks >> 7) * JSON_EACH(1) >> 56) * sizeof(cJSON);
    }
    for (; at < end && room < MOST_ROOM; at++)
        room += *at == ',' || *at == '{' || *at == '[' ? sizeof(cJSON) : 0;
    return room < MOST_ROOM ? room : MOST_ROOM;
}

size_t json_tree_room(struct str text)
{
    return guess_room(text.at, text.at + text.length);
}

static void refill(struct parser *p, size_t size)
{
    size_t room = guess_room(p->at, p->end);
    if (room < size)
        room = size;
    p->room = arena_room(p->arena, room);
    p->room_end = p->room + (room & ~(size_t)7);
}

static inline void *take_node(struct parser *p)
{
    if ((size_t)(p->room_end - p->room) < sizeof(cJSON))
        refill(p, sizeof(cJSON) + 8);
    char *piece = p->room;
    p->room += sizeof(cJSON);
    return piece;
}

static inline char *take_bytes(struct parser *p, size_t size)
{
    if (size > (size_t)(p->room_end - p->room)) {
        if (size > MOST_ROOM / 4)
            return arena_room(p->arena, size);
        refill(p, size + 8);
    }
    return p->room_end -= size;
}

/* ---- what went wrong, and where ---- */

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte == '$';
}

/* All that is not ASCII counts as a letter, as long as it is UTF-8. */
static struct str word_from(const struct parser *p, const char *from)
{
    const char *end = from;
    while (end < p->end) {
        size_t length = (unsigned char)*end < 0x80 ? is_word_byte(*end) : utf8_length(end, (size_t)(p->end - end));
        if (length == 0)
            break;
        end += length;
    }
    return (struct str){ from, (size_t)(end - from) };
}

static void find_line(const struct parser *p, size_t offset, size_t *ret_line, size_t *ret_column)
{
    const char *line_start = p->start, *at = p->start + offset;
    size_t line = 1;
    for (const char *c = p->start; c < at; c++) {
        if (*c == '\n') {
            line++;
            line_start = c + 1;
        }
    }
    *ret_line = line;
    *ret_column = 1 + str_count_code_points((struct str){ line_start, (size_t)(at - line_start) });
}

static uint32_t character_at(const struct parser *p, const char *at)
{
    size_t length = utf8_length(at, (size_t)(p->end - at));
    return length ? utf8_decode(at, length) : 0;
}

__attribute__((format(printf, 4, 5))) static bool fail(struct parser *p, enum json_fault fault, const char *at,
                                                       const char *format, ...)
{
    struct json_error *error = p->error;
    *error = (struct json_error){ .fault = fault, .wanted = p->wanted, .offset = (size_t)(at - p->start) };
    error->character = character_at(p, at);
    error->token = word_from(p, at);
    find_line(p, error->offset, &error->line, &error->column);
    if (p->open) {
        error->container = json_kind(p->open) == cJSON_Object ? '{' : '[';
        find_line(p, (size_t)p->open->valuedouble, &error->opened_line, &error->opened_column);
    }
    va_list args;
    va_start(args, format);
    vsnprintf(error->why, sizeof error->why, format, args);
    va_end(args);
    return false;
}

static const char *wanted_name(enum json_wanted wanted)
{
    static const char *const names[] = {
        [JSON_WANTED_VALUE] = "a value",
        [JSON_WANTED_VALUE_OR_CLOSE] = "a value or ']'",
        [JSON_WANTED_NAME] = "a member's name in double quotes",
        [JSON_WANTED_NAME_OR_CLOSE] = "a member's name in double quotes or '}'",
        [JSON_WANTED_COLON] = "':'",
        [JSON_WANTED_COMMA_OR_CLOSE] = "',' or a closing bracket",
        [JSON_WANTED_DIGIT] = "a digit",
        [JSON_WANTED_QUOTE] = "the closing quote of a string",
        [JSON_WANTED_NAME_QUOTE] = "the closing quote of a name",
        [JSON_WANTED_END] = "the end",
    };
    return names[wanted];
}

/* The byte at `p->at`, or the end of the text, is not what is wanted. */
static bool fail_here(struct parser *p)
{
    if (p->at == p->end)
        return fail(p, JSON_FAULT_END, p->at, "the text ends where %s should come", wanted_name(p->wanted));
    if (p->wanted == JSON_WANTED_END)
        return fail(p, JSON_FAULT_TRAILING, p->at, "something follows the value");
    uint32_t character = character_at(p, p->at);
    if (character >= 0x20 && character < 0x7F)
        return fail(p, JSON_FAULT_CHARACTER, p->at, "'%c' stands where %s should come", (char)character,
                    wanted_name(p->wanted));
    return fail(p, JSON_FAULT_CHARACTER, p->at, "U+%04X stands where %s should come", (unsigned)character,
                wanted_name(p->wanted));
}

/* ---- strings ---- */

static bool is_plain(char byte)
{
    return (signed char)byte >= 0x20 && byte != '"' && byte != '\\';
}

/* The first byte that is not printable ASCII, or is '"' or '\'. */
static inline const char *plain_end(const char *at, const char *end)
{
    while (end - at >= 8) {
        uint64_t word = json_word(at);
        uint64_t marks = json_mark_escaped(word) | (word & JSON_EACH(0x80));
        if (marks)
            return at + json_first_mark(marks);
        at += 8;
    }
    while (at < end && is_plain(*at))
        at++;
    return at;
}

/* The first control character, '"' or '\', or where UTF-8 breaks. */
static const char *text_end(const char *at, const char *end)
{
    for (;;) {
        at = plain_end(at, end);
        if (at == end || (unsigned char)*at < 0x80)
            return at;
        size_t length = utf8_length(at, (size_t)(end - at));
        if (length == 0)
            return at;
        at += length;
    }
}

/* How many bytes a string can come to, which begins at `at`. */
static size_t string_room(const char *at, const char *end)
{
    const char *from = at;
    while (at < end && *at != '"')
        at += *at == '\\' && end - at > 1 ? 2 : 1;
    return (size_t)(at - from);
}

static bool fail_in_string(struct parser *p, const char *at)
{
    if (at == p->end)
        return fail(p, JSON_FAULT_END, at, "the text ends where %s should come", wanted_name(p->wanted));
    if ((unsigned char)*at < 0x20)
        return fail(p, JSON_FAULT_STRING, at, "a control character (code %d) stands bare in a string", *at);
    return fail(p, JSON_FAULT_STRING, at, "a string is not UTF-8");
}

static bool read_hex(const char *at, uint32_t *ret_value)
{
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = at[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16)
            return false;
        value = value << 4 | digit;
    }
    *ret_value = value;
    return true;
}

/* \uXXXX, two of them for a character beyond U+FFFF; `at` is the backslash. Returns the bytes read, 0: no such escape. */
static size_t read_unicode_escape(const char *at, const char *end, uint32_t *ret_code_point)
{
    uint32_t high, low;
    if (end - at < 6 || !read_hex(at + 2, &high) || high == 0 || (high >= 0xDC00 && high <= 0xDFFF))
        return 0;
    *ret_code_point = high;
    if (high < 0xD800 || high > 0xDBFF)
        return 6;
    if (end - at < 12 || at[6] != '\\' || at[7] != 'u' || !read_hex(at + 8, &low) || low < 0xDC00 || low > 0xDFFF)
        return 0;
    *ret_code_point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return 12;
}

static char short_escape(char letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case '"':
    case '\\':
    case '/':
        return letter;
    default:
        return '\0';
    }
}

static bool fail_at_escape(struct parser *p, const char *at)
{
    if (p->end - at < 2)
        return fail(p, JSON_FAULT_END, p->end, "the text ends within an escape");
    fail(p, JSON_FAULT_STRING, at, "a string holds an escape that cannot be");
    p->error->character = character_at(p, at + 1);
    return false;
}

/* Writes what the escape at `*at` stands for and steps behind it. */
static bool decode_escape(struct parser *p, const char **at, char **to)
{
    uint32_t code_point;
    if (p->end - *at < 2)
        return fail_at_escape(p, *at);
    if ((*at)[1] == 'u') {
        size_t length = read_unicode_escape(*at, p->end, &code_point);
        if (length == 0)
            return fail_at_escape(p, *at);
        *at += length;
        *to += utf8_encode(code_point, *to);
        return true;
    }
    char meant = short_escape((*at)[1]);
    if (!meant)
        return fail_at_escape(p, *at);
    *(*to)++ = meant;
    *at += 2;
    return true;
}

/* `stop` is the first backslash of the string that begins at `from`. */
static char *decode_string(struct parser *p, const char *from, const char *stop)
{
    char *text = take_bytes(p, string_room(from, p->end) + 1), *to = text;
    for (;;) {
        memcpy(to, from, (size_t)(stop - from));
        to += stop - from;
        if (stop < p->end && *stop == '"')
            break;
        if (stop == p->end || *stop != '\\') {
            fail_in_string(p, stop);
            return NULL;
        }
        from = stop;
        if (!decode_escape(p, &from, &to))
            return NULL;
        stop = text_end(from, p->end);
    }
    *to = '\0';
    p->at = stop + 1;
    return text;
}

/* Stands on the opening quote. */
static char *read_string(struct parser *p)
{
    const char *from = p->at + 1;
    const char *stop = text_end(from, p->end);
    if (stop == p->end || *stop != '"') {
        if (stop < p->end && *stop == '\\')
            return decode_string(p, from, stop);
        fail_in_string(p, stop);
        return NULL;
    }
    size_t length = (size_t)(stop - from);
    char *text = take_bytes(p, length + 1);
    memcpy(text, from, length);
    text[length] = '\0';
    p->at = stop + 1;
    return text;
}

/* ---- numbers ---- */

static bool is_digit(const struct parser *p, const char *at)
{
    return at < p->end && *at >= '0' && *at <= '9';
}

static bool fail_in_number(struct parser *p, const char *at, const char *why)
{
    const char *from = p->at;
    p->wanted = JSON_WANTED_DIGIT;
    fail(p, at == p->end ? JSON_FAULT_END : JSON_FAULT_NUMBER, at, "%s", why);
    p->error->token = (struct str){ from, (size_t)(at - from) };
    return false;
}

struct number {
    uint64_t mantissa; /* the digits before the exponent without the point; right where digits ≤ 19 */
    int digits;        /* of the mantissa, leading zeros not counted */
    long exponent;     /* value = mantissa × 10^exponent */
    bool negative, integer;
};

static const char *read_digits(const struct parser *p, const char *at, struct number *number)
{
    for (; is_digit(p, at); at++) {
        if (number->digits || *at != '0')
            number->digits++;
        if (number->digits <= 19)
            number->mantissa = number->mantissa * 10 + (uint64_t)(*at - '0');
    }
    return at;
}

static const char *read_exponent(const struct parser *p, const char *at, struct number *number)
{
    bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    long exponent = 0;
    for (; is_digit(p, at); at++)
        if (exponent < 100000)
            exponent = exponent * 10 + (*at - '0');
    number->exponent += negative ? -exponent : exponent;
    return at;
}

/* The end of the number at p->at, NULL when it is none. */
static const char *scan_number(struct parser *p, struct number *number)
{
    const char *at = p->at;
    number->negative = *at == '-';
    number->integer = true;
    at += number->negative;
    if (!is_digit(p, at))
        return fail_in_number(p, at, "a minus sign without a number"), NULL;
    if (*at == '0' && is_digit(p, at + 1))
        return fail_in_number(p, at + 1, "a number with a leading zero"), NULL;
    at = read_digits(p, at, number);
    if (at < p->end && *at == '.') {
        number->integer = false;
        const char *fraction = ++at;
        at = read_digits(p, at, number);
        if (at == fraction)
            return fail_in_number(p, at, "a decimal point without a digit behind it"), NULL;
        number->exponent = -(long)(at - fraction);
    }
    if (at < p->end && (*at == 'e' || *at == 'E')) {
        number->integer = false;
        const char *sign = at + 1;
        const char *first = sign < p->end && (*sign == '+' || *sign == '-') ? sign + 1 : sign;
        if (!is_digit(p, first))
            return fail_in_number(p, first, "an exponent without a digit"), NULL;
        at = read_exponent(p, sign, number);
    }
    return at;
}

/* Both factors are exact in a double, so one rounding gives the nearest (Clinger's fast path); else strtod's way. */
static double number_value(const struct number *number, const char *digits)
{
    static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    if (number->digits > 19 || (number->mantissa > (uint64_t)1 << 53 && number->exponent != 0) ||
        number->exponent < -22 || number->exponent > 22)
        return strtod(digits, NULL);
    double value = (double)number->mantissa;
    value = number->exponent < 0 ? value / powers[-number->exponent] : value * powers[number->exponent];
    return number->negative ? -value : value;
}

static int clamp_to_int(double value)
{
    return value >= INT32_MAX ? INT32_MAX : value <= INT32_MIN ? INT32_MIN : (int)value;
}

static bool read_number(struct parser *p, cJSON *node)
{
    struct number number = { 0 };
    const char *end = scan_number(p, &number);
    if (!end)
        return false;
    size_t length = (size_t)(end - p->at);
    char *digits = take_bytes(p, length + 1);
    memcpy(digits, p->at, length);
    digits[length] = '\0';
    p->at = end;
    node->valuestring = digits;
    node->valuedouble = number_value(&number, digits);
    node->valueint = clamp_to_int(node->valuedouble);
    return true;
}

/* ---- names that come twice ---- */

#define FEW_MEMBERS 32

/* The later value takes the earlier one's place. */
static void replace_value(cJSON *earlier, const cJSON *later)
{
    cJSON *next = earlier->next, *prev = earlier->prev;
    char *name = earlier->string;
    *earlier = *later;
    earlier->next = next;
    earlier->prev = prev;
    earlier->string = name;
}

static void unlink_member(cJSON *object, cJSON *member)
{
    /* Never the first, so there is one before it. */
    member->prev->next = member->next;
    if (member->next)
        member->next->prev = member->prev;
    else
        object->child->prev = member->prev;
}

/* Differs for most names that differ. */
static uint32_t name_mark(const char *name)
{
    size_t length = strlen(name);
    uint64_t first = 0, last = 0;
    if (length >= 8) {
        memcpy(&first, name, 8);
        memcpy(&last, name + length - 8, 8);
    } else if (length >= 4) {
        memcpy(&first, name, 4);
        memcpy(&last, name + length - 4, 4);
    } else if (length) {
        first = (uint64_t)(unsigned char)name[0] << 16 | (uint64_t)(unsigned char)name[length / 2] << 8 |
                (unsigned char)name[length - 1];
    }
    return (uint32_t)((first * 0x9e3779b97f4a7c15u ^ (last + length) * 0xc2b2ae3d27d4eb4fu) >> 32);
}

static void merge_few(cJSON *object)
{
    uint32_t marks[FEW_MEMBERS];
    cJSON *kept[FEW_MEMBERS];
    size_t count = 0;
    for (cJSON *member = object->child, *next; member; member = next) {
        next = member->next;
        uint32_t mark = name_mark(member->string);
        size_t i = 0;
        while (i < count && (marks[i] != mark || strcmp(kept[i]->string, member->string) != 0))
            i++;
        if (i < count) {
            replace_value(kept[i], member);
            unlink_member(object, member);
        } else {
            marks[count] = mark;
            kept[count++] = member;
        }
    }
}

/* A table with a keyed hash, so that a big object costs no more than its text. */
static void merge_many(cJSON *object, size_t count)
{
    size_t slots = 64;
    while (slots < count * 2)
        slots *= 2;
    cJSON **table = memory_alloc(slots * sizeof *table);
    for (cJSON *member = object->child, *next; member; member = next) {
        next = member->next;
        size_t slot = str_hash(str_of(member->string)) & (slots - 1);
        while (table[slot] && strcmp(table[slot]->string, member->string) != 0)
            slot = (slot + 1) & (slots - 1);
        if (table[slot]) {
            replace_value(table[slot], member);
            unlink_member(object, member);
        } else {
            table[slot] = member;
        }
    }
    free(table);
}

static void merge_members(cJSON *object)
{
    size_t count = 0;
    for (const cJSON *member = object->child; member; member = member->next)
        count++;
    if (count > FEW_MEMBERS)
        merge_many(object, count);
    else if (count > 1)
        merge_few(object);
}

/* ---- the document ---- */

static inline void skip_blank(struct parser *p)
{
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t'))
        p->at++;
}

static inline bool stands_on(const struct parser *p, char byte)
{
    return p->at < p->end && *p->at == byte;
}

static cJSON *new_node(struct parser *p, int type)
{
    cJSON *node = take_node(p);
    *node = (cJSON){ .type = type, .string = p->name };
    p->name = NULL;
    if (!p->open) {
        p->root = node;
        return node;
    }
    cJSON *first = p->open->child;
    if (first) {
        node->prev = first->prev;
        first->prev->next = node;
        first->prev = node;
    } else {
        p->open->child = node->prev = node;
    }
    return node;
}

static bool open_container(struct parser *p, int type)
{
    if (p->depth == p->max_depth)
        return fail(p, JSON_FAULT_DEPTH, p->at, "the text nests deeper than %zu levels", p->max_depth);
    cJSON *node = new_node(p, type);
    node->valuestring = (char *)p->open;
    node->valuedouble = (double)(p->at - p->start);
    p->open = node;
    p->depth++;
    p->at++;
    return true;
}

static void close_container(struct parser *p)
{
    cJSON *node = p->open;
    p->open = (cJSON *)(void *)node->valuestring;
    node->valuestring = NULL;
    node->valuedouble = 0;
    p->depth--;
    p->at++;
    if (json_kind(node) == cJSON_Object)
        merge_members(node);
}

static bool fail_at_word(struct parser *p, struct str word)
{
    size_t shown = word.length < 40 ? word.length : 40;
    while (shown && shown < word.length && (word.at[shown] & 0xC0) == 0x80) /* no half character */
        shown--;
    return fail(p, JSON_FAULT_TOKEN, p->at, "'%.*s' is no value", (int)shown, word.at);
}

static bool read_word(struct parser *p, struct str word, int type)
{
    struct str found = word_from(p, p->at);
    if (!str_equal(found, word))
        return fail_at_word(p, found);
    p->at += word.length;
    new_node(p, type)->valueint = type == cJSON_True; /* as cJSON has it */
    return true;
}

/* A word of the writer's own where a value is wanted, or a character that can begin none. */
static bool fail_at_value(struct parser *p)
{
    struct str word = word_from(p, p->at);
    return word.length ? fail_at_word(p, word) : fail_here(p);
}

/* A scalar whole, a container only opened. */
static bool read_value(struct parser *p)
{
    skip_blank(p);
    switch (p->at < p->end ? *p->at : '\0') {
    case '{':
        return open_container(p, cJSON_Object);
    case '[':
        return open_container(p, cJSON_Array);
    case '"': {
        p->wanted = JSON_WANTED_QUOTE;
        char *text = read_string(p);
        if (text)
            new_node(p, cJSON_String)->valuestring = text;
        return text != NULL;
    }
    case 't':
        return read_word(p, STR("true"), cJSON_True);
    case 'f':
        return read_word(p, STR("false"), cJSON_False);
    case 'n':
        return read_word(p, STR("null"), cJSON_NULL);
    case '-':
    case '0' ... '9': {
        cJSON number = { 0 };
        if (!read_number(p, &number))
            return false;
        cJSON *node = new_node(p, cJSON_Number);
        node->valuestring = number.valuestring;
        node->valuedouble = number.valuedouble;
        node->valueint = number.valueint;
        return true;
    }
    default:
        return fail_at_value(p);
    }
}

/* A member's name and its colon. */
static bool read_name(struct parser *p)
{
    skip_blank(p);
    if (!stands_on(p, '"'))
        return fail_here(p);
    p->wanted = JSON_WANTED_NAME_QUOTE;
    p->name = read_string(p);
    if (!p->name)
        return false;
    p->wanted = JSON_WANTED_COLON;
    skip_blank(p);
    if (!stands_on(p, ':'))
        return fail_here(p);
    p->at++;
    return true;
}

/* Up to the place where the next value begins. */
static bool read_to_value(struct parser *p)
{
    if (json_kind(p->open) == cJSON_Object && !read_name(p))
        return false;
    bool first = !p->open->child && json_kind(p->open) == cJSON_Array;
    p->wanted = first ? JSON_WANTED_VALUE_OR_CLOSE : JSON_WANTED_VALUE;
    return true;
}

/* After a value, or after an opening bracket: through all that closes, then to the next value. *ret_done: there is
 * none. */
static bool read_between(struct parser *p, bool *ret_done)
{
    *ret_done = false;
    while (p->open) {
        bool object = json_kind(p->open) == cJSON_Object;
        skip_blank(p);
        if (stands_on(p, object ? '}' : ']')) {
            close_container(p);
            continue;
        }
        if (p->open->child == NULL) {
            p->wanted = object ? JSON_WANTED_NAME_OR_CLOSE : JSON_WANTED_VALUE_OR_CLOSE;
            return read_to_value(p);
        }
        p->wanted = JSON_WANTED_COMMA_OR_CLOSE;
        if (!stands_on(p, ','))
            return fail_here(p);
        p->at++;
        p->wanted = object ? JSON_WANTED_NAME : JSON_WANTED_VALUE;
        return read_to_value(p);
    }
    *ret_done = true;
    return true;
}

static bool read_document(struct parser *p)
{
    bool done = false;
    while (!done)
        if (!read_value(p) || !read_between(p, &done))
            return false;
    p->wanted = JSON_WANTED_END;
    skip_blank(p);
    return p->at == p->end || fail_here(p);
}

cJSON *json_build(struct arena *arena, struct str text, size_t max_depth, struct json_error *reterr_why)
{
    struct json_error unasked;
    if (text.length == 0)
        text = STR("");
    struct parser p = {
        .arena = arena,
        .start = text.at,
        .at = text.at,
        .end = text.at + text.length,
        .max_depth = max_depth,
        .wanted = JSON_WANTED_VALUE,
        .error = reterr_why ? reterr_why : &unasked,
    };
    *p.error = (struct json_error){ 0 };
    return read_document(&p) ? p.root : NULL;
}

const cJSON *json_parse_in(struct arena *arena, struct str text, struct json_error *reterr_why)
{
    return json_build(arena, text, JSON_MAX_DEPTH, reterr_why);
}
