#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "services/stepfunctions/asl/machine.h"

/* ---- definitions and what is found in them ---- */

/* `found`: a line each, "location: message" for SCHEMA_VALIDATION_FAILED, else "CODE location: message"; "" for none. */
struct finding_case {
    const char *definition, *found, *reason;
};

#define SCHEMA "SCHEMA_VALIDATION_FAILED"
/* One state under the name X that ends. */
#define ONE(fields)   "{\"StartAt\":\"X\",\"States\":{\"X\":{" fields "}}}"
#define PASS(fields)  ONE("\"Type\":\"Pass\",\"End\":true" fields)
#define TASK(fields)  ONE("\"Type\":\"Task\",\"End\":true,\"Resource\":\"arn:aws:states:::lambda:invoke\"" fields)
#define RETRY(fields) TASK(",\"Retry\":[{\"ErrorEquals\":[\"A\"]" fields "}]")
#define INNER         "{\"StartAt\":\"I\",\"States\":{\"I\":{\"Type\":\"Pass\",\"End\":true}}}"
#define MAP(fields)   ONE("\"Type\":\"Map\",\"End\":true,\"ItemProcessor\":" INNER fields)
#define DISTRIBUTED(fields)                                                                                            \
    ONE("\"Type\":\"Map\",\"End\":true,\"ItemProcessor\":{\"ProcessorConfig\":{\"Mode\":\"DISTRIBUTED\","              \
        "\"ExecutionType\":"                                                                                           \
        "\"STANDARD\"},\"StartAt\":\"I\",\"States\":{\"I\":{\"Type\":\"Pass\",\"End\":true}}}," fields)
#define PROCESSOR(config)                                                                                              \
    ONE("\"Type\":\"Map\",\"End\":true,\"ItemProcessor\":{\"ProcessorConfig\":" config                                 \
        ",\"StartAt\":\"I\",\"States\":{\"I\":{\"Type\":\"Pass\",\"End\":true}}}")
#define CHOICE(choices)                                                                                                \
    "{\"StartAt\":\"X\",\"States\":{\"X\":{\"Type\":\"Choice\",\"Choices\":" choices                                   \
    ",\"Default\":\"Y\"},\"Y\":{\"Type\":\"Succeed\"}}}"
#define STATES(states) "{\"StartAt\":\"A\",\"States\":{" states "}}"

