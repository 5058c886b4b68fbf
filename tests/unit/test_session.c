/* Who may look at the page and who may change something: endpoints asked without sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "game_fixture.h"

#include "game/session.h"

#define EMPTY_PACK  "local gameday = require 'gameday'\nreturn gameday.pack { id = 'p', title = 'P', duration = '45m' }"
#define FACILITATOR "0123456789abcdef0123456789abcdef"

struct visitor {
    const char *peer;
    bool from_elsewhere; /* not from this machine */
    const char *cookie, *csrf, *query;
};

static struct str header_of(const struct web_request *request, const char *name)
{
    const struct visitor *visitor = request->edge;
    if (strcmp(name, "Cookie") == 0 && visitor->cookie)
        return str_of(arena_printf(request->arena, "rehearse=%s", visitor->cookie));
    return strcmp(name, "X-CSRF-Token") == 0 ? str_of(visitor->csrf) : STR_NONE;
}

static struct web_request request_of(const struct visitor *visitor, struct arena *arena, const char *input)
{
    return (struct web_request){ .query = str_of(visitor->query ? visitor->query : ""),
                                 .input = json_parse_in(arena, str_of(input), NULL),
                                 .arena = arena,
                                 .from_loopback = !visitor->from_elsewhere,
                                 .peer = visitor->peer ? visitor->peer : "127.0.0.1",
                                 .header = header_of,
                                 .edge = visitor };
}

/* POST /_rehearse/session: the status, and the cookie's value where one was set. */
static int enter(struct fixture *fixture, const struct visitor *visitor, const char *token, char ret_cookie[65])
{
    struct arena *arena = arena_new();
    const char *input = token ? arena_printf(arena, "{\"token\":\"%s\"}", token) : "{}";
    struct web_request request = request_of(visitor, arena, input);
    struct web_answer answer = { .status = 200 };
    serve_session_begin(fixture->game, &request, &answer);
    ret_cookie[0] = '\0';
    if (answer.header_count)
        snprintf(ret_cookie, 65, "%.64s", answer.headers[0].value.at + strlen("rehearse="));
    buf_release(&answer.body);
    arena_free(arena);
    return answer.status;
}

static int look(struct fixture *fixture, const struct visitor *visitor, bool changes, struct session *ret_session)
{
    struct arena *arena = arena_new();
    struct web_request request = request_of(visitor, arena, "{}");
    struct web_answer answer = { .status = 200 };
    bool good = changes ? session_of_change(fixture->game, &request, &answer, ret_session)
                        : session_of(fixture->game, &request, &answer, ret_session);
    assert_true(good == (answer.status == 200));
    buf_release(&answer.body);
    arena_free(arena);
    return answer.status;
}

static void one_player_needs_no_token_on_this_machine(void **state)
{
    struct fixture fixture = { 0 };
    struct session session;
    char cookie[65];
    open_game(&fixture, EMPTY_PACK);
    assert_int_equal(enter(&fixture, &(struct visitor){ 0 }, NULL, cookie), 200);
    assert_int_equal(look(&fixture, &(struct visitor){ .cookie = cookie }, false, &session), 200);
    assert_true(session.may_control && session.may_rewind && !session.is_facilitator);
    assert_int_equal(look(&fixture, &(struct visitor){ .cookie = cookie, .from_elsewhere = true }, false, &session),
                     200);
    assert_false(session.may_control || session.may_rewind);
    assert_int_equal(enter(&fixture, &(struct visitor){ .from_elsewhere = true, .peer = "10.0.0.1" }, NULL, cookie),
                     401);
    assert_string_equal(cookie, "");
    assert_int_equal(enter(&fixture, &(struct visitor){ 0 }, "", cookie), 401); /* an empty token is a wrong one */
    end_game(&fixture);
}

