/* Listings: order, prefixes, delimiters, pages, markers, versions; and that a page costs what it tells. */
#include "s3_fixture.h"

static void put_keys(struct game *game, const char *const *keys)
{
    char input[256];
    for (; *keys; keys++) {
        snprintf(input, sizeof input, "{'Key':'%s','Body':'x'}", *keys);
        run_step(game, &(struct step){ "PutObject", input, "{}" }, 0);
    }
}

/* "a b c/ | d": what a listing tells, keys first, "+" where there is more. */
static const char *told(struct game *game, const char *operation, const char *input, const char *list,
                        const char *member)
{
    static char text[4096];
    struct call *call = ask_for(game, operation, input);
    size_t length = 0;
    const cJSON *one;
    if (call->error.kind)
        fail_msg("%s: %s: %s", input, call->error.kind->code, call->error.message);
    text[0] = '\0';
    cJSON_ArrayForEach(one, json_get(call->output, list))
        length += (size_t)snprintf(text + length, sizeof text - length, "%s ", json_string(one, member));
    cJSON_ArrayForEach(one, json_get(call->output, "CommonPrefixes"))
        length += (size_t)snprintf(text + length, sizeof text - length, "[%s] ", json_string(one, "Prefix"));
    if (json_bool(call->output, "IsTruncated", false))
        length += (size_t)snprintf(text + length, sizeof text - length, "+ ");
    if (length)
        text[length - 1] = '\0';
    call_free(call);
    return text;
}

static const char *const tree[] = { "/lead", ".",   "..",    "a",      "a//b",   "a/b/c",  "a/b/d",      "a/e",
                                    "b",     "b c", "b/~x+", "logs/1", "logs/2", "\u00e9", "\U0001F600", NULL };

static void objects(void **state)
{
    static const struct {
        const char *input, *told, *why;
    } rows[] = {
        { "{}", ". .. /lead a a//b a/b/c a/b/d a/e b b c b/~x+ logs/1 logs/2 \u00e9 \U0001F600",
          "in the order of bytes" },
        { "{'Prefix':'a/b'}", "a/b/c a/b/d", "a prefix need not end with a delimiter" },
        { "{'Prefix':'z'}", "", "nothing" },
        { "{'Delimiter':'/'}", ". .. a b b c \u00e9 \U0001F600 [/] [a/] [b/] [logs/]", "one level" },
        { "{'Delimiter':'/','Prefix':'a/'}", "a/e [a//] [a/b/]", "the level below" },
        { "{'Delimiter':'/','Prefix':'a'}", "a [a/]", "a prefix in the middle of a name" },
        { "{'Delimiter':'/b','Prefix':'a/'}", "a/b/c a/b/d a/e [a//b]", "a delimiter of two bytes, behind the prefix" },
        { "{'MaxKeys':2}", ". .. +", "a page" },
        { "{'MaxKeys':0}", "", "an empty page" },
        { "{'StartAfter':'logs/1'}", "logs/2 \u00e9 \U0001F600", "behind a key" },
        { "{'StartAfter':'logs'}", "logs/1 logs/2 \u00e9 \U0001F600", "behind no key" },
        { "{'StartAfter':'a','Prefix':'logs/'}", "logs/1 logs/2", "before the prefix" },
        { "{'StartAfter':'z','Prefix':'logs/'}", "", "behind the prefix" },
        { "{'EncodingType':'url','Prefix':'b'}", "b b+c b/%7Ex%2B", "encoded as in a form" },
        { "{'EncodingType':'url','Prefix':'\u00e9'}", "%C3%A9", "bytes of UTF-8" },
        { "{'MaxKeys':3,'Delimiter':'/','StartAfter':'a'}", "b b c [a/] +",
          "what of a prefix stands behind the marker is rolled up" },
    };
    struct game game = start_game(NULL);
    run_step(&game, &(struct step){ "CreateBucket", "{}", "{}" }, 0);
    put_keys(&game, tree);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = told(&game, "ListObjectsV2", rows[i].input, "Contents", "Key");
        if (strcmp(got, rows[i].told) != 0)
            print_error("%s (%s):\n  told   %s\n  wanted %s\n", rows[i].input, rows[i].why, got, rows[i].told);
        assert_string_equal(got, rows[i].told);
    }
    end_game(&game);
}