static const struct finding_case standard_cases[] = {
    /* text */
    { "", "MISSING_DESCRIPTION null: The state machine definition is empty", "nothing at all" },
    { " \n\t", "MISSING_DESCRIPTION null: The state machine definition is empty", "white space is nothing" },
    { "{\n 'a': 1}",
      "INVALID_JSON_DESCRIPTION [Source: UNKNOWN; line: 2, column: 2]: Unexpected character (''' (code 39)): was "
      "expecting "
      "double-quote to start field name",
      "what is no JSON is told in Jackson's words" },
    { "[]", "/: Expected value of type Object", "a definition is an object" },
    { "null", "/: Expected value of type Object", "null is no object" },
    /* the machine */
    { "{}", "/: These fields are required: [States, StartAt]", "AWS's order" },
    { "{\"Comment\":\"c\",\"StartAt\":\"State_1\"}", "/: These fields are required: [States]", "recorded" },
    { "{\"States\":{\"S\":{\"Type\":\"Pass\",\"End\":true}}}", "/: These fields are required: [StartAt]", "recorded" },
    { "{\"Fn::Sub\":1}", "/: These fields are required: [States, StartAt]\n/: Field 'Fn::Sub' is not supported",
      "AWS's order" },
    { "{\"StartAt\":\"A\",\"States\":{}}", "/States: Value cannot be empty", "no states" },
    { "{\"StartAt\":\"A\",\"States\":[]}", "/States: Expected value of type Object", "states are members" },
    { "{\"StartAt\":1,\"States\":{\"A\":{\"Type\":\"Succeed\"}}}", "/StartAt: Expected value of type String",
      "a name is text" },
    { "{\"Comment\":1,\"Version\":\"2\",\"TimeoutSeconds\":0,\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"}"
      "}}",
      "/Comment: Expected value of type String\n"
      "/Version: The field 'Version' should have one of these values: [1.0]\n"
      "/TimeoutSeconds: Value must be between 1 and 99999999",
      "all members, in the definition's order" },
    { "{\"Version\":\"1.0\",\"TimeoutSeconds\":99999999,\"Comment\":\"\",\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":"
      "\"Succeed\"}}}",
      "", "all members at their best" },
    /* states */
    { ONE(""), "/States/X: These fields are required: [Type]", "a state has a type" },
    { ONE("\"Type\":\"TypeThatDoesNotExist\",\"End\":true"),
      "/States/X/Type: The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, "
      "Parallel, Map]",
      "recorded" },
    { "{\"StartAt\":\"X\",\"States\":{\"X\":1}}", "/States/X: Expected value of type Object", "a state is an object" },
    { PASS(",\"Foo\":1,\"_comment\":\"x\""),
      "/States/X: Field 'Foo' is not supported\n/States/X: Field '_comment' is not supported",
      "unknown members are told of" },
    { PASS(",\"Catch\":[],\"Retry\":[],\"TimeoutSeconds\":1"),
      "/States/X: Field 'Catch' is not supported\n/States/X: Field 'Retry' is not supported\n"
      "/States/X: Field 'TimeoutSeconds' is not supported",
      "fields of other types" },
    { MAP(",\"TimeoutSeconds\":3"), "/States/X: Field 'TimeoutSeconds' is not supported", "measured on AWS" },
    { ONE("\"Type\":\"Succeed\",\"End\":true,\"Assign\":{}"),
      "/States/X: Field 'End' is not supported\n/States/X: Field 'Assign' is not supported", "Succeed ends by itself" },
    { ONE("\"Type\":\"Pass\""), "/States/X: One of these fields is required: [Next, End]", "it must go on or end" },
    { ONE("\"Type\":\"Pass\",\"End\":false"), "/States/X: One of these fields is required: [Next, End]",
      "false does not end" },
    { ONE("\"Type\":\"Pass\",\"End\":true,\"Next\":\"X\""),
      "/States/X: Only one of these fields may be used: [Next, End]", "not both" },
    { ONE("\"Type\":\"Pass\",\"End\":\"yes\""), "/States/X/End: Expected value of type Boolean", "told once" },
    { "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"Next\":1}}}",
      "/States/A/Next: Expected value of type String", "" },
    { STATES("\"A\":{\"Type\":\"Pass\",\"Next\":"
             "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"},"
             "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":{\"Type\":"
             "\"Succeed\"}"),
      "INVALID_STATE_NAME /States/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: "
      "State name "
      "must not be longer than 80 characters",
      "81 characters" },
    /* paths */
    { PASS(",\"OutputPath\":\"Test\""), "/States/X/OutputPath: Value must be a valid JSONPath.", "AWS's full stop" },
    { PASS(",\"InputPath\":\"\""), "/States/X/InputPath: Value must be a valid JSONPath.", "empty is no path" },
    { PASS(",\"InputPath\":7"), "/States/X/InputPath: Expected value of type String", "a number is no path" },
    { PASS(",\"InputPath\":null,\"OutputPath\":null,\"ResultPath\":null"), "", "null is its own thing" },
    { PASS(",\"InputPath\":\"$$.Execution\",\"OutputPath\":\"$.a[*]\""), "", "any path" },
    { PASS(",\"ResultPath\":\"x\""),
      "/States/X/ResultPath: Value is not a Reference Path: Reference path didn't start with '$'", "" },
    { ONE("\"Type\":\"Wait\",\"End\":true,\"SecondsPath\":\"x\""),
      "/States/X/SecondsPath: Value is not a Reference Path: Reference path didn't start with '$'", "" },
    /* templates */
    { PASS(",\"Assign\":{\"Variable.$\":\"Test\"}"),
      "/States/X/Assign: The value for the field 'Variable.$' must be a valid JSONPath or a valid intrinsic function "
      "call",
      "measured on AWS" },
    { PASS(",\"Parameters\":[]"), "/States/X/Parameters: Expected value of type Object", "a template is an object" },
    { PASS(",\"Assign\":{\"1a\":1,\"a b\":1,\"states\":1,\"\":1,\"ok_1.$\":\"$\"}"),
      "/States/X/Assign: The variable name '1a' is not valid\n/States/X/Assign: The variable name 'a b' is not valid\n"
      "/States/X/Assign: The variable name 'states' is not valid\n/States/X/Assign: The variable name '' is not valid",
      "names of variables" },
    /* Task */
    { ONE("\"Type\":\"Task\",\"End\":true"), "/States/X: These fields are required: [Resource]", "" },
    { ONE("\"Type\":\"Task\",\"End\":true,\"Resource\":\"createToken\""),
      "/States/X/Resource: Value is not a valid resource ARN", "" },
    { TASK(",\"TimeoutSeconds\":10,\"HeartbeatSeconds\":10"),
      "/States/X/HeartbeatSeconds: HeartbeatSeconds must be smaller than TimeoutSeconds", "equal is not smaller" },
    { TASK(",\"TimeoutSeconds\":10,\"HeartbeatSeconds\":9"), "", "smaller" },
    { TASK(",\"TimeoutSeconds\":1,\"TimeoutSecondsPath\":\"$.t\""),
      "/States/X: Only one of these fields may be used: [TimeoutSeconds, TimeoutSecondsPath]", "" },
    { TASK(",\"TimeoutSeconds\":0"), "/States/X/TimeoutSeconds: Value must be between 1 and 99999999", "" },
    { TASK(",\"TimeoutSeconds\":1.5"), "/States/X/TimeoutSeconds: Expected value of type Integer", "" },
    { TASK(",\"TimeoutSeconds\":\"1\""), "/States/X/TimeoutSeconds: Expected value of type Integer", "" },
    /* Retry and Catch */
    { TASK(",\"Retry\":[],\"Catch\":[]"), "", "AWS takes empty lists" },
    { TASK(",\"Retry\":[{}]"), "/States/X/Retry[0]: These fields are required: [ErrorEquals]", "" },
    { TASK(",\"Retry\":[{\"ErrorEquals\":[]}]"), "/States/X/Retry[0]/ErrorEquals: Value cannot be empty", "" },
    { TASK(",\"Retry\":[{\"ErrorEquals\":\"A\"}]"), "/States/X/Retry[0]/ErrorEquals: Expected value of type Array",
      "" },
    { TASK(",\"Retry\":[{\"ErrorEquals\":[\"A\",1]}]"),
      "/States/X/Retry[0]/ErrorEquals[1]: Expected value of type String", "" },
    { TASK(",\"Retry\":[{\"ErrorEquals\":[\"States.ALL\",\"A\"]}]"),
      "/States/X/Retry[0]/ErrorEquals[0]: States.ALL must appear alone and at end of list", "not alone" },
    { TASK(",\"Retry\":[{\"ErrorEquals\":[\"States.ALL\"]},{\"ErrorEquals\":[\"A\"]}]"),
      "/States/X/Retry[0]/ErrorEquals[0]: States.ALL must appear alone and at end of list", "not at the end" },
    { TASK(",\"Retry\":[{\"ErrorEquals\":[\"A\"]},{\"ErrorEquals\":[\"States.ALL\"]}]"), "", "alone and at the end" },
    { RETRY(",\"IntervalSeconds\":0,\"MaxAttempts\":-1,\"BackoffRate\":0.9,\"JitterStrategy\":\"SOME\",\"Foo\":1"),
      "/States/X/Retry[0]/IntervalSeconds: Value must be between 1 and 99999999\n"
      "/States/X/Retry[0]/MaxAttempts: Value must be between 0 and 99999999\n"
      "/States/X/Retry[0]/BackoffRate: Value must be greater than or equal to 1.0\n"
      "/States/X/Retry[0]/JitterStrategy: The field 'JitterStrategy' should have one of these values: [FULL, NONE]\n"
      "/States/X/Retry[0]: Field 'Foo' is not supported",
      "every rule of a retrier" },
    { RETRY(",\"IntervalSeconds\":5,\"MaxDelaySeconds\":5"),
      "/States/X/Retry[0]/MaxDelaySeconds: MaxDelaySeconds must be greater than IntervalSeconds", "" },
    { RETRY(",\"MaxDelaySeconds\":2,\"MaxAttempts\":0,\"BackoffRate\":1,\"JitterStrategy\":\"FULL\",\"Comment\":\"c\""),
      "", "" },
    { TASK(",\"Catch\":[{}]"), "/States/X/Catch[0]: These fields are required: [ErrorEquals, Next]", "" },
    { TASK(",\"Catch\":[{\"ErrorEquals\":[\"A\"],\"Next\":\"X\",\"ResultPath\":\"x\",\"IntervalSeconds\":1}]"),
      "/States/X/Catch[0]/ResultPath: Value is not a Reference Path: Reference path didn't start with '$'\n"
      "/States/X/Catch[0]: Field 'IntervalSeconds' is not supported",
      "" },
    /* Wait */
    { ONE("\"Type\":\"Wait\",\"End\":true"),
      "/States/X: One of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]", "" },
    { ONE("\"Type\":\"Wait\",\"End\":true,\"Seconds\":1,\"Timestamp\":\"2016-03-14T01:59:00Z\""),
      "/States/X: Only one of these fields may be used: [Seconds, SecondsPath, Timestamp, TimestampPath]", "" },
    { ONE("\"Type\":\"Wait\",\"End\":true,\"Timestamp\":\"2016-13-05T21:29:29Z\""),
      "/States/X/Timestamp: String does not match RFC3339 timestamp", "recorded: no such month" },
    { ONE("\"Type\":\"Wait\",\"End\":true,\"Timestamp\":\"2016-12-05 21:29:29Z\""),
      "/States/X/Timestamp: String does not match RFC3339 timestamp", "recorded: T is missing" },
    { ONE("\"Type\":\"Wait\",\"End\":true,\"Timestamp\":\"2016-12-05T21:29:29\""),
      "/States/X/Timestamp: String does not match RFC3339 timestamp", "recorded: no zone" },
    { ONE("\"Type\":\"Wait\",\"End\":true,\"Timestamp\":\"2016-03-14T01:59:00+02:00\""), "", "an offset" },
    { ONE("\"Type\":\"Wait\",\"End\":true,\"Seconds\":0"), "", "no time at all" },
    { ONE("\"Type\":\"Wait\",\"End\":true,\"Seconds\":-1"), "/States/X/Seconds: Value must be between 0 and 99999999",
      "" },
    /* Fail */
    { ONE("\"Type\":\"Fail\",\"Error\":\"E\",\"ErrorPath\":\"$.e\",\"Cause\":\"C\",\"CausePath\":\"$.c\""),
      "/States/X: Only one of these fields may be used: [Error, ErrorPath]\n"
      "/States/X: Only one of these fields may be used: [Cause, CausePath]",
      "" },
    { ONE("\"Type\":\"Fail\",\"ErrorPath\":\"$.e\",\"CausePath\":\"States.Format('{}', $.c)\""), "",
      "a path, a function" },
    { ONE("\"Type\":\"Fail\",\"ErrorPath\":\"e\""),
      "/States/X/ErrorPath: Value must be a valid JSONPath or a valid intrinsic function call", "" },
    { ONE("\"Type\":\"Fail\",\"InputPath\":\"$\""), "/States/X: Field 'InputPath' is not supported", "" },
    /* Choice */
    { CHOICE("[]"), "/States/X/Choices: Value cannot be empty", "" },
    { ONE("\"Type\":\"Choice\""), "/States/X: These fields are required: [Choices]", "" },
    { CHOICE("[{\"Variable\":\"$\",\"StringMatches\":\"Test\"}]"),
      "/States/X/Choices[0]: These fields are required: [Next]", "" },
    { CHOICE("[{\"Variable\":\"Test\",\"StringMatches\":\"Test\",\"Next\":\"Y\"}]"),
      "/States/X/Choices[0]/Variable: Value is not a Reference Path: Reference path didn't start with '$'",
      "measured on AWS" },
    { CHOICE("[{\"Variable\":\"$.a\",\"IsPresent\":true,\"Next\":\"Y\",\"Assign\":{\"a\":1}}]"), "", "" },
    /* Parallel */
    { ONE("\"Type\":\"Parallel\",\"End\":true,\"Branches\":[]"), "/States/X/Branches: Value cannot be empty",
      "recorded" },
    { ONE("\"Type\":\"Parallel\",\"End\":true,\"Branches\":[" INNER ",{\"Foo\":1}]"),
      "/States/X/Branches[1]: These fields are required: [States, StartAt]\n/States/X/Branches[1]: Field 'Foo' is not "
      "supported",
      "" },
    { ONE("\"Type\":\"Parallel\",\"End\":true,\"Branches\":[{\"StartAt\":\"B\",\"States\":{\"B\":{\"Type\":\"Choice\"}}"
          "}]"),
      "/States/X/Branches[0]/States/B: These fields are required: [Choices]", "measured on AWS" },
    /* Map */
    { ONE("\"Type\":\"Map\",\"End\":true"), "/States/X: These fields are required: [ItemProcessor]", "" },
    { MAP(",\"Iterator\":" INNER), "/States/X: Only one of these fields may be used: [ItemProcessor, Iterator]", "" },
    { MAP(",\"ItemSelector\":{},\"Parameters\":{}"),
      "/States/X: Only one of these fields may be used: [ItemSelector, Parameters]", "" },
    { MAP(",\"MaxConcurrency\":-1"), "/States/X/MaxConcurrency: Value must be between 0 and 2147483647", "" },
    { MAP(",\"ToleratedFailurePercentage\":100.5"),
      "/States/X/ToleratedFailurePercentage: Value must be between 0 and 100", "" },
    { MAP(",\"ItemReader\":{\"Resource\":\"arn:aws:states:::s3:getObject\"}"),
      "/States/X: Field 'ItemReader' is only supported in 'DISTRIBUTED' mode", "" },
    { MAP(",\"Label\":\"a b\""), "INVALID_LABEL_NAME /States/X/Label: The label 'a b' is not valid", "" },
    { PROCESSOR("{\"Mode\":\"INLINE\"}"), "", "" },
    { PROCESSOR("{\"Mode\":\"INLINE\",\"ExecutionType\":\"EXPRESS\"}"),
      "/States/X/ItemProcessor/ProcessorConfig: Field 'ExecutionType' is not supported", "" },
    { PROCESSOR("{\"Mode\":\"DISTRIBUTED\"}"),
      "/States/X/ItemProcessor/ProcessorConfig: These fields are required: [ExecutionType]", "" },
    { PROCESSOR("{\"Mode\":\"X\"}"),
      "/States/X/ItemProcessor/ProcessorConfig/Mode: The field 'Mode' should have one of these values: [INLINE, "
      "DISTRIBUTED]",
      "" },
    { ONE("\"Type\":\"Map\",\"End\":true,\"ItemProcessor\":{\"ProcessorConfig\":{\"Mode\":\"DISTRIBUTED\","
          "\"ExecutionType\":\"EXPRESS\"},"
          "\"StartAt\":\"I\",\"States\":{\"I\":{\"Type\":\"Task\",\"End\":true,\"Resource\":"
          "\"arn:aws:states:::states:startExecution.sync\"}}}"),
      "/States/X/ItemProcessor/States/I/Resource: Express state machine does not support '.sync' service integration",
      "the children are Express" },
    /* what a distributed Map reads, batches and writes */
    { DISTRIBUTED(
          "\"ItemReader\":{\"Resource\":\"arn:aws:states:::s3:getObject\",\"ReaderConfig\":{\"InputType\":\"CSV\","
          "\"CSVHeaderLocation\":\"FIRST_ROW\",\"MaxItemsPath\":\"$.n\"},\"Parameters\":{\"Bucket.$\":\"$.b\"}},"
          "\"ItemBatcher\":{\"MaxItemsPerBatch\":10,\"MaxInputBytesPerBatchPath\":\"$.n\",\"BatchInput\":{\"a\":1}},"
          "\"ResultWriter\":{\"Resource\":\"arn:aws:states:::s3:putObject\",\"Parameters\":{\"Bucket\":\"b\"},"
          "\"WriterConfig\":{\"Transformation\":\"COMPACT\",\"OutputType\":\"JSON\"}}"),
      "", "all of them" },
    { DISTRIBUTED("\"ItemReader\":{\"ReaderConfig\":{\"InputType\":\"XML\",\"X\":1}}"),
      "/States/X/ItemReader: These fields are required: [Resource]\n/States/X/ItemReader/ReaderConfig/InputType: The "
      "field 'InputType' should have one of these values: [CSV, JSON, JSONL, PARQUET, "
      "MANIFEST]\n/States/X/ItemReader/ReaderConfig: Field 'X' is not supported",
      "" },
    { DISTRIBUTED(
          "\"ItemReader\":{\"Resource\":\"arn:aws:states:::s3:getObject\",\"ReaderConfig\":{\"InputType\":\"CSV\"}}"),
      "/States/X/ItemReader/ReaderConfig: These fields are required: [CSVHeaderLocation]", "" },
    { DISTRIBUTED(
          "\"ItemReader\":{\"Resource\":\"arn:aws:states:::s3:getObject\",\"ReaderConfig\":{\"InputType\":\"CSV\","
          "\"CSVHeaderLocation\":\"GIVEN\",\"MaxItems\":1,\"MaxItemsPath\":\"$.a\"}}"),
      "/States/X/ItemReader/ReaderConfig: Only one of these fields may be used: [MaxItems, "
      "MaxItemsPath]\n/States/X/ItemReader/ReaderConfig: These fields are required: [CSVHeaders]",
      "" },
    { DISTRIBUTED("\"ItemReader\":{\"Resource\":\"arn:aws:states:::s3:listObjectsV2\",\"ReaderConfig\":{"
                  "\"Transformation\":\"LOAD_AND_FLATTEN\"},\"Arguments\":{}}"),
      "/States/X/ItemReader: The QueryLanguage is set to 'JSONPath', but field 'Arguments' is only supported for the "
      "'JSONata' QueryLanguage\n/States/X/ItemReader/ReaderConfig: These fields are required: [InputType]",
      "" },
    { DISTRIBUTED("\"ItemReader\":{\"Resource\":\"arn:aws:states:::lambda:invoke\"}"),
      "/States/X/ItemReader/Resource: The resource 'arn:aws:states:::lambda:invoke' is not supported by ItemReader",
      "" },
    { DISTRIBUTED("\"ItemBatcher\":{\"BatchInput\":{}}"),
      "/States/X/ItemBatcher: At least one of these fields is required: [MaxItemsPerBatch, MaxItemsPerBatchPath, "
      "MaxInputBytesPerBatch, MaxInputBytesPerBatchPath]",
      "" },
    { DISTRIBUTED("\"ItemBatcher\":{\"MaxItemsPerBatch\":0}"),
      "/States/X/ItemBatcher/MaxItemsPerBatch: Value must be between 1 and 2147483647", "" },
    { DISTRIBUTED("\"ResultWriter\":{}"), "/States/X/ResultWriter: These fields are required: [Resource]", "" },
    { DISTRIBUTED("\"ResultWriter\":{\"Resource\":\"arn:aws:states:::s3:putObject\"}"),
      "/States/X/ResultWriter: These fields are required: [Parameters]", "" },
    { DISTRIBUTED("\"ResultWriter\":{\"WriterConfig\":{\"Transformation\":\"X\"}}"),
      "/States/X/ResultWriter/WriterConfig/Transformation: The field 'Transformation' should have one of these values: "
      "[NONE, COMPACT, FLATTEN]",
      "" },
    /* the states' connections */
    { STATES("\"A\":{\"Type\":\"Pass\",\"Next\":\"NOPE\"}"),
      "MISSING_TRANSITION_TARGET /States/A/Next: Missing 'Next' target: NOPE\nMISSING_END_STATE null: Workflow has no "
      "terminal state",
      "measured on AWS" },
    { STATES("\"A\":{\"Type\":\"Pass\",\"Next\":\"B\"},\"B\":{\"Type\":\"Pass\",\"Next\":\"A\"}"),
      "MISSING_END_STATE null: Workflow has no terminal state", "measured on AWS" },
    { STATES("\"A\":{\"Type\":\"Pass\",\"Next\":\"B\"},\"B\":{\"Type\":\"Pass\",\"Next\":\"A\"},\"C\":{\"Type\":"
             "\"Pass\",\"Next\":\"A\"}"),
      "MISSING_END_STATE null: Workflow has no terminal state",
      "measured on AWS: the unreachable one is not told of beside" },
    { STATES("\"A\":{\"Type\":\"Pass\",\"Next\":\"B\"},\"B\":{\"Type\":\"Pass\",\"Next\":\"A\"},\"C\":{\"Type\":"
             "\"Pass\",\"End\":true}"),
      "MISSING_TRANSITION_TARGET /States/C: State \"C\" is not reachable.", "measured on AWS" },
    { "{\"StartAt\":\"Not sure\",\"States\":{\"Pass "
      "One\":{\"Type\":\"Pass\",\"Next\":\"Success\"},\"Success\":{\"Type\":\"Succeed\"}}}",
      "MISSING_TRANSITION_TARGET /StartAt: Missing 'Next' target: Not sure\n"
      "MISSING_TRANSITION_TARGET /States/Pass One: State \"Pass One\" is not reachable.",
      "measured on AWS: what something leads to counts as reachable" },
    { STATES("\"A\":{\"Type\":\"Choice\",\"Choices\":[{\"Variable\":\"$\",\"IsNull\":true,\"Next\":\"N\"}],\"Default\":"
             "\"D\"},"
             "\"T\":{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::lambda:invoke\",\"End\":true,"
             "\"Catch\":[{\"ErrorEquals\":[\"A\"],\"Next\":\"C\"}]}"),
      "MISSING_TRANSITION_TARGET /States/A/Choices[0]/Next: Missing 'Next' target: N\n"
      "MISSING_TRANSITION_TARGET /States/A/Default: Missing 'Next' target: D\n"
      "MISSING_TRANSITION_TARGET /States/T/Catch[0]/Next: Missing 'Next' target: C\n"
      "MISSING_TRANSITION_TARGET /States/T: State \"T\" is not reachable.",
      "measured on AWS: 'Next' whatever the field" },
    { STATES("\"A\":{\"Type\":\"Parallel\",\"End\":true,\"Branches\":[{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":"
             "\"Succeed\"}}}]}"),
      "DUPLICATE_STATE_NAME /States/A/Branches[0]/States/A: Duplicate State name: A", "names are the machine's" },
    { STATES("\"A\":{\"Type\":\"Parallel\",\"Next\":\"Z\",\"Branches\":[{\"StartAt\":\"B\",\"States\":{\"B\":{\"Type\":"
             "\"Pass\",\"Next\":\"Z\"}}}]},"
             "\"Z\":{\"Type\":\"Succeed\"}"),
      "MISSING_TRANSITION_TARGET /States/A/Branches[0]/States/B/Next: Missing 'Next' target: Z\n"
      "MISSING_END_STATE null: Workflow has no terminal state",
      "a branch does not lead out of itself" },
    { STATES("\"A\":{\"Type\":\"Pass\",\"Foo\":1,\"Next\":\"NOPE\"}"), "/States/A: Field 'Foo' is not supported",
      "connections are looked at when the fields are right" },
    /* query languages */
    { "{\"QueryLanguage\":\"JSONata\",\"StartAt\":\"Pass\",\"States\":{\"Pass\":{\"Type\":\"Pass\",\"End\":true,"
      "\"QueryLanguage\":"
      "\"JSONPath\"}}}",
      "/States/Pass: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", "recorded" },
    { PASS(",\"Output\":1"),
      "/States/X: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' "
      "QueryLanguage",
      "" },
    { PASS(",\"QueryLanguage\":\"JSONata\",\"InputPath\":\"$\""),
      "/States/X: The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' "
      "QueryLanguage",
      "" },
    { "{\"QueryLanguage\":\"SQL\",\"StartAt\":\"X\",\"States\":{\"X\":{\"Type\":\"Pass\",\"End\":true}}}",
      "/QueryLanguage: The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]", "" },
    { ONE("\"Type\":\"Map\",\"End\":true,\"QueryLanguage\":\"JSONata\",\"ItemProcessor\":{\"QueryLanguage\":"
          "\"JSONata\",\"StartAt\":\"P\","
          "\"States\":{\"P\":{\"Type\":\"Pass\",\"Output\":1,\"End\":true}}}"),
      "/States/X/ItemProcessor: Field 'QueryLanguage' is not supported\n"
      "/States/X/ItemProcessor/States/P: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported "
      "for the "
      "'JSONata' QueryLanguage",
      "measured on AWS: a Map's language is its own" },
    { "{\"StartAt\":\"M\",\"QueryLanguage\":\"JSONPath\",\"States\":{\"M\":{\"Type\":\"Map\",\"QueryLanguage\":"
      "\"JSONata\","
      "\"ItemProcessor\":{\"ProcessorConfig\":{\"Mode\":\"INLINE\"},\"StartAt\":\"P\",\"States\":{\"P\":{"
      "\"QueryLanguage\":"
      "\"JSONPath\",\"Type\":\"Pass\",\"End\":true}}},\"End\":true}}}",
      "", "recorded: no expressions, so nothing to evaluate" },
    { PASS(",\"QueryLanguage\":\"JSONata\",\"Output\":{\"v\":[\"{% phone %}\",\"{% 1 + %}\"]}"),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/X/Output/v[0]: Reference to 'phone' at the top level is not supported.\n"
      "INVALID_JSONATA_EXPRESSION /States/X/Output/v[1]: Unexpected end of expression",
      "measured on AWS (floci-io/floci issues 2670 and 2745)" },
    { PASS(",\"QueryLanguage\":\"JSONata\",\"Output\":\"{% $states.result %}\",\"Assign\":{\"a\":\"{% 1\"}"),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/X/Output: Field '$states.result' does not exist.\n"
      "INVALID_JSONATA_EXPRESSION /States/X/Assign/a: The expression begins with '{%' but does not end with '%}'",
      "a Pass has no result; an expression has an end" },
    { TASK(",\"QueryLanguage\":\"JSONata\",\"Arguments\":\"{% $states.result %}\",\"Output\":\"{% $states.result "
           "%}\",\"Assign\":{\"a\":\"{% $states.errorOutput %}\"},\"Credentials\":1,\"Parameters\":{},"
           "\"Catch\":[{\"ErrorEquals\":[\"E\"],\"Next\":\"X\",\"Output\":\"{% $states.errorOutput & $states.result "
           "%}\",\"ResultPath\":\"$\"}],\"TimeoutSeconds\":\"{% 1 %}\",\"HeartbeatSeconds\":\"1\""),
      "UNSUPPORTED_JSONATA_EXPRESSION /States/X/Arguments: Field '$states.result' does not exist.\n"
      "UNSUPPORTED_JSONATA_EXPRESSION /States/X/Assign/a: Field '$states.errorOutput' does not exist.\n"
      "/States/X/Credentials: Expected value of type Object\n"
      "/States/X: The QueryLanguage is set to 'JSONata', but field 'Parameters' is only supported for the 'JSONPath' "
      "QueryLanguage\n"
      "UNSUPPORTED_JSONATA_EXPRESSION /States/X/Catch[0]/Output: Field '$states.result' does not exist.\n"
      "/States/X/Catch[0]: The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the "
      "'JSONPath' QueryLanguage\n"
      "/States/X/HeartbeatSeconds: Expected value of type Integer",
      "what is offered where" },
    { "{\"QueryLanguage\":\"JSONata\",\"StartAt\":\"X\",\"States\":{\"X\":{\"Type\":\"Choice\",\"Choices\":[{"
      "\"Condition\":1,\"Next\":\"Y\"},{\"Condition\":\"{% a %}\",\"Next\":\"Y\",\"Output\":\"{% $states.result "
      "%}\"},{\"Variable\":\"$.x\",\"Next\":\"Y\"}]},\"Y\":{\"Type\":\"Succeed\"}}}",
      "/States/X/Choices[0]/Condition: Expected value of type Boolean\n"
      "UNSUPPORTED_JSONATA_EXPRESSION /States/X/Choices[1]/Condition: Reference to 'a' at the top level is not "
      "supported.\n"
      "UNSUPPORTED_JSONATA_EXPRESSION /States/X/Choices[1]/Output: Field '$states.result' does not exist.\n"
      "/States/X/Choices[2]: These fields are required: [Condition]\n"
      "/States/X/Choices[2]: Field 'Variable' is not supported",
      "rules in JSONata" },
    { MAP(",\"QueryLanguage\":\"JSONata\",\"Items\":{},\"MaxConcurrency\":\"{% 1 %}\",\"ItemsPath\":\"$\","
          "\"ToleratedFailurePercentage\":\"{% b %}\",\"ItemSelector\":\"{% $states.context.Map.Item %}\""),
      "/States/X/Items: Expected value of type Array\n"
      "/States/X: The QueryLanguage is set to 'JSONata', but field 'ItemsPath' is only supported for the 'JSONPath' "
      "QueryLanguage\n"
      "UNSUPPORTED_JSONATA_EXPRESSION /States/X/ToleratedFailurePercentage: Reference to 'b' at the top level is not "
      "supported.",
      "a Map in JSONata" },
};

