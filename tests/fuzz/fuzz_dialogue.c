/* A conversation: the first line is a condition that the bot branches by, the second a message that it says, the third what its
 * function answers; each further line is a turn, one that begins with '{' a session state that the client puts. */
#include <assert.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/invocation.h"
#include "aws/road.h"
#include "services/lexv2/bot.h"
#include "services/lexv2/nlu/nlu.h"
#include "services/registry.h"
#include "world/hook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ACCOUNT "111122223333"
#define REGION  "eu-west-1"
#define BOT     "BOTBOTBOT1"
#define WHERE   "\"botId\":\"" BOT "\",\"botAliasId\":\"TSTALIASID\",\"localeId\":\"en_US\",\"sessionId\":\"someone\""
#define ZIP                                                                                                            \
    "UEsDBBQAAAAAAAAAIQAHoerdAgAAAAIAAAABAAAAYWEKUEsBAhQDFAAAAAAAAAAhAAeh"                                             \
    "6t0CAAAAAgAAAAEAAAAAAAAAAAAAAIABAAAAAGFQSwUGAAAAAAEAAQAvAAAAIQAAAAAA"

static const struct scope scope = { ACCOUNT, REGION };
static struct world *world;
static struct cloud *cloud;
static const struct table_def **tables;
static struct str reply;

static enum verdict run_function(struct hook *hook, struct question *question)
{
    invocation_return(question->subject, reply);
    return VERDICT_CHANGED;
}

static struct hook runner = { .point = HOOK_INVOKE, .pack = "", .service = "lambda", .chance = 1, .ask = run_function };

static void finished(struct call *call)
{
}

static void ask(const char *service, const char *operation, struct str input)
{
    const char *why = NULL;
    struct call *call = call_new(cloud, str_of(service), str_of(operation), &why);
    assert(call);
    call->caller = principal_of_root(call->arena, STR(ACCOUNT));
    call->region = REGION;
    call->finished = finished;
    call->input = json_parse_in(call->arena, input, NULL);
    if (call->input) {
        enum outcome outcome = road_run(call);
        assert(outcome != CALL_PARKED);
        assert(outcome == CALL_DONE || call->error.kind->status < 500);
    }
    call_free(call);
}

static void put_row(const struct table_def *table, const char *key, struct str text)
{
    struct json *row = json_parse(text, NULL);
    assert(row);
    store_put(world->store, scope, table, str_of(key), row);
}

static void begin(void)
{
    char *why = NULL;
    tables = cloud_tables(services_registry);
    struct world_options options = { .seed = 7,
                                     .start_ms = 1700000000000,
                                     .stepped = true,
                                     .speed = 1,
                                     .duration_factor = 1,
                                     .tables = tables,
                                     .recover = cloud_recover };
    world = world_new(&options, &why);
    cloud = cloud_new(world, services_registry, &why);
    cloud->account = ACCOUNT;
    cloud->region = REGION;
    world_recover(world);
    hook_add(world->hooks, &runner);
    put_row(&lexv2_bot_table, BOT, STR("{\"botName\":\"B\",\"idleSessionTTLInSeconds\":300}"));
    put_row(
        &lexv2_alias_table, BOT "/TSTALIASID",
        STR("{\"botAliasName\":\"t\",\"botVersion\":\"DRAFT\",\"botAliasLocaleSettings\":{\"en_US\":{\"enabled\":true,"
            "\"codeHookSpecification\":{\"lambdaCodeHook\":{\"lambdaARN\":\"arn:aws:lambda:" REGION ":" ACCOUNT
            ":function:f\"}}}}}"));
    put_row(&lexv2_locale_table, BOT "/DRAFT/en_US", STR("{}"));
    ask("lambda", "CreateFunction",
        STR("{\"FunctionName\":\"f\",\"Role\":\"arn:aws:iam::" ACCOUNT
            ":role/r\",\"Runtime\":\"provided.lua\",\"Handler\":\"h\","
            "\"Code\":{\"ZipFile\":\"" ZIP "\"}}"));
    world_settle(world, 5000);
}

static void build(struct str condition, struct str message)
{
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, "{\"locale\":{\"localeId\":\"en_US\"},\"slotTypes\":[],\"intents\":[{\"intentName\":\"A\","
                        "\"dialogCodeHook\":{\"enabled\":true},"
                        "\"fulfillmentCodeHook\":{\"enabled\":true},\"sampleUtterances\":[{\"utterance\":\"go "
                        "on\"}],\"slots\":[{\"slotName\":\"S\",\"slotTypeId\":"
                        "\"AMAZON.Number\",\"valueElicitationSetting\":{\"slotConstraint\":\"Required\","
                        "\"promptSpecification\":{\"maxRetries\":1,\"messageGroups\":[{"
                        "\"message\":{\"plainTextMessage\":{\"value\":");
    json_print_string(&text, message);
    buf_add_text(&text, "}}}]}}}],\"intentConfirmationSetting\":{\"promptSpecification\":{\"messageGroups\":[]}},"
                        "\"initialResponseSetting\":{\"conditional\":"
                        "{\"active\":true,\"conditionalBranches\":[{\"condition\":{\"expressionString\":");
    json_print_string(&text, condition);
    buf_add_text(&text, "},\"nextStep\":{\"dialogAction\":{\"type\":\"ElicitIntent\"}}}],\"defaultBranch\":{"
                        "\"nextStep\":{\"dialogAction\":{\"type\":"
                        "\"InvokeDialogCodeHook\"}}}}}},{\"intentName\":\"FallbackIntent\",\"parentIntentSignature\":"
                        "\"AMAZON.FallbackIntent\",\"slots\":[]}]}");
    put_row(&lexv2_built_table, BOT "/DRAFT/en_US", buf_str(&text));
    buf_release(&text);
}

static void take_turn(struct str line)
{
    struct buf input = BUF_EMPTY;
    bool puts = line.length && line.at[0] == '{';
    buf_printf(&input, "{" WHERE ",\"%s\":", puts ? "sessionState" : "text");
    if (puts)
        buf_add_str(&input, line);
    else
        json_print_string(&input, line);
    buf_add_byte(&input, '}');
    ask("lexv2runtime", puts ? "PutSession" : "RecognizeText", buf_str(&input));
    buf_release(&input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str message, rest, condition = str_cut((struct str){ (const char *)data, size }, '\n', &message);
    message = str_cut(message, '\n', &rest);
    reply = str_cut(rest, '\n', &rest);
    if (!str_is_utf8((struct str){ (const char *)data, size }) || memchr(data, '\0', size) || size > 8192)
        return 0;
    if (!world)
        begin();
    build(condition, message);
    for (int turns = 0; rest.length && turns < 8; turns++)
        take_turn(str_cut(rest, '\n', &rest));
    ask("lexv2runtime", "DeleteSession", STR("{" WHERE "}"));
    world_settle(world, 1);
    nlu_forget_models();
    return 0;
}
