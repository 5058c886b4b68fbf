/* What is the facilitator's is nobody else's: every endpoint of theirs, with the session of a team, of a member of each role, of a supporter,
 * of nobody; and what an observer may not do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "game_fixture.h"

#include "game/api.h"
#include "game/session.h"

#define EVENT_PACK                                                                                                     \
    "local gameday = require 'gameday'\nreturn gameday.pack { id = 'p', title = 'P', duration = '45m',\n"              \
    "  gameday.challenge { id = 'shop', title = 'Shop',\n"                                                             \
    "    gameday.fault { id = 'a', title = 'A', breaks = function() end, mended = function() return false end } } }"
#define FACILITATOR "0123456789abcdef0123456789abcdef"
#define SUPPORTER   "fedcba9876543210fedcba9876543210"

/* A session by its cookie and what belongs to it. */
struct visitor {
    const char *cookie;
    char csrf[65];
};

static struct str header_of(const struct web_request *request, const char *name)
{
    const struct visitor *visitor = request->edge;
    if (strcmp(name, "Cookie") == 0 && visitor->cookie)
        return str_of(arena_printf(request->arena, "rehearse=%s", visitor->cookie));
    return strcmp(name, "X-CSRF-Token") == 0 ? str_of(visitor->csrf) : STR_NONE;
}

static int visit(struct fixture *fixture, const struct web_endpoint *endpoint, const struct visitor *visitor,
                 const char *query, const char *input)
{
    struct arena *arena = arena_new();
    struct web_request request = { .query = str_of(query),
                                   .input = json_parse_in(arena, str_of(input), NULL),
                                   .host = STR("localhost:4566"),
                                   .arena = arena,
                                   .peer = "10.0.0.1",
                                   .header = header_of,
                                   .edge = visitor };
    struct web_answer answer = { .status = 200 };
    endpoint->serve(fixture->game, &request, &answer);
    buf_release(&answer.body);
    arena_free(arena);
    return answer.status;
}

static struct visitor visitor_of(struct fixture *fixture, const char *cookie)
{
    struct visitor visitor = { .cookie = cookie };
    struct arena *arena = arena_new();
    struct session session;
    struct web_request request = { .arena = arena, .header = header_of, .edge = &visitor };
    struct web_answer answer = { .status = 200 };
    assert_true(session_of(fixture->game, &request, &answer, &session));
    memcpy(visitor.csrf, session.csrf, sizeof visitor.csrf);
    arena_free(arena);
    return visitor;
}

static const struct web_endpoint *endpoint_of(const char *path, const char *method)
{
    const struct web_endpoint *const tables[] = { api_endpoints, contest_endpoints, facilitator_endpoints };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct web_endpoint *at = tables[i]; at->path; at++)
            if (strcmp(at->path + strlen("/_rehearse/"), path) == 0 && strcmp(at->method, method) == 0)
                return at;
    fail_msg("there is no %s %s", method, path);
    return NULL;
}

static struct person *join(struct team *team, const char *name, const char *role)
{
    const char *why = NULL;
    char id[8];
    const struct person *person = member_join(team, str_of(name), &why);
    assert_non_null(person);
    strcpy(id, person->id);
    assert_null(member_set_role(team, str_of(id), str_of(role)));
    for (size_t i = 0; i < team->members.count; i++)
        if (strcmp(team->members.list[i].id, id) == 0)
            return &team->members.list[i];
    return NULL;
}

static void open_event(struct fixture *fixture)
{
    fixture->teams = 2;
    open_game(fixture, EVENT_PACK);
    game_set_token(fixture->game, FACILITATOR);
    game_set_support(fixture->game, SUPPORTER);
    join(fixture->team, "Ada", "captain");
    join(fixture->team, "Ben", "member");
    join(fixture->team, "Cho", "observer");
}

static void nobody_else_reaches_what_is_the_facilitators(void **state)
{
    struct fixture fixture = { 0 };
    open_event(&fixture);
    const struct person *people = fixture.team->members.list;
    const struct visitor others[] = { visitor_of(&fixture, fixture.team->cookie),
                                      visitor_of(&fixture, people[0].cookie), visitor_of(&fixture, people[1].cookie),
                                      visitor_of(&fixture, people[2].cookie),
                                      visitor_of(&fixture, fixture.game->supporter_cookie) };
    const struct visitor nobody = { 0 }, facilitator = visitor_of(&fixture, fixture.game->facilitator_cookie);
    size_t count = 0;
    for (const struct web_endpoint *at = facilitator_endpoints; at->path; at++, count++) {
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            int status = visit(&fixture, at, &others[i], "", "{\"team\":\"" TEAM "\"}");
            if (status != 403)
                fail_msg("%s %s: visitor %zu got %d", at->method, at->path, i, status);
        }
        assert_int_equal(visit(&fixture, at, &nobody, "", "{}"), 401);
        int status = visit(&fixture, at, &facilitator, "format=csv", "{}");
        if (status == 403 || status == 401)
            fail_msg("%s %s is closed to the facilitator", at->method, at->path);
    }
    assert_true(count >= 16);
    end_game(&fixture);
}