static const struct finding_case express_cases[] = {
    { TASK(""), "", "a request and its response" },
    { ONE("\"Type\":\"Task\",\"End\":true,\"Resource\":\"arn:aws:states:::states:startExecution.sync\""),
      "/States/X/Resource: Express state machine does not support '.sync' service integration", "recorded" },
    { ONE("\"Type\":\"Task\",\"End\":true,\"Resource\":\"arn:aws:states:::sqs:sendMessage.waitForTaskToken\""),
      "/States/X/Resource: Express state machine does not support '.waitForTaskToken' service integration ",
      "recorded, with the blank at its end" },
    { ONE("\"Type\":\"Task\",\"End\":true,\"Resource\":\"arn:aws:states:us-east-1:000000000000:activity:A\""),
      "/States/X/Resource: Express state machine does not support Activity ARN", "" },
    { "{\"TimeoutSeconds\":301,\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"}}}",
      "/TimeoutSeconds: Value must be between 1 and 300", "five minutes" },
    { PROCESSOR("{\"Mode\":\"DISTRIBUTED\",\"ExecutionType\":\"EXPRESS\"}"),
      "/States/X/ItemProcessor/ProcessorConfig: Express state machine does not support 'DISTRIBUTED' mode", "" },
};

static const struct finding_case warning_cases[] = {
    { PASS(",\"Parameters\":{\"a\":\"$.x\",\"b\":{\"c\":[\"States.UUID()\"]},\"d.$\":\"$.x\",\"e\":\"$5\"}"),
      "NO_DOLLAR /States/X/Parameters: The value of 'a' looks like a path or an intrinsic function, but the field's "
      "name does not "
      "end with '.$', so it is taken as it stands\n"
      "NO_DOLLAR /States/X/Parameters: The value of 'Parameters' looks like a path or an intrinsic function, but the "
      "field's name "
      "does not end with '.$', so it is taken as it stands",
      "text that looks like a path" },
    { PASS(",\"Result\":{\"a.$\":\"$.x\"}"),
      "PASS_RESULT_IS_STATIC /States/X/Result: The value of 'a.$' looks like a path or an intrinsic function, but the "
      "result of a "
      "Pass state is taken as it stands",
      "" },
    { ONE("\"Type\":\"Fail\",\"Cause\":\"$.c\""),
      "NO_PATH /States/X/Cause: The value of 'Cause' looks like a path, but the field's name does not end with 'Path'",
      "" },
};

