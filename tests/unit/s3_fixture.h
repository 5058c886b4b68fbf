/* What S3's tests share: a stepped world with the cloud on it, and scripts of calls.
 *
 *     { "PutObject", "{'Key':'k','Body':'x'}", "{'ETag':'=etag'}" },          wanted: these members, others may be there too
 *     { "GetObject", "{'Key':'k','IfMatch':'$etag'}", "{'Body':'x','VersionId':null}" },      null: must be absent
 *     { "GetObject", "{'Key':'no'}", "NoSuchKey: The specified key does not exist." },  a refusal; "NoSuchKey" alone will do
 *
 * ' stands for ". "=name" keeps what is found there, "$name" in an input puts it in. Calls are of the root of ACCOUNT on the
 * bucket "bucket" unless they say otherwise; "Op@222233334444" is another account's. */
#ifndef TESTS_S3_FIXTURE_H
#define TESTS_S3_FIXTURE_H

#define ACCOUNT "111122223333"
#define REGION  "us-east-1"

#include "cloud_fixture.h"

#include "aws/payload.h"

struct step {
    const char *operation, *input, *wanted;
};

static struct {
    char name[32], value[256];
} kept[16];
static size_t kept_count;

/* ---- calls ---- */

static inline const char *value_of(struct str name)
{
    for (size_t i = 0; i < kept_count; i++)
        if (str_is(name, kept[i].name))
            return kept[i].value;
    fail_msg("nothing was kept as %.*s", STR_ARG(name));
    return "";
}

static inline void keep(struct str name, struct str value)
{
    size_t i = 0;
    while (i < kept_count && !str_is(name, kept[i].name))
        i++;
    assert_true(i < 16);
    if (i == kept_count)
        kept_count++;
    snprintf(kept[i].name, sizeof kept[i].name, "%.*s", STR_ARG(name));
    snprintf(kept[i].value, sizeof kept[i].value, "%.*s", STR_ARG(value));
}

static inline bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* ' becomes ", $name what was kept, quotes inside escaped. */
static inline struct str written_out(struct arena *arena, const char *text)
{
    struct buf out = BUF_EMPTY;
    while (*text) {
        if (*text == '$' && is_letter(text[1])) {
            size_t length = 1;
            while (is_letter(text[length]))
                length++;
            for (const char *value = value_of((struct str){ text + 1, length - 1 }); *value; value++) {
                if (*value == '"')
                    buf_add_byte(&out, '\\');
                buf_add_byte(&out, *value);
            }
            text += length;
            continue;
        }
        buf_add_byte(&out, *text == '\'' ? '"' : *text);
        text++;
    }
    struct str copy = arena_str(arena, buf_str(&out));
    buf_release(&out);
    return copy;
}

static inline void call_is_finished(struct call *call)
{
    *(bool *)call->owner = true;
}

/* The call as it ended; call_free() it. */
static inline struct call *ask_for(struct game *game, const char *operation, const char *input)
{
    const char *why = NULL;
    struct str account, name = str_cut(str_of(operation), '@', &account);
    struct call *call = call_new(game->cloud, STR("s3"), name, &why);
    if (!call)
        fail_msg("%s: %s", operation, why);
    call->caller = principal_of_root(call->arena, account.length ? account : STR(ACCOUNT));
    cJSON *tree = (cJSON *)(uintptr_t)json_parse_in(call->arena, written_out(call->arena, input), NULL);
    if (!tree)
        fail_msg("%s: no JSON: %s", operation, input);
    if (!json_get(tree, "Bucket") && shape_member(call->operation->input, STR("Bucket"))) {
        cJSON *bucket = ARENA_NEW(call->arena, cJSON);
        bucket->type = cJSON_String;
        bucket->string = arena_copy(call->arena, STR("Bucket"));
        bucket->valuestring = arena_copy(call->arena, STR("bucket"));
        bucket->next = tree->child;
        if (tree->child) {
            bucket->prev = tree->child->prev;
            tree->child->prev = bucket;
        } else {
            bucket->prev = bucket;
        }
        tree->child = bucket;
    }
    call->input = tree;
    bool finished = false;
    call->owner = &finished;
    call->finished = call_is_finished;
    if (road_run(call) == CALL_PARKED) {
        world_settle(game->world, 0);
        assert_true(finished);
    }
    return call;
}

