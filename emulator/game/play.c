#include "game/play.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/nearest.h"
#include "game/game_inner.h"
#include "game/player.h"
#include "game/view.h"

#define SECOND_MS  INT64_C(1000)
#define SETUP_MS   (INT64_C(3600) * 1000)
#define CALL_MS    (INT64_C(3600) * 1000) /* a call or a step of the solution that waits longer is given up */
#define LINES_MOST 20                     /* of feed and calls */

static const struct scenario *scenario_of(const struct play *play)
{
    return play->rehearsal.game->scenario;
}

/* What was asked for cannot be. */
__attribute__((format(printf, 2, 3))) static void refuse(struct play *play, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("  ? ");
    vprintf(format, args);
    printf("\n");
    va_end(args);
    play->refused = true;
}

static void refuse_name(struct play *play, const char *what, struct str name, const struct nearest *nearest)
{
    if (nearest->best.at)
        refuse(play, "there is no %s '%.*s' (did you mean '%.*s'?)", what, STR_ARG(name), STR_ARG(nearest->best));
    else
        refuse(play, "there is no %s '%.*s'", what, STR_ARG(name));
}

/* ---- time ---- */

/* "30s", "1h30m", "500ms", or seconds; false: none. */
static bool read_duration(struct str text, int64_t *ret_ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
    *ret_ms = 0;
    while (text.length) {
        size_t digits = 0, letters = 0, unit = 1;
        while (digits < text.length && text.at[digits] >= '0' && text.at[digits] <= '9')
            digits++;
        while (digits + letters < text.length && text.at[digits + letters] >= 'a' && text.at[digits + letters] <= 'z')
            letters++;
        struct str name = str_first(str_from(text, digits), letters);
        int64_t number;
        for (unit = 0; letters && unit < 4 && !str_is(name, units[unit].name); unit++)
            ;
        if (digits > 6 || unit == 4 || !str_to_int64(str_first(text, digits), &number))
            return false;
        *ret_ms += number * (letters ? units[unit].ms : SECOND_MS);
        text = str_from(text, digits + letters);
    }
    return *ret_ms > 0;
}

/* "00:20" and "00:20:30" since the start, or a duration. */
static bool read_moment(struct str text, int64_t *ret_ms)
{
    struct str minutes, seconds, hours = str_cut(text, ':', &minutes);
    int64_t h, m, s = 0;
    if (hours.length == text.length)
        return read_duration(text, ret_ms);
    minutes = str_cut(minutes, ':', &seconds);
    if (!str_to_int64(hours, &h) || !str_to_int64(minutes, &m) || (seconds.length && !str_to_int64(seconds, &s)) ||
        h < 0 || h > 999 || m < 0 || m > 59 || s < 0 || s > 59)
        return false;
    *ret_ms = ((h * 60 + m) * 60 + s) * 1000;
    return true;
}

static int64_t elapsed_ms(const struct play *play)
{
    return rehearsal_elapsed_ms(&play->rehearsal, game_now(play->rehearsal.game));
}

static bool is_live(struct play *play)
{
    if (rehearsal_is_live(&play->rehearsal))
        return true;
    refuse(play, "the game is over");
    return false;
}

static void tell_time(struct play *play)
{
    char time[PLAY_TIME];
    play_print_time(play, game_now(play->rehearsal.game), time);
    printf("  %s  %lld %s%s\n", time, (long long)ledger_total(&play->team->ledger), scenario_of(play)->currency,
           rehearsal_is_live(&play->rehearsal) ? "" : ", the game is over");
}

/* What happens is told as it does, to the second. */
static void go_on(struct play *play, int64_t ms)
{
    int64_t slice_ms;
    for (; ms > 0 && rehearsal_is_live(&play->rehearsal); ms -= slice_ms) {
        slice_ms = ms < SECOND_MS ? ms : SECOND_MS;
        rehearsal_go(&play->rehearsal, slice_ms);
        play_tell_news(play);
    }
}

static void do_step(struct play *play, struct str words)
{
    int64_t ms = 10 * SECOND_MS;
    if (words.length && !read_duration(words, &ms)) {
        refuse(play, "step wants a duration such as 30s, 10m or 1h30m, not '%.*s'", STR_ARG(words));
    } else if (is_live(play)) {
        go_on(play, ms);
        tell_time(play);
    }
}

/* ---- things by name ---- */