static void print_findings(const struct diagnostic *diagnostics, const char *severity, struct buf *text)
{
    for (; diagnostics; diagnostics = diagnostics->next) {
        if (strcmp(diagnostics->severity, severity) != 0)
            continue;
        buf_add_text(text, text->length ? "\n" : "");
        if (strcmp(diagnostics->code, SCHEMA) != 0)
            buf_printf(text, "%s ", diagnostics->code);
        buf_printf(text, "%s: %s", diagnostics->location ? diagnostics->location : "null", diagnostics->message);
    }
}

static void check_findings(const struct finding_case *cases, size_t count, enum machine_kind kind, const char *severity)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_new();
        const struct diagnostic *diagnostics;
        struct machine *machine = machine_read(str_of(cases[i].definition), kind, arena, &diagnostics);
        struct buf found = BUF_EMPTY;
        print_findings(diagnostics, severity, &found);
        if (!str_is(buf_str(&found), cases[i].found))
            fail_msg("%s (%s)\n found:    %.*s\n expected: %s", cases[i].definition, cases[i].reason,
                     STR_ARG(buf_str(&found)), cases[i].found);
        bool refused = strcmp(severity, "ERROR") == 0 && cases[i].found[0];
        assert_int_equal(machine == NULL, refused);
        machine_unref(machine);
        buf_release(&found);
        arena_free(arena);
    }
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void findings_of_standard_machines(void **state)
{
    check_findings(standard_cases, COUNT(standard_cases), MACHINE_STANDARD, "ERROR");
}

