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
    const char *body, *said; /* what it prints, NULL: an error of AWS's; an error where it does not say GOOD */
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
    { "print(team:invoke('echo', { n = 1 }).n, pcall(team.invoke, 'echo', { fail = true }))",
      "2\tfalse\tNoUnicorn: none is left\n" },
    { "team.iam.PutRolePolicy { RoleName = 'FnRole', PolicyName = 'l', PolicyDocument = gameday.to_json { Version = "
      "'2012-10-17',\n"
      "Statement = { { Effect = 'Allow', Action = 'logs:*', Resource = '*' } } } }\n"
      "team:invoke('echo', { n = 1 }) local l = team:log('/aws/lambda/echo', { filter = 'log' })\n"
      "print(#team:log '/aws/lambda/echo' >= 4, #l, l[1])",
      "true\t1\tlog\t000000000001\n" },
    { "local b = team.name 'b' for i = 1, 3 do team:upload('s3://' .. b .. '/k/' .. i, 'x') end\n"
      "local page = team.s3.ListObjectsV2 { Bucket = b, Prefix = 'k/', MaxKeys = 2 }\n"
      "print(page.KeyCount, page.IsTruncated, page.Contents[2].Key, team.s3:ListBuckets().Buckets[1].Name == b)",
      "2\ttrue\tk/2\ttrue\n" },
    { "local uri = 's3://' .. team.name 'b' .. '/c.csv'\n"
      "team:write_rows(uri, { { city = 'Seoul', n = 3 }, { city = 'New \"York\", NY', n = 4 } }, { 'city', 'n' })\n"
      "print(team:download(uri)) local rows, columns = team:rows(uri)\n"
      "print(#rows, columns[1], rows[2].city, rows[1].n, math.type(rows[1].n))",
      "city,n\nSeoul,3\n\"New \"\"York\"\", NY\",4\n\n2\tcity\tNew \"York\", NY\t3\tnil\n" },
    { "local uri = 's3://' .. team.name 'b' .. '/c.jsonl' team:write_rows(uri, { { a = 1 }, { a = { 2 } } })\n"
      "local rows = team:rows(uri) print(team:download(uri), #rows, rows[2].a[1])",
      "{\"a\":1}\n{\"a\":[2]}\n\t2\t2\n" },
    { "local rows, columns = gameday.from_csv('\\xEF\\xBB\\xBFa,b\\r\\n1,\\r\\n\\r\\n\"x\\ny\",\"\"\\r\\n')\n"
      "print(#rows, columns[1], rows[1].b == '', rows[2].a == 'x\\ny', rows[2].b == '')",
      "2\ta\ttrue\ttrue\ttrue\n" },
    { "print(pcall(gameday.from_csv, 'a\\n\"x'))", "false\tthe CSV ends inside of a quoted field\n" },
    { "local lines = { 'id,value' } for i = 1, 8000 do lines[i + 1] = i .. ',' .. i * i end\n"
      "local rows = gameday.from_csv(table.concat(lines, '\\n')) print(#rows, rows[8000].value)",
      "8000\t64000000\n" },
    { "local n = 0 print(team:wait_until(function(t) n = n + 1 return n == 3 and t.account end, { every = '1s' }),\n"
      "gameday.wait_until(function() return false end, { within = '3s', every = '1s' }))",
      "000000000001\tnil\n" },
    { "print(pcall(team.wait_until, 1))", "false\twait_until wants a function that returns something when it is so\n" },
    { "local t = gameday.words('%s is empty', 'x') print(t.en, t.ko)", "x is empty\tnil\n" },
    { "print(pcall(team.lex_runtime_v2.RecognizeText, { botId = 'ABCDEFGHIJ', botAliasId = 'TSTALIASID',\n"
      "localeId = 'en_US', sessionId = 's', text = 'hi' }))",
      NULL },
    { "print(pcall(team.sagemaker_runtime.InvokeEndpoint, { EndpointName = 'none', Body = '1,2' }))",
      "false\tValidationError: Endpoint none of account 000000000001 not found.\n" },
    { "print(pcall(team.forecastquery.QueryForecast, { ForecastArn = "
      "'arn:aws:forecast:us-east-1:000000000001:forecast/f',\n"
      "Filters = { item_id = 'a' } }))",
      NULL },
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
        const char *got = buf_str(&theatre.log).at, *said = asked[i].said;
        if (strcmp(answer, GOOD) != 0 || (said ? strcmp(got, said) != 0 : !strstr(got, "Exception: "))) {
            print_error("%s:\n%s\n%s\n--- but it should be\n%s\n", asked[i].body, answer, got,
                        said ? said : "an error of the service's own");
            wrong++;
        }
        strike_theatre(&theatre);
        machine_cache_clear();
    }
    assert_int_equal(wrong, 0);
}

/* ---- faults at every point, end to end: what a customer meets ---- */