static size_t find_fault(struct play *play, struct str id)
{
    struct nearest nearest = nearest_to(id);
    size_t fault = scenario_fault(scenario_of(play), id);
    for (size_t i = 0; i < scenario_of(play)->fault_count; i++)
        nearest_try(&nearest, str_of(scenario_of(play)->faults[i].id));
    if (fault == SIZE_MAX)
        refuse_name(play, "fault", id, &nearest);
    return fault;
}

static size_t find_probe(struct play *play, struct str id)
{
    struct nearest nearest = nearest_to(id);
    for (size_t i = 0; i < scenario_of(play)->probe_count; i++) {
        if (str_is(id, scenario_of(play)->probes[i].id))
            return i;
        nearest_try(&nearest, str_of(scenario_of(play)->probes[i].id));
    }
    refuse_name(play, "probe", id, &nearest);
    return SIZE_MAX;
}

/* ---- run until ---- */

/* What is waited for: any fault or probe, or the one that was named. */
struct goal {
    bool (*is_met)(const struct play *play, const struct goal *goal, size_t place);
    size_t offset; /* of a fault's instant */
    int64_t from_ms;
    bool of_probes;
    int state; /* of a probe */
    size_t place;
};

static bool fault_came_to(const struct play *play, const struct goal *goal, size_t place)
{
    const struct trouble *fault = &play->team->faults[place];
    int64_t at_ms = *(const int64_t *)(const void *)((const char *)fault + goal->offset);
    return at_ms > 0 && (goal->place == place || at_ms > goal->from_ms);
}

static bool probe_is(const struct play *play, const struct goal *goal, size_t place)
{
    enum probe_state state = play->team->probes[place].state;
    return goal->state == PROBE_GOOD ? state == PROBE_GOOD : state >= PROBE_WRONG;
}

static const struct {
    const char *name;
    struct goal goal;
} goals[] = {
    { "broken", { fault_came_to, offsetof(struct trouble, broken_ms), .place = SIZE_MAX } },
    { "seen", { fault_came_to, offsetof(struct trouble, surfaced_ms), .place = SIZE_MAX } },
    { "detected", { fault_came_to, offsetof(struct trouble, detected_ms), .place = SIZE_MAX } },
    { "mended", { fault_came_to, offsetof(struct trouble, mended_ms), .place = SIZE_MAX } },
    { "recovered", { fault_came_to, offsetof(struct trouble, recovered_ms), .place = SIZE_MAX } },
    { "gone", { fault_came_to, offsetof(struct trouble, gone_ms), .place = SIZE_MAX } },
    { "good", { probe_is, .of_probes = true, .state = PROBE_GOOD, .place = SIZE_MAX } },
    { "bad", { probe_is, .of_probes = true, .state = PROBE_WRONG, .place = SIZE_MAX } },
};
#define GOALS (sizeof goals / sizeof *goals)

static bool is_met(const struct play *play, const struct goal *goal)
{
    size_t count = goal->of_probes ? scenario_of(play)->probe_count : scenario_of(play)->fault_count;
    for (size_t i = 0; i < count; i++)
        if ((goal->place == SIZE_MAX || goal->place == i) && goal->is_met(play, goal, i))
            return true;
    return false;
}

static void run_to(struct play *play, const struct goal *goal_or_null, int64_t until_ms)
{
    while (rehearsal_is_live(&play->rehearsal) && elapsed_ms(play) < until_ms &&
           !(goal_or_null && is_met(play, goal_or_null))) {
        int64_t left_ms = until_ms - elapsed_ms(play);
        go_on(play, left_ms < SECOND_MS ? left_ms : SECOND_MS);
    }
    if (goal_or_null && !is_met(play, goal_or_null))
        refuse(play, "the game ended before");
    tell_time(play);
}

