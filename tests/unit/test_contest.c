/* The rules of a contest: states and schedule, scoring and playing that end apart, extensions, the frozen board, challenges with
 * times of their own, names, members, keys, questions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "game_fixture.h"

#include "game/answer.h"
#include "game/hint.h"
#include "game/news.h"
#include "game/question.h"
#include "game/trace.h"
#include "game/view.h"

#define HOUR_MS ((int64_t)3600 * 1000)
#define SECOND  1000

/* One challenge that anybody plays, one for warming up, one with deadlines of its own, one by hand. */
static const char pack[] =
    "local gameday = require 'gameday'\n"
    "return gameday.pack { id = 'p', title = 'P', duration = '10m',\n"
    "  gameday.challenge { id = 'shop', title = 'Shop',\n"
    "    gameday.probe { id = 'buyer', every = '10s', earns = 10, costs = 5, run = function(team)\n"
    "      return team:recall 'good' ~= false, 'sold out' end },\n"
    "    gameday.fault { id = 'a', title = 'A', breaks = function() end,\n"
    "      mended = function(team) return team:recall 'mended' == true end, hints = { 'one', 'two' } },\n"
    "    gameday.answer { id = 'q', title = 'Q', points = 50, value = '42', tries = 2 } },\n"
    "  gameday.challenge { id = 'hand', title = 'Hand', unlock = 'hand' } }";

static struct game *open_contest(struct fixture *fixture, const struct phase_plan *plan)
{
    char *why = NULL;
    strcpy(fixture->folder, "/tmp/game-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    write_pack(fixture, pack);
    open_game_world(fixture);
    for (size_t i = 0; i < 3; i++) {
        char account[24], name[32];
        snprintf(account, sizeof account, "%012zu", i + 1);
        snprintf(name, sizeof name, "Team %zu", i + 1);
        account_add(fixture->world, str_of(account), str_of(name));
    }
    const struct game_options options = { .cloud = fixture->cloud, .pack = fixture->folder, .plan = plan };
    fixture->game = game_new(&options, &why);
    if (!fixture->game)
        fail_msg("%s", why);
    fixture->team = fixture->game->teams[0];
    world_recover(fixture->world);
    go(fixture, 0);
    return fixture->game;
}

static const struct phase_plan at_once = { 0, -1, -1, -1, -1 };

static void expect_state(const struct game *game, const char *state)
{
    assert_string_equal(phase_name(game, NULL), state);
}

/* ---- states ---- */

static void a_schedule_leads_through_the_states(void **state)
{
    static const struct {
        int64_t at_s;
        const char *state;
    } rows[] = { { 0, "draft" },  { 59, "draft" },   { 61, "warm-up" }, { 119, "warm-up" }, { 121, "live" },
                 { 419, "live" }, { 421, "locked" }, { 719, "locked" }, { 721, "ended" },   { 5000, "ended" } };
    const struct phase_plan plan = { 120 * SECOND, 600 * SECOND, 60 * SECOND, 300 * SECOND, -1 };
    struct fixture fixture = { 0 };
    struct game *game = open_contest(&fixture, &plan);
    int64_t begun = game_now(game);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        go(&fixture, begun + rows[i].at_s * SECOND - game_now(game));
        if (strcmp(phase_name(game, NULL), rows[i].state) != 0)
            fail_msg("after %lld s it is %s, not %s", (long long)rows[i].at_s, phase_name(game, NULL), rows[i].state);
        game_rebuild(game); /* a restart changes none of it */
        go(&fixture, 0);
        expect_state(game, rows[i].state);
    }
    end_game(&fixture);
}

static void hands_lead_only_where_a_way_is(void **state)
{
    static const struct {
        const char *to, *is;
        bool refused;
    } rows[] = { { "ended", "draft", true },    { "locked", "draft", true }, { "draft", "draft", true },
                 { "nonsense", "draft", true }, { "warm-up", "warm-up" },    { "warm-up", "warm-up", true },
                 { "ended", "warm-up", true },  { "live", "live" },          { "warm-up", "live", true },
                 { "locked", "locked" },        { "live", "live" },          { "paused", "live", true },
                 { "ended", "ended" },          { "live", "ended", true } };
    const struct phase_plan plan = { BEGIN_BY_HAND, -1, -1, -1, -1 };
    struct fixture fixture = { 0 };
    struct game *game = open_contest(&fixture, &plan);
    go(&fixture, HOUR_MS);
    expect_state(game, "draft");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool refused = phase_change(game, str_of(rows[i].to)) != NULL;
        go(&fixture, SECOND);
        if (refused != rows[i].refused || strcmp(phase_name(game, NULL), rows[i].is) != 0)
            fail_msg("to %s: %s, and it is %s", rows[i].to, refused ? "refused" : "done", phase_name(game, NULL));
    }
    end_game(&fixture);
}

