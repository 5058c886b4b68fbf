#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "aws/query.h"
#include "services/iam/iam_model.h"
#include "services/sts/sts_model.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const struct service iam = { .model = &iam_model }, sts = { .model = &sts_model };

/* Kinds and wire forms that IAM and STS do not use. */
static const struct shape string = { .name = "String", .kind = SHAPE_STRING };
static const struct shape integer = { .name = "Integer", .kind = SHAPE_INTEGER };
static const struct shape real = { .name = "Double", .kind = SHAPE_DOUBLE };
static const struct shape flag = { .name = "Flag", .kind = SHAPE_BOOLEAN };
static const struct shape when = { .name = "When", .kind = SHAPE_TIMESTAMP, .timestamp = TIMESTAMP_ISO };
static const struct shape when_http = { .name = "WhenHttp", .kind = SHAPE_TIMESTAMP, .timestamp = TIMESTAMP_HTTP };
static const struct shape when_epoch = { .name = "WhenEpoch", .kind = SHAPE_TIMESTAMP, .timestamp = TIMESTAMP_EPOCH };
static const struct shape blob = { .name = "Blob", .kind = SHAPE_BLOB };
static const struct shape items = { .name = "Items", .kind = SHAPE_LIST, .element = &integer, .element_wire = "item" };
static const struct shape flat = {
    .name = "Flat", .kind = SHAPE_LIST, .element = &string, .element_wire = "member", .flattened = true
};
static const struct shape lists = { .name = "Lists", .kind = SHAPE_LIST, .element = &items, .element_wire = "member" };
static const struct shape map = {
    .name = "Map", .kind = SHAPE_MAP, .key = &string, .element = &integer, .key_wire = "key", .value_wire = "value"
};
static const struct shape named = { .name = "Named",
                                    .kind = SHAPE_MAP,
                                    .key = &string,
                                    .element = &string,
                                    .key_wire = "Name",
                                    .value_wire = "Value",
                                    .flattened = true };
static const struct shape node;
static const struct member node_members[] = { { .name = "n", .wire = "n", .shape = &node },
                                              { .name = "i", .wire = "i", .shape = &integer } };
static const struct shape node = {
    .name = "Node", .kind = SHAPE_STRUCTURE, .members = node_members, .member_count = 2
};
static const struct member members[] = {
    { .name = "String", .wire = "String", .shape = &string },
    { .name = "Other", .wire = "other-name", .shape = &string },
    { .name = "Integer", .wire = "Integer", .shape = &integer },
    { .name = "Real", .wire = "Real", .shape = &real },
    { .name = "Flag", .wire = "Flag", .shape = &flag },
    { .name = "When", .wire = "When", .shape = &when },
    { .name = "WhenHttp", .wire = "WhenHttp", .shape = &when_http },
    { .name = "WhenEpoch", .wire = "WhenEpoch", .shape = &when_epoch },
    { .name = "Blob", .wire = "Blob", .shape = &blob },
    { .name = "Items", .wire = "Items", .shape = &items },
    { .name = "Flat", .wire = "Flat", .shape = &flat },
    { .name = "Lists", .wire = "Lists", .shape = &lists },
    { .name = "Also", .wire = "Also", .shape = &items, .flattened = true },
    { .name = "Map", .wire = "Map", .shape = &map },
    { .name = "Named", .wire = "Named", .shape = &named },
    { .name = "Node", .wire = "Node", .shape = &node },
};
static const struct shape everything = {
    .name = "All", .kind = SHAPE_STRUCTURE, .members = members, .member_count = COUNT(members)
};
static const struct operation play = {
    .name = "Play", .input = &everything, .output = &everything, .result_wrapper = "PlayResult", .success_status = 200
};
static const struct model toy_model = { .name = "toy", .xml_namespace = "urn:toy" };
static const struct service toy = { .model = &toy_model };

static const struct operation *operation_of(const struct service *service, const char *name)
{
    return service == &toy ? &play : model_operation(service->model, str_of(name));
}