/* False: it is no goal, or there is nothing of that name; that was told. */
static bool read_goal(struct play *play, struct str words, struct goal *ret_goal)
{
    struct str id, name = str_cut(words, ' ', &id);
    struct nearest nearest = nearest_to(name);
    size_t i = 0;
    for (; i < GOALS && !str_is(name, goals[i].name); i++)
        nearest_try(&nearest, str_of(goals[i].name));
    if (i == GOALS) {
        refuse(play,
               "run until end, until a time such as 00:20, or until broken, seen, detected, mended, recovered, gone "
               "[FAULT] or good, "
               "bad [PROBE]%s%.*s%s",
               nearest.best.at ? " (did you mean '" : "", STR_ARG(nearest.best), nearest.best.at ? "'?)" : "");
        return false;
    }
    *ret_goal = goals[i].goal;
    ret_goal->from_ms = game_now(play->rehearsal.game);
    id = str_trim(id);
    if (id.length)
        ret_goal->place = ret_goal->of_probes ? find_probe(play, id) : find_fault(play, id);
    return !id.length || ret_goal->place != SIZE_MAX;
}

static void do_run(struct play *play, struct str words)
{
    struct goal goal;
    int64_t moment_ms;
    if (str_starts(words, STR("until ")))
        words = str_trim(str_from(words, sizeof "until " - 1));
    if (!is_live(play))
        return;
    if (!words.length || str_is(words, "end"))
        run_to(play, NULL, scenario_of(play)->duration_ms);
    else if (read_moment(words, &moment_ms))
        run_to(play, NULL, moment_ms);
    else if (read_goal(play, words, &goal))
        run_to(play, &goal, scenario_of(play)->duration_ms);
}

/* ---- breaking and mending ---- */

static void do_break(struct play *play, struct str words)
{
    size_t fault = is_live(play) ? find_fault(play, words) : SIZE_MAX;
    if (fault == SIZE_MAX)
        return;
    if (play->team->faults[fault].state == FAULT_STANDING || play->team->faults[fault].state == FAULT_BREAKING) {
        refuse(play, "%s stands already", scenario_of(play)->faults[fault].id);
        return;
    }
    fault_break(play->team, fault);
    rehearsal_go(&play->rehearsal, 0);
    play_tell_news(play);
}

static void do_mend(struct play *play, struct str words)
{
    size_t fault = is_live(play) ? find_fault(play, words) : SIZE_MAX;
    if (fault == SIZE_MAX)
        return;
    if (play->team->faults[fault].state != FAULT_STANDING) {
        refuse(play, "%s does not stand", scenario_of(play)->faults[fault].id);
        return;
    }
    fault_withdraw(play->team, fault);
    rehearsal_go(&play->rehearsal, 0);
    play_tell_news(play);
}

/* ---- callbacks ---- */

struct waiting {
    bool over;
    cJSON *answer;
    char *error;
};

static void came(void *data, struct json *answer, const struct script_error *error)
{
    struct waiting *waiting = data;
    waiting->over = true;
    waiting->error = error ? notice_of_error(error) : NULL;
    waiting->answer = answer ? json_thaw(json_root(answer)) : NULL;
}

/* Lets the game go on until the callback has ended. False: it failed, which was told. *ret_answer: to be deleted. */
static bool await_call(struct play *play, const char *callback, const cJSON *argument, cJSON **ret_answer)
{
    struct waiting waiting = { 0 };
    int64_t until_ms = elapsed_ms(play) + CALL_MS;
    uint64_t call = script_call(play->rehearsal.game->script, callback, play->team->account, argument, came, &waiting);
    rehearsal_go(&play->rehearsal, 0);
    while (!waiting.over && rehearsal_is_live(&play->rehearsal) && elapsed_ms(play) < until_ms)
        go_on(play, SECOND_MS);
    if (!waiting.over)
        script_cancel(play->rehearsal.game->script, call);
    if (!waiting.over)
        refuse(play, "it still waits, after an hour of the game or at its end, and was given up");
    else if (waiting.error)
        refuse(play, "%s", waiting.error);
    bool good = waiting.over && !waiting.error;
    free(waiting.error);
    *ret_answer = waiting.answer;
    return good;
}

static void run_solution_step(struct play *play, const char *step)
{
    char callback[ROW_KEY_ROOM];
    cJSON *nothing;
    player_callback(NULL, step, sizeof callback, callback);
    await_call(play, callback, NULL, &nothing);
    cJSON_Delete(nothing);
}