static void findings_of_express_machines(void **state)
{
    check_findings(express_cases, COUNT(express_cases), MACHINE_EXPRESS, "ERROR");
}

static void warnings(void **state)
{
    check_findings(warning_cases, COUNT(warning_cases), MACHINE_STANDARD, "WARNING");
}

static void sentence_lists_errors(void **state)
{
    struct arena *arena = arena_new();
    const struct diagnostic *diagnostics;
    assert_null(machine_read(STR("{\"StartAt\":\"pass1\",\"States\":{\"pass1\":{\"Type\":\"Pass\",\"Next\":\"pass3\"},"
                                 "\"pass2\":{\"Type\":\"Pass\",\"Parameters\":{\"a\":\"$.x\"},\"End\":true}}}"),
                             MACHINE_STANDARD, arena, &diagnostics));
    assert_string_equal(
        machine_sentence(arena, diagnostics),
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at "
        "/States/pass1/Next, MISSING_TRANSITION_TARGET: State \"pass2\" is not reachable. at /States/pass2'");
    assert_null(machine_read(STR("{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"Next\":\"A\"}}}"),
                             MACHINE_STANDARD, arena, &diagnostics));
    assert_string_equal(
        machine_sentence(arena, diagnostics),
        "Invalid State Machine Definition: 'MISSING_END_STATE: Workflow has no terminal state at null'");
    arena_free(arena);
}

