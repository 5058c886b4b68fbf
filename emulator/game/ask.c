#include "game/ask.h"

#include "aws/road.h"
#include "game/game_inner.h"

static void forget(struct call *call)
{
}

static void delete_tree(void *tree)
{
    cJSON_Delete(tree);
}

cJSON *team_ask(struct team *team, const char *service, const char *operation, cJSON *input_taken)
{
    const char *why;
    struct call *call = call_new(team->game->cloud, str_of(service), str_of(operation), &why);
    if (!call) {
        cJSON_Delete(input_taken);
        return NULL;
    }
    arena_own(call->arena, delete_tree, input_taken);
    call->input = input_taken;
    call->caller = principal_of_root(call->arena, str_of(team->account));
    call->origin = ORIGIN_HOUSE;
    call->made_by = script_maker(team->game->script);
    call->finished = forget;
    cJSON *answer = road_run(call) == CALL_DONE ? json_thaw(call_output(call)) : NULL;
    call_free(call);
    return answer;
}

cJSON *ask_with(const char *name, struct str value)
{
    cJSON *input = cJSON_CreateObject();
    json_set_str(input, name, value);
    return input;
}

cJSON *text_or_null(const char *text)
{
    return text ? json_new_string(str_of(text)) : cJSON_CreateNull();
}