static void a_token_opens_its_own_page(void **state)
{
    struct fixture fixture = { .teams = 2 };
    struct session session;
    char cookies[2][65], facilitator[65], refused[65];
    open_game(&fixture, EMPTY_PACK);
    assert_int_equal(enter(&fixture, &(struct visitor){ 0 }, FACILITATOR, facilitator), 401); /* nobody has one yet */
    game_set_token(fixture.game, FACILITATOR);
    assert_int_equal(enter(&fixture, &(struct visitor){ 0 }, FACILITATOR, facilitator), 200);
    for (size_t i = 0; i < 2; i++) {
        struct team *team = fixture.game->teams[i];
        assert_int_equal(enter(&fixture, &(struct visitor){ 0 }, team->token, cookies[i]), 200);
        assert_string_not_equal(cookies[i], team->token);
        assert_int_equal(
            look(&fixture, &(struct visitor){ .cookie = cookies[i], .query = "team=000000000001" }, false, &session),
            200);
        assert_ptr_equal(session.team, team);
        assert_false(session.may_control || session.may_rewind || session.is_facilitator);
    }
    assert_int_equal(
        look(&fixture, &(struct visitor){ .cookie = facilitator, .query = "team=000000000002" }, false, &session), 200);
    assert_ptr_equal(session.team, fixture.game->teams[1]);
    assert_true(session.may_control && !session.may_rewind);
    assert_int_equal(look(&fixture, &(struct visitor){ .cookie = facilitator }, false, &session), 200);
    assert_null(session.team);
    assert_int_equal(look(&fixture, &(struct visitor){ .cookie = facilitator, .query = "team=7" }, false, &session),
                     404);
    assert_int_equal(enter(&fixture, &(struct visitor){ 0 }, NULL, refused), 401);
    end_game(&fixture);
}

static void what_changes_something_wants_its_header(void **state)
{
    struct fixture fixture = { .teams = 2 };
    struct session session, other;
    char cookie[65], others[65], ends_early[65];
    open_game(&fixture, EMPTY_PACK);
    enter(&fixture, &(struct visitor){ 0 }, fixture.team->token, cookie);
    enter(&fixture, &(struct visitor){ 0 }, fixture.game->teams[1]->token, others);
    look(&fixture, &(struct visitor){ .cookie = cookie }, false, &session);
    look(&fixture, &(struct visitor){ .cookie = others }, false, &other);
    snprintf(ends_early, sizeof ends_early, "%.63s", cookie);
    const struct {
        const char *cookie, *csrf;
        int status;
        const char *why;
    } rows[] = {
        { cookie, session.csrf, 200, "its own" },
        { cookie, other.csrf, 403, "another team's" },
        { cookie, NULL, 403, "none" },
        { cookie, "", 403, "an empty one" },
        { cookie, cookie, 403, "the cookie itself" },
        { fixture.team->token, session.csrf, 401, "the token is no cookie" },
        { ends_early, session.csrf, 401, "a cookie that ends early" },
        { NULL, session.csrf, 401, "no cookie" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct session got;
        if (look(&fixture, &(struct visitor){ .cookie = rows[i].cookie, .csrf = rows[i].csrf }, true, &got) !=
            rows[i].status)
            fail_msg("%s", rows[i].why);
    }
    end_game(&fixture);
}

/* Ten wrong ones from one address; the next address is another matter, and so is who only has no token. */
static void wrong_tokens_are_counted_by_address(void **state)
{
    struct fixture fixture = { .teams = 2 };
    const struct visitor guesser = { .peer = "10.0.0.1" }, neighbour = { .peer = "10.0.0.2" };
    char cookie[65];
    open_game(&fixture, EMPTY_PACK);
    for (int i = 0; i < 20; i++)
        assert_int_equal(enter(&fixture, &guesser, NULL, cookie), 401);
    for (int i = 0; i < 10; i++)
        assert_int_equal(enter(&fixture, &guesser, "wrong", cookie), 401);
    assert_int_equal(enter(&fixture, &guesser, fixture.team->token, cookie), 429);
    assert_int_equal(enter(&fixture, &neighbour, fixture.team->token, cookie), 200);
    end_game(&fixture);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_player_needs_no_token_on_this_machine),
        cmocka_unit_test(a_token_opens_its_own_page),
        cmocka_unit_test(what_changes_something_wants_its_header),
        cmocka_unit_test(wrong_tokens_are_counted_by_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