/* Findings are told up to a number, however many there are, and names of any length do not fill the memory. */
static void findings_have_a_ceiling(void **state)
{
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, "{\"StartAt\":\"X\",\"States\":{\"X\":{\"Type\":\"Pass\",\"End\":true");
    for (int i = 0; i < 300; i++) {
        buf_printf(&text, ",\"%d", i);
        for (int j = 0; j < 2000; j++)
            buf_add_text(&text, "\xc3\xa9");
        buf_add_text(&text, "\":1");
    }
    buf_add_text(&text, "}}}");
    struct arena *arena = arena_new();
    const struct diagnostic *diagnostics;
    assert_null(machine_read(buf_str(&text), MACHINE_STANDARD, arena, &diagnostics));
    size_t count = 0;
    for (; diagnostics; diagnostics = diagnostics->next, count++)
        assert_true(str_is_utf8(str_of(diagnostics->message)));
    assert_int_equal(count, 101);
    assert_true(arena_bytes(arena) < 1 << 20);
    arena_free(arena);
    buf_release(&text);
}

/* ---- what the engine gets ---- */

static struct machine *read_good(const char *definition)
{
    struct arena *arena = arena_new();
    const struct diagnostic *diagnostics;
    struct machine *machine = machine_read(str_of(definition), MACHINE_STANDARD, arena, &diagnostics);
    if (!machine)
        fail_msg("%s", machine_sentence(arena, diagnostics));
    arena_free(arena);
    return machine;
}