/* What is earned while scoring is closed is written down, and worth nothing. */
static void points_count_only_while_live(void **state)
{
    const struct phase_plan plan = { 0, 60 * SECOND, 0, 30 * SECOND, -1 };
    struct fixture fixture = { 0 };
    struct game *game = open_contest(&fixture, &plan);
    go(&fixture, 31 * SECOND);
    expect_state(game, "locked");
    int64_t total = ledger_total(&fixture.team->ledger);
    assert_true(total > 0);
    size_t entries = fixture.team->ledger.count;
    go(&fixture, 25 * SECOND);
    assert_true(fixture.team->ledger.count > entries);
    assert_int_equal(ledger_total(&fixture.team->ledger), total);
    cJSON *feed = view_feed(fixture.team, 0);
    assert_int_equal(json_int64(feed->child, "unscored", 0), 10);
    assert_int_equal(json_int64(feed->child, "points", -1), 0);
    cJSON_Delete(feed);
    score_add(fixture.team, &(struct score_note){ .kind = SCORE_OVERRIDE,
                                                  .points = -7,
                                                  .reason_taken = words_of("a decision", NULL),
                                                  .challenge = OF_NO_CHALLENGE,
                                                  .by = SCORE_BY_FACILITATOR });
    assert_int_equal(ledger_total(&fixture.team->ledger), total - 7);
    const char *why;
    fault_break(fixture.team, 0);
    go(&fixture, SECOND);
    assert_false(hint_buy(fixture.team, 0, 1, &why)); /* it would cost nothing */
    end_game(&fixture);
}

static void more_time_is_one_teams_own(void **state)
{
    const struct phase_plan plan = { 0, 60 * SECOND, 0, 20 * SECOND, -1 };
    struct fixture fixture = { 0 };
    struct game *game = open_contest(&fixture, &plan);
    struct team *longer = game->teams[1];
    assert_non_null(phase_extend(game, longer, -1000));
    assert_non_null(phase_extend(game, longer, 0));
    assert_null(phase_extend(game, longer, 30 * SECOND));
    go(&fixture, 45 * SECOND);
    assert_string_equal(phase_name(game, game->teams[0]), "locked");
    assert_string_equal(phase_name(game, longer), "live");
    assert_true(phase_scores(longer, 0) && !phase_scores(game->teams[0], 0));
    game_rebuild(game);
    go(&fixture, 20 * SECOND);
    assert_string_equal(phase_name(game, game->teams[0]), "ended");
    assert_string_equal(phase_name(game, longer), "live");
    assert_false(team_plays(game->teams[0]));
    assert_true(team_plays(longer));
    assert_null(phase_extend(game, game->teams[0], 60 * SECOND)); /* whose time was over may go on */
    assert_true(team_plays(game->teams[0]));
    go(&fixture, 30 * SECOND);
    assert_string_equal(phase_name(game, longer), "ended");
    expect_state(game, "locked");
    go(&fixture, 30 * SECOND);
    expect_state(game, "ended");
    assert_non_null(phase_extend(game, longer, SECOND));
    end_game(&fixture);
}

static void a_frozen_board_tells_nothing_new(void **state)
{
    struct fixture fixture = { 0 };
    struct game *game = open_contest(&fixture, &at_once);
    struct team *first = game->teams[0], *last = game->teams[2];
    const struct score_note note = { .kind = SCORE_OVERRIDE, .points = 1000, .challenge = OF_NO_CHALLENGE };
    struct score_note lead = note, more = note;
    lead.reason_taken = words_of("ahead", NULL);
    score_add(first, &lead);
    go(&fixture, SECOND);
    assert_non_null(phase_freeze(game, false));
    assert_null(phase_freeze(game, true));
    assert_non_null(phase_freeze(game, true));
    int64_t at = phase_board_at(game);
    more.points = 5000;
    more.reason_taken = words_of("overtakes", NULL);
    go(&fixture, SECOND);
    score_add(last, &more);
    go(&fixture, 10 * SECOND);
    assert_int_equal(phase_board_at(game), at);
    assert_int_equal(team_rank(last, phase_board_at(game)), 3);
    assert_int_equal(team_rank(last, game_now(game)), 1);
    game_rebuild(game);
    assert_int_equal(phase_board_at(game), at);
    cJSON *view = view_team(last, STR("h"), true);
    assert_int_equal(json_int64(view, "rank", 0), 3);
    assert_true(json_int64(view, "score", 0) >= 5000); /* its own score goes on */
    cJSON_Delete(view);
    assert_null(phase_freeze(game, false));
    assert_int_equal(team_rank(last, phase_board_at(game)), 1);
    end_game(&fixture);
}

