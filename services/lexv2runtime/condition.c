#include "services/lexv2runtime/turn.h"

#include <stdlib.h>

/* Conditions of branches (developer guide, "Branching based on condition"):
 *
 *     or      = and { OR and }            and    = not { AND not }        not = [NOT] ( "(" or ")" | fact )
 *     fact    = operand [ compare operand ]   |  a function that says yes or no
 *     operand = {slot} {slot.sub} [attribute] #context.attribute "text" number true false null fn.COUNT(…) fn.LENGTH(…) fn.IS_SET(…)
 *
 * Exported bots also write ||, &&, !, ==. What cannot be read does not hold. */

#define DEEPEST 32

struct reader {
    const struct turn *turn;
    struct str rest;
    bool broken;
    int depth;
};

struct operand {
    struct str text; /* STR_NONE: null */
    double number;
    bool is_number;
};

/* ---- what references stand for ---- */

static struct str slot_value_of(const struct turn *turn, struct str path)
{
    struct str part, name = str_cut(path, '.', &part);
    const cJSON *value = json_get_str(slots_of(turn), name);
    if (!part.length || str_is(part, "interpretedValue"))
        return slot_text(value);
    if (str_is(part, "originalValue"))
        return json_str(json_get(value, "value"), "originalValue");
    return slot_text(json_get_str(json_get(value, "subSlots"), part));
}

static struct str context_value_of(const struct turn *turn, struct str path)
{
    struct str attribute, name = str_cut(path, '.', &attribute);
    const cJSON *context;
    cJSON_ArrayForEach(context, json_get(turn->state, "activeContexts"))
    {
        if (str_equal(json_str(context, "name"), name)) {
            const cJSON *value = json_get_str(json_get(context, "contextAttributes"), attribute);
            return cJSON_IsString(value) ? json_value(value) : STR_NONE;
        }
    }
    return STR_NONE;
}

struct str condition_value(const struct turn *turn, struct str reference)
{
    if (reference.length < 2)
        return STR_NONE;
    if (reference.at[0] == '#')
        return context_value_of(turn, str_from(reference, 1));
    struct str inside = str_trim((struct str){ reference.at + 1, reference.length - 2 });
    if (reference.at[0] == '{')
        return slot_value_of(turn, inside);
    const cJSON *value = json_get_str(json_get(turn->state, "sessionAttributes"), inside);
    return cJSON_IsString(value) ? json_value(value) : STR_NONE;
}

/* ---- reading ---- */

static void skip(struct reader *reader)
{
    while (reader->rest.length && strchr(" \t\r\n", reader->rest.at[0]))
        reader->rest = str_from(reader->rest, 1);
}

static bool take(struct reader *reader, const char *literal)
{
    skip(reader);
    struct str wanted = str_of(literal);
    if (reader->rest.length < wanted.length ||
        !str_equal_ignoring_case((struct str){ reader->rest.at, wanted.length }, wanted))
        return false;
    char last = literal[wanted.length - 1];
    bool word = (last >= 'A' && last <= 'Z') || (last >= 'a' && last <= 'z');
    if (word && reader->rest.length > wanted.length) {
        char behind = reader->rest.at[wanted.length];
        if ((behind >= 'a' && behind <= 'z') || (behind >= 'A' && behind <= 'Z') || behind == '_')
            return false;
    }
    reader->rest = str_from(reader->rest, wanted.length);
    return true;
}

static struct operand operand_of(struct str text)
{
    struct operand operand = { text, 0, false };
    char digits[40], *end;
    if (!text.length || text.length >= sizeof digits)
        return operand;
    memcpy(digits, text.at, text.length);
    digits[text.length] = '\0';
    operand.number = strtod(digits, &end);
    operand.is_number = *end == '\0' && strchr("-+.0123456789", digits[0]);
    return operand;
}

static struct str until(struct reader *reader, char closes)
{
    struct str rest = STR_NONE, inside = str_cut(reader->rest, closes, &rest);
    if (inside.length == reader->rest.length)
        reader->broken = true;
    reader->rest = rest;
    return inside;
}

static struct str reference(struct reader *reader)
{
    skip(reader);
    const char *from = reader->rest.at;
    char opens = reader->rest.length ? reader->rest.at[0] : '\0';
    if (opens == '{' || opens == '[') {
        until(reader, opens == '{' ? '}' : ']');
        return (struct str){ from, (size_t)(reader->rest.at ? reader->rest.at - from : 0) };
    }
    size_t length = 0;
    while (length < reader->rest.length && !strchr(" \t\r\n()=<>!&|\"", reader->rest.at[length]))
        length++;
    if (!length)
        reader->broken = true;
    reader->rest = str_from(reader->rest, length);
    return (struct str){ from, length };
}

