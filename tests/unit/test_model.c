#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/model.h"
#include "base/arena.h"
#include "base/buf.h"
#include "services/iam/iam_model.h"
#include "services/stepfunctions/stepfunctions_model.h"
#include "services/sts/sts_model.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const struct model *const models[] = { &stepfunctions_model, &iam_model, &sts_model };

static const struct operation *operation_of(const struct model *model, const char *name)
{
    const struct operation *operation = model_operation(model, str_of(name));
    if (!operation)
        fail_msg("%s has no %s", model->name, name);
    return operation;
}

static void text_equal(const char *got, const char *wanted)
{
    if (got && wanted)
        assert_string_equal(got, wanted);
    else
        assert_ptr_equal(got, wanted);
}

static void every_operation_is_found(void **state)
{
    for (size_t m = 0; m < COUNT(models); m++) {
        for (size_t i = 0; i < models[m]->operation_count; i++) {
            const struct operation *operation = &models[m]->operations[i];
            assert_ptr_equal(operation_of(models[m], operation->name), operation);
            assert_int_equal(operation->index, i);
        }
    }
}

static void other_names_are_not_found(void **state)
{
    static const char *const rows[] = { "", "A", "StartExecutio", "StartExecution2", "startExecution", "Zzz" };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_null(model_operation(&stepfunctions_model, str_of(rows[i])));
}

static void every_pattern_compiles(void **state)
{
    for (size_t m = 0; m < COUNT(models); m++) {
        for (size_t i = 0; i < models[m]->shape_count; i++) {
            const struct shape *shape = &models[m]->shapes[i];
            if (!shape->pattern)
                continue;
            shape_matches(shape, STR(""));
            assert_non_null(*shape->compiled);
        }
    }
}

/* A wrong one would hide the member. */
static void members_are_marked(void **state)
{
    for (size_t m = 0; m < COUNT(models); m++)
        for (size_t i = 0; i < models[m]->shape_count; i++)
            for (size_t k = 0; k < models[m]->shapes[i].member_count; k++) {
                const struct member *member = &models[m]->shapes[i].members[k];
                bool header = member->location == LOCATION_HEADER;
                assert_int_equal(member->mark, str_mark(str_of(member->name)));
                assert_int_equal(member->wire_mark, header ? str_mark(str_of(member->wire)) : 0);
            }
    assert_int_equal(str_mark(STR("x-amz-ACL")), str_mark(STR("X-Amz-Acl")));
}