/* The steps that say they mend it, or the one of that name. */
static void do_solve(struct play *play, struct str words)
{
    const cJSON *step;
    struct nearest nearest = nearest_to(words);
    bool any = false;
    if (!is_live(play))
        return;
    cJSON_ArrayForEach(step, scenario_of(play)->solution)
    {
        struct str mends = json_str(step, "mends"), id = json_str(step, "id");
        nearest_try(&nearest, id);
        if (mends.length)
            nearest_try(&nearest, mends);
        if (!str_equal(words, mends) && !str_equal(words, id))
            continue;
        any = true;
        run_solution_step(play, id.at);
    }
    if (!any) {
        refuse_name(play, "step of the solution for", words, &nearest);
        return;
    }
    go_on(play, SECOND_MS); /* it is asked whether something is mended */
    tell_time(play);
}

/* ---- the team's own calls ---- */

/* Compact JSON as lines that people read. */
static void print_indented(struct str text)
{
    int depth = 1;
    bool quoted = false;
    printf("  ");
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.at[i], next = i + 1 < text.length ? text.at[i + 1] : '\0';
        bool opens = !quoted && (byte == '{' || byte == '['), closes = !quoted && (byte == '}' || byte == ']');
        bool is_empty = opens && (next == '}' || next == ']');
        if (byte == '"')
            quoted = !quoted;
        else if (byte == '\\' && quoted)
            putchar(text.at[i++]);
        depth += opens - closes;
        if (closes && text.at[i - 1] != '{' && text.at[i - 1] != '[')
            printf("\n%*s", depth * 2, "");
        putchar(text.at[i]);
        if ((opens && !is_empty) || (!quoted && byte == ','))
            printf("\n%*s", depth * 2, "");
        else if (!quoted && byte == ':')
            putchar(' ');
    }
    putchar('\n');
}

static void print_answer(const cJSON *answer)
{
    struct buf text = BUF_EMPTY;
    if (cJSON_IsObject(answer) && answer->child) {
        json_print(&text, answer);
        print_indented(buf_str(&text));
    } else {
        printf("  done\n");
    }
    buf_release(&text);
}

static cJSON *read_input(struct play *play, struct str text)
{
    struct json_error why;
    struct json *document = json_parse(text.length ? text : STR("{}"), &why);
    if (!document || !cJSON_IsObject(json_root(document))) {
        refuse(play, "the input is an object in JSON, such as '{\"name\": \"x\"}'%s%s", document ? "" : ": ",
               document ? "" : why.why);
        json_unref(document);
        return NULL;
    }
    cJSON *input = json_thaw(json_root(document));
    json_unref(document);
    return input;
}

static void do_call(struct play *play, struct str words)
{
    struct str rest, input, service = str_cut(words, ' ', &rest), operation = str_cut(str_trim(rest), ' ', &input);
    cJSON *with, *answer = NULL, *given;
    if (!operation.length) {
        refuse(play, "call wants a service, an operation and its input: call states StartExecution "
                     "{\"stateMachineArn\": \"…\"}");
        return;
    }
    if (!(given = read_input(play, str_trim(input))))
        return;
    with = cJSON_CreateObject();
    json_set_str(with, "service", service);
    json_set_str(with, "operation", operation);
    json_set(with, "input", given);
    if (await_call(play, "play/call", with, &answer))
        print_answer(answer);
    cJSON_Delete(answer);
    cJSON_Delete(with);
    play_tell_news(play);
}

/* ---- looking ---- */

static void list_probes(struct play *play, struct str words)
{
    for (size_t i = 0; i < scenario_of(play)->probe_count; i++) {
        const struct probe_def *def = &scenario_of(play)->probes[i];
        char time[PLAY_TIME] = "";
        if (play->team->probes[i].at_ms)
            play_print_time(play, play->team->probes[i].at_ms, time);
        printf("  %-16s %-24s %-14s %s\n", scenario_of(play)->challenges[def->challenge].id, def->id,
               play_probe_state((int)play->team->probes[i].state), time);
    }
    for (size_t i = 0; i < scenario_of(play)->challenge_count; i++) {
        cJSON *trouble = probe_trouble(play->team, i);
        const char *why = json_string(json_get(trouble, "why"), "en"), *look = json_string(trouble, "look");
        if (why)
            printf("  %s: %s%s%s\n", scenario_of(play)->challenges[i].id, why, look ? "\n      look: " : "",
                   look ? look : "");
        cJSON_Delete(trouble);
    }
}

