#include "world_fixture.h"

#include "world/account.h"

static struct world *world;
static char *folder;

static int make(void **state)
{
    folder = make_folder();
    world = make_world(NULL);
    return 0;
}

static int end(void **state)
{
    end_world(world);
    remove_folder(folder);
    return 0;
}

static void put_session(const char *id, int64_t expires_ms)
{
    struct access_key key = { .id = id,
                              .secret = "s3cret",
                              .session_token = "token",
                              .account = here.account,
                              .principal_arn = "arn:aws:sts::111122223333:assumed-role/R/S",
                              .user_id = "AROAX:S",
                              .session_policy = "{}",
                              .expires_ms = expires_ms };
    account_put_key(world, &key);
}

static void keys_are_found(void **state)
{
    assert_null(account_find_key(world, STR("ASIA1")));
    put_session("ASIA1", START_MS + 1000);
    struct access_key root = { .id = "AKIA1", .secret = "x", .account = "1", .expires_ms = INT64_MAX };
    account_put_key(world, &root);
    const struct access_key *session = account_find_key(world, STR("ASIA1"));
    const struct access_key *long_lived = account_find_key(world, STR("AKIA1"));
    assert_string_equal(session->id, "ASIA1");
    assert_string_equal(session->secret, "s3cret");
    assert_string_equal(session->session_token, "token");
    assert_string_equal(session->account, here.account);
    assert_string_equal(session->principal_arn, "arn:aws:sts::111122223333:assumed-role/R/S");
    assert_string_equal(session->user_id, "AROAX:S");
    assert_string_equal(session->session_policy, "{}");
    assert_int_equal(session->expires_ms, START_MS + 1000);
    assert_false(session->of_team);
    assert_string_equal(long_lived->session_token, "");
    assert_string_equal(long_lived->session_policy, "");
    assert_int_equal(long_lived->expires_ms, INT64_MAX);

    root.secret = "y";
    account_put_key(world, &root);
    assert_string_equal(account_find_key(world, STR("AKIA1"))->secret, "y");
    assert_true(account_delete_key(world, STR("AKIA1")));
    assert_false(account_delete_key(world, STR("AKIA1")));
    assert_null(account_find_key(world, STR("AKIA1")));
}

static void sessions_long_expired_are_swept(void **state)
{
    put_session("ASIA1", START_MS + 1000);
    put_session("ASIA2", START_MS + 24 * 3600 * 1000);
    clock_step(world->clock, 10 * 3600 * 1000);
    put_session("ASIA3", START_MS + 24 * 3600 * 1000);
    assert_non_null(account_find_key(world, STR("ASIA1"))); /* expired: who asks sees it */
    clock_step(world->clock, 3 * 3600 * 1000);
    put_session("ASIA3", START_MS + 24 * 3600 * 1000);
    assert_null(account_find_key(world, STR("ASIA1")));
    assert_non_null(account_find_key(world, STR("ASIA2")));
}

/* Notes a use of a key of that id; whether a row was written of it. */
static bool use_writes(const char *id, const char *service)
{
    uint64_t before = store_last_change(world->store);
    account_note_use(world, str_of(id), service, "eu-west-1");
    return store_last_change(world->store) != before;
}

static void uses_are_noted_without_a_row_each(void **state)
{
    struct access_key user = { .id = "AKIA1", .secret = "x", .account = "1", .expires_ms = INT64_MAX };
    struct key_use use;
    account_put_key(world, &user);
    put_session("ASIA1", START_MS + 1000);
    assert_false(account_last_use(world, STR("AKIA1"), &use));
    assert_true(use_writes("AKIA1", "s3"));
    for (int i = 0; i < 50; i++) {
        clock_step(world->clock, 60 * 1000);
        assert_false(use_writes("AKIA1", "states"));
    }
    assert_true(account_last_use(world, STR("AKIA1"), &use));
    assert_int_equal(use.at_ms, START_MS + 50 * 60 * 1000);
    assert_string_equal(use.service, "states");
    clock_step(world->clock, 10 * 60 * 1000);
    assert_true(use_writes("AKIA1", "iam"));
    assert_false(use_writes("ASIA1", "s3")); /* sessions are not told of */
    assert_false(use_writes("AKIA2", "s3"));
    clock_step(world->clock, 1000);
    assert_false(use_writes("AKIA1", "logs"));
    account_delete_key(world, STR("AKIA1")); /* as when it is made inactive */
    assert_true(account_last_use(world, STR("AKIA1"), &use));
    assert_string_equal(use.service, "logs");
    account_forget_use(world, STR("AKIA1"));
    assert_false(account_last_use(world, STR("AKIA1"), &use));
}