/* Whatever the size of the pages, together they tell everything once. */
static void pages(void **state)
{
    static const char *const forms[] = { "", ",'Delimiter':'/'", ",'Prefix':'a/','Delimiter':'/'",
                                         ",'EncodingType':'url','Delimiter':'b'" };
    struct game game = start_game(NULL);
    run_step(&game, &(struct step){ "CreateBucket", "{}", "{}" }, 0);
    put_keys(&game, tree);
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
        for (int size = 1; size < 18; size++) {
            char input[512], more[256] = "";
            int count = 0, whole = 0;
            snprintf(input, sizeof input, "{'MaxKeys':1000%s}", forms[form]);
            struct call *call = ask_for(&game, "ListObjectsV2", input);
            whole = (int)json_int64(call->output, "KeyCount", 0);
            call_free(call);
            for (int page = 0; page < 40; page++) {
                snprintf(input, sizeof input, "{'MaxKeys':%d%s%s}", size, forms[form], more);
                call = ask_for(&game, "ListObjectsV2", input);
                count += (int)json_int64(call->output, "KeyCount", 0);
                const char *token = json_string(call->output, "NextContinuationToken");
                assert_true(!token == !json_bool(call->output, "IsTruncated", false));
                snprintf(more, sizeof more, ",'ContinuationToken':'%s'", token ? token : "");
                call_free(call);
                if (!token)
                    break;
            }
            assert_int_equal(count, whole);
        }
    }
    end_game(&game);
}

static void first_version_of_the_listing(void **state)
{
    static const struct step steps[] = {
        { "PutObject", "{'Key':'a/1','Body':'x'}", "{}" },
        { "PutObject", "{'Key':'a/2','Body':'x'}", "{}" },
        { "PutObject", "{'Key':'b','Body':'x'}", "{}" },
        { "PutObject", "{'Key':'c','Body':'x'}", "{}" },
        { "ListObjects", "{'MaxKeys':2}",
          "{'IsTruncated':true,'Marker':'','NextMarker':null,'MaxKeys':2,'Contents':[{'Key':'a/"
          "1','Owner':{}},{'Key':'a/2'}]}" },
        { "ListObjects", "{'MaxKeys':1,'Delimiter':'/'}",
          "{'IsTruncated':true,'NextMarker':'a/','Contents':[],'CommonPrefixes':[{'Prefix':'a/'}]}" },
        { "ListObjects", "{'MaxKeys':1,'Delimiter':'/','Marker':'a/'}", "{'NextMarker':'b','Contents':[{'Key':'b'}]}" },
        { "ListObjects", "{'Marker':'b'}", "{'IsTruncated':false,'Contents':[{'Key':'c'}]}" },
        { "ListObjects", "{'MaxKeys':-1}",
          "InvalidArgument: Argument max-keys must be an integer between 0 and 2147483647" },
        { "ListObjects", "{'MaxKeys':5000}", "{'MaxKeys':1000}" },
        { "ListObjects", "{'EncodingType':'gzip'}", "InvalidArgument: Invalid Encoding Method specified in Request" },
        { "ListObjectsV2", "{'ContinuationToken':'abc'}",
          "InvalidArgument: The continuation token provided is incorrect" },
        { "ListObjectsV2", "{'FetchOwner':true,'MaxKeys':1}",
          "{'Name':'bucket','Prefix':'','KeyCount':1,'Contents':[{'Owner':{},'StorageClass':'STANDARD','Size':1,"
          "'ChecksumAlgorithm':['CRC64NVME'],'ChecksumType':'FULL_OBJECT'}]}" },
        { "ListObjectsV2", "{'MaxKeys':1}", "{'Contents':[{'Owner':null}]}" },
        { "ListObjectsV2", "{'Bucket':'nowhere'}", "NoSuchBucket" },
    };
    RUN_ALONE(steps);
}

