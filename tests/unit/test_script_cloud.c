/* A team's helpers on the real services: they ask the engine, never a flag. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "services/registry.h"
#define STAGE_SERVICES services_registry
#include "toy_cloud.h"

#include "pack_fixture.h"
#include "services/iam/identity.h"
#include "services/stepfunctions/asl/machine.h"

#define GOOD "{\"good\":true,\"share\":1}"

/* What stands: a role that may read one bucket, a machine whose Task retries, inside a Map as well. */
static const char setup[] =
    "local gameday = require 'gameday'\n"
    "local trust = gameday.to_json { Version = '2012-10-17', Statement = { { Effect = 'Allow', Action = "
    "'sts:AssumeRole',\n"
    "  Principal = { Service = 'states.amazonaws.com' } } } }\n"
    "local data = gameday.to_json { Version = '2012-10-17', Statement = {\n"
    "  { Effect = 'Allow', Action = 's3:Get*', Resource = 'arn:aws:s3:::data/*' },\n"
    "  { Effect = 'Deny', Action = 's3:*', Resource = 'arn:aws:s3:::data/secret' } } }\n"
    "local task = 'arn:aws:states:::aws-sdk:sfn:listActivities'\n"
    "local function retry(names, most) return { { ErrorEquals = names, MaxAttempts = most } } end\n"
    "local definition = gameday.to_json { StartAt = 'Each', States = {\n"
    "  Each = { Type = 'Map', Next = 'Plain', ItemProcessor = { StartAt = 'Inner', States = { Inner = { Type = 'Pass', "
    "End = true } } } },\n"
    "  Plain = { Type = 'Task', Resource = task, Next = 'All' },\n"
    "  All = { Type = 'Task', Resource = task, Retry = retry({ 'States.ALL' }), Next = 'Never' },\n"
    "  Never = { Type = 'Task', Resource = task, Retry = retry({ 'States.TaskFailed' }, 0), Next = 'Some' },\n"
    "  Some = { Type = 'Task', Resource = task, Retry = retry({ 'Sfn.SfnException', 'States.Timeout' }, 2), End = true "
    "} } }\n"
    "local pass = gameday.to_json { StartAt = 'Wait', States = { Wait = { Type = 'Wait', Seconds = 7, Next = 'Say' },\n"
    "  Say = { Type = 'Pass', End = true } } }\n"
    "gameday.lambda('echo', function(event, context)\nprint('log', context.team.title)\n"
    "if event.fail then error { code = 'NoUnicorn', message = 'none is left' } end return { n = event.n + 1 } end)\n"
    "return gameday.pack { id = 'p', title = 'P', duration = '45m', gameday.challenge { id = 'c', title = 'C',\n"
    "setup = function(team)\n"
    "  team.iam.CreateRole { RoleName = 'VipRole', AssumeRolePolicyDocument = trust }\n"
    "  team.iam.PutRolePolicy { RoleName = 'VipRole', PolicyName = 'data', PolicyDocument = data }\n"
    "  team.states.CreateStateMachine { name = 'retrain', roleArn = team.role 'VipRole', definition = definition }\n"
    "  team.stepfunctions.CreateStateMachine { name = 'pass', roleArn = team.role 'VipRole', definition = pass }\n"
    "  team.iam.CreateRole { RoleName = 'FnRole', AssumeRolePolicyDocument = (trust:gsub('states', 'lambda')) }\n"
    "  team:deploy('echo', { role = 'FnRole' })\n"
    "  team.s3.CreateBucket { Bucket = team.name 'b' }\n"
    "end, gameday.probe { id = 'p', run = function(team)\n";