static void states_are_linked(void **state)
{
    struct machine *machine = read_good(
        "{\"TimeoutSeconds\":9,\"StartAt\":\"P\",\"States\":{\"P\":{\"Type\":\"Parallel\",\"Branches\":["
        "{\"StartAt\":\"B\",\"States\":{\"B\":{\"Type\":\"Succeed\"}}},"
        "{\"StartAt\":\"C\",\"States\":{\"D\":{\"Type\":\"Succeed\"},\"C\":{\"Type\":\"Pass\",\"Next\":\"D\"}}}],"
        "\"Catch\":[{\"ErrorEquals\":[\"States.ALL\"],\"Next\":\"F\",\"ResultPath\":null}],\"Next\":\"W\"},"
        "\"W\":{\"Type\":\"Wait\",\"Timestamp\":\"1970-01-01T00:00:01Z\",\"End\":true},\"F\":{\"Type\":\"Fail\","
        "\"Error\":\"E\"}}}");
    const struct flow *flow = machine->flow;
    const struct state *parallel = flow->start;
    assert_int_equal(machine->timeout_seconds, 9);
    assert_int_equal(machine->state_count, 6);
    for (unsigned i = 0; i < machine->state_count; i++)
        assert_int_equal(machine->states[i]->index, i);
    assert_int_equal(flow->state_count, 3);
    assert_null(flow->owner);
    assert_string_equal(parallel->name, "P");
    assert_ptr_equal(parallel->flow, flow);
    assert_string_equal(parallel->next->name, "W");
    assert_null(parallel->next->next);
    assert_int_equal(parallel->next->timestamp_ms, 1000);
    assert_int_equal(parallel->branch_count, 2);
    assert_ptr_equal(parallel->branches[1]->owner, parallel);
    assert_int_equal(parallel->branches[1]->branch, 1);
    assert_string_equal(parallel->branches[1]->start->name, "C");
    assert_string_equal(parallel->branches[1]->start->next->name, "D");
    assert_int_equal(parallel->catcher_count, 1);
    assert_string_equal(parallel->catchers[0].errors[0], "States.ALL");
    assert_null(parallel->catchers[0].errors[1]);
    assert_true(parallel->catchers[0].result_path.is_null);
    assert_string_equal(parallel->catchers[0].next->error.text, "E");
    machine_unref(machine);
}

