#include "services/stepfunctions/asl/choice.h"

#include "base/time.h"
#include "services/stepfunctions/asl/java.h"
#include "services/stepfunctions/asl/wildcard.h"

enum rule_kind {
    RULE_AND,
    RULE_OR,
    RULE_NOT,
    RULE_STRING,
    RULE_NUMERIC,
    RULE_BOOLEAN,
    RULE_TIMESTAMP,
    RULE_MATCHES,
    RULE_IS_PRESENT,
    RULE_IS_NULL,
    RULE_IS_STRING,
    RULE_IS_NUMERIC,
    RULE_IS_BOOLEAN,
    RULE_IS_TIMESTAMP,
};

enum comparison { COMPARE_EQ, COMPARE_LT, COMPARE_GT, COMPARE_LE, COMPARE_GE };

struct instant {
    int64_t ms;
    int32_t nanos;
};

/* What a rule compares with; only what its kind needs is there. */
struct comparand {
    struct str text;
    const struct wildcard *wildcard;
    double number;
    bool truth;
    struct instant instant;
};

struct rule {
    enum rule_kind kind;
    enum comparison comparison;
    const struct path *variable;
    const struct path *path;         /* of a …Path operator */
    struct comparand value;          /* of another */
    const struct rule *const *rules; /* of And, Or and Not */
    size_t count;
};

static const struct operation {
    const char *name;
    enum rule_kind kind;
    enum comparison comparison;
    bool by_path;
} operations[] = {
    { "And", RULE_AND, 0, false },
    { "Or", RULE_OR, 0, false },
    { "Not", RULE_NOT, 0, false },
    { "StringEquals", RULE_STRING, COMPARE_EQ, false },
    { "StringEqualsPath", RULE_STRING, COMPARE_EQ, true },
    { "StringLessThan", RULE_STRING, COMPARE_LT, false },
    { "StringLessThanPath", RULE_STRING, COMPARE_LT, true },
    { "StringGreaterThan", RULE_STRING, COMPARE_GT, false },
    { "StringGreaterThanPath", RULE_STRING, COMPARE_GT, true },
    { "StringLessThanEquals", RULE_STRING, COMPARE_LE, false },
    { "StringLessThanEqualsPath", RULE_STRING, COMPARE_LE, true },
    { "StringGreaterThanEquals", RULE_STRING, COMPARE_GE, false },
    { "StringGreaterThanEqualsPath", RULE_STRING, COMPARE_GE, true },
    { "StringMatches", RULE_MATCHES, 0, false },
    { "NumericEquals", RULE_NUMERIC, COMPARE_EQ, false },
    { "NumericEqualsPath", RULE_NUMERIC, COMPARE_EQ, true },
    { "NumericLessThan", RULE_NUMERIC, COMPARE_LT, false },
    { "NumericLessThanPath", RULE_NUMERIC, COMPARE_LT, true },
    { "NumericGreaterThan", RULE_NUMERIC, COMPARE_GT, false },
    { "NumericGreaterThanPath", RULE_NUMERIC, COMPARE_GT, true },
    { "NumericLessThanEquals", RULE_NUMERIC, COMPARE_LE, false },
    { "NumericLessThanEqualsPath", RULE_NUMERIC, COMPARE_LE, true },
    { "NumericGreaterThanEquals", RULE_NUMERIC, COMPARE_GE, false },
    { "NumericGreaterThanEqualsPath", RULE_NUMERIC, COMPARE_GE, true },
    { "BooleanEquals", RULE_BOOLEAN, COMPARE_EQ, false },
    { "BooleanEqualsPath", RULE_BOOLEAN, COMPARE_EQ, true },
    { "TimestampEquals", RULE_TIMESTAMP, COMPARE_EQ, false },
    { "TimestampEqualsPath", RULE_TIMESTAMP, COMPARE_EQ, true },
    { "TimestampLessThan", RULE_TIMESTAMP, COMPARE_LT, false },
    { "TimestampLessThanPath", RULE_TIMESTAMP, COMPARE_LT, true },
    { "TimestampGreaterThan", RULE_TIMESTAMP, COMPARE_GT, false },
    { "TimestampGreaterThanPath", RULE_TIMESTAMP, COMPARE_GT, true },
    { "TimestampLessThanEquals", RULE_TIMESTAMP, COMPARE_LE, false },
    { "TimestampLessThanEqualsPath", RULE_TIMESTAMP, COMPARE_LE, true },
    { "TimestampGreaterThanEquals", RULE_TIMESTAMP, COMPARE_GE, false },
    { "TimestampGreaterThanEqualsPath", RULE_TIMESTAMP, COMPARE_GE, true },
    { "IsNull", RULE_IS_NULL, 0, false },
    { "IsPresent", RULE_IS_PRESENT, 0, false },
    { "IsNumeric", RULE_IS_NUMERIC, 0, false },
    { "IsString", RULE_IS_STRING, 0, false },
    { "IsBoolean", RULE_IS_BOOLEAN, 0, false },
    { "IsTimestamp", RULE_IS_TIMESTAMP, 0, false },
};