static void list_faults(struct play *play, struct str words)
{
    static const char *const states[] = { "asleep", "breaking", "standing", "recovered", "gone" };
    for (size_t i = 0; i < scenario_of(play)->fault_count; i++) {
        const struct fault_def *def = &scenario_of(play)->faults[i];
        const struct trouble *fault = &play->team->faults[i];
        const char *challenge = def->challenge == OF_NO_CHALLENGE ? "-"
                                                                  : scenario_of(play)->challenges[def->challenge].id;
        printf("  %-16s %-24s %s%s%s\n", challenge, def->id, states[fault->state],
               fault->state == FAULT_STANDING && fault->mended_ms ? ", mended" : "",
               fault->state == FAULT_STANDING && !fault->surfaced_ms ? ", behind another" : "");
    }
}

static void list_challenges(struct play *play, struct str words)
{
    static const char *const states[] = { "locked", "open", "solved" };
    for (size_t i = 0; i < scenario_of(play)->challenge_count; i++)
        printf("  %-24s %-8s %lld %s\n", scenario_of(play)->challenges[i].id, states[play->team->challenges[i].state],
               (long long)ledger_earned(&play->team->ledger, i), scenario_of(play)->currency);
}

static void tell_score(struct play *play, struct str words)
{
    tell_time(play);
}

static void list_feed(struct play *play, struct str words)
{
    cJSON *feed = view_feed(play->team, 0); /* newest first */
    int count = cJSON_GetArraySize(feed);
    for (int i = (count < LINES_MOST ? count : LINES_MOST) - 1; i >= 0; i--) {
        const cJSON *entry = cJSON_GetArrayItem(feed, i);
        char time[PLAY_TIME];
        play_print_time(play, json_int64(entry, "at", 0), time);
        printf("  %s  %+5lld  %-10s %s\n", time, (long long)json_int64(entry, "points", 0), json_string(entry, "kind"),
               json_string(json_get(entry, "reason"), "en"));
    }
    cJSON_Delete(feed);
}

static void list_calls(struct play *play, struct str words)
{
    const struct recents *recents = &play->team->recents;
    for (uint64_t seq = recents->last > LINES_MOST ? recents->last - LINES_MOST + 1 : 1; seq <= recents->last; seq++) {
        const struct recent *call = recent_before(recents, seq + 1);
        char time[PLAY_TIME];
        if (!call)
            continue;
        play_print_time(play, call->at_ms, time);
        printf("  %s  %s:%s  %s%s%s\n", time, call->service, call->operation, call->code ? call->code : "ok",
               call->message ? ": " : "", call->message ? call->message : "");
    }
}

static void list_teams(struct play *play, struct str words)
{
    const struct game *game = play->rehearsal.game;
    for (size_t i = 0; i < game->team_count; i++)
        printf("  %c %zu  %s  %s  %lld %s\n", game->teams[i] == play->team ? '*' : ' ', i + 1, game->teams[i]->account,
               team_name(game->teams[i]), (long long)ledger_total(&game->teams[i]->ledger),
               scenario_of(play)->currency);
}

static void do_team(struct play *play, struct str words)
{
    int64_t number;
    if (!str_to_int64(words, &number) || number < 1 || number > (int64_t)play->rehearsal.game->team_count) {
        refuse(play, "team wants a number from 1 to %zu", play->rehearsal.game->team_count);
        return;
    }
    play->team = play->rehearsal.game->teams[number - 1];
    play_forget_news(play);
    play_tell_news(play);
}

/* ---- the pack ---- */

/* What was said last is no error. */
static bool is_content(const struct play *play)
{
    const struct notices *notices = &play->rehearsal.game->notices;
    return strcmp(notices->kept[notices->last % NOTICES_KEPT].level, "info") == 0;
}

static void do_reload(struct play *play, struct str words)
{
    uint64_t revision = play->rehearsal.game->revision, notice = play->news.notice;
    script_reload(play->rehearsal.game->script);
    rehearsal_go(&play->rehearsal, 0);
    bool silent = play->rehearsal.game->notices.last == notice;
    play_tell_news(play);
    if (revision != play->rehearsal.game->revision)
        return;
    if (silent)
        printf("  nothing has changed\n");
    else if (!is_content(play))
        play->refused = true;
}

/* ---- commands ---- */

static void do_help(struct play *play, struct str words);

static void do_quit(struct play *play, struct str words)
{
    play->quits = true;
}