static void versions(void **state)
{
    static const struct step steps[] = {
        { "PutObject", "{'Key':'a','Body':'x'}", "{}" },
        { "PutBucketVersioning", "{'VersioningConfiguration':{'Status':'Enabled'}}", "{}" },
        { "PutObject", "{'Key':'a','Body':'x'}", "{'VersionId':'=a1'}" },
        { "PutObject", "{'Key':'a','Body':'x'}", "{'VersionId':'=a2'}" },
        { "PutObject", "{'Key':'b/1','Body':'x'}", "{}" },
        { "DeleteObject", "{'Key':'b/1'}", "{}" },
        { "DeleteObject", "{'Key':'c'}", "{'VersionId':'=c'}" },
        { "ListObjectsV2", "{'Delimiter':'/'}", "{'Contents':[{'Key':'a'}],'CommonPrefixes':[],'KeyCount':1}" },
        { "ListObjectVersions", "{'Delimiter':'/'}",
          "{'Versions':[{'VersionId':'$a2','IsLatest':true},{'VersionId':'$a1'},{'VersionId':'null'}],"
          "'DeleteMarkers':[{'Key':'c'}],'CommonPrefixes':[{'Prefix':'b/'}]}" },
        { "ListObjectVersions", "{'MaxKeys':1}",
          "{'IsTruncated':true,'NextKeyMarker':'a','NextVersionIdMarker':'$a2','Versions':[{'VersionId':'$a2'}]}" },
        { "ListObjectVersions", "{'MaxKeys':1,'KeyMarker':'a','VersionIdMarker':'$a2'}",
          "{'NextVersionIdMarker':'$a1','Versions':[{'VersionId':'$a1','IsLatest':false}]}" },
        { "ListObjectVersions", "{'MaxKeys':1,'KeyMarker':'a','VersionIdMarker':'$a1'}",
          "{'NextVersionIdMarker':'null','Versions':[{'VersionId':'null','IsLatest':false}]}" },
        { "ListObjectVersions", "{'MaxKeys':1,'KeyMarker':'a','VersionIdMarker':'null'}",
          "{'DeleteMarkers':[{'Key':'b/1','IsLatest':true}]}" },
        { "ListObjectVersions", "{'KeyMarker':'a'}",
          "{'DeleteMarkers':[{'Key':'b/1'},{'Key':'c'}],'Versions':[{'Key':'b/"
          "1','IsLatest':false}],'IsTruncated':false}" },
        { "ListObjectVersions", "{'Prefix':'c'}",
          "{'DeleteMarkers':[{'VersionId':'$c','IsLatest':true}],'Versions':[]}" },
        { "ListObjectVersions", "{'VersionIdMarker':'$c'}",
          "InvalidArgument: A version-id marker cannot be specified without a key marker." },
        { "ListObjectVersions", "{'KeyMarker':'a','VersionIdMarker':'zzz'}",
          "InvalidArgument: Invalid version id specified" },
    };
    RUN_ALONE(steps);
}

/* 30,000 keys below one prefix and 30,000 delete markers: neither is walked through for a page that does not tell them. A page
 * that meets too many markers ends early, and the next goes on from there. */
static void pages_end(void **state)
{
    struct game game = start_game(NULL);
    char input[64];
    run_step(&game, &(struct step){ "CreateBucket", "{}", "{}" }, 0);
    for (int i = 0; i < 30000; i++) {
        snprintf(input, sizeof input, "{'Key':'many/%05d','Body':'x'}", i);
        run_step(&game, &(struct step){ "PutObject", input, "{}" }, 0);
    }
    static const struct step steps[] = {
        { "PutObject", "{'Key':'z','Body':'x'}", "{}" },
        { "ListObjectsV2", "{'Delimiter':'/'}", "{'CommonPrefixes':[{'Prefix':'many/'}],'Contents':[{'Key':'z'}]}" },
        { "PutBucketVersioning", "{'VersioningConfiguration':{'Status':'Enabled'}}", "{}" },
    };
    static const struct step later[] = {
        { "ListObjectsV2", "{}", "{'KeyCount':0,'IsTruncated':true,'NextContinuationToken':'=t1'}" },
        { "ListObjectsV2", "{'ContinuationToken':'$t1'}",
          "{'KeyCount':0,'IsTruncated':true,'NextContinuationToken':'=t2'}" },
    };
    RUN(&game, steps);
    for (int i = 0; i < 30000; i++) {
        snprintf(input, sizeof input, "{'Key':'many/%05d'}", i);
        run_step(&game, &(struct step){ "DeleteObject", input, "{}" }, 0);
    }
    RUN(&game, later);
    for (int page = 0;; page++) {
        assert_true(page < 10);
        struct call *call = ask_for(&game, "ListObjectsV2", "{'ContinuationToken':'$t2'}");
        const char *token = json_string(call->output, "NextContinuationToken");
        if (token)
            keep(STR("t2"), str_of(token));
        else
            check_tree("the last page", json_parse_in(call->arena, STR("{\"Contents\":[{\"Key\":\"z\"}]}"), NULL),
                       call->output);
        call_free(call);
        if (!token)
            break;
    }
    end_game(&game);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects),  cmocka_unit_test(pages),     cmocka_unit_test(first_version_of_the_listing),
        cmocka_unit_test(versions), cmocka_unit_test(pages_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