static void a_schedule_is_in_order_and_to_come(void **state)
{
    static const struct {
        const char *input; /* %lld: an hour from now, and two */
        bool refused;
    } rows[] = {
        { "{\"lock_at\":%lld,\"ends_at\":%lld}", false },
        { "{\"ends_at\":%lld,\"lock_at\":%lld}", true },
        { "{\"freeze_at\":%lld}", false },
        { "{\"lock_at\":null}", false },
        { "{\"ends_at\":null}", true },
        { "{\"ends_at\":5}", true },
        { "{\"ends_at\":\"soon\"}", true },
        { "{\"warm_up_at\":%lld}", true },
        { "{\"live_at\":%lld}", true },
        { "{}", false },
    };
    struct fixture fixture = { 0 };
    struct game *game = open_contest(&fixture, &at_once);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[128] = "";
        const char *at = rows[i].input;
        int64_t moment = game_now(game);
        for (size_t length; *at; at += *at ? 4 : 0) {
            length = strcspn(at, "%");
            strncat(text, at, length);
            at += length;
            if (*at)
                snprintf(text + strlen(text), 32, "%lld", (long long)(moment += HOUR_MS));
        }
        struct json *input = json_parse(str_of(text), NULL);
        assert_non_null(input);
        if ((phase_schedule(game, json_root(input)) != NULL) != rows[i].refused)
            fail_msg("%s", text);
        json_unref(input);
    }
    end_game(&fixture);
}

static void nobody_plays_before_and_nobody_changes_while_it_stands(void **state)
{
    const struct phase_plan plan = { BEGIN_BY_HAND, -1, -1, -1, -1 };
    struct fixture fixture = { 0 };
    struct game *game = open_contest(&fixture, &plan);
    assert_false(team_plays(fixture.team));
    cJSON *why = phase_unscored(fixture.team, 0);
    assert_string_equal(json_string(why, "en"), "The event has not begun.");
    cJSON_Delete(why);
    assert_null(phase_change(game, STR("live")));
    go(&fixture, SECOND);
    assert_true(phase_scores(fixture.team, 0));
    assert_int_equal(fixture.team->challenges[0].state, CHALLENGE_OPEN);
    assert_int_equal(fixture.team->challenges[1].state, CHALLENGE_LOCKED);
    challenge_open(fixture.team, 1);
    assert_int_equal(fixture.team->challenges[1].state, CHALLENGE_OPEN);
    assert_int_equal(game->teams[1]->challenges[1].state, CHALLENGE_LOCKED);
    end_game(&fixture);
}

/* ---- what is solved may break again ---- */

static void a_solved_challenge_says_what_stands_now(void **state)
{
    struct fixture fixture = { 0 };
    open_contest(&fixture, &at_once);
    fact(&fixture, "mended", "true");
    fault_break(fixture.team, 0);
    go(&fixture, 30 * SECOND);
    assert_int_equal(fixture.team->challenges[0].state, CHALLENGE_SOLVED);
    fact(&fixture, "mended", "false");
    fault_break(fixture.team, 0);
    go(&fixture, SECOND);
    cJSON *view = challenge_view(fixture.team, 0);
    assert_string_equal(json_string(view, "state"), "solved");
    assert_int_equal(json_int64(view, "standing", 0), 1);
    cJSON_Delete(view);
    cJSON *traces = traces_view(fixture.team); /* the first one is not forgotten because it broke again */
    assert_int_equal(cJSON_GetArraySize(traces), 2);
    assert_true(json_int64(cJSON_GetArrayItem(traces, 0), "recovered_at", 0) > 0);
    assert_int_equal(json_int64(cJSON_GetArrayItem(traces, 1), "recovered_at", 0), 0);
    assert_string_equal(json_string(json_get(traces->child, "learnt"), "en"), "two");
    cJSON_Delete(traces);
    end_game(&fixture);
}