static void options_have_their_defaults(void **state)
{
    struct machine *machine = read_good(RETRY(",\"BackoffRate\":1.5") "\n");
    const struct state *task = machine->flow->start;
    assert_int_equal(task->retrier_count, 1);
    assert_int_equal(task->retriers[0].interval_seconds, 1);
    assert_int_equal(task->retriers[0].max_attempts, 3);
    assert_true(task->retriers[0].backoff_rate == 1.5);
    assert_int_equal(task->retriers[0].max_delay_seconds, 0);
    assert_false(task->retriers[0].full_jitter);
    assert_false(task->timeout.given);
    assert_null(task->input_path.path);
    assert_false(task->input_path.is_null);
    assert_string_equal(task->resource.service, "lambda");
    machine_unref(machine);
    machine = read_good(MAP(",\"ToleratedFailurePercentage\":0.5,\"Label\":\"L\""));
    assert_true(machine->flow->start->tolerated_percentage.real == 0.5);
    assert_false(machine->flow->start->max_concurrency.given);
    assert_false(machine->flow->start->distributed);
    assert_string_equal(machine->flow->start->label, "L");
    machine_unref(machine);
}

/* ---- variables that states read ---- */

static const struct reference_case {
    const char *definition, *references, *reason;
} reference_cases[] = {
    { PASS(",\"InputPath\":\"$answer\",\"ResultPath\":\"$.theAnswer\",\"OutputPath\":\"$answer\",\"Assign\":{"
           "\"answer\":\"\"}"),
      "{\"X\":[\"answer\"]}", "recorded: each once" },
    { PASS(",\"Result\":{\"answer\":42},\"Assign\":{\"theAnswer.$\":\"$.answer\"}"), "",
      "recorded: setting is not reading" },
    { ONE("\"Type\":\"Fail\",\"CausePath\":\"$causeVar\",\"ErrorPath\":\"$errorVar\""),
      "{\"X\":[\"causeVar\",\"errorVar\"]}", "recorded" },
    { PASS(",\"Parameters\":{\"result\":\"$result\"}"), "", "recorded: no path without .$" },
    { PASS(",\"Parameters\":{\"a.$\":\"States.MathAdd(States.MathAdd($y, $x), $y)\"}"), "{\"X\":[\"y\",\"x\"]}",
      "in functions" },
    { MAP(",\"ItemsPath\":\"$list\",\"MaxConcurrencyPath\":\"$most\""), "{\"X\":[\"list\",\"most\"]}", "recorded" },
    { ONE("\"Type\":\"Map\",\"End\":true,\"ItemsPath\":\"$PokemonList\",\"ItemProcessor\":{\"StartAt\":\"I\","
          "\"States\":{\"I\":{"
          "\"Type\":\"Pass\",\"Parameters\":{\"Question.$\":\"$Question\"},\"End\":true}}}"),
      "{\"I\":[\"Question\"],\"X\":[\"PokemonList\"]}", "recorded: inner states stand beside" },
    { CHOICE("[{\"Variable\":\"$guess\",\"StringEqualsPath\":\"$answer\",\"Next\":\"Y\",\"Assign\":{\"x.$\":\"$z\"}}]"),
      "{\"X\":[\"guess\",\"answer\",\"z\"]}", "in rules" },
    { TASK(",\"Catch\":[{\"ErrorEquals\":[\"A\"],\"Next\":\"X\",\"Assign\":{\"x.$\":\"$v\"}}]"), "{\"X\":[\"v\"]}",
      "in catchers" },
};

static void variable_references(void **state)
{
    for (size_t i = 0; i < COUNT(reference_cases); i++) {
        struct machine *machine = read_good(reference_cases[i].definition);
        struct arena *arena = arena_new();
        const cJSON *references = machine_variable_references(machine, arena);
        struct str text = references ? json_print_in(arena, references) : STR("");
        if (!str_is(text, reference_cases[i].references))
            fail_msg("%s (%s): %.*s", reference_cases[i].definition, reference_cases[i].reason, STR_ARG(text));
        machine_unref(machine);
        arena_free(arena);
    }
}

/* ---- the cache ---- */

static void cache_shares_machines(void **state)
{
    struct machine *first = machine_cached(STR(PASS("")), MACHINE_STANDARD);
    struct machine *again = machine_cached(STR(PASS("")), MACHINE_STANDARD);
    struct machine *express = machine_cached(STR(PASS("")), MACHINE_EXPRESS);
    assert_non_null(first);
    assert_ptr_equal(first, again);
    assert_ptr_not_equal(first, express);
    assert_null(machine_cached(STR("{}"), MACHINE_STANDARD));
    machine_unref(again);
    machine_unref(express);
    machine_cache_clear();
    assert_string_equal(first->flow->start->name, "X"); /* who holds it keeps it */
    machine_unref(first);
}

/* The 257th machine pushes the one out that was used longest ago. */
static void cache_forgets_the_oldest(void **state)
{
    struct machine *kept = machine_cached(STR(PASS("")), MACHINE_STANDARD), *pushed = NULL;
    for (int i = 0; i < 300; i++) {
        char definition[128];
        snprintf(definition, sizeof definition, PASS(",\"Comment\":\"%d\""), i);
        struct machine *machine = machine_cached(str_of(definition), MACHINE_STANDARD);
        if (i == 0)
            pushed = machine_ref(machine);
        machine_unref(machine);
        machine_unref(machine_cached(STR(PASS("")), MACHINE_STANDARD));
    }
    struct machine *again = machine_cached(STR(PASS("")), MACHINE_STANDARD);
    struct machine *anew = machine_cached(STR(PASS(",\"Comment\":\"0\"")), MACHINE_STANDARD);
    assert_ptr_equal(again, kept);
    assert_ptr_not_equal(anew, pushed);
    machine_unref(anew);
    machine_unref(again);
    machine_unref(pushed);
    machine_unref(kept);
    machine_cache_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_of_standard_machines),
        cmocka_unit_test(findings_of_express_machines),
        cmocka_unit_test(warnings),
        cmocka_unit_test(sentence_lists_errors),
        cmocka_unit_test(findings_have_a_ceiling),
        cmocka_unit_test(states_are_linked),
        cmocka_unit_test(options_have_their_defaults),
        cmocka_unit_test(variable_references),
        cmocka_unit_test(cache_shares_machines),
        cmocka_unit_test(cache_forgets_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