static const struct command {
    const char *name, *takes, *says;
    void (*run)(struct play *play, struct str words);
} commands[] = {
    { "step", "[DURATION]", "lets the game go on (10s)", do_step },
    { "run", "until WHAT",
      "lets it go on until end, 00:20, broken|seen|detected|mended|recovered|gone [FAULT], good|bad [PROBE]", do_run },
    { "break", "FAULT", "breaks it, for this team", do_break },
    { "mend", "FAULT", "withdraws it, as a facilitator does: no repair", do_mend },
    { "solve", "FAULT|STEP", "plays the solution's steps for it", do_solve },
    { "probes", "", "what the customers found", list_probes },
    { "faults", "", "where each fault stands", list_faults },
    { "challenges", "", "where each challenge stands", list_challenges },
    { "score", "", "the time and the score", tell_score },
    { "feed", "", "why the score moved, the last lines", list_feed },
    { "calls", "", "the account's last calls", list_calls },
    { "call", "SERVICE OPERATION [JSON]", "a call of the team's own: call s3 ListBuckets", do_call },
    { "teams", "", "all teams", list_teams },
    { "team", "NUMBER", "goes on as that team", do_team },
    { "reload", "", "plays the pack as it is saved now; the game goes on", do_reload },
    { "help", "", "prints this", do_help },
    { "quit", "", "ends it", do_quit },
};
#define COMMANDS (sizeof commands / sizeof *commands)

static void do_help(struct play *play, struct str words)
{
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-10s %-26s %s\n", commands[i].name, commands[i].takes, commands[i].says);
}

/* A line of words; what stands behind '#' is for the reader. */
static void obey(struct play *play, struct str line)
{
    struct str words, name = str_cut(str_trim(line), ' ', &words);
    struct nearest nearest = nearest_to(name);
    if (!name.length || name.at[0] == '#')
        return;
    for (size_t i = 0; i < COMMANDS; i++) {
        if (str_is(name, commands[i].name)) {
            commands[i].run(play, str_trim(words));
            return;
        }
        nearest_try(&nearest, str_of(commands[i].name));
    }
    refuse_name(play, "command", name, &nearest);
}

/* ---- the whole ---- */

static bool begin(struct play *play, const struct rehearsal_options *options, char **reterr_why)
{
    if (!rehearsal_open(&play->rehearsal, options, reterr_why))
        return false;
    play->team = play->rehearsal.game->teams[0];
    rehearsal_begin(&play->rehearsal);
    rehearsal_go(&play->rehearsal, 0);
    for (int64_t waited_ms = 0;
         waited_ms < SETUP_MS && rehearsal_goes_on(&play->rehearsal) && !rehearsal_is_live(&play->rehearsal);
         waited_ms += SECOND_MS)
        rehearsal_go(&play->rehearsal, SECOND_MS);
    play_tell_news(play);
    if (rehearsal_is_live(&play->rehearsal))
        return true;
    *reterr_why = memory_copy(STR("the accounts could not be set up"));
    return false;
}

static void greet(const struct play *play)
{
    const char *title = json_string(scenario_of(play)->title, "en");
    printf("%s: %lld minutes, %zu challenge%s, %zu fault%s. The clock stands still; help lists the commands.\n",
           title ? title : scenario_of(play)->id, (long long)(scenario_of(play)->duration_ms / 60000),
           scenario_of(play)->challenge_count, scenario_of(play)->challenge_count == 1 ? "" : "s",
           scenario_of(play)->fault_count, scenario_of(play)->fault_count == 1 ? "" : "s");
}

static void prompt(const struct play *play, bool asks)
{
    char time[PLAY_TIME];
    if (!asks)
        return;
    play_print_time(play, game_now(play->rehearsal.game), time);
    printf("%s> ", time);
    fflush(stdout);
}

bool play_pack(const struct rehearsal_options *options, FILE *input, char **reterr_why)
{
    struct play play = { 0 };
    bool asks = isatty(fileno(input)) != 0, good = begin(&play, options, reterr_why);
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 0;
    if (good)
        greet(&play);
    while (good && !play.quits) {
        prompt(&play, asks);
        if ((length = getline(&line, &room, input)) <= 0)
            break;
        obey(&play, (struct str){ line, (size_t)length - (line[length - 1] == '\n') });
        fflush(stdout);
    }
    if (good && asks && length <= 0)
        printf("\n");
    free(line);
    play_forget_news(&play);
    rehearsal_close(&play.rehearsal);
    return good && (asks || !play.refused);
}