/* ---- names, members, keys ---- */

static void names_are_looked_at(void **state)
{
    static const struct {
        const char *name;
        bool fits;
    } rows[] = {
        { "Keep Calm", true },
        { "당근이왔어요", true },
        { "  trimmed  ", true },
        { "", false },
        { "   ", false },
        { "two\nlines", false },
        { "bell\a", false },
        { "\xE2\x80\xAEright to left", false },
        { "zero\xE2\x80\x8Bwidth", false },
        { "c1 \xC2\x85 control", false },
        { "0123456789012345678901234567890123456789", true },
        { "01234567890123456789012345678901234567890", false },
        { "TEAM 2", false },
    };
    struct fixture fixture = { 0 };
    open_contest(&fixture, &at_once);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((team_rename(fixture.team, str_of(rows[i].name)) == NULL) != rows[i].fits)
            fail_msg("'%s'", rows[i].name);
    end_game(&fixture);
}

static void a_name_may_want_a_yes(void **state)
{
    struct fixture fixture = { 0 };
    struct game *game = open_contest(&fixture, &at_once);
    struct team *team = fixture.team;
    assert_null(team_rename(team, STR("Rude")));
    assert_string_equal(team_name(team), "Rude");
    team_refuse_name(team);
    assert_string_equal(team_name(team), "Team 1");
    assert_non_null(team_rename(team, STR("rude")));
    game->names_are_approved = true;
    assert_null(team_rename(team, STR("Muffin")));
    assert_string_equal(team_name(team), "Team 1");
    assert_string_equal(team->proposed_name, "Muffin");
    assert_non_null(team_rename(game->teams[1], STR("muffin"))); /* who came first */
    game_save(game);
    game_rebuild(game);
    assert_string_equal(team->proposed_name, "Muffin");
    assert_true(game->names_are_approved);
    assert_null(team_give_name(team, str_of(team->proposed_name)));
    assert_string_equal(team_name(team), "Muffin");
    assert_null(team->proposed_name);
    end_game(&fixture);
}

static void members_join_by_a_name(void **state)
{
    struct fixture fixture = { 0 };
    const char *why = NULL;
    struct game *game = open_contest(&fixture, &at_once);
    struct team *team = fixture.team;
    const struct person *ada = member_join(team, STR("Ada"), &why);
    assert_int_equal(ada->role, ROLE_CAPTAIN);
    char id[8];
    strcpy(id, ada->id);
    assert_int_equal(member_join(team, STR("Ben"), &why)->role, ROLE_MEMBER);
    assert_string_equal(member_join(team, STR(" ada "), &why)->id, id); /* another device */
    assert_null(member_join(team, STR("two\nlines"), &why));
    assert_non_null(member_set_role(team, STR("m9"), STR("member")));
    assert_non_null(member_set_role(team, STR("m2"), STR("king")));
    assert_null(member_set_role(team, STR("m2"), STR("observer")));
    for (size_t i = 2; i < MEMBERS_A_TEAM; i++) {
        char name[16];
        snprintf(name, sizeof name, "Member %zu", i);
        assert_non_null(member_join(team, str_of(name), &why));
    }
    assert_null(member_join(team, STR("One too many"), &why));
    assert_null(member_remove(team, STR("m3")));
    assert_non_null(member_join(team, STR("Now there is room"), &why));
    char cookie[TOKEN_HEX + 1];
    strcpy(cookie, team->members.list[0].cookie);
    game_rebuild(game);
    assert_int_equal(team->members.count, MEMBERS_A_TEAM);
    assert_string_equal(team->members.list[0].cookie, cookie);
    end_game(&fixture);
}