static struct operand number_operand(struct reader *reader, size_t number)
{
    char *text = arena_printf(reader->turn->call->arena, "%zu", number);
    return (struct operand){ str_of(text), (double)number, true };
}

static size_t count_of(const struct turn *turn, struct str name)
{
    struct str inside = name.length > 2 ? (struct str){ name.at + 1, name.length - 2 } : STR_NONE;
    const cJSON *values = json_get(json_get_str(slots_of(turn), inside), "values");
    return values ? (size_t)cJSON_GetArraySize(values) : condition_value(turn, name).at ? 1 : 0;
}

static bool function_operand(struct reader *reader, struct operand *ret_operand)
{
    static const char *const names[] = { "fn.IS_SET", "fn.LENGTH", "fn.COUNT" };
    for (size_t i = 0; i < 3; i++) {
        if (!take(reader, names[i]))
            continue;
        reader->broken |= !take(reader, "(");
        struct str argument = reference(reader);
        struct str value = condition_value(reader->turn, argument);
        reader->broken |= !take(reader, ")");
        if (i == 0)
            *ret_operand = operand_of(count_of(reader->turn, argument) || value.length ? STR("true") : STR("false"));
        else
            *ret_operand = number_operand(reader,
                                          i == 1 ? str_count_code_points(value) : count_of(reader->turn, argument));
        return true;
    }
    return false;
}

static struct operand operand(struct reader *reader)
{
    struct operand result;
    skip(reader);
    if (function_operand(reader, &result))
        return result;
    if (reader->rest.length && strchr("\"'", reader->rest.at[0])) {
        char quote = reader->rest.at[0];
        reader->rest = str_from(reader->rest, 1);
        struct str text = until(reader, quote);
        return (struct operand){ text.at ? text : STR(""), operand_of(text).number, operand_of(text).is_number };
    }
    if (take(reader, "null"))
        return (struct operand){ 0 };
    struct str word = reference(reader);
    return operand_of(word.length && strchr("{[#", word.at[0]) ? condition_value(reader->turn, word) : word);
}

static int compare(const struct operand *a, const struct operand *b)
{
    if (a->is_number && b->is_number)
        return (a->number > b->number) - (a->number < b->number);
    return str_compare(a->text, b->text);
}

static bool same(const struct operand *a, const struct operand *b)
{
    if (!a->text.at || !b->text.at)
        return !a->text.at && !b->text.at;
    return a->is_number && b->is_number ? a->number == b->number : str_equal_ignoring_case(a->text, b->text);
}

static bool fact(struct reader *reader)
{
    struct operand left = operand(reader);
    static const char *const signs[] = { "!=", "<=", ">=", "==", "=", "<", ">" };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!take(reader, signs[i]))
            continue;
        struct operand right = operand(reader);
        if (i == 0)
            return !same(&left, &right);
        if (i == 3 || i == 4)
            return same(&left, &right);
        if (!left.text.at || !right.text.at)
            return false;
        int order = compare(&left, &right);
        return i == 1 ? order <= 0 : i == 2 ? order >= 0 : i == 5 ? order < 0 : order > 0;
    }
    return str_equal_ignoring_case(left.text, STR("true"));
}

static bool either(struct reader *reader);

static bool one(struct reader *reader)
{
    if (++reader->depth > DEEPEST) {
        reader->broken = true;
        return false;
    }
    bool result;
    skip(reader);
    bool unequal = reader->rest.length > 1 && reader->rest.at[0] == '!' && reader->rest.at[1] == '=';
    if (take(reader, "NOT") || (!unequal && take(reader, "!"))) {
        result = !one(reader);
    } else if (take(reader, "(")) {
        result = either(reader);
        reader->broken |= !take(reader, ")");
    } else {
        result = fact(reader);
    }
    reader->depth--;
    return result;
}

static bool both(struct reader *reader)
{
    bool result = one(reader);
    while (!reader->broken && (take(reader, "AND") || take(reader, "&&"))) {
        bool right = one(reader);
        result = result && right;
    }
    return result;
}

static bool either(struct reader *reader)
{
    bool result = both(reader);
    while (!reader->broken && (take(reader, "OR") || take(reader, "||"))) {
        bool right = both(reader);
        result = result || right;
    }
    return result;
}

bool condition_holds(const struct turn *turn, struct str expression)
{
    struct reader reader = { turn, expression, false, 0 };
    bool result = either(&reader);
    skip(&reader);
    return result && !reader.broken && !reader.rest.length;
}