/* A change wants the header of its own session; a cookie alone is not enough. */
static void a_cookie_alone_changes_nothing(void **state)
{
    struct fixture fixture = { 0 };
    open_event(&fixture);
    struct visitor facilitator = { .cookie = fixture.game->facilitator_cookie };
    for (const struct web_endpoint *at = facilitator_endpoints; at->path; at++)
        if (strcmp(at->method, "POST") == 0)
            assert_int_equal(visit(&fixture, at, &facilitator, "", "{}"), 403);
    end_game(&fixture);
}

static void roles_part_what_members_may(void **state)
{
    static const struct {
        const char *path, *input;
        int captain, member, observer, supporter;
    } rows[] = {
        { "api/hint", "{\"fault\":99}", 404, 404, 403, 403 },
        { "api/answer", "{\"challenge\":\"nowhere\"}", 404, 404, 403, 403 },
        { "api/question", "{\"text\":\"\"}", 409, 409, 403, 403 },
        { "api/name", "{\"name\":\"\"}", 409, 403, 403, 403 },
        { "api/member", "{\"member\":\"m9\"}", 409, 403, 403, 403 },
        { "api/question/take", "{\"question\":99,\"by\":\"x\"}", 403, 403, 403, 409 },
        { "api/question/answer", "{\"question\":99,\"by\":\"x\",\"text\":\"y\"}", 403, 403, 403, 409 },
        { "api/message", "{\"text\":\"x\"}", 403, 403, 403, 403 },
        { "api/clock", "{\"paused\":true}", 403, 403, 403, 403 },
        { "api/mark", "{\"label\":\"x\"}", 403, 403, 403, 403 },
        { "api/rewind", "{\"mark\":1}", 403, 403, 403, 403 },
    };
    struct fixture fixture = { 0 };
    open_event(&fixture);
    const struct person *people = fixture.team->members.list;
    const struct visitor captain = visitor_of(&fixture, people[0].cookie),
                         member = visitor_of(&fixture, people[1].cookie),
                         observer = visitor_of(&fixture, people[2].cookie),
                         supporter = visitor_of(&fixture, fixture.game->supporter_cookie);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct web_endpoint *endpoint = endpoint_of(rows[i].path, "POST");
        const int got[] = { visit(&fixture, endpoint, &captain, "", rows[i].input),
                            visit(&fixture, endpoint, &member, "", rows[i].input),
                            visit(&fixture, endpoint, &observer, "", rows[i].input),
                            visit(&fixture, endpoint, &supporter, "team=" TEAM, rows[i].input) };
        if (got[0] != rows[i].captain || got[1] != rows[i].member || got[2] != rows[i].observer ||
            got[3] != rows[i].supporter)
            fail_msg("%s: %d %d %d %d", rows[i].path, got[0], got[1], got[2], got[3]);
    }
    end_game(&fixture);
}

static void a_page_of_another_team_stays_closed(void **state)
{
    struct fixture fixture = { 0 };
    open_event(&fixture);
    const struct visitor supporter = visitor_of(&fixture, fixture.game->supporter_cookie),
                         team = visitor_of(&fixture, fixture.team->cookie);
    const struct web_endpoint *events = endpoint_of("events", "GET"), *review = endpoint_of("api/review", "GET");
    assert_int_equal(visit(&fixture, events, &team, "view=facilitator", "{}"), 403);
    assert_int_equal(visit(&fixture, events, &team, "view=support", "{}"), 403);
    assert_int_equal(visit(&fixture, events, &supporter, "view=facilitator", "{}"), 403);
    assert_int_equal(visit(&fixture, events, &supporter, "view=support", "{}"), 200);
    assert_int_equal(visit(&fixture, review, &team, "", "{}"), 409); /* until it is over */
    assert_int_equal(visit(&fixture, endpoint_of("api/team", "GET"), &supporter, "team=" TEAM, "{}"), 200);
    assert_int_equal(visit(&fixture, endpoint_of("api/team", "GET"), &supporter, "", "{}"), 400);
    end_game(&fixture);
}

