/* What Step Functions adds to JSONata in place of its intrinsic functions (developer guide, "JSONata functions provided by
 * Step Functions"), which count in whole numbers: what is behind the point of an argument is cut off, as AWS does. $random
 * with a seed is in function_number.c. */
#include <math.h>

#include "base/digest.h"
#include "services/stepfunctions/jsonata/function.h"

#define MOST_RANGE 1e7

static _Noreturn void refuse(struct application *application, const char *why)
{
    run_fail(application->run, (struct fault){ .code = "D3137", .text = str_of(why) });
}

static struct value function_partition(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args, item;
    if (!value_is_defined(args[0]))
        return UNDEFINED;
    double most = value_is_defined(args[1]) ? trunc(args[1].number) : 0;
    if (!(most >= 1))
        refuse(application, "The second argument of the partition function must be a positive integer");
    struct array *parts = array_new(run, 0), *part = NULL;
    for (struct cursor cursor = list_open(args[0]); list_next(&cursor, &item);) {
        if (!part || part->count >= most) {
            part = array_new(run, 0);
            array_push(run, parts, value_of_array(part));
        }
        array_push(run, part, item);
        run_tick(run, 1);
    }
    return value_of_array(parts);
}

static struct value function_range(struct application *application)
{
    struct run *run = application->run;
    struct value *args = application->args;
    for (size_t i = 0; i < 3; i++) {
        if (!value_is_defined(args[i]))
            return UNDEFINED;
        if (!value_is_number(run, args[i]))
            refuse(application, "The arguments of the range function must be numbers");
    }
    double start = trunc(args[0].number), end = trunc(args[1].number), step = trunc(args[2].number);
    if (step == 0)
        refuse(application, "The third argument of the range function must not be zero");
    double count = floor((end - start) / step) + 1;
    if (count > MOST_RANGE)
        run_fail(run, (struct fault){ .code = "D2014", .value = value_of_number(count) });
    struct array *range = array_new(run, count > 0 ? (size_t)count : 0);
    run_tick(run, range->capacity / 8);
    for (double i = 0; i < count; i++)
        array_push(run, range, value_of_number(start + i * step));
    return value_of_array(range);
}

static struct value function_hash(struct application *application)
{
    struct value *args = application->args;
    struct buf hex = BUF_EMPTY;
    if (!value_is_defined(args[0]) || !value_is_defined(args[1]))
        return UNDEFINED;
    if (!digest_hex_by_name(value_text(args[1]), value_text(args[0]), &hex)) {
        buf_release(&hex);
        refuse(application, "The second argument of the hash function must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512");
    }
    char copy[2 * 64 + 1];
    size_t length = hex.length < sizeof copy ? hex.length : sizeof copy;
    memcpy(copy, hex.at, length);
    buf_release(&hex); /* before run_copy(), which may leave for good */
    return value_of_text(run_copy(application->run, (struct str){ copy, length }));
}

static struct value function_uuid(struct application *application)
{
    char uuid[37];
    if (!application->run->scope->random)
        refuse(application, "There is no source of randomness");
    random_uuid(application->run->scope->random, uuid);
    return value_of_text(run_copy(application->run, str_of(uuid)));
}

static struct value function_parse(struct application *application)
{
    struct run *run = application->run;
    struct value text = application->args[0];
    struct json_error error;
    if (!value_is_defined(text))
        return UNDEFINED;
    run_tick(run, text.length / 8);
    run_charge(run, (size_t)text.length * sizeof(cJSON) / 2); /* what the nodes take at most: [1,1,1…] */
    const cJSON *node = json_parse_in(run->results, value_text(text), &error);
    if (!node)
        refuse(application, run_print(run, "The argument of the parse function is no JSON: %s", error.why).at);
    return value_of_node(node);
}

struct builtin builtins_of_states[] = {
    { "partition", "<an:a>", 2, false, function_partition, NULL },
    { "range", "<nnn:a>", 3, false, function_range, NULL },
    { "hash", "<s-s:s>", 2, false, function_hash, NULL },
    { "uuid", "<:s>", 0, false, function_uuid, NULL },
    { "parse", "<s-:x>", 1, false, function_parse, NULL },
    { 0 },
};