static void services_are_told(void **state)
{
    static const struct {
        const struct model *model;
        const char *sdk_id, *exception_name, *signing_name, *target_prefix, *json_version, *api_version;
        enum protocol protocol;
        bool global;
        size_t operations;
    } rows[] = {
        { &stepfunctions_model, "SFN", "AWSStepFunctions", "states", "AWSStepFunctions", "1.0", "2016-11-23",
          PROTOCOL_JSON, false, 37 },
        { &iam_model, "IAM", "AmazonIdentityManagement", "iam", NULL, NULL, "2010-05-08", PROTOCOL_QUERY, true, 176 },
        { &sts_model, "STS", "AWSSecurityTokenService", "sts", NULL, NULL, "2011-06-15", PROTOCOL_QUERY, true, 11 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        text_equal(rows[i].model->sdk_id, rows[i].sdk_id);
        text_equal(rows[i].model->exception_name, rows[i].exception_name);
        text_equal(rows[i].model->signing_name, rows[i].signing_name);
        text_equal(rows[i].model->iam_prefix, rows[i].signing_name);
        text_equal(rows[i].model->target_prefix, rows[i].target_prefix);
        text_equal(rows[i].model->json_version, rows[i].json_version);
        text_equal(rows[i].model->api_version, rows[i].api_version);
        assert_int_equal(rows[i].model->protocol, rows[i].protocol);
        assert_int_equal(rows[i].model->global, rows[i].global);
        assert_int_equal(rows[i].model->operation_count, rows[i].operations);
    }
}

static void permissions_are_told(void **state)
{
    static const struct {
        const struct model *model;
        const char *operation, *action, *resource, *passes, *passed_to;
    } rows[] = {
        { &stepfunctions_model, "CreateStateMachine", "states:CreateStateMachine",
          "arn:aws:states:{region}:{account}:stateMachine:{name}", "roleArn", "states.amazonaws.com" },
        { &stepfunctions_model, "StartExecution", "states:StartExecution", "{stateMachineArn}", NULL, NULL },
        { &stepfunctions_model, "SendTaskSuccess", "states:SendTaskSuccess", "*", NULL, NULL },
        { &iam_model, "CreateRole", "iam:CreateRole", "arn:aws:iam::{account}:role{Path|/}{RoleName}", NULL, NULL },
        { &iam_model, "GetAccountSummary", "iam:GetAccountSummary", "*", NULL, NULL },
        { &sts_model, "AssumeRoot", "sts:AssumeRoot", "{TargetPrincipal}", NULL, NULL },
        { &sts_model, "GetCallerIdentity", NULL, NULL, NULL, NULL }, /* nobody is asked */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct permission *permission = &operation_of(rows[i].model, rows[i].operation)->permission;
        text_equal(permission->action, rows[i].action);
        text_equal(permission->resource, rows[i].resource);
        text_equal(permission->passes, rows[i].passes);
        text_equal(permission->passed_to, rows[i].passed_to);
    }
}

static void what_operations_do_is_told(void **state)
{
    static const struct {
        const struct model *model;
        const char *operation;
        bool reads_only, ends_things;
    } rows[] = {
        { &stepfunctions_model, "DescribeExecution", true, false },
        { &stepfunctions_model, "ListExecutions", true, false },
        { &stepfunctions_model, "GetActivityTask", false, false }, /* hands a task out */
        { &stepfunctions_model, "StopExecution", false, true },
        { &stepfunctions_model, "StartExecution", false, false },
        { &iam_model, "DetachRolePolicy", false, true },
        { &iam_model, "CreateRole", false, false },
        { &sts_model, "GetSessionToken", false, false }, /* makes a key */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct operation *operation = operation_of(rows[i].model, rows[i].operation);
        assert_int_equal(operation->reads_only, rows[i].reads_only);
        assert_int_equal(operation->ends_things, rows[i].ends_things);
        assert_int_equal(operation->body_limit, 2 * 1024 * 1024);
    }
}

static void errors_are_told(void **state)
{
    static const struct {
        const struct error_kind *kind;
        const char *code, *shape;
        int status;
        enum fault fault;
    } rows[] = {
        { &STEPFUNCTIONS_EXECUTION_DOES_NOT_EXIST, "ExecutionDoesNotExist", "ExecutionDoesNotExist", 400,
          FAULT_SENDER },
        { &IAM_NO_SUCH_ENTITY_EXCEPTION, "NoSuchEntity", "NoSuchEntityException", 404, FAULT_SENDER },
        { &IAM_SERVICE_FAILURE_EXCEPTION, "ServiceFailure", "ServiceFailureException", 500, FAULT_RECEIVER },
        { &STS_PACKED_POLICY_TOO_LARGE_EXCEPTION, "PackedPolicyTooLarge", "PackedPolicyTooLargeException", 400,
          FAULT_SENDER },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(rows[i].kind->code, rows[i].code);
        assert_string_equal(rows[i].kind->shape, rows[i].shape);
        assert_int_equal(rows[i].kind->status, rows[i].status);
        assert_int_equal(rows[i].kind->fault, rows[i].fault);
    }
    const struct error_kind *const *errors = operation_of(&stepfunctions_model, "DescribeExecution")->errors;
    size_t i = 0;
    while (errors[i] && errors[i] != &STEPFUNCTIONS_EXECUTION_DOES_NOT_EXIST)
        i++;
    assert_non_null(errors[i]);
}

static void members_are_told(void **state)
{
    const struct operation *create = operation_of(&stepfunctions_model, "CreateStateMachine");
    const struct member *name = shape_member(create->input, STR("name"));
    assert_true(name->required);
    assert_string_equal(name->shape->name, "Name");
    assert_true(name->shape->has_max && name->shape->max == 80);
    assert_string_equal(shape_member(create->input, STR("type"))->shape->values[0], "STANDARD");
    assert_true(shape_member(create->input, STR("definition"))->shape->sensitive);
    assert_null(shape_member(create->input, STR("Name")));
    assert_null(shape_member(create->input, STR("nam")));
    assert_null(shape_member(create->input, STR("names")));

    assert_true(shape_member(operation_of(&stepfunctions_model, "RedriveExecution")->input, STR("clientToken"))
                    ->idempotency_token);
    assert_string_equal(operation_of(&stepfunctions_model, "StartSyncExecution")->host_prefix, "sync-");
    assert_null(operation_of(&stepfunctions_model, "StartExecution")->host_prefix);
    assert_string_equal(operation_of(&iam_model, "CreateRole")->result_wrapper, "CreateRoleResult");
    assert_null(operation_of(&iam_model, "DeleteRole")->result_wrapper);
}

/* ---- modelc ---- */

#define SERVICE                                                                                                        \
    "service toy\nsdk-id Toy\nfull-name A Toy\nprotocol rest-json 1.1\napi-version 2026-11-22\nendpoint-prefix toy\n"  \
    "signing-name toy\n\n"
#define OPERATION                                                                                                      \
    "operation PlayGame\n  input PlayGameRequest\n\nstructure PlayGameRequest\n  Name Name required\n\nstring Name "   \
    "1..80\n"

static void write_text(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* What modelc says to this model and overlay, its exit in *ret_exit. The folder is made and the caller's to remove. */
static void run_modelc(const char *model, const char *overlay, char folder[64], struct buf *ret_said, int *ret_exit)
{
    snprintf(folder, 64, "/tmp/modelc-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    char toy[128], command[1024];
    snprintf(toy, sizeof toy, "%s/toy", folder);
    assert_int_equal(mkdir(toy, 0700), 0);
    write_text(toy, "toy.model", model);
    write_text(toy, "overlay.json", overlay);
    snprintf(command, sizeof command, "cd %s && %s toy made 2>&1", folder, MODELC);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    char block[4096];
    size_t got;
    while ((got = fread(block, 1, sizeof block, pipe)) > 0)
        buf_add(ret_said, block, got);
    *ret_exit = pclose(pipe);
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = { "toy/toy.model", "toy/overlay.json", "toy", "made.c", "made.h", "" };
    char path[256];
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
}

static void malformed_models_are_refused(void **state)
{
    static const struct {
        const char *model, *overlay, *said;
    } rows[] = {
        { "servise toy\n", "{}", "toy/toy.model:1: 'servise' is no keyword\n" },
        { "service toy\nservice toy\n", "{}", "toy/toy.model:2: 'service' is said twice\n" },
        { "service toy\n", "{}", "toy/toy.model:1: 'sdk-id' is never said\n" },
        { "protocol json2\n", "{}", "toy/toy.model:1: 'json2' is no protocol\n" },
        { "  input X\n", "{}", "toy/toy.model:1: nothing above that this line could belong to\n" },
        { SERVICE "string Name 1..\n\nstring Name\n", "{}", "toy/toy.model:11: shape 'Name' comes twice\n" },
        { SERVICE "string Name 9..1\n", "{}", "toy/toy.model:9: '9..1' is empty\n" },
        { SERVICE "string Name 1..x\n", "{}", "toy/toy.model:9: 'x' is no limit\n" },
        { SERVICE "string Name ..\n", "{}", "toy/toy.model:9: a range without limits\n" },
        { SERVICE "string Name big\n", "{}", "toy/toy.model:9: 'big' means nothing for a string\n" },
        { SERVICE "boolean Flag 1..2\n", "{}", "toy/toy.model:9: '1..2' means nothing for a boolean\n" },
        { SERVICE "string  Name\n", "{}", "toy/toy.model:9: two spaces where one parts words\n" },
        { SERVICE "string Name \n", "{}",
          "toy/toy.model:9: a blank at the end, a tab, a carriage return or bad UTF-8\n" },
        { SERVICE "string Na-me\n", "{}", "toy/toy.model:9: 'Na-me' cannot be a name\n" },
        { SERVICE "string Name\n  VALUE\n", "{}", "toy/toy.model:10: 'Name' has no lines of its own\n" },
        { SERVICE "enum Name\n", "{}", "toy/toy.model:9: enum 'Name' has no values\n" },
        { SERVICE "list Names\n", "{}", "toy/toy.model:9: the element's shape is missing\n" },
        { SERVICE "list Names Name\n", "{}", "toy/toy.model:9: there is no shape 'Name'\n" },
        { SERVICE "structure S\n  a Name\n", "{}", "toy/toy.model:10: there is no shape 'Name'\n" },
        { SERVICE "structure S\n  a Name\n  a Name\n", "{}", "toy/toy.model:11: member 'a' comes twice\n" },
        { SERVICE "structure S\n  a Name optional\n", "{}",
          "toy/toy.model:10: 'optional' means nothing for a member\n" },
        { SERVICE "structure S\n  a Name header\n", "{}", "toy/toy.model:10: a wire name is missing\n" },
        { SERVICE "operation Play\n  output Name\n\nstring Name\n", "{}", "toy/toy.model:9: 'Name' is no structure\n" },
        { SERVICE "operation Play\n  errors S\n\nstructure S\n", "{}", "toy/toy.model:9: 'S' is no error\n" },
        { SERVICE "operation Play\n  http GET / 99\n", "{}", "toy/toy.model:10: '99' is no status\n" },
        { SERVICE "operation Play\n  colour red\n", "{}", "toy/toy.model:10: an operation has no 'colour'\n" },
        { SERVICE "operation Play\n\nerror Play\n", "{}", "toy/toy.model:11: TOY_PLAY would be two things\n" },
        { SERVICE "operation Play\n  input S\n\nstructure S\n  a Name\n\nstring Name pattern [a-\n", "{}",
          "toy/toy.model:15: PCRE2 refuses the pattern of 'Name'\n" },
        { SERVICE OPERATION, "{", "toy/overlay.json: line 1: " },
        { SERVICE OPERATION, "[]", "toy/overlay.json: no object\n" },
        { SERVICE OPERATION, "{\"colour\":1}", "toy/overlay.json: 'colour' means nothing here\n" },
        { SERVICE OPERATION, "{\"operations\":{\"Play\":{}}}", "toy/overlay.json: there is no operation 'Play'\n" },
        { SERVICE OPERATION, "{\"operations\":{\"PlayGame\":{\"permission\":{\"resource\":\"{Nam}\"}}}}",
          "toy/overlay.json: PlayGame: the input has no 'Nam'\n" },
        { SERVICE OPERATION, "{\"operations\":{\"PlayGame\":{\"permission\":{\"passes\":\"Name\"}}}}",
          "toy/overlay.json: PlayGame: 'passes' needs a member of the input, and 'passedTo'\n" },
        { SERVICE OPERATION, "{\"operations\":{\"PlayGame\":{\"permission\":{\"when\":\"Name\"}}}}",
          "toy/overlay.json: PlayGame: 'when' needs a member of the input, and 'then'\n" },
        { SERVICE OPERATION, "{\"constraints\":{\"PlayGameRequest.Nam\":{}}}",
          "toy/overlay.json: there is no member 'PlayGameRequest.Nam'\n" },
        { SERVICE OPERATION "\nenum E\n  A\n  B\n", "{\"enums\":{\"E\":[\"B\"]}}",
          "toy/overlay.json: E: the model has 2 values, here are 1\n" },
        { SERVICE OPERATION "\nenum E\n  A\n  B\n", "{\"enums\":{\"E\":[\"C\"]}}",
          "toy/overlay.json: E: the model does not have 'C', or it comes twice\n" },
        { SERVICE OPERATION "\nenum E\n  A\n  B\n", "{\"enums\":{\"E\":[\"A\",\"A\"]}}",
          "toy/overlay.json: E: the model does not have 'A', or it comes twice\n" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char folder[64];
        struct buf said = BUF_EMPTY;
        int status;
        run_modelc(rows[i].model, rows[i].overlay, folder, &said, &status);
        if (!str_starts(buf_str(&said), str_of(rows[i].said)))
            fail_msg("row %zu: said \"%s\", wanted \"%s\"", i, said.at ? said.at : "", rows[i].said);
        assert_int_not_equal(status, 0);
        buf_release(&said);
        remove_folder(folder);
    }
}

static char *read_made(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = memory_alloc(65536);
    text[fread(text, 1, 65535, file)] = '\0';
    fclose(file);
    return text;
}

static void rest_notation_and_overlay_are_taken(void **state)
{
    static const char model[] = SERVICE
        "operation PlayGame\n  http PUT /games/{Name} 201\n  input PlayGameRequest\n  deprecated\n  checksum\n  errors "
        "GameOver\n\n"
        "error GameOver code Over status 409\n  Message Name\n  Type Name\n\n"
        "structure PlayGameRequest\n  Name Name required uri Name\n  Since When header x-since\n  At When wire at\n"
        "  Until When query until\n  Tags Tags headers x-tag-\n  Body Body streaming payload\n  Kind Kind attribute\n  "
        "Names "
        "Names flattened\n\n"
        "enum Kind\n  B\n  A b\n\nstring Name 1..80 pattern [a-z ]+\nblob Body\ntimestamp When\nmap Tags Name Name "
        "..5\n"
        "list Names Name 0.. member item\n";
    static const char overlay[] =
        "{\"global\":true,\"enums\":{\"Kind\":[\"A b\",\"B\"]},\"errors\":{\"GameOver\":{\"status\":410}},"
        "\"constraints\":{\"PlayGameRequest.Name\":{\"max\":null,\"pattern\":null,\"required\":false}},"
        "\"operations\":{\"PlayGame\":{\"bodyLimit\":7,\"answerRoot\":\"Game\",\"readsOnly\":true,\"permission\":{"
        "\"resource\":\"x{Name|y}\","
        "\"said\":\"game {Name}\",\"when\":\"Kind\",\"then\":\"toy:PlayKind\"}}}"
        "}";
    static const char *const wanted[] = {
        "const struct error_kind TOY_GAME_OVER = { \"Over\", \"GameOver\", 410, FAULT_SENDER, true, true };",
        "[at_PlayGameRequest_Name] = { .name = \"Name\", .kind = SHAPE_STRING, .has_min = true, .min = 1 },",
        "[at_Name] = { .name = \"Name\", .kind = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 80, ",
        ".pattern = \"[a-z ]+\", .compiled = &compiled[0] },",
        ".name = \"Name\", .wire = \"Name\", .shape = &shapes[at_PlayGameRequest_Name], .location = LOCATION_URI },",
        ".name = \"Tags\", .wire = \"x-tag-\", .shape = &shapes[at_Tags], .location = LOCATION_HEADERS },",
        ".name = \"Body\", .wire = \"Body\", .shape = &shapes[at_Body], .location = LOCATION_PAYLOAD, .streaming = "
        "true },",
        ".name = \"Kind\", .wire = \"Kind\", .shape = &shapes[at_Kind], .xml_attribute = true },",
        ".name = \"Names\", .wire = \"Names\", .shape = &shapes[at_Names], .flattened = true },",
        ".name = \"At\", .wire = \"at\", .shape = &shapes[at_When] },",
        "[at_When] = { .name = \"When\", .kind = SHAPE_TIMESTAMP, .timestamp = TIMESTAMP_EPOCH },",
        "[at_PlayGameRequest_Since] = { .name = \"When\", .kind = SHAPE_TIMESTAMP, .timestamp = TIMESTAMP_HTTP },",
        "[at_PlayGameRequest_Until] = { .name = \"When\", .kind = SHAPE_TIMESTAMP, .timestamp = TIMESTAMP_ISO },",
        "values_Kind[] = {\n    \"A b\",\n    \"B\",\n    NULL\n};",
        ".element_wire = \"item\"",
        ".method = \"PUT\", .uri = \"/games/{Name}\", .success_status = 201, .body_limit = 7",
        ".permission = { \"toy:PlayGame\", \"x{Name|y}\", NULL, NULL, \"game {Name}\", \"Kind\", \"toy:PlayKind\" }, "
        ".reads_only = true, "
        ".checksum_required = true, "
        ".deprecated = true },",
        ".answer_root = \"Game\"",
        ".global = true,",
    };
    char folder[64];
    struct buf said = BUF_EMPTY;
    int status;
    run_modelc(model, overlay, folder, &said, &status);
    assert_string_equal(said.at ? said.at : "", "");
    assert_int_equal(status, 0);
    char *made = read_made(folder, "made.c");
    for (size_t i = 0; i < COUNT(wanted); i++) {
        if (!strstr(made, wanted[i]))
            fail_msg("not made: %s\nin %s", wanted[i], made);
    }
    free(made);
    buf_release(&said);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_is_found),
        cmocka_unit_test(other_names_are_not_found),
        cmocka_unit_test(every_pattern_compiles),
        cmocka_unit_test(services_are_told),
        cmocka_unit_test(members_are_marked),
        cmocka_unit_test(permissions_are_told),
        cmocka_unit_test(what_operations_do_is_told),
        cmocka_unit_test(errors_are_told),
        cmocka_unit_test(members_are_told),
        cmocka_unit_test(malformed_models_are_refused),
        cmocka_unit_test(rest_notation_and_overlay_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
