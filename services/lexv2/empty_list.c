/* Lists of what this practice cloud never has: no replicas in other regions, no recommendations from transcripts, no
 * generations by Bedrock, no analyses, and no analytics of conversations. They are empty of a bot that is there. */
#include "services/lexv2/handlers.h"
#include "services/lexv2/lexv2_model.h"
#include "services/lexv2/listing.h"
#include "services/lexv2/record.h"

/* The one list of the operation's output. */
static const char *list_member(const struct shape *shape)
{
    for (size_t i = 0; i < shape->member_count; i++)
        if (shape->members[i].shape->kind == SHAPE_LIST)
            return shape->members[i].name;
    return NULL;
}

enum outcome list_nothing(struct call *call)
{
    struct lexv2_key bot = { .bot = input_str(call, "botId") };
    if (!lexv2_need(call, &lexv2_bot_table, &bot))
        return CALL_FAILED;
    return lexv2_list_items(call, NULL, list_member(call->operation->output), "");
}

/* Utterances are not kept, so none was heard or missed in the window that is asked for. */
enum outcome list_aggregated_utterances(struct call *call)
{
    static const struct {
        const char *dimension;
        int64_t ms;
    } units[] = { { "Hours", 3600000 }, { "Days", 86400000 }, { "Weeks", 604800000 } };
    const cJSON *duration = json_get(json_get(call->input, "aggregationDuration"), "relativeAggregationDuration");
    int64_t now = clock_now(call->world->clock), span = 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_is(json_str(duration, "timeDimension"), units[i].dimension))
            span = units[i].ms * json_int64(duration, "timeValue", 1);
    if (list_nothing(call) != CALL_DONE)
        return CALL_FAILED;
    output_json(call, "aggregationDuration", json_thaw(json_get(call->input, "aggregationDuration")));
    output_time(call, "aggregationWindowStartTime", now - span);
    output_time(call, "aggregationWindowEndTime", now);
    output_time(call, "aggregationLastRefreshedDateTime", now);
    return CALL_DONE;
}

enum outcome delete_utterances(struct call *call)
{
    struct lexv2_key bot = { .bot = input_str(call, "botId") };
    return lexv2_need(call, &lexv2_bot_table, &bot) ? CALL_DONE : CALL_FAILED;
}