/* ---- compiling ---- */

struct compiler {
    struct arena *arena;
    struct template_error *reterr;
};

__attribute__((format(printf, 3, 4))) static bool refuse(const struct compiler *compiler, const char *location,
                                                         const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str message = failure_sentence(compiler->arena, format, args);
    va_end(args);
    compiler->reterr->location = arena_copy(compiler->arena, str_of(location));
    compiler->reterr->message = arena_copy(compiler->arena, message);
    return false;
}

static bool refuse_field(const struct compiler *compiler, const char *field, const char *message)
{
    return refuse(compiler, arena_printf(compiler->arena, "/%s", field), "%s", message);
}

static const struct operation *find_operation(const char *name)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    return NULL;
}

/* Members that a rule may have besides its operator; who reads the Choice state looks after Next, Assign and Comment. */
static bool is_common(const char *name)
{
    static const char *const common[] = { "Variable", "Next", "Assign", "Comment" };
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (strcmp(common[i], name) == 0)
            return true;
    return false;
}

/* The one member that is an operator. */
static const cJSON *find_comparison(const struct compiler *compiler, const cJSON *node,
                                    const struct operation **ret_operation)
{
    const cJSON *found = NULL;
    for (const cJSON *member = node->child; member; member = member->next) {
        const struct operation *operation = find_operation(member->string);
        if (!operation && !is_common(member->string))
            return refuse_field(compiler, member->string, "Field is not supported"), NULL;
        if (!operation)
            continue;
        if (found)
            return refuse(compiler, "", "Only one comparison is allowed: [%s, %s]", found->string, member->string),
                   NULL;
        found = member;
        *ret_operation = operation;
    }
    if (!found)
        refuse(compiler, "", "A comparison operator is required");
    return found;
}

static const struct path *compile_path(const struct compiler *compiler, const cJSON *node)
{
    char *why;
    if (!value_is(node, cJSON_String))
        return refuse_field(compiler, node->string, "Expected value of type String"), NULL;
    const struct path *path = path_compile_choice(compiler->arena, json_value(node), &why);
    if (!path)
        refuse_field(compiler, node->string, why);
    return path;
}

static bool compile_text(const struct compiler *compiler, const cJSON *node, struct rule *rule)
{
    if (!value_is(node, cJSON_String))
        return refuse_field(compiler, node->string, "Expected value of type String");
    rule->value.text = json_value(node);
    if (rule->kind == RULE_MATCHES)
        rule->value.wildcard = wildcard_compile(compiler->arena, rule->value.text);
    return true;
}

static bool compile_instant(const struct compiler *compiler, const cJSON *node, struct rule *rule)
{
    struct instant *instant = &rule->value.instant;
    if (!value_is(node, cJSON_String))
        return refuse_field(compiler, node->string, "Expected value of type String");
    return time_parse_iso_nanos(json_value(node), &instant->ms, &instant->nanos) ||
           refuse_field(compiler, node->string, "String does not match RFC3339 timestamp");
}

/* The operator's constant. */
static bool compile_value(const struct compiler *compiler, const cJSON *node, struct rule *rule)
{
    switch (rule->kind) {
    case RULE_STRING:
    case RULE_MATCHES:
        return compile_text(compiler, node, rule);
    case RULE_TIMESTAMP:
        return compile_instant(compiler, node, rule);
    case RULE_NUMERIC:
        rule->value.number = node->valuedouble;
        return value_is(node, cJSON_Number) || refuse_field(compiler, node->string, "Expected value of type Number");
    default:
        rule->value.truth = value_is(node, cJSON_True);
        return value_is_bool(node) || refuse_field(compiler, node->string, "Expected value of type Boolean");
    }
}

static const struct rule *compile(const struct compiler *compiler, const cJSON *node);

/* A rule within another; what is wrong with it is told from the outer one's place. */
static const struct rule *compile_inner(const struct compiler *compiler, const cJSON *node, const char *place)
{
    const struct rule *rule = compile(compiler, node);
    if (!rule)
        compiler->reterr->location = arena_printf(compiler->arena, "%s%s", place, compiler->reterr->location);
    return rule;
}