/* ---- decoding ---- */

static const struct {
    const struct service *service;
    const char *operation, *form;
    const char *input; /* as compact JSON; NULL: refused with */
    const char *why;
} forms[] = {
    { &iam, "CreateRole",
      "Action=CreateRole&Version=2010-05-08&RoleName=r&Path=%2Fa%2F&Description=a+b%21&MaxSessionDuration=3600",
      "{\"Description\":\"a b!\",\"MaxSessionDuration\":3600,\"Path\":\"/a/\",\"RoleName\":\"r\"}", NULL },
    { &iam, "CreateRole",
      "RoleName=r&Tags.member.2.Key=b&Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Value=",
      "{\"RoleName\":\"r\",\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"},{\"Key\":\"b\",\"Value\":\"\"}]}", NULL },
    { &iam, "UntagRole", "TagKeys.member.10=j&TagKeys.member.9=i&TagKeys.member.100=k&RoleName=r",
      "{\"RoleName\":\"r\",\"TagKeys\":[\"i\",\"j\",\"k\"]}", NULL }, /* gaps and order: by number */
    { &iam, "UntagRole",
      "TagKeys.member.1a=x&TagKeys.member.10=b&TagKeys.member.9=a&TagKeys.member.=y&TagKeys.member=z&TagKeys.1=w",
      "{\"TagKeys\":[\"a\",\"b\"]}", NULL }, /* what is no number of an element is dropped */
    { &iam, "UntagRole", "TagKeys=", "{\"TagKeys\":[]}", NULL },
    { &iam, "GetRole", "RoleName=a&RoleName=b", "{\"RoleName\":\"b\"}", NULL },
    { &iam, "GetRole", "RoleName=a&RoleName.x=b", "{\"RoleName\":\"a\"}", NULL },
    { &iam, "GetRole", "RoleName.x=b&Nothing=1&roleName=c&&", "{}", NULL },
    { &iam, "GetRole", "", "{}", NULL },
    { &iam, "GetRole", "RoleName", "{\"RoleName\":\"\"}", NULL },
    { &iam, "GetRole", "Role%4eame=%C3%A4", "{\"RoleName\":\"\xC3\xA4\"}", NULL },
    { &iam, "GetRole", "RoleName=%E4", NULL, "A parameter is not encoded as a form's must be" },
    { &iam, "GetRole", "RoleName=a%00", NULL, "A parameter is not encoded as a form's must be" },
    { &iam, "GetRole", "RoleName=%4", NULL, "A parameter is not encoded as a form's must be" },
    { &iam, "GetRole", "RoleName=%zz", NULL, "A parameter is not encoded as a form's must be" },
    { &iam, "GetRole", "RoleName=\xFF", NULL, "A parameter is not encoded as a form's must be" },
    { &iam, "GetAccountSummary", "Action=GetAccountSummary&RoleName=r", "{}", NULL }, /* it has no input */
    { &iam, "ListRoles", "MaxItems=abc", NULL, "STRING_VALUE can not be converted to an Integer" },
    { &iam, "ListRoles", "MaxItems=", NULL, "STRING_VALUE can not be converted to an Integer" },
    { &iam, "ListRoles", "MaxItems=2147483648", NULL, "STRING_VALUE can not be converted to an Integer" },
    { &iam, "CreatePolicyVersion", "SetAsDefault=true", "{\"SetAsDefault\":true}", NULL },
    { &iam, "CreatePolicyVersion", "SetAsDefault=yes", NULL, "STRING_VALUE can not be converted to a Boolean" },
    { &sts, "AssumeRole", "RoleArn=a&PolicyArns.member.1.arn=p&DurationSeconds=900",
      "{\"DurationSeconds\":900,\"PolicyArns\":[{\"arn\":\"p\"}],\"RoleArn\":\"a\"}", NULL },

    { &toy, "Play", "other-name=x&Other=y", "{\"Other\":\"x\"}", NULL },
    { &toy, "Play", "Real=1.50&Flag=FALSE&Blob=QUJD", "{\"Blob\":\"QUJD\",\"Flag\":false,\"Real\":1.50}", NULL },
    { &toy, "Play", "Real=x", NULL, "STRING_VALUE can not be converted to a Double" },
    { &toy, "Play", "Real={}", NULL, "STRING_VALUE can not be converted to a Double" },
    { &toy, "Play", "Blob=QU", NULL, "Base64 encoded length is expected a multiple of 4 bytes but found: 2" },
    { &toy, "Play", "When=2026-11-22T09:15:08Z", "{\"When\":1795338908.000}", NULL },
    { &toy, "Play", "When=soon", NULL, "STRING_VALUE can not be converted to milliseconds since epoch" },
    { &toy, "Play", "Items.item.1=1&Items.item.2=2&Items.member.3=3", "{\"Items\":[1,2]}", NULL },
    { &toy, "Play", "Flat.1=a&Flat.2=b", "{\"Flat\":[\"a\",\"b\"]}", NULL },
    { &toy, "Play", "Also.1=1&Also.3=3", "{\"Also\":[1,3]}", NULL },
    { &toy, "Play", "Lists.member.1.item.1=1&Lists.member.2.item.1=2", "{\"Lists\":[[1],[2]]}", NULL },
    { &toy, "Play", "Map.entry.1.key=a&Map.entry.1.value=1&Map.entry.2.value=2&Map.entry.2.key=b&Map.entry.3.key=c",
      "{\"Map\":{\"a\":1,\"b\":2}}", NULL },
    { &toy, "Play", "Named.1.Name=a&Named.1.Value=x", "{\"Named\":{\"a\":\"x\"}}", NULL },
    { &toy, "Play", "Node.n.n.i=1&Node.i=2", "{\"Node\":{\"i\":2,\"n\":{\"n\":{\"i\":1}}}}", NULL },
    { &toy, "Play", "Node=", "{\"Node\":{}}", NULL },
    { &toy, "Play", "Map.entry.1.key=a&Map.entry.1.value=x", NULL, "STRING_VALUE can not be converted to an Integer" },
    { &toy, "Play", "Items.item.1=x", NULL, "STRING_VALUE can not be converted to an Integer" },
};