static const struct {
    const char *fault, *body, *said;
} faulted[] = {
    { "on = 'states:StartExecution', point = 'authorise', call = function(call) call:deny() end",
      "print(pcall(team.run, 'pass', {}))",
      "false\tAccessDeniedException: User: arn:aws:iam::000000000001:root is not authorized to perform: "
      "states:StartExecution on resource: arn:aws:states:us-east-1:000000000001:stateMachine:pass because no "
      "identity-based policy allows the states:StartExecution action\n" },
    { "on = 'states:Say', point = 'transition', call = function(call) call:fail('Odd', 'not now') end",
      "local e = team:run('pass', {}) print(e.status, e.error, e.cause)", "FAILED\tOdd\tnot now\n" },
    { "on = 'states:Say', point = 'transition', call = function(call) call:delay '20s' end",
      "local from = gameday.now() local e = team:run('pass', {}, '2m')\n"
      "print(e.status, gameday.now() - from >= 27000)",
      "SUCCEEDED\ttrue\n" },
    { "on = 'lambda:echo', point = 'invoke', call = function(call) call:fail('ServiceException', 'busy', 500) end",
      "print(pcall(team.invoke, 'echo', { n = 1 }))", NULL },
    { "on = 'lambda:echo', point = 'invoke', call = function(call) call:delay '2s' end",
      "local from = gameday.now() print(team:invoke('echo', { n = 1 }).n, gameday.now() - from)", "2\t2000\n" },
    { "on = 'lambda:echo', point = 'invoke', call = function(call) call:delay '5s' end",
      "print(pcall(team.invoke, 'echo', { n = 1 }))", "false\tSandbox.Timedout: RequestId: " },
    { "on = 's3:GetObject', wire = { reset = 'before' }",
      "print(pcall(team.download, 's3://' .. team.name 'b' .. '/none'))",
      "false\tSdkClientException: Unable to execute HTTP request: Connection reset\n" },
    { "on = 'states:ListActivities', wire = { reset = 'before' }",
      "team.iam.PutRolePolicy { RoleName = 'VipRole', PolicyName = 'l', PolicyDocument = gameday.to_json { Version = "
      "'2012-10-17',\n"
      "Statement = { { Effect = 'Allow', Action = 'states:*', Resource = '*' } } } }\n"
      "team.states.CreateStateMachine { name = 't', roleArn = team.role 'VipRole', definition = gameday.to_json {\n"
      "StartAt = 'A', States = { A = { Type = 'Task', Resource = task, End = true } } } }\n"
      "local e = team:run('t', {}) print(e.status, e.error, e.cause)",
      "FAILED\tSfn.SdkClientException\tUnable to execute HTTP request: Connection reset" },
    { "on = 's3:*', wire = { stale = '1m' }",
      "local uri = 's3://' .. team.name 'b' .. '/s' team:upload(uri, 'x') print(pcall(team.download, uri))\n"
      "gameday.wait '61s' print(team:download(uri))",
      "false\tNoSuchKey: The specified key does not exist.\nx\n" },
    { "on = 'states:ListStateMachines', wire = { throttle = { rate = 0.1, burst = 1 } }",
      "team.states.ListStateMachines() print(pcall(team.states.ListStateMachines))\n"
      "gameday.wait '10s' print(#team.states.ListStateMachines().stateMachines)",
      "false\tThrottlingException: Rate exceeded\n2\n" },
};

static void faults_strike_everywhere(void **state)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof faulted / sizeof *faulted; i++) {
        struct theatre theatre;
        struct buf pack = BUF_EMPTY;
        buf_printf(&pack, "%s%s\nreturn true end }, gameday.fault { id = 'f', title = 'F', during = '9m', %s } } }",
                   setup, faulted[i].body, faulted[i].fault);
        raise_theatre(&theatre);
        theatre.stage.cloud->identities = &iam_identities;
        theatre.stage.cloud->enforce = true;
        write_pack_file(&theatre, "pack.lua", pack.at);
        buf_release(&pack);
        open_theatre(&theatre);
        expect_play(&theatre, "challenge/c/setup", "null", "the stage is set");
        assert_true(script_arm(theatre.script, "f", "000000000001"));
        const char *answer = play(&theatre, "probe/c/p", NULL), *got = buf_str(&theatre.log).at;
        world_settle(theatre.stage.world, 120000);
        answer = theatre.answer.at;
        bool begins = faulted[i].said && !strchr(faulted[i].said, '\n');
        bool good = !faulted[i].said ? strncmp(got, "false\t", 6) == 0
                    : begins         ? strncmp(got, faulted[i].said, strlen(faulted[i].said)) == 0
                                     : strcmp(got, faulted[i].said) == 0;
        if (strcmp(answer, GOOD) != 0 || !good || script_fault_hits(theatre.script, "f", "000000000001") == 0) {
            print_error("%s:\n%s\n%s\n--- but it should be\n%s\n", faulted[i].fault, answer, got,
                        faulted[i].said ? faulted[i].said : "an error");
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
        cmocka_unit_test(faults_strike_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