static const struct {
    const char *body, *said; /* what it prints; an error where it does not say GOOD */
} asked[] = {
    { "print(team:allows('VipRole', 's3:GetObject', 'arn:aws:s3:::data/vip.csv'))", "true\n" },
    { "print(team.allows(team.role 'VipRole', 's3:GetObject', 'arn:aws:s3:::data/vip.csv'))", "true\n" },
    { "print(team:allows('VipRole', 's3:PutObject', 'arn:aws:s3:::data/vip.csv'))", "false\n" },
    { "print(team:allows('VipRole', 's3:GetObject', 'arn:aws:s3:::data/secret'))", "false\n" },
    { "print(team:allows('NoRole', 's3:GetObject', 'arn:aws:s3:::data/vip.csv'))", "false\n" },
    { "team.iam.DeleteRolePolicy { RoleName = 'VipRole', PolicyName = 'data' }\n"
      "print(team:allows('VipRole', 's3:GetObject', 'arn:aws:s3:::data/vip.csv'))",
      "false\n" },
    { "print(team:retries('retrain', 'Plain'), team:retries('retrain', 'All'), team:retries('retrain', 'Never'),\n"
      "team:retries('retrain', 'Some'), team:retries('retrain', 'Inner'), team:retries('retrain', 'Nobody'))",
      "false\ttrue\tfalse\ttrue\tfalse\tfalse\n" },
    { "print(team:retries('retrain', 'Some', 'Sfn.SfnException'), team:retries('retrain', 'Some', 'Sfn.Other'),\n"
      "team:retries('retrain', 'All', 'Lambda.TooManyRequestsException'), team:retries('retrain', 'All', "
      "'States.Runtime'))",
      "true\tfalse\ttrue\tfalse\n" },
    { "local e = team:run('pass', { a = 1 }) print(e.status, e.output, #team:history(e.executionArn))",
      "SUCCEEDED\t{\"a\":1}\t6\n" },
    { "print(pcall(team.run, 'pass', {}, '3s'))", "false\tthe execution still runs after 3s\n" },
    { "print(pcall(team.run, 'none'))", "false\tStateMachineDoesNotExist: State Machine Does Not Exist: "
                                        "'arn:aws:states:us-east-1:000000000001:stateMachine:none'\n" },
    { "print(pcall(team:as('VipRole').states.ListStateMachines, {}))",
      "false\tAccessDeniedException: User: arn:aws:sts::000000000001:assumed-role/VipRole/pack is not authorized to "
      "perform: "
      "states:ListStateMachines on resource: * because no identity-based policy allows the states:ListStateMachines "
      "action\n" },
    { "local uri = 's3://' .. team.name 'b' .. '/a/b' team:upload(uri, 'a,b\\n1,2\\n') print(team:download(uri))",
      "a,b\n1,2\n\n" },
    { "local uri = 's3://' .. team.name 'b' .. '/a/b' team:upload(uri, 'a\\0b\\xff') print(team:download(uri) == "
      "'a\\0b\\xff',\n"
      "team.s3.HeadObject { Bucket = team.name 'b', Key = 'a/b' }.ContentLength)",
      "true\t4\n" },
    { "local uri = 's3://' .. team.name 'b' .. '/e' team:upload(uri, '') print(#(team:download(uri) or ''))", "0\n" },
    { "print(pcall(team.upload, 'b/a', 'x'))", "false\t'b/a' is not s3://bucket/key\n" },
    { "print(team.lambda.Invoke { FunctionName = 'echo', Payload = { n = 1 } }.Payload)", "{\"n\":2}\n" },
    { "local a = team.lambda.Invoke { FunctionName = 'echo', Payload = { fail = true } } print(a.FunctionError,\n"
      "gameday.from_json(a.Payload).errorType, gameday.from_json(a.Payload).errorMessage)",
      "Unhandled\tNoUnicorn\tnone is left\n" },
    { "team.states.TagResource { resourceArn = team.machine 'pass', tags = {} } print 'an empty list'",
      "an empty list\n" },
};

static void helpers_ask_the_engine(void **state)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct theatre theatre;
        struct buf pack = BUF_EMPTY;
        buf_printf(&pack, "%s%s\nreturn true end } } }", setup, asked[i].body);
        raise_theatre(&theatre);
        theatre.stage.cloud->identities = &iam_identities;
        theatre.stage.cloud->enforce = true;
        write_pack_file(&theatre, "pack.lua", pack.at);
        buf_release(&pack);
        open_theatre(&theatre);
        expect_play(&theatre, "challenge/c/setup", "null", "the stage is set");
        const char *answer = play(&theatre, "probe/c/p", NULL);
        if (strcmp(answer, GOOD) != 0 || strcmp(buf_str(&theatre.log).at, asked[i].said) != 0) {
            print_error("%s:\n%s\n%s\n--- but it should be\n%s\n", asked[i].body, answer, buf_str(&theatre.log).at,
                        asked[i].said);
            wrong++;
        }
        strike_theatre(&theatre);
        machine_cache_clear();
    }
    assert_int_equal(wrong, 0);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(helpers_ask_the_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