static bool compile_list(const struct compiler *compiler, const cJSON *node, struct rule *rule)
{
    if (!value_is(node, cJSON_Array))
        return refuse_field(compiler, node->string, "Expected value of type Array");
    if (!node->child)
        return refuse_field(compiler, node->string, "Value cannot be empty");
    const struct rule **rules = ARENA_ARRAY(compiler->arena, const struct rule *, value_count(node));
    for (const cJSON *inner = node->child; inner; inner = inner->next) {
        const char *place = arena_printf(compiler->arena, "/%s[%zu]", node->string, rule->count);
        rules[rule->count] = compile_inner(compiler, inner, place);
        if (!rules[rule->count++])
            return false;
    }
    rule->rules = rules;
    return true;
}

static bool compile_not(const struct compiler *compiler, const cJSON *node, struct rule *rule)
{
    const struct rule **rules = ARENA_NEW(compiler->arena, const struct rule *);
    rules[0] = compile_inner(compiler, node, "/Not");
    rule->rules = rules;
    rule->count = 1;
    return rules[0] != NULL;
}

static bool compile_comparison(const struct compiler *compiler, const cJSON *node, const cJSON *operand,
                               const struct operation *operation, struct rule *rule)
{
    const cJSON *variable = json_get(node, "Variable");
    if (!variable)
        return refuse(compiler, "", "These fields are required: [Variable]");
    rule->variable = compile_path(compiler, variable);
    if (!rule->variable)
        return false;
    if (!operation->by_path)
        return compile_value(compiler, operand, rule);
    rule->path = compile_path(compiler, operand);
    return rule->path != NULL;
}

/* Recurses as deep as the definition, which the JSON parser bounds. */
static const struct rule *compile(const struct compiler *compiler, const cJSON *node)
{
    const struct operation *operation = NULL;
    if (!value_is(node, cJSON_Object))
        return refuse(compiler, "", "Expected value of type Object"), NULL;
    const cJSON *operand = find_comparison(compiler, node, &operation);
    if (!operand)
        return NULL;
    struct rule *rule = ARENA_NEW(compiler->arena, struct rule);
    rule->kind = operation->kind;
    rule->comparison = operation->comparison;
    bool compiled = rule->kind == RULE_NOT ? compile_not(compiler, operand, rule)
                    : rule->kind == RULE_AND || rule->kind == RULE_OR
                        ? compile_list(compiler, operand, rule)
                        : compile_comparison(compiler, node, operand, operation, rule);
    return compiled ? rule : NULL;
}

const struct rule *rule_compile(struct arena *arena, const cJSON *node, struct template_error *reterr)
{
    struct compiler compiler = { arena, reterr };
    return compile(&compiler, node);
}

/* ---- evaluating ---- */