static inline void check_member(const char *context, const cJSON *wanted, const cJSON *found);

/* Everything wanted is there, in objects; lists are equal in length and order. */
static inline void check_tree(const char *context, const cJSON *wanted, const cJSON *found)
{
    const cJSON *member;
    if (cJSON_IsArray(wanted)) {
        int count = cJSON_GetArraySize(wanted);
        if (cJSON_GetArraySize(found) != count)
            fail_msg("%s: %d elements, wanted %d", context, cJSON_GetArraySize(found), count);
        const cJSON *other = found ? found->child : NULL;
        for (member = wanted->child; member; member = member->next, other = other->next)
            check_member(context, member, other);
        return;
    }
    cJSON_ArrayForEach(member, wanted) check_member(context, member, json_get(found, member->string));
}

static inline void check_member(const char *context, const cJSON *wanted, const cJSON *found)
{
    struct str text = json_value(wanted);
    if (cJSON_IsNull(wanted)) {
        if (found)
            fail_msg("%s: '%s' is there", context, wanted->string);
    } else if (cJSON_IsObject(wanted) || cJSON_IsArray(wanted)) {
        check_tree(context, wanted, found);
    } else if (text.length > 1 && text.at[0] == '=') {
        if (!cJSON_IsString(found))
            fail_msg("%s: '%s' is no text", context, wanted->string);
        keep(str_from(text, 1), json_value(found));
    } else if (!found || !json_equal(wanted, found)) {
        struct arena *arena = arena_new();
        struct str got = found ? json_print_in(arena, found) : STR("nothing"), want = json_print_in(arena, wanted);
        fail_msg("%s: '%s' is %.*s, wanted %.*s", context, wanted->string ? wanted->string : "element", STR_ARG(got),
                 STR_ARG(want));
    }
}

static inline void check_refusal(const char *context, const struct call *call, const char *wanted)
{
    char got[2048];
    const struct api_error *error = &call->error;
    if (!error->kind)
        fail_msg("%s: done, wanted %s", context, wanted);
    snprintf(got, sizeof got, "%s: %s", error->kind->code, error->message ? error->message : "");
    if (strcmp(wanted, strchr(wanted, ':') ? got : error->kind->code) != 0)
        fail_msg("%s: %s, wanted %s", context, got, wanted);
}

static inline void run_step(struct game *game, const struct step *step, size_t number)
{
    char context[600];
    snprintf(context, sizeof context, "step %zu, %s %s", number, step->operation, step->input);
    struct call *call = ask_for(game, step->operation, step->input);
    if (*step->wanted != '{') {
        check_refusal(context, call, step->wanted);
    } else {
        if (call->error.kind)
            fail_msg("%s: %s: %s", context, call->error.kind->code, call->error.message ? call->error.message : "");
        check_tree(context, json_parse_in(call->arena, written_out(call->arena, step->wanted), NULL), call->output);
    }
    call_free(call);
}

#define RUN(game, steps)                                                                                               \
    for (size_t number = 0; number < sizeof steps / sizeof *steps; number++)                                           \
    run_step(game, &steps[number], number)

/* The script in a world of its own with a bucket "bucket". */
#define RUN_ALONE(steps)                                                                                               \
    do {                                                                                                               \
        struct game alone = start_game(NULL);                                                                          \
        run_step(&alone, &(struct step){ "CreateBucket", "{}", "{}" }, 0);                                             \
        RUN(&alone, steps);                                                                                            \
        end_game(&alone);                                                                                              \
    } while (0)

#endif