static void forms_are_decoded(void **state)
{
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct arena *arena = arena_new();
        struct call call = { .arena = arena,
                             .service = forms[i].service,
                             .operation = operation_of(forms[i].service, forms[i].operation) };
        char *why = NULL;
        const cJSON *input = query_decode(&call, str_of(forms[i].form), &why);
        struct buf text = BUF_EMPTY;
        if (input)
            json_print(&text, input);
        const char *got = input ? text.at : why, *wanted = input ? forms[i].input : forms[i].why;
        if (!wanted || strcmp(got, wanted) != 0)
            fail_msg("%s: got %s, wanted %s", forms[i].form, got, wanted ? wanted : "the other outcome");
        buf_release(&text);
        arena_free(arena);
    }
}

static void actions_are_found(void **state)
{
    static const struct {
        const char *form, *action; /* NULL: none */
    } rows[] = { { "Action=GetRole", "GetRole" },
                 { "Version=1&Action=Get%52ole&Action=B", "GetRole" },
                 { "", NULL },
                 { "Version=1", NULL },
                 { "action=GetRole", NULL },
                 { "Action.x=1", NULL },
                 { "Action=", "" } };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str action = query_action(arena, str_of(rows[i].form));
        assert_int_equal(action.at != NULL, rows[i].action != NULL);
        assert_true(str_equal(action, str_of(rows[i].action)));
    }
    arena_free(arena);
}