static void codes_are_read_kindly(void **state)
{
    static const struct {
        const char *given;
        bool fits;
    } rows[] = { { "K7QF-3MZP", true },   { "k7qf3mzp", true }, { " K7QF 3MZP ", true }, { "K7QF-3MZ", false },
                 { "K7QF-3MZPX", false }, { "", false },        { "----", false } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (code_matches("K7QF-3MZP", str_of(rows[i].given)) != rows[i].fits)
            fail_msg("'%s'", rows[i].given);
}

static void rotated_keys_stop_at_once(void **state)
{
    struct fixture fixture = { 0 };
    const char *why;
    char *reason = NULL, old_key[64], old_token[TOKEN_HEX + 1], old_code[LONGEST_CODE], old_cookie[TOKEN_HEX + 1];
    struct game *game = open_contest(&fixture, &at_once);
    assert_true(account_load_teams(fixture.world, "1", &reason)); /* the fixture's teams have no keys */
    const struct account *account = account_at(fixture.world, 0);
    strcpy(old_key, account_team_key(fixture.world, str_of(account->id))->id);
    assert_true(account_rotate_team_key(fixture.world, str_of(account->id)));
    assert_null(account_find_key(fixture.world, str_of(old_key)));
    char new_key[64];
    strcpy(new_key, account_team_key(fixture.world, str_of(account->id))->id);
    assert_string_not_equal(new_key, old_key);
    assert_true(account_load_teams(fixture.world, "1", &reason)); /* the next start */
    assert_string_equal(account_team_key(fixture.world, str_of(account->id))->id, new_key);
    struct team *team = game->teams[0];
    member_join(team, STR("Ada"), &why);
    strcpy(old_token, team->token);
    strcpy(old_code, team->code);
    strcpy(old_cookie, team->members.list[0].cookie);
    team_rotate(team);
    assert_string_not_equal(team->token, old_token);
    assert_string_not_equal(team->code, old_code);
    assert_string_not_equal(team->members.list[0].cookie, old_cookie);
    end_game(&fixture);
}

/* ---- questions ---- */

static void questions_are_asked_and_answered(void **state)
{
    struct fixture fixture = { 0 };
    const char *why = NULL;
    struct game *game = open_contest(&fixture, &at_once);
    cJSON *view = question_ask(fixture.team, "Ada", STR("Where are the logs?"), STR("shop"), &why);
    assert_string_equal(json_string(view, "state"), "open");
    cJSON_Delete(view);
    assert_null(question_ask(fixture.team, NULL, STR("  "), STR_NONE, &why));
    assert_null(question_ask(fixture.team, NULL, STR("x"), STR("nowhere"), &why));
    for (int i = 1; i < QUESTIONS_OPEN; i++)
        cJSON_Delete(question_ask(fixture.team, NULL, STR("And now?"), STR_NONE, &why));
    assert_null(question_ask(fixture.team, NULL, STR("One too many"), STR_NONE, &why));
    cJSON_Delete(question_ask(game->teams[1], NULL, STR("We, too"), STR_NONE, &why)); /* by team, not by the house */
    cJSON_Delete(question_take(game, 1, STR("Min-ji"), &why));
    assert_null(question_take(game, 99, STR("Min-ji"), &why));
    assert_null(question_take(game, 1, STR("two\nlines"), &why));
    view = question_answer(game, 1, STR("Min-ji"), words_of("In CloudWatch", "클라우드워치에"), false, &why);
    assert_string_equal(json_string(view, "state"), "answered");
    cJSON_Delete(view);
    view = questions_view(game, game->teams[1], 0);
    assert_int_equal(cJSON_GetArraySize(view), 1);
    cJSON_Delete(view);
    cJSON_Delete(question_answer(game, 1, STR("Min-ji"), words_of("For all", NULL), true, &why));
    game_rebuild(game);
    view = questions_view(game, game->teams[1], 0);
    assert_int_equal(cJSON_GetArraySize(view), 2);
    const cJSON *published = cJSON_GetArrayItem(view, 1);
    assert_true(cJSON_IsNull(json_get(published, "team")) && cJSON_IsNull(json_get(published, "by")));
    assert_int_equal(cJSON_GetArraySize(json_get(published, "answers")), 2);
    cJSON_Delete(view);
    assert_null(question_answer(game, 1, STR("Min-ji"), NULL, false, &why));
    end_game(&fixture);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schedule_leads_through_the_states),
        cmocka_unit_test(hands_lead_only_where_a_way_is),
        cmocka_unit_test(points_count_only_while_live),
        cmocka_unit_test(more_time_is_one_teams_own),
        cmocka_unit_test(a_frozen_board_tells_nothing_new),
        cmocka_unit_test(a_schedule_is_in_order_and_to_come),
        cmocka_unit_test(nobody_plays_before_and_nobody_changes_while_it_stands),
        cmocka_unit_test(a_solved_challenge_says_what_stands_now),
        cmocka_unit_test(names_are_looked_at),
        cmocka_unit_test(a_name_may_want_a_yes),
        cmocka_unit_test(members_join_by_a_name),
        cmocka_unit_test(codes_are_read_kindly),
        cmocka_unit_test(rotated_keys_stop_at_once),
        cmocka_unit_test(questions_are_asked_and_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
