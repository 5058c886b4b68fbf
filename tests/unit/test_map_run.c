/* Distributed Maps: what they read, batch and write, what the API tells of their runs, and that a restart changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine_fixture.h"

#include "aws/payload.h"
#include "services/iam/identity.h"
#include "services/stepfunctions/asl/item_store.h"

/* ' stands for ". */
static const char *text(const char *quoted)
{
    static char texts[8][8 * 1024];
    static int next;
    char *to = texts[next++ % 8];
    snprintf(to, sizeof texts[0], "%s", quoted);
    for (char *at = to; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    return to;
}

#define DISTRIBUTED(type, states)                                                                                      \
    "'ItemProcessor':{'ProcessorConfig':{'Mode':'DISTRIBUTED','ExecutionType':'" type "'}," states "}"
#define PASS_EACH "'StartAt':'I','States':{'I':{'Type':'Pass','End':true}}"
#define WAIT_EACH "'StartAt':'I','States':{'I':{'Type':'Wait','Seconds':1,'End':true}}"
/* 1 passes, all else fails. */
#define FAIL_SOME                                                                                                      \
    "'StartAt':'I','States':{'I':{'Type':'Choice','Choices':[{'Variable':'$','NumericEquals':1,'Next':'P'}],"          \
    "'Default':'F'},'P':{'Type':'Pass','End':true},'F':{'Type':'Fail','Error':'E','Cause':'c'}}"
#define MAP(fields) "{'StartAt':'M','States':{'M':{'Type':'Map','Label':'L'," fields ",'End':true}}}"
#define READER(resource, config, parameters)                                                                           \
    "'ItemReader':{'Resource':'arn:aws:states:::s3:" resource "','ReaderConfig':{" config                              \
    "},'Parameters':{" parameters "}},"
#define FILE_AT(key) "'Bucket':'data','Key':'" key "'"

static void put_file(struct game *game, const char *key, struct str body)
{
    struct call *call = new_call_of(game, "s3", "PutObject", "{}");
    cJSON *input = cJSON_CreateObject();
    json_set_string(input, "Bucket", "data");
    json_set_string(input, "Key", key);
    struct json *sealed = json_seal(input);
    call->input = json_root(sealed);
    call_give_body(call, body);
    assert_int_equal(road_run(call), CALL_DONE);
    call_free(call);
    json_unref(sealed);
}

/* The object's content; "" where there is none. */
static const char *get(struct game *game, const char *key)
{
    static char texts[4][32 * 1024];
    static int next;
    char input[1024], *to = texts[next++ % 4];
    snprintf(input, sizeof input, "{\"Bucket\":\"out\",\"Key\":\"%s\"}", key);
    struct call *call = new_call_of(game, "s3", "GetObject", input);
    struct buf content = BUF_EMPTY;
    if (road_run(call) == CALL_DONE)
        assert_true(call_content_read(call, sizeof texts[0] - 1, &content));
    snprintf(to, sizeof texts[0], "%.*s", STR_ARG(buf_str(&content)));
    buf_release(&content);
    call_free(call);
    return to;
}

static void make_bucket(struct game *game, const char *name)
{
    char input[256];
    snprintf(input, sizeof input, "{\"Bucket\":\"%s\",\"CreateBucketConfiguration\":{\"LocationConstraint\":\"%s\"}}",
             name, REGION);
    struct call *call = new_call_of(game, "s3", "CreateBucket", input);
    assert_int_equal(road_run(call), CALL_DONE);
    call_free(call);
}

/* gzip of "\"b\",\"k1\",\"7\"\n\"b\",\"k 2\",\"8\"\n" */
static const unsigned char inventory[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x53, 0x4a, 0x52, 0xd2,
    0x51, 0xca, 0x36, 0x04, 0x12, 0xe6, 0x4a, 0x5c, 0x4a, 0x60, 0x8e, 0x82, 0x11, 0x90,
    0xb4, 0x50, 0xe2, 0x02, 0x00, 0x55, 0x27, 0x65, 0xce, 0x1b, 0x00, 0x00, 0x00,
};

/* A hundred kilobytes of good items before the bad one. */
static void put_bad_lines(struct game *game)
{
    struct buf lines = BUF_EMPTY;
    for (int i = 0; i < 10000; i++)
        buf_printf(&lines, "%d1234\n", i);
    buf_add_text(&lines, "{\n");
    put_file(game, "bad.jsonl", buf_str(&lines));
    buf_release(&lines);
}

static struct game make_cast(const char *folder)
{
    struct game game = start_game(folder);
    make_bucket(&game, "data");
    make_bucket(&game, "out");
    put_file(&game, "a.json", str_of(text("[1,{'x':2},'three']")));
    put_file(&game, "deep.json", str_of(text("{'top':{'list':[4,5]}}")));
    put_file(&game, "object.json", str_of(text("{'k':1,'l':2}")));
    put_file(&game, "scalar.json", STR("5"));
    put_file(&game, "bad.json", STR("[1,"));
    put_bad_lines(&game);
    put_file(&game, "a.jsonl", STR("1\n2\n3\n"));
    put_file(&game, "a.csv", STR("n,v\n1,one\n2,two\n3,three\n"));
    put_file(&game, "plain.csv", STR("1;one\n2;two\n"));
    put_file(&game, "twins.csv", STR("n,n\n1,2\n"));
    put_file(&game, "list/1.json", STR("[1,2]"));
    put_file(&game, "list/2.json", STR("[3]"));
    put_file(&game, "inventory.csv.gz", (struct str){ (const char *)inventory, sizeof inventory });
    put_file(&game, "manifest.json",
             str_of(text("{'destinationBucket':'arn:aws:s3:::data','fileFormat':'CSV','fileSchema':'Bucket, Key, Size',"
                         "'files':[{'key':'inventory.csv.gz'}]}")));
    put_file(&game, "athena.csv", STR("s3://data/a.jsonl\ns3://data/list/2.json\n"));
    return game;
}

/* ---- items and results ---- */

#define READ_FAILED                                                                                                    \
    "MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 MapRunFailed<4 MapStateFailed<5 ExecutionFailed<6"

static const struct flow_case {
    const char *definition, *input, *history, *ending, *reason;
} flow_cases[] = {
    { MAP(READER("getObject", "'InputType':'JSON'", FILE_AT("a.json")) DISTRIBUTED("STANDARD", PASS_EACH)), "{}",
      "MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 MapRunSucceeded<4 MapStateSucceeded<5 MapStateExited<5 "
      "ExecutionSucceeded<7",
      "SUCCEEDED [1,{'x':2},'three']", "a JSON file" },
    { MAP(READER("getObject", "'InputType':'JSON','ItemsPointer':'/top/list'", FILE_AT("deep.json"))
              DISTRIBUTED("EXPRESS", PASS_EACH)),
      "{}", NULL, "SUCCEEDED [4,5]", "a pointer into it; Express children" },
    { MAP(READER("getObject", "'InputType':'JSON'",
                 "'Bucket.$':'$.b','Key.$':'$.k'") "'ItemSelector':{'i.$':'$$.Map.Item.Index','v.$':'$$.Map.Item.Value'"
                                                   ",'s.$':'$$.Map.Item.Source','in.$':"
                                                   "'$.b'}," DISTRIBUTED("STANDARD", PASS_EACH)),
      "{'b':'data','k':'list/2.json'}", NULL, "SUCCEEDED [{'s':'S3://data/list/2.json','in':'data','v':3,'i':0}]",
      "paths, and what is known of an item" },
    { MAP(READER("getObject", "'InputType':'JSON'",
                 FILE_AT("object.json")) "'ItemSelector':{'k.$':'$$.Map.Item.Key','v.$':'$$.Map.Item.Value'}"
                                         "," DISTRIBUTED("STANDARD", PASS_EACH)),
      "{}", NULL, "SUCCEEDED [{'v':1,'k':'k'},{'v':2,'k':'l'}]", "an object's members" },
    { MAP("'ItemsPath':'$.o','ItemSelector':{'k.$':'$$.Map.Item.Key','s.$':'$$.Map.Item.Source'}," DISTRIBUTED(
          "STANDARD", PASS_EACH)),
      "{'o':{'x':1}}", NULL, "SUCCEEDED [{'s':'STATE_DATA','k':'x'}]", "the input's" },
    { MAP(READER("getObject", "'InputType':'JSONL','MaxItems':2", FILE_AT("a.jsonl"))
              DISTRIBUTED("STANDARD", PASS_EACH)),
      "{}", NULL, "SUCCEEDED [1,2]", "JSON Lines, and no more than are wanted" },
    { MAP(READER("getObject", "'InputType':'CSV','CSVHeaderLocation':'FIRST_ROW','MaxItemsPath':'$.most'",
                 FILE_AT("a.csv")) DISTRIBUTED("STANDARD", PASS_EACH)),
      "{'most':1}", NULL, "SUCCEEDED [{'v':'one','n':'1'}]", "CSV" },
    { MAP(READER("getObject",
                 "'InputType':'CSV','CSVHeaderLocation':'GIVEN','CSVHeaders':['a','b'],'CSVDelimiter':'SEMICOLON'",
                 FILE_AT("plain.csv")) DISTRIBUTED("STANDARD", PASS_EACH)),
      "{}", NULL, "SUCCEEDED [{'a':'1','b':'one'},{'a':'2','b':'two'}]", "headers that are given" },
    { MAP(READER("listObjectsV2", "'MaxItems':5",
                 "'Bucket':'data','Prefix':'list/'") "'ItemSelector':{'k.$':'$$.Map.Item.Value.Key','n.$':'$$.Map.Item."
                                                     "Value.Size','s.$':'$$.Map.Item.Source'}," DISTRIBUTED("STANDARD",
                                                                                                            PASS_EACH)),
      "{}", NULL, "SUCCEEDED [{'s':'S3://data','k':'list/1.json','n':5},{'s':'S3://data','k':'list/2.json','n':3}]",
      "a list of objects" },
    { MAP(READER("listObjectsV2", "'InputType':'JSON','Transformation':'LOAD_AND_FLATTEN'",
                 "'Bucket':'data','Prefix':'list/'") DISTRIBUTED("STANDARD", PASS_EACH)),
      "{}", NULL, "SUCCEEDED [1,2,3]", "what stands in them" },
    { MAP(READER("getObject", "'InputType':'MANIFEST'", FILE_AT("manifest.json")) DISTRIBUTED("STANDARD", PASS_EACH)),
      "{}", NULL, "SUCCEEDED [{'Bucket':'b','Size':'7','Key':'k1'},{'Bucket':'b','Size':'8','Key':'k 2'}]",
      "S3's inventory" },
    { MAP(READER("getObject", "'InputType':'JSONL','ManifestType':'ATHENA_DATA'", FILE_AT("athena.csv"))
              DISTRIBUTED("STANDARD", PASS_EACH)),
      "{}", NULL, "SUCCEEDED [1,2,3,[3]]", "Athena's manifest" },
    { "{'QueryLanguage':'JSONata','StartAt':'M','States':{'M':{'Type':'Map','ItemReader':{'Resource':"
      "'arn:aws:states:::s3:getObject','ReaderConfig':{'InputType':'JSONL','MaxItems':'{% 1 + 1 %}'},'Arguments':{"
      "'Bucket':'data','Key':'{% $states.input.k %}'}},'ItemSelector':{'v':'{% $states.context.Map.Item.Value * 2 "
      "%}'}," DISTRIBUTED("STANDARD", PASS_EACH) ",'End':true}}}",
      "{'k':'a.jsonl'}", NULL, "SUCCEEDED [{'v':2},{'v':4}]", "in JSONata" },
    /* what cannot be read */
    { MAP(READER("getObject", "'InputType':'JSON'", FILE_AT("none")) DISTRIBUTED("STANDARD", PASS_EACH)), "{}",
      READ_FAILED, "FAILED States.ItemReaderFailed: The specified key does not exist. *", "no such object" },
    { MAP(READER("listObjectsV2", "", "'Bucket':'gone'") DISTRIBUTED("STANDARD", PASS_EACH)), "{}", READ_FAILED,
      "FAILED States.ItemReaderFailed: The specified bucket does not exist *", "no such bucket" },
    { MAP(READER("getObject", "'InputType':'JSON'", FILE_AT("scalar.json")) DISTRIBUTED("STANDARD", PASS_EACH)), "{}",
      READ_FAILED, "FAILED States.ItemReaderFailed: Attempting to map over non-iterable node.", "FAULTS SF27" },
    { MAP(READER("getObject", "'InputType':'JSON'", FILE_AT("bad.json")) DISTRIBUTED("STANDARD", PASS_EACH)), "{}",
      READ_FAILED, "FAILED States.ItemReaderFailed: The file does not hold valid JSON.", "no JSON" },
    { MAP(READER("getObject", "'InputType':'JSONL'", FILE_AT("bad.jsonl")) DISTRIBUTED("STANDARD", PASS_EACH)), "{}",
      READ_FAILED, "FAILED States.ItemReaderFailed: The file does not hold valid JSON.", "nor at the end of many" },
    { MAP(READER("getObject", "'InputType':'CSV','CSVHeaderLocation':'FIRST_ROW'", FILE_AT("twins.csv"))
              DISTRIBUTED("STANDARD", PASS_EACH)),
      "{}", READ_FAILED, "FAILED States.ItemReaderFailed: CSV headers cannot contain duplicates.", "FAULTS SF27" },
    { MAP(READER("getObject", "'InputType':'JSONL','MaxItemsPath':'$.n'", FILE_AT("a.jsonl"))
              DISTRIBUTED("STANDARD", PASS_EACH)),
      "{'n':-1}", READ_FAILED, "FAILED States.ItemReaderFailed: field MaxItems must be positive", "FAULTS SF27" },
    { MAP(READER("getObject", "'InputType':'PARQUET'", FILE_AT("a.csv")) DISTRIBUTED("STANDARD", PASS_EACH)), "{}",
      READ_FAILED, "FAILED States.ItemReaderFailed: This practice cloud cannot read Parquet files.", "Parquet" },
    { MAP(READER("getObject", "'InputType':'JSON'",
                 FILE_AT("a.json")) "'Retry':[{'ErrorEquals':['States.ALL'],"
                                    "'IntervalSeconds':1,'MaxAttempts':1}],'Catch':[{'ErrorEquals':['States."
                                    "ItemReaderFailed'],'Next':'M'}]," DISTRIBUTED("STANDARD", PASS_EACH)),
      "{}", NULL, "SUCCEEDED [1,{'x':2},'three']", "nothing to catch" },
    /* batches */
    { MAP("'ItemBatcher':{'MaxItemsPerBatch':2,'BatchInput':{'f.$':'$$.Execution.Name'}}," DISTRIBUTED("STANDARD",
                                                                                                       PASS_EACH)),
      "[1,2,3]", NULL, "SUCCEEDED [{'BatchInput':{'f':'x'},'Items':[1,2]},{'BatchInput':{'f':'x'},'Items':[3]}]",
      "two at a time" },
    { MAP("'ItemsPath':'$.i','ItemBatcher':{'MaxItemsPerBatchPath':'$.n'}," DISTRIBUTED("STANDARD", PASS_EACH)),
      "{'n':3,'i':[1,2,3,4]}", NULL, "SUCCEEDED [{'Items':[1,2,3]},{'Items':[4]}]", "by a path" },
    { MAP("'ItemBatcher':{'MaxInputBytesPerBatch':20}," DISTRIBUTED("STANDARD", PASS_EACH)), "['aaaa','bbbb','cc']",
      NULL, "SUCCEEDED [{'Items':['aaaa']},{'Items':['bbbb']},{'Items':['cc']}]", "by bytes; one at least" },
    /* what may fail */
    { MAP("'ToleratedFailureCount':1," DISTRIBUTED("STANDARD", FAIL_SOME)), "[1,2,3]", NULL,
      "FAILED States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded",
      "one more than may" },
    { MAP("'ResultPath':null,'ToleratedFailurePercentagePath':'$[0]',"
          "'ItemsPath':'$[1]'," DISTRIBUTED("STANDARD", FAIL_SOME)),
      "[50,[1,2]]", NULL, "SUCCEEDED [50,[1,2]]", "half of them may" },
    { MAP("'ResultWriter':{'WriterConfig':{'Transformation':'FLATTEN','OutputType':'JSON'}}," DISTRIBUTED("STANDARD",
                                                                                                          PASS_EACH)),
      "[[1,2],3]", NULL, "SUCCEEDED [1,2,3]", "flattened, not exported" },
    { MAP("'ResultWriter':{'WriterConfig':{'Transformation':'COMPACT','OutputType':'JSONL'}}," DISTRIBUTED("STANDARD",
                                                                                                           PASS_EACH)),
      "[1,[2]]", NULL, "SUCCEEDED '1\\n[2]'", "as lines: a text" },
    { MAP("'ResultWriter':{'Resource':'arn:aws:states:::s3:putObject','Parameters':{'Bucket':'gone'}}," DISTRIBUTED(
          "STANDARD", PASS_EACH)),
      "[1]", READ_FAILED, "FAILED States.ResultWriterFailed: The specified bucket does not exist *",
      "nowhere to write: no child is started" },
    { "{'StartAt':'P','States':{'P':{'Type':'Parallel','Branches':[{'StartAt':'W','States':{'W':{'Type':'Wait',"
      "'Seconds':1,'Next':'F'},'F':{'Type':'Fail','Error':'E'}}},{'StartAt':'M','States':{'M':{'Type':'Map'"
      "," DISTRIBUTED(
          "STANDARD",
          "'StartAt':'X','States':{'X':{'Type':'Wait','Seconds':60,'End':true}}") ",'End':true}}}],'End':true}}}",
      "[1]",
      "ParallelStateEntered<0 ParallelStateStarted<2 WaitStateEntered<3 MapStateEntered<3 MapStateStarted<5 "
      "MapRunStarted<6 WaitStateExited<4 FailStateEntered<8 MapRunAborted<7 MapStateAborted<10 ParallelStateFailed<9 "
      "ExecutionFailed<12",
      "FAILED E: ", "a run beside a branch that fails is aborted" },
    { MAP("'ItemSelector':{'x.$':'$.none'}," DISTRIBUTED("STANDARD", PASS_EACH)), "[1]",
      "MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 MapRunFailed<4 MapStateFailed<5 ExecutionFailed<6",
      "FAILED States.Runtime: An error occurred while executing the state 'M' (entered at the event id #2). *",
      "a selector that finds nothing" },
};

/* A '*' at the end stands for anything. */
static bool matches(const char *got, const char *wanted)
{
    size_t length = strlen(wanted);
    bool open = length && wanted[length - 1] == '*';
    return open ? strncmp(got, wanted, length - 1) == 0 : strcmp(got, wanted) == 0;
}

static void check_flow(const struct flow_case *row)
{
    struct game game = make_cast(NULL);
    make_machine(&game, "m", "STANDARD", text(row->definition));
    const char *arn = start(&game, "m", "x", text(row->input));
    pass_time(&game, 5000);
    bool failed = strncmp(row->ending, "FAILED", 6) == 0;
    const char *got = ending(&game, arn), *wanted = failed ? row->ending : text(row->ending);
    if (!matches(got, wanted))
        fail_msg("%s\n  expected %s\n  got      %s", row->reason, wanted, got);
    if (row->history && strcmp(history(&game, arn), row->history) != 0)
        fail_msg("%s\n  expected %s\n  got      %s", row->reason, row->history, history(&game, arn));
    struct scope scope = { ACCOUNT, REGION };
    if (store_count(game.world->store, scope, &map_item_table) > 0)
        fail_msg("%s: items are left", row->reason);
    end_game(&game);
}

static void test_flows(void **state)
{
    for (size_t i = 0; i < sizeof flow_cases / sizeof *flow_cases; i++)
        check_flow(&flow_cases[i]);
}

/* ---- exported results ---- */

#define EXPORT(config)                                                                                                 \
    "'ResultWriter':{" config "'Resource':'arn:aws:states:::s3:putObject','Parameters':{'Bucket':'out','Prefix':'p/"   \
    "'}},"

static void map_run_of(struct game *game, const char *arn, char ret_run[256])
{
    const char *answer = ask(game, "ListMapRuns", "{\"executionArn\":\"%s\"}", arn);
    const char *found = strstr(answer, "arn:aws:states:" REGION ":" ACCOUNT ":mapRun:");
    assert_non_null(found);
    snprintf(ret_run, 256, "%.*s", (int)strcspn(found, "\""), found);
}

static void test_exports(void **state)
{
    struct game game = make_cast(NULL);
    char run[256], key[512], wanted[1024];
    make_machine(&game, "m", "STANDARD",
                 text(MAP(EXPORT("") "'MaxConcurrency':1," DISTRIBUTED("STANDARD", FAIL_SOME))));
    const char *arn = start(&game, "m", "x", "[1,2,1]");
    pass_time(&game, 1000);
    assert_string_equal(ending(&game, arn), "FAILED "
                                            "States.ExceedToleratedFailureThreshold: The specified tolerated "
                                            "failure threshold was exceeded");
    map_run_of(&game, arn, run);
    const char *id = strrchr(run, ':') + 1;
    snprintf(key, sizeof key, "p/%s/manifest.json", id);
    const char *manifest = get(&game, key);
    assert_string_equal(member(manifest, "DestinationBucket"), "out");
    assert_string_equal(member(manifest, "MapRunArn"), run);
    snprintf(wanted, sizeof wanted, "\"PENDING\":[{\"Key\":\"p/%s/PENDING_0.json\",\"Size\":67}]", id);
    assert_non_null(strstr(manifest, wanted));
    snprintf(key, sizeof key, "p/%s/SUCCEEDED_0.json", id);
    const char *succeeded = get(&game, key);
    assert_non_null(strstr(succeeded, "\"Input\":\"1\",\"InputDetails\":{\"Included\":true},\"Name\":"));
    assert_non_null(strstr(succeeded, "\"Output\":\"1\",\"OutputDetails\":{\"Included\":true},\"RedriveCount\":0,"
                                      "\"RedriveStatus\":\"NOT_REDRIVABLE\",\"RedriveStatusReason\":\"Execution is "
                                      "SUCCEEDED and cannot be redriven\",\"StartDate\":\"2023-11-14T22:13:20.000Z\""));
    snprintf(key, sizeof key, "p/%s/FAILED_0.json", id);
    assert_non_null(strstr(get(&game, key), "[{\"Cause\":\"c\",\"Error\":\"E\",\"ExecutionArn\":"));
    snprintf(key, sizeof key, "p/%s/PENDING_0.json", id);
    assert_string_equal(get(&game, key), text("[{'Input':'1','InputDetails':{'Included':true},'Status':'PENDING'}]"));
    end_game(&game);
}

static void test_export_is_told(void **state)
{
    struct game game = make_cast(NULL);
    char run[256], wanted[1024], key[512];
    make_machine(&game, "m", "STANDARD",
                 text(MAP(EXPORT("'WriterConfig':{'Transformation':'FLATTEN','OutputType':'JSONL'},")
                              DISTRIBUTED("STANDARD", PASS_EACH))));
    const char *arn = start(&game, "m", "x", "[[1,2],[],3]");
    pass_time(&game, 1000);
    map_run_of(&game, arn, run);
    const char *id = strrchr(run, ':') + 1;
    snprintf(
        wanted, sizeof wanted,
        "SUCCEEDED {\"MapRunArn\":\"%s\",\"ResultWriterDetails\":{\"Bucket\":\"out\",\"Key\":\"p/%s/manifest.json\"}}",
        run, id);
    assert_string_equal(ending(&game, arn), wanted);
    snprintf(key, sizeof key, "p/%s/SUCCEEDED_0.json", id);
    assert_string_equal(get(&game, key), "1\n2\n3");
    const char *answer = ask(&game, "DescribeMapRun", "{\"mapRunArn\":\"%s\"}", run);
    assert_string_equal(member(member(answer, "executionCounts"), "resultsWritten"), "3");
    end_game(&game);
}

static void iam(struct game *game, const char *operation, const char *input)
{
    struct call *call = new_call_of(game, "iam", operation, text(input));
    if (road_run(call) != CALL_DONE)
        fail_msg("%s: %s", operation, answer_of(call));
    call_free(call);
}

/* ---- the API ---- */

static const char *counts(struct game *game, const char *run, const char *which)
{
    return member(ask(game, "DescribeMapRun", "{\"mapRunArn\":\"%s\"}", run), which);
}

#define COUNTS(pending, running, succeeded, failed, aborted, total)                                                    \
    "{\"pending\":" pending ",\"running\":" running ",\"succeeded\":" succeeded ",\"failed\":" failed                  \
    ",\"timedOut\":0,\"aborted\":" aborted ",\"total\":" total                                                         \
    ",\"resultsWritten\":0,\"failuresNotRedrivable\":0,\"pendingRedrive\":0}"

static void test_a_run_is_told(void **state)
{
    struct game game = make_cast(NULL);
    char run[256];
    make_machine(
        &game, "m", "STANDARD",
        text(MAP("'MaxConcurrency':2,'ItemBatcher':{'MaxItemsPerBatch':2}," DISTRIBUTED("STANDARD", WAIT_EACH))));
    const char *arn = start(&game, "m", "x", "[1,2,3,4,5,6,7]");
    pass_time(&game, 500);
    map_run_of(&game, arn, run);
    assert_memory_equal(run, ARN("mapRun:m/L:"), strlen(ARN("mapRun:m/L:")));
    assert_string_equal(counts(&game, run, "itemCounts"), COUNTS("3", "4", "0", "0", "0", "7"));
    assert_string_equal(counts(&game, run, "executionCounts"), COUNTS("2", "2", "0", "0", "0", "4"));
    assert_string_equal(counts(&game, run, "status"), "RUNNING");
    assert_string_equal(counts(&game, run, "maxConcurrency"), "2");
    /* one at a time from now on: the second two end one after the other */
    assert_string_equal(ask(&game, "UpdateMapRun", "{\"mapRunArn\":\"%s\",\"maxConcurrency\":1}", run), "{}");
    pass_time(&game, 1000);
    assert_string_equal(counts(&game, run, "executionCounts"), COUNTS("1", "1", "2", "0", "0", "4"));
    const char *listed = ask(&game, "ListExecutions", "{\"mapRunArn\":\"%s\",\"statusFilter\":\"SUCCEEDED\"}", run);
    assert_non_null(strstr(listed, "\"itemCount\":2"));
    assert_non_null(strstr(listed, "\"stateMachineArn\":\"" ARN("stateMachine:m/L") "\""));
    assert_null(strstr(listed, "RUNNING"));
    pass_time(&game, 3000);
    assert_string_equal(counts(&game, run, "status"), "SUCCEEDED");
    assert_string_equal(counts(&game, run, "itemCounts"), COUNTS("0", "0", "7", "0", "0", "7"));
    assert_non_null(strstr(ask(&game, "UpdateMapRun", "{\"mapRunArn\":\"%s\",\"maxConcurrency\":1}", run),
                           "ValidationException: Map Run is SUCCEEDED"));
    assert_non_null(strstr(ask(&game, "DescribeMapRun", "{\"mapRunArn\":\"%sx\"}", run), "ResourceNotFound: "));
    assert_non_null(strstr(ask(&game, "DescribeMapRun", "{\"mapRunArn\":\"%s\"}", arn), "InvalidArn: "));
    assert_non_null(strstr(ask(&game, "ListExecutions", "{\"mapRunArn\":\"%sx\"}", run), "ResourceNotFound: "));
    end_game(&game);
}

/* Tolerance that is raised while it runs holds from then on; what was not told is told as 0. */
static void test_tolerance_is_raised(void **state)
{
    struct game game = make_cast(NULL);
    char run[256];
    make_machine(&game, "m", "STANDARD",
                 text(MAP("'MaxConcurrency':1,'ResultPath':null," DISTRIBUTED(
                     "EXPRESS", "'StartAt':'W','States':{'W':{'Type':'Wait','Seconds':1,'Next':'F'},"
                                "'F':{'Type':'Fail'}}"))));
    const char *arn = start(&game, "m", "x", "[1,2]");
    pass_time(&game, 500);
    map_run_of(&game, arn, run);
    assert_string_equal(counts(&game, run, "toleratedFailurePercentage"), "0");
    ask(&game, "UpdateMapRun", "{\"mapRunArn\":\"%s\",\"toleratedFailureCount\":2}", run);
    pass_time(&game, 3000);
    assert_string_equal(ending(&game, arn), "SUCCEEDED [1,2]");
    assert_string_equal(counts(&game, run, "toleratedFailureCount"), "2");
    assert_string_equal(counts(&game, run, "executionCounts"), COUNTS("0", "0", "0", "2", "0", "2"));
    end_game(&game);
}

static void test_stopping_stops_the_children(void **state)
{
    struct game game = make_cast(NULL);
    char run[256];
    make_machine(&game, "m", "STANDARD", text(MAP("'MaxConcurrency':2," DISTRIBUTED("STANDARD", WAIT_EACH))));
    const char *arn = start(&game, "m", "x", "[1,2,3]");
    pass_time(&game, 500);
    map_run_of(&game, arn, run);
    ask(&game, "StopExecution", "{\"executionArn\":\"%s\"}", arn);
    pass_time(&game, 3000);
    assert_string_equal(counts(&game, run, "status"), "ABORTED");
    assert_string_equal(counts(&game, run, "executionCounts"), COUNTS("1", "0", "0", "0", "2", "3"));
    end_game(&game);
}

/* Where policies are enforced the machine's role must be allowed to start what its Map starts, and to redrive it. */
static void test_roles(void **state)
{
    struct game game = make_cast(NULL);
    make_machine(&game, "m", "STANDARD", text(MAP(DISTRIBUTED("STANDARD", PASS_EACH))));
    iam(&game, "CreateRole",
        "{'RoleName':'engine','AssumeRolePolicyDocument':'{\\'Version\\':\\'2012-10-17\\',"
        "\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Action\\':\\'sts:AssumeRole\\',\\'Principal\\':{"
        "\\'Service\\':\\'states.amazonaws.com\\'}}]}'}");
    game.cloud->identities = &iam_identities;
    game.cloud->enforce = true;
    const char *arn = start(&game, "m", "x", "[1]");
    pass_time(&game, 1000);
    assert_string_equal(
        ending(&game, arn),
        "FAILED States.Permissions: User: arn:aws:sts::" ACCOUNT ":assumed-role/engine/x is not "
        "authorized to perform: states:StartExecution on resource: " ARN(
            "stateMachine:m") " because no identity-based policy allows the states:StartExecution action");
    iam(&game, "PutRolePolicy",
        "{'RoleName':'engine','PolicyName':'p','PolicyDocument':'{\\'Version\\':\\'2012-10-17\\',"
        "\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Action\\':\\'states:StartExecution\\',"
        "\\'Resource\\':\\'*\\'}]}'}");
    ask(&game, "RedriveExecution", "{\"executionArn\":\"%s\"}", arn);
    pass_time(&game, 1000);
    assert_string_equal(ending(&game, arn), "SUCCEEDED [1]");
    end_game(&game);
}

/* ---- the world ends in the middle ---- */

static const struct restart_case {
    const char *definition, *input, *reason;
} restart_cases[] = {
    { MAP(READER("getObject", "'InputType':'CSV','CSVHeaderLocation':'FIRST_ROW'",
                 FILE_AT("a.csv")) "'MaxConcurrency':1,'ItemBatcher':{'MaxItemsPerBatch':2}," DISTRIBUTED("STANDARD",
                                                                                                          WAIT_EACH)),
      "{}", "a file, in batches" },
    { MAP("'MaxConcurrency':2,'ToleratedFailureCount':1,'ResultPath':null," DISTRIBUTED(
          "STANDARD", "'StartAt':'W','States':{'W':{'Type':'Wait','Seconds':1,'Next':'I'},'I':{'Type':'Choice',"
                      "'Choices':[{'Variable':'$','NumericEquals':2,'Next':'F'}],'Default':'P'},'P':{'Type':'Pass',"
                      "'End':true},'F':{'Type':'Fail'}}")),
      "[1,2,3]", "one may fail" },
    { MAP("'ResultPath':null," EXPORT("") DISTRIBUTED("EXPRESS", WAIT_EACH)), "[1,2]", "results that are exported" },
    { "{'QueryLanguage':'JSONata','StartAt':'M','States':{'M':{'Type':'Map','Items':'{% $states.input %}',"
      "'MaxConcurrency':'{% 1 %}','ItemSelector':'{% $states.context.Map.Item.Value + 1 %}'," DISTRIBUTED(
          "STANDARD", WAIT_EACH) ",'End':true}}}",
      "[1,2,3]", "JSONata" },
};

struct story {
    char history[8 * 1024], ending[4 * 1024], counts[512];
};

static void tell(const struct restart_case *row, int64_t every_ms, struct story *ret_story)
{
    char *folder = make_folder(), run[256];
    struct game game = make_cast(folder);
    make_machine(&game, "m", "STANDARD", text(row->definition));
    const char *arn = start(&game, "m", "x", text(row->input));
    if (every_ms)
        restart(&game);
    for (int64_t at_ms = 0; at_ms < 6000; at_ms += every_ms ? every_ms : 6000) {
        pass_time(&game, every_ms ? every_ms : 6000);
        if (every_ms)
            restart(&game);
    }
    map_run_of(&game, arn, run);
    snprintf(ret_story->history, sizeof ret_story->history, "%s", history(&game, arn));
    snprintf(ret_story->ending, sizeof ret_story->ending, "%s", ending(&game, arn));
    snprintf(ret_story->counts, sizeof ret_story->counts, "%s", counts(&game, run, "itemCounts"));
    end_game(&game);
    remove_folder(folder);
}

static void test_restarts_change_nothing(void **state)
{
    static const int64_t every_ms[] = { 250, 1000, 1500 };
    static struct story whole, broken;
    for (size_t i = 0; i < sizeof restart_cases / sizeof *restart_cases; i++) {
        tell(&restart_cases[i], 0, &whole);
        if (strncmp(whole.ending, "SUCCEEDED", 9) != 0)
            fail_msg("%s: %s", restart_cases[i].reason, whole.ending);
        for (size_t j = 0; j < sizeof every_ms / sizeof *every_ms; j++) {
            tell(&restart_cases[i], every_ms[j], &broken);
            if (strcmp(broken.history, whole.history) != 0 || strcmp(broken.ending, whole.ending) != 0 ||
                strcmp(broken.counts, whole.counts) != 0)
                fail_msg("%s, every %d ms\n  whole  %s %s %s\n  broken %s %s %s", restart_cases[i].reason,
                         (int)every_ms[j], whole.ending, whole.history, whole.counts, broken.ending, broken.history,
                         broken.counts);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flows),
        cmocka_unit_test(test_exports),
        cmocka_unit_test(test_export_is_told),
        cmocka_unit_test(test_a_run_is_told),
        cmocka_unit_test(test_tolerance_is_raised),
        cmocka_unit_test(test_stopping_stops_the_children),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_restarts_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