static const char *write_csv(struct str text)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/teams.csv", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(text.at, 1, text.length, file);
    fclose(file);
    return path;
}

static void load(const char *csv)
{
    char *why = NULL;
    if (!account_load_teams(world, write_csv(str_of(csv)), &why))
        fail_msg("%s", why);
}

static void refused(const char *list, const char *why_expected, const char *reason)
{
    char *why = NULL;
    if (account_load_teams(world, list, &why))
        fail_msg("%s: taken", reason);
    if (!strstr(why, why_expected) || strchr(why, '\n'))
        fail_msg("%s: %s", reason, why);
    free(why);
}

static bool is_made_of(const char *text, size_t length, const char *alphabet)
{
    return strlen(text) == length && strspn(text, alphabet) == length;
}

static const struct access_key *key_of(size_t team)
{
    static const struct access_key *found;
    found = NULL;
    struct cursor at = store_seek(world->store, (struct scope){ "", "" }, &account_keys, NULL, STR_NONE, false);
    while (store_next(&at)) {
        const struct access_key *key = account_find_key(world, at.key);
        if (key->of_team && strcmp(key->account, account_at(world, team)->id) == 0)
            found = key;
    }
    return found;
}

static void a_number_makes_teams(void **state)
{
    char *why = NULL;
    assert_true(account_load_teams(world, "3", &why));
    assert_int_equal(account_count(world), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct account *account = account_at(world, i);
        char name[16];
        snprintf(name, sizeof name, "Team %zu", i + 1);
        assert_string_equal(account->name, name);
        assert_true(is_made_of(account->id, 12, "0123456789"));
        assert_ptr_equal(account_get(world, str_of(account->id)), account);
        const struct access_key *key = key_of(i);
        assert_true(strncmp(key->id, "AKIA", 4) == 0 &&
                    is_made_of(key->id + 4, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
        assert_true(is_made_of(key->secret, 40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"));
        char arn[64];
        snprintf(arn, sizeof arn, "arn:aws:iam::%s:root", account->id);
        assert_string_equal(key->principal_arn, arn);
        assert_string_equal(key->user_id, account->id);
        assert_int_equal(key->expires_ms, INT64_MAX);
    }
    assert_null(account_at(world, 3));
    uint64_t change = store_last_change(world->store);
    assert_true(account_load_teams(world, "3", &why)); /* the same again: nothing changes */
    assert_int_equal(store_last_change(world->store), change);
}

static void csv_as_spreadsheets_write_it(void **state)
{
    load("\xEF\xBB\xBF"
         "mail,secret_access_key,name,access_key_id,account\r\n"
         "a@b,secret/1,\"Rot, \"\"die\"\" Roten\",KEY1,123456789012\r\n"
         "\r\n"
         "\"two\nlines\",,  Bl\xC3\xA4ue , ,\r\n"
         "c@d,,Green,KEY3,\"000000000003\"");
    assert_int_equal(account_count(world), 3);
    assert_string_equal(account_at(world, 0)->name, "Rot, \"die\" Roten");
    assert_string_equal(account_at(world, 0)->id, "123456789012");
    assert_string_equal(account_at(world, 1)->name, "Bl\xC3\xA4ue");
    assert_string_equal(account_at(world, 2)->id, "000000000003");
    assert_string_equal(account_find_key(world, STR("KEY1"))->secret, "secret/1");
    assert_int_equal(strlen(account_find_key(world, STR("KEY3"))->secret), 40);
    assert_non_null(key_of(1));
}

static const struct {
    const char *csv, *why_expected, *reason;
} bad_lists[] = {
    { "", "the file is empty", "no bytes" },
    { "\r\n\r\n", "the file is empty", "blank lines only" },
    { "name\n", "names no team", "a header only" },
    { "team\nA\n", "line 1: the header has no column called name", "no name column" },
    { "name,name\nA,B\n", "line 1: two columns are called name", "a column twice" },
    { "name\nA\n\nA\n", "line 4: name 'A' comes twice", "a name twice" },
    { "name,account\nA,123456789012\nB,123456789012\n", "line 3: account '123456789012' comes twice",
      "an account twice" },
    { "name,access_key_id\nA,K\nB,K\n", "line 3: access_key_id 'K' comes twice", "a key twice" },
    { "name,account\nA,12345678901\n", "line 2: account '12345678901' is not 12 digits", "a short account" },
    { "name,account\nA,12345678901x\n", "line 2: account '12345678901x' is not 12 digits", "a letter" },
    { "name,account\nA\n", "line 2: 1 cells where the header has 2", "a cell is missing" },
    { "name\nA,B\n", "line 2: 2 cells where the header has 1", "a cell too many" },
    { "name,mail\n,x\n", "line 2: the team has no name", "no name" },
    { "name\n\"A\n", "line 2: a quote is not closed", "an open quote" },
    { "name\n\"A\"B\n", "line 2: text behind a closing quote", "text behind a quote" },
    { "name,mail\nA,\"x\ny\"\n\"A\",z\n", "line 4: name 'A'", "lines inside quotes count" },
    { "name\nA\x01\n", "line 2: a name is one line", "a control character" },
    { "name,access_key_id\nA,K/1\n", "line 2: an access_key_id is", "a slash in a key" },
    { "name,secret_access_key\nA,a b\n", "line 2: a secret_access_key is", "a space in a secret" },
    { "name\nA\xff\n", "line 2: the file is not UTF-8", "not UTF-8" },
    { "name,access_key_id\nA,ASIA1\n", "line 2: access_key_id 'ASIA1' is in use", "the key of a session" },
};

static void bad_lists_are_refused_with_their_line(void **state)
{
    put_session("ASIA1", INT64_MAX);
    uint64_t change = store_last_change(world->store);
    for (size_t i = 0; i < sizeof bad_lists / sizeof *bad_lists; i++)
        refused(write_csv(str_of(bad_lists[i].csv)), bad_lists[i].why_expected, bad_lists[i].reason);
    refused(write_csv(STR("name\nA\0B\n")), "line 2: the file is not UTF-8", "a NUL");
    refused("/nonexistent/teams.csv", "/nonexistent/teams.csv cannot be read", "no file");
    refused("0", "from 1 to 1000", "no teams");
    refused("1001", "from 1 to 1000", "too many");
    assert_int_equal(store_last_change(world->store), change);
    assert_int_equal(account_count(world), 0);

    struct buf many = BUF_EMPTY;
    buf_add_text(&many, "name\n");
    for (int i = 0; i < 1001; i++)
        buf_printf(&many, "T%d\n", i);
    refused(write_csv(buf_str(&many)), "line 1002: more than 1000 teams", "too many lines");
    buf_release(&many);
}

/* A second list, and what becomes of the first: A with key K1, B with made ones. */
static void the_list_is_the_whole_truth(void **state)
{
    load("name,account,access_key_id\nA,000000000001,K1\nB,,\n");
    char account_b[13], *key_b = memory_copy(str_of(key_of(1)->id)), *secret_b = memory_copy(str_of(key_of(1)->secret));
    strcpy(account_b, account_at(world, 1)->id);

    load("name,access_key_id\nC,\nB,\n"); /* A goes, B moves */
    assert_int_equal(account_count(world), 2);
    assert_string_equal(account_at(world, 1)->name, "B");
    assert_string_equal(account_at(world, 1)->id, account_b);
    assert_string_equal(account_find_key(world, str_of(key_b))->secret, secret_b);
    assert_null(account_find_key(world, STR("K1")));
    assert_null(account_get(world, STR("000000000001")));

    load("name,access_key_id\nA,\nB,K2\n"); /* A is back, B has another key */
    assert_string_equal(account_at(world, 0)->id, "000000000001");
    assert_string_equal(account_find_key(world, STR("K1"))->account, "000000000001");
    assert_null(account_find_key(world, str_of(key_b)));
    assert_string_equal(account_find_key(world, STR("K2"))->account, account_b);
    assert_string_not_equal(account_find_key(world, STR("K2"))->secret,
                            secret_b); /* a key and its secret go together */

    load("name,account\nAlpha,000000000001\nB,\n"); /* another name for the account */
    assert_string_equal(account_get(world, STR("000000000001"))->name, "Alpha");
    assert_string_equal(account_find_key(world, STR("K1"))->account, "000000000001");
    refused(write_csv(STR("name,account\nX,\nB,000000000001\nAlpha,\n")), "line 4: account '000000000001' comes twice",
            "one account by number and by name");
    free(key_b);
    free(secret_b);
}

static void a_key_may_change_teams(void **state)
{
    load("name,account,access_key_id\nA,000000000001,K1\nB,000000000002,K2\n");
    load("name,account,access_key_id\nA,000000000001,K2\nB,000000000002,K1\n");
    assert_string_equal(account_find_key(world, STR("K2"))->account, "000000000001");
    assert_string_equal(account_find_key(world, STR("K1"))->account, "000000000002");
}

static void accounts_are_added(void **state)
{
    assert_null(account_get(world, STR("000000000009")));
    const struct account *added = account_add(world, STR("000000000009"), STR("Nine"));
    assert_string_equal(added->name, "Nine");
    assert_ptr_equal(account_add(world, STR("000000000009"), STR("Neun")), added);
    assert_string_equal(added->name, "Neun");
    assert_int_equal(account_count(world), 1);
}

static void resets_leave_teams_and_their_keys(void **state)
{
    load("name,account,access_key_id\nA,111122223333,K1\n");
    const struct account *team = account_at(world, 0);
    put_session("ASIA1", INT64_MAX);
    put(world, "a", "1");
    world_reset(world);
    assert_non_null(account_find_key(world, STR("K1")));
    assert_null(account_find_key(world, STR("ASIA1")));
    assert_ptr_equal(account_get(world, STR("111122223333")), team);
    assert_int_equal(store_count(world->store, here, &things), 0);
}

static void emptying_an_account_takes_its_sessions(void **state)
{
    load("name,account,access_key_id\nA,111122223333,K1\nB,000000000002,K2\n");
    put_session("ASIA1", INT64_MAX);
    struct access_key other = { .id = "ASIA2", .secret = "x", .account = "000000000002", .expires_ms = INT64_MAX };
    account_put_key(world, &other);
    put(world, "a", "1");
    account_empty(world, here.account);
    assert_non_null(account_find_key(world, STR("K1")));
    assert_null(account_find_key(world, STR("ASIA1")));
    assert_non_null(account_find_key(world, STR("ASIA2")));
    assert_int_equal(store_count(world->store, here, &things), 0);
}

static void rewinds_take_keys_along(void **state)
{
    put_session("ASIA1", INT64_MAX);
    uint64_t mark = store_mark(world->store);
    account_delete_key(world, STR("ASIA1"));
    put_session("ASIA2", INT64_MAX);
    account_add(world, STR("000000000009"), STR("Nine"));
    assert_true(world_rewind(world, mark));
    assert_non_null(account_find_key(world, STR("ASIA1")));
    assert_null(account_find_key(world, STR("ASIA2")));
    assert_null(account_get(world, STR("000000000009")));
}

static void teams_and_keys_outlive_a_restart(void **state)
{
    world_free(world);
    char data[128];
    snprintf(data, sizeof data, "%s/data", folder);
    world = make_world(data);
    load("name\nA\nB\n");
    char *key = memory_copy(str_of(key_of(1)->id)), *secret = memory_copy(str_of(key_of(1)->secret));
    put_session("ASIA1", INT64_MAX);
    end_world(world);
    world = make_world(data);
    assert_int_equal(account_count(world), 2);
    assert_string_equal(account_at(world, 1)->name, "B");
    assert_string_equal(account_find_key(world, str_of(key))->secret, secret);
    assert_non_null(account_find_key(world, STR("ASIA1")));
    load("name\nA\nB\n");
    assert_string_equal(account_find_key(world, str_of(key))->secret, secret);
    free(key);
    free(secret);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(keys_are_found),
        CASE(sessions_long_expired_are_swept),
        CASE(uses_are_noted_without_a_row_each),
        CASE(a_number_makes_teams),
        CASE(csv_as_spreadsheets_write_it),
        CASE(bad_lists_are_refused_with_their_line),
        CASE(the_list_is_the_whole_truth),
        CASE(a_key_may_change_teams),
        CASE(accounts_are_added),
        CASE(resets_leave_teams_and_their_keys),
        CASE(emptying_an_account_takes_its_sessions),
        CASE(rewinds_take_keys_along),
        CASE(teams_and_keys_outlive_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