static void forms_have_ceilings(void **state)
{
    static const struct {
        const char *piece;
        size_t times;
        const char *why;
    } rows[] = {
        { "x=1&", 10000, NULL },
        { "x=1&", 10001, "More than 10000 parameters" },
        { "n.", 100, NULL }, /* behind "Node." */
        { "n.", 1000, "Nested too deeply" },
        { "n.", 100000, "Nested too deeply" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new();
        struct call call = { .arena = arena, .service = &toy, .operation = &play };
        struct buf form = BUF_EMPTY;
        bool nests = !strcmp(rows[i].piece, "n.");
        buf_add_text(&form, nests ? "Node." : "");
        for (size_t t = 0; t < rows[i].times; t++)
            buf_add_text(&form, rows[i].piece);
        buf_add_text(&form, nests ? "i=1" : "");
        char *why = NULL;
        assert_int_equal(query_decode(&call, buf_str(&form), &why) == NULL, rows[i].why != NULL);
        if (rows[i].why)
            assert_string_equal(why, rows[i].why);
        buf_release(&form);
        arena_free(arena);
    }
}

/* ---- encoding ---- */

#define ROOT(name, namespace) "<" name " xmlns=\"" namespace "\">"
#define IAM                   "https://iam.amazonaws.com/doc/2010-05-08/"
#define STS                   "https://sts.amazonaws.com/doc/2011-06-15/"
#define METADATA              "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>"
#define PLAY(xml)             ROOT("PlayResponse", "urn:toy") "<PlayResult>" xml "</PlayResult>" METADATA "</PlayResponse>"

static const struct error_kind failure = { "ServiceUnavailable", "ServiceUnavailable", 503, FAULT_RECEIVER };

static const struct {
    const struct service *service; /* NULL: the call found none */
    const char *operation;
    const struct error_kind *error;
    const char *message, *members; /* of the output, or the error's further ones; NULL: none */
    int status;
    const char *body;
} replies[] = {
    { &sts, "GetCallerIdentity", NULL, NULL,
      "{\"UserId\":\"U\",\"Account\":\"000000000000\",\"Arn\":\"a&b\",\"Unknown\":1}", 200,
      ROOT("GetCallerIdentityResponse",
           STS) "<GetCallerIdentityResult><UserId>U</UserId><Account>000000000000</Account>"
                "<Arn>a&amp;b</Arn></GetCallerIdentityResult>" METADATA "</GetCallerIdentityResponse>" },
    { &iam, "DeleteRole", NULL, NULL, NULL, 200, ROOT("DeleteRoleResponse", IAM) METADATA "</DeleteRoleResponse>" },
    { &iam, "ListRoles", NULL, NULL, NULL, 200,
      ROOT("ListRolesResponse", IAM) "<ListRolesResult></ListRolesResult>" METADATA "</ListRolesResponse>" },
    { &iam, "ListRoles", NULL, NULL,
      "{\"IsTruncated\":false,\"Roles\":[{\"RoleName\":\"r\",\"CreateDate\":1795338908.123,\"Description\":null}]}",
      200,
      ROOT("ListRolesResponse", IAM) "<ListRolesResult><Roles><member><RoleName>r</RoleName>"
                                     "<CreateDate>2026-11-22T09:15:08Z</CreateDate></member></"
                                     "Roles><IsTruncated>false</IsTruncated></ListRolesResult>" METADATA
                                     "</ListRolesResponse>" },
    { &iam, "GetAccountSummary", NULL, NULL, "{\"SummaryMap\":{\"Roles\":2}}", 200,
      ROOT("GetAccountSummaryResponse",
           IAM) "<GetAccountSummaryResult><SummaryMap><entry><key>Roles</key><value>2</value></entry>"
                "</SummaryMap></GetAccountSummaryResult>" METADATA "</GetAccountSummaryResponse>" },
    { &toy, "Play", NULL, NULL, "{\"String\":\"<\\t\\n\\r\\u0001\\\"'>]]>\"}", 200,
      PLAY("<String>&lt;\t\n&#xD;\xEF\xBF\xBD&quot;'&gt;]]&gt;</String>") },
    { &toy, "Play", NULL, NULL, "{\"String\":\"\\uFFFD\\uFFFE\\uFFFF\\uFFEF\"}", 200,
      PLAY("<String>\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xAF</String>") },
    { &toy, "Play", NULL, NULL, "{\"Other\":\"x\",\"Real\":1.50,\"Blob\":\"QUJD\"}", 200,
      PLAY("<other-name>x</other-name><Real>1.50</Real><Blob>QUJD</Blob>") },
    { &toy, "Play", NULL, NULL, "{\"When\":0,\"WhenHttp\":0,\"WhenEpoch\":1.5}", 200,
      PLAY("<When>1970-01-01T00:00:00Z</When><WhenHttp>Thu, 01 Jan 1970 00:00:00 "
           "GMT</WhenHttp><WhenEpoch>1.5</WhenEpoch>") },
    { &toy, "Play", NULL, NULL,
      "{\"Items\":[1],\"Flat\":[\"a\",\"b\"],\"Lists\":[[],[2]],\"Also\":[3],\"Node\":{\"n\":{}}}", 200,
      PLAY("<Items><item>1</item></Items><Flat>a</Flat><Flat>b</Flat><Lists><member></member><member><item>2</item></"
           "member></Lists>"
           "<Also>3</Also><Node><n></n></Node>") },
    { &toy, "Play", NULL, NULL, "{\"Map\":{\"<\":1},\"Named\":{\"a\":\"x\",\"b\":\"y\"}}", 200,
      PLAY("<Map><entry><key>&lt;</key><value>1</value></entry></Map><Named><Name>a</Name><Value>x</Value></Named>"
           "<Named><Name>b</Name><Value>y</Value></Named>") },

    { &iam, "GetRole", &IAM_NO_SUCH_ENTITY_EXCEPTION, "The role with name <r> cannot be found.", NULL, 404,
      ROOT("ErrorResponse", IAM) "<Error><Type>Sender</Type><Code>NoSuchEntity</Code>"
                                 "<Message>The role with name &lt;r&gt; cannot be "
                                 "found.</Message></Error><RequestId>id</RequestId></ErrorResponse>" },
    { &iam, "GetRole", &failure, NULL, "{\"Detail\":\"d\",\"N\":[1]}", 503,
      ROOT("ErrorResponse",
           IAM) "<Error><Type>Receiver</Type><Code>ServiceUnavailable</Code><Detail>d</Detail><N>[1]</N></Error>"
                "<RequestId>id</RequestId></ErrorResponse>" },
    { NULL, NULL, &failure, NULL, NULL, 503,
      ROOT("ErrorResponse",
           "http://webservices.amazon.com/AWSFault/2005-15-09") "<Error><Type>Receiver</Type>"
                                                                "<Code>ServiceUnavailable</Code></Error><RequestId>id</"
                                                                "RequestId></ErrorResponse>" },
};

static void answers_are_encoded(void **state)
{
    for (size_t i = 0; i < COUNT(replies); i++) {
        char message[64];
        struct call call = { .arena = arena_new(), .service = replies[i].service, .request_id = "id" };
        if (replies[i].service)
            call.operation = operation_of(replies[i].service, replies[i].operation);
        struct json *parsed = replies[i].members ? json_parse(str_of(replies[i].members), NULL) : NULL;
        cJSON *tree = parsed ? json_thaw(json_root(parsed)) : NULL;
        if (replies[i].error)
            call.error = (struct api_error){ .kind = replies[i].error, .extra = tree };
        else
            call.output = tree;
        if (replies[i].message)
            call.error.message = strcpy(message, replies[i].message);
        struct wire_reply reply = { 0 };
        query_encode(&call, replies[i].error ? CALL_FAILED : CALL_DONE, &reply);
        assert_int_equal(reply.status, replies[i].status);
        assert_string_equal(reply.content_type, "text/xml");
        assert_string_equal(reply.body.at, replies[i].body);
        buf_release(&reply.body);
        cJSON_Delete(tree);
        json_unref(parsed);
        arena_free(call.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_decoded),
        cmocka_unit_test(actions_are_found),
        cmocka_unit_test(forms_have_ceilings),
        cmocka_unit_test(answers_are_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