static void the_facilitator_changes_the_game(void **state)
{
    static const struct {
        const char *path, *input;
        int status;
        const char *why;
    } rows[] = {
        { "api/fault", "{\"fault\":\"a\",\"do\":\"inject\",\"team\":\"" TEAM "\"}", 200, "one team" },
        { "api/fault", "{\"fault\":\"a\",\"do\":\"inject\",\"parameters\":{\"rate\":0.5}}", 200,
          "all, with parameters" },
        { "api/fault", "{\"fault\":\"a\",\"do\":\"withdraw\"}", 200, "all" },
        { "api/fault", "{\"fault\":\"a\",\"do\":\"tickle\"}", 409, "no such thing to do" },
        { "api/fault", "{\"fault\":\"z\",\"do\":\"inject\"}", 404, "no such fault" },
        { "api/fault", "{\"fault\":\"a\",\"do\":\"inject\",\"team\":\"7\"}", 404, "no such team" },
        { "api/fault", "{\"fault\":\"a\",\"do\":\"inject\",\"parameters\":[1]}", 409, "parameters are an object" },
        { "api/score", "{\"team\":\"" TEAM "\",\"points\":-20,\"reason\":\"late\"}", 200, "an override" },
        { "api/score", "{\"team\":\"" TEAM "\",\"points\":-20}", 400, "no reason" },
        { "api/score", "{\"points\":-20,\"reason\":\"x\"}", 400, "no team" },
        { "api/score", "{\"team\":\"" TEAM "\",\"points\":1.5,\"reason\":\"x\"}", 400, "half points" },
        { "api/score", "{\"team\":\"" TEAM "\",\"points\":100001,\"reason\":\"x\"}", 400, "too many" },
        { "api/score", "{\"team\":\"" TEAM "\",\"points\":1,\"reason\":\"x\",\"challenge\":\"z\"}", 400,
          "no such challenge" },
        { "api/unlock", "{\"challenge\":\"shop\"}", 200, "nothing is locked" },
        { "api/unlock", "{\"challenge\":\"z\"}", 404, "no such challenge" },
        { "api/team", "{\"team\":\"" TEAM "\",\"name\":\"Muffin\"}", 200, "a name" },
        { "api/team", "{\"team\":\"" TEAM "\",\"name\":null}", 200, "none" },
        { "api/team", "{\"team\":\"" TEAM "\",\"name\":\"Team 2\"}", 409, "another's" },
        { "api/names", "{\"names\":\"approved\"}", 200, "" },
        { "api/names", "{\"names\":\"never\"}", 400, "" },
        { "api/extend", "{\"team\":\"" TEAM "\",\"ms\":60000}", 200, "" },
        { "api/extend", "{\"ms\":99999999999999}", 409, "too long" },
        { "api/freeze", "{\"frozen\":true}", 200, "" },
        { "api/freeze", "{}", 409, "" },
        { "api/message", "{\"teams\":[\"" TEAM "\",\"000000000002\"],\"text\":\"hi\"}", 200, "to several" },
        { "api/message", "{\"teams\":[\"" TEAM "\",\"9\"],\"text\":\"hi\"}", 404, "one of them is not there" },
        { "api/state", "{\"state\":\"locked\"}", 200, "" },
        { "api/state", "{\"state\":\"draft\"}", 409, "" },
        { "api/state", "{\"state\":\"ended\"}", 200, "" },
        { "api/unlock", "{\"challenge\":\"shop\"}", 409, "it is over" },
    };
    struct fixture fixture = { 0 };
    open_event(&fixture);
    const struct visitor facilitator = visitor_of(&fixture, fixture.game->facilitator_cookie);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int status = visit(&fixture, endpoint_of(rows[i].path, "POST"), &facilitator, "", rows[i].input);
        go(&fixture, 1000);
        if (status != rows[i].status)
            fail_msg("%s %s (%s): %d", rows[i].path, rows[i].input, rows[i].why, status);
    }
    assert_int_equal(ledger_total(&fixture.team->ledger), -20);
    static const struct {
        const char *path, *query;
        int status;
    } reads[] = { { "api/roster", "", 200 },
                  { "api/faults", "", 200 },
                  { "api/log", "", 200 },
                  { "api/sheet", "", 200 },
                  { "api/export", "format=csv", 200 },
                  { "api/export", "format=log", 200 },
                  { "api/export", "format=json", 200 },
                  { "api/export", "format=ctftime", 200 },
                  { "api/export", "format=archive", 404 },
                  { "api/export", "", 400 },
                  { "api/review", "", 200 },
                  { "review.html", "", 200 },
                  { "api/console", "", 200 } };
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        char query[64];
        snprintf(query, sizeof query, "team=" TEAM "&%s", reads[i].query);
        int status = visit(&fixture, endpoint_of(reads[i].path, "GET"), &facilitator, query, "{}");
        if (status != reads[i].status)
            fail_msg("%s?%s: %d", reads[i].path, reads[i].query, status);
    }
    end_game(&fixture);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_else_reaches_what_is_the_facilitators),
        cmocka_unit_test(a_cookie_alone_changes_nothing),
        cmocka_unit_test(roles_part_what_members_may),
        cmocka_unit_test(a_page_of_another_team_stays_closed),
        cmocka_unit_test(the_facilitator_changes_the_game),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
