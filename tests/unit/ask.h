/* Calls of the account's root in a cloud_fixture's game: ACCOUNT and REGION are the test's. ' stands for " in inputs. */
#ifndef TESTS_UNIT_ASK_H
#define TESTS_UNIT_ASK_H

static inline void finished(struct call *call)
{
    *(bool *)call->owner = true;
}

static inline struct call *ask(struct game *game, const char *service, const char *operation, const char *input)
{
    const char *why;
    struct call *call = call_new(game->cloud, str_of(service), str_of(operation), &why);
    if (!call)
        fail_msg("%s", why);
    char *text = arena_copy(call->arena, str_of(input));
    for (char *at = text; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    bool done = false;
    call->caller = principal_of_root(call->arena, STR(ACCOUNT));
    call->region = REGION;
    call->input = json_parse_in(call->arena, str_of(text), NULL);
    assert_non_null(call->input);
    call->owner = &done;
    call->finished = finished;
    if (road_run(call) == CALL_PARKED) {
        world_settle(game->world, 0);
        assert_true(done);
    }
    return call;
}

static inline void must(struct game *game, const char *service, const char *operation, const char *input)
{
    struct call *call = ask(game, service, operation, input);
    if (call->error.kind)
        fail_msg("%s: %s: %s", operation, call->error.kind->code, call->error.message);
    call_free(call);
}

#endif