static enum truth truth_of(bool is_true)
{
    return is_true ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth fail(const struct path *path, const struct environment *environment, struct failure *ret_failure)
{
    failure_set(ret_failure, environment->arena, "States.Runtime",
                "Invalid path '%.*s': The choice state's condition path references an invalid value.",
                STR_ARG(path_text(path)));
    return TRUTH_FAILED;
}

/* Ours: AWS tells no limit. All rules of a state are paid for out of one budget. */
static enum truth fail_costly(const struct environment *environment, struct failure *ret_failure)
{
    failure_set(ret_failure, environment->arena, "States.Runtime",
                "The choice state's conditions look at more of its input than can be afforded.");
    return TRUTH_FAILED;
}

static bool fits(enum comparison comparison, int order)
{
    switch (comparison) {
    case COMPARE_EQ:
        return order == 0;
    case COMPARE_LT:
        return order < 0;
    case COMPARE_GT:
        return order > 0;
    case COMPARE_LE:
        return order <= 0;
    default:
        return order >= 0;
    }
}

static bool instant_of(const cJSON *value, struct instant *ret_instant)
{
    return value_is(value, cJSON_String) &&
           time_parse_iso_nanos(json_value(value), &ret_instant->ms, &ret_instant->nanos);
}

/* What a …Path operator compares with; false: it is of another type. */
static bool take_comparand(enum rule_kind kind, const cJSON *value, struct comparand *ret_comparand)
{
    switch (kind) {
    case RULE_STRING:
        if (!value_is(value, cJSON_String))
            return false;
        ret_comparand->text = json_value(value);
        return true;
    case RULE_NUMERIC:
        ret_comparand->number = value->valuedouble;
        return value_is(value, cJSON_Number);
    case RULE_BOOLEAN:
        ret_comparand->truth = value_is(value, cJSON_True);
        return value_is_bool(value);
    default:
        return instant_of(value, &ret_comparand->instant);
    }
}

static int compare_instants(const struct instant *a, const struct instant *b)
{
    if (a->ms != b->ms)
        return a->ms < b->ms ? -1 : 1;
    return a->nanos < b->nanos ? -1 : a->nanos > b->nanos;
}

static int compare_numbers(double a, double b)
{
    return a < b ? -1 : a > b;
}

/* A value of another type than the operator's fits nothing. */
static bool compares(const struct rule *rule, const cJSON *value, const struct comparand *with)
{
    struct instant instant;
    switch (rule->kind) {
    case RULE_STRING:
        return value_is(value, cJSON_String) && fits(rule->comparison, java_compare(json_value(value), with->text));
    case RULE_NUMERIC:
        return value_is(value, cJSON_Number) &&
               fits(rule->comparison, compare_numbers(value->valuedouble, with->number));
    case RULE_BOOLEAN:
        return value_is_bool(value) && value_is(value, cJSON_True) == with->truth;
    case RULE_TIMESTAMP:
        return instant_of(value, &instant) && fits(rule->comparison, compare_instants(&instant, &with->instant));
    default:
        return value_is(value, cJSON_String) && wildcard_fits(with->wildcard, json_value(value));
    }
}

static bool has_type(enum rule_kind kind, const cJSON *value)
{
    struct instant instant;
    switch (kind) {
    case RULE_IS_NULL:
        return value_is(value, cJSON_NULL);
    case RULE_IS_STRING:
        return value_is(value, cJSON_String);
    case RULE_IS_NUMERIC:
        return value_is(value, cJSON_Number);
    case RULE_IS_BOOLEAN:
        return value_is_bool(value);
    case RULE_IS_TIMESTAMP:
        return instant_of(value, &instant);
    default:
        return value != NULL; /* IsPresent */
    }
}

static enum truth compare_by_path(const struct rule *rule, const cJSON *value, const struct environment *environment,
                                  struct failure *ret_failure)
{
    struct comparand comparand;
    const cJSON *with = path_read(rule->path, environment, NULL);
    if (!with)
        return fail(rule->path, environment, ret_failure);
    if (!environment_afford_text(environment, with))
        return fail_costly(environment, ret_failure);
    return truth_of(take_comparand(rule->kind, with, &comparand) && compares(rule, value, &comparand));
}

static enum truth evaluate_comparison(const struct rule *rule, const struct environment *environment,
                                      struct failure *ret_failure)
{
    const cJSON *value = path_read(rule->variable, environment, NULL);
    if (!value && rule->kind != RULE_IS_PRESENT)
        return fail(rule->variable, environment, ret_failure);
    if (!environment_afford_text(environment, value))
        return fail_costly(environment, ret_failure);
    if (rule->kind >= RULE_IS_PRESENT)
        return truth_of(has_type(rule->kind, value) == rule->value.truth);
    if (rule->path)
        return compare_by_path(rule, value, environment, ret_failure);
    return truth_of(compares(rule, value, &rule->value));
}

static enum truth negated(enum truth truth)
{
    return truth == TRUTH_FAILED ? truth : truth_of(truth == TRUTH_FALSE);
}

/* From left to right, only as far as the answer needs: a guard with IsPresent protects what stands behind it. */
enum truth rule_evaluate(const struct rule *rule, const struct environment *environment, struct failure *ret_failure)
{
    if (rule->kind == RULE_NOT)
        return negated(rule_evaluate(rule->rules[0], environment, ret_failure));
    if (rule->kind != RULE_AND && rule->kind != RULE_OR)
        return evaluate_comparison(rule, environment, ret_failure);
    enum truth neutral = truth_of(rule->kind == RULE_AND);
    for (size_t i = 0; i < rule->count; i++) {
        enum truth truth = rule_evaluate(rule->rules[i], environment, ret_failure);
        if (truth != neutral)
            return truth;
    }
    return neutral;
}

void rule_each_path(const struct rule *rule, void (*visit)(const struct path *, void *), void *data)
{
    if (rule->variable)
        visit(rule->variable, data);
    if (rule->path)
        visit(rule->path, data);
    for (size_t i = 0; i < rule->count; i++)
        rule_each_path(rule->rules[i], visit, data);
}
