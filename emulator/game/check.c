#include "game/check.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "game/game_inner.h"
#include "game/message.h"

#define PULSE_MS   1000
#define SETUP_MS   (60 * 60 * 1000)
#define LOG_MOST   ((size_t)256 << 20)
#define LINE_SHOWN 400
#define NOBODY     1 /* the seat of who does nothing */

__attribute__((format(printf, 2, 3))) static void complain(struct check *check, const char *format, ...)
{
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    json_add(check->problems, json_new_string(buf_str(&text)));
    buf_release(&text);
}

static const struct scenario *scenario_of(const struct check *check)
{
    return check->rehearsal.game->scenario;
}

/* ---- who plays what ---- */

static const cJSON *players_of(const struct check *check)
{
    return json_get(json_root(scenario_of(check)->declaration), "players");
}

static void step_went_wrong(void *data, const char *sentence)
{
    struct seat *seat = data;
    complain(seat->check, "%s: %s", seat->name, sentence);
}

/* Who plays the solution after another one may fail where that has been: a team's name is taken. */
static void followed(void *data, const char *sentence)
{
}

/* The solution, nobody, the pack's further players, and whoever is left plays the solution too. */
static void take_seat(struct check *check, size_t place)
{
    struct seat *seat = &check->seats[place];
    const cJSON *players = players_of(check);
    size_t count = (size_t)cJSON_GetArraySize(players);
    const cJSON *further = place > NOBODY && place <= NOBODY + count
                               ? cJSON_GetArrayItem(players, (int)(place - NOBODY - 1))
                               : NULL;
    *seat = (struct seat){ .check = check };
    seat->player = (struct player){ .team = check->rehearsal.game->teams[place], .say = step_went_wrong, .data = seat };
    seat->player.name = json_string(further, "id");
    if (further) {
        snprintf(seat->name, sizeof seat->name, "%s", seat->player.name);
    } else if (place <= NOBODY) {
        snprintf(seat->name, sizeof seat->name, "%s", place == NOBODY ? "nobody" : "solution");
    } else {
        snprintf(seat->name, sizeof seat->name, "solution %zu", place - count);
        seat->player.say = followed;
    }
    player_open(&seat->player, further           ? json_get(further, "steps")
                               : place == NOBODY ? NULL
                                                 : scenario_of(check)->solution);
    witness_open(&seat->witness, seat->player.team);
}

static void take_seats(struct check *check)
{
    check->seat_count = check->rehearsal.game->team_count;
    check->seats = memory_alloc(check->seat_count * sizeof *check->seats);
    for (size_t i = 0; i < check->seat_count; i++)
        take_seat(check, i);
}

/* ---- one game ---- */

static void play_out(struct check *check)
{
    const struct game *game = check->rehearsal.game;
    int64_t last_ms = game_now(game) + SETUP_MS + game->scenario->duration_ms;
    rehearsal_begin(&check->rehearsal);
    while (rehearsal_goes_on(&check->rehearsal) && game_now(game) < last_ms) {
        rehearsal_go(&check->rehearsal, PULSE_MS);
        for (size_t i = 0; i < check->seat_count && rehearsal_is_live(&check->rehearsal); i++) {
            witness_look(&check->seats[i].witness, rehearsal_elapsed_ms(&check->rehearsal, game_now(game)));
            player_move(&check->seats[i].player);
        }
    }
    for (size_t i = 0; i < check->seat_count; i++)
        witness_end(&check->seats[i].witness);
    if (!rehearsal_has_ended(&check->rehearsal))
        complain(check, "the game did not come to its end");
}

static bool open_game(struct check *check, size_t teams, char **reterr_why)
{
    struct rehearsal_options wanted = check->options->rehearsal;
    wanted.teams = teams;
    return rehearsal_open(&check->rehearsal, &wanted, reterr_why);
}

static void close_game(struct check *check)
{
    for (size_t i = 0; i < check->seat_count; i++) {
        player_close(&check->seats[i].player);
        witness_close(&check->seats[i].witness);
    }
    free(check->seats);
    check->seats = NULL;
    check->seat_count = 0;
    rehearsal_close(&check->rehearsal);
}

/* ---- two games ---- */

/* A row and when it was written. */
struct line {
    int64_t at_ms;
    struct str text;
};

static int by_time(const void *a, const void *b)
{
    const struct line *one = a, *two = b;
    if (one->at_ms != two->at_ms)
        return one->at_ms < two->at_ms ? -1 : 1;
    return str_compare(one->text, two->text);
}

/* Rows are borrowed from the store, where nothing moves meanwhile. */
static size_t gather(struct store *store, const struct table_def *table, struct line **lines, size_t count)
{
    struct cursor row = store_seek(store, game_house, table, NULL, STR_NONE, false);
    while (store_next(&row)) {
        if ((count & (count - 1)) == 0)
            *lines = memory_resize(*lines, (count ? count * 2 : 1) * sizeof **lines);
        (*lines)[count++] = (struct line){ json_int64(json_root(row.row), "at", 0), json_text(row.row) };
    }
    return count;
}

/* What happened, in order of time: so the first difference of two logs is where the games part. */
static void write_log(struct check *check)
{
    struct store *store = check->rehearsal.world->store;
    struct line *lines = NULL;
    size_t count = gather(store, &game_scores, &lines, 0);
    count = gather(store, &game_messages, &lines, count);
    qsort(lines, count, sizeof *lines, by_time);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&check->log, "%lld ", (long long)rehearsal_elapsed_ms(&check->rehearsal, lines[i].at_ms));
        buf_add_str(&check->log, lines[i].text);
        buf_add_byte(&check->log, '\n');
    }
    free(lines);
}

/* In a process of its own, whose memory lies elsewhere: what depends on that differs, too. */
_Noreturn static void play_twin(const struct check_options *options, size_t teams, FILE *told)
{
    struct check twin = { .options = options, .problems = cJSON_CreateArray() };
    char *why = NULL;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (open_game(&twin, teams, &why)) {
        take_seats(&twin);
        play_out(&twin);
        write_log(&twin);
        fwrite(twin.log.at, 1, twin.log.length, told);
    }
    close_game(&twin);
    fflush(told);
    _exit(0);
}

static pid_t start_twin(struct check *check, size_t teams, FILE **ret_told, char **reterr_why)
{
    *ret_told = tmpfile();
    fflush(NULL);
    pid_t twin = *ret_told ? fork() : -1;
    if (twin == 0)
        play_twin(check->options, teams, *ret_told);
    if (twin < 0 && asprintf(reterr_why, "cannot start the second game: %s", strerror(errno)) < 0)
        memory_exhausted();
    return twin;
}

/* The first line of each in which they differ; entries that one game lacks are "". */
static void find_difference(struct check *check, struct str theirs)
{
    struct str ours = buf_str(&check->log), mine = STR_NONE, other = STR_NONE;
    while ((ours.length || theirs.length) && str_equal(mine, other)) {
        mine = str_cut(ours, '\n', &ours);
        other = str_cut(theirs, '\n', &theirs);
    }
    if (str_equal(mine, other))
        return;
    struct str rest, time = str_cut(mine.length ? mine : other, ' ', &rest);
    check->twin.differs = true;
    str_to_int64(time, &check->twin.at_ms);
    check->twin.first = memory_copy(mine);
    check->twin.second = memory_copy(other);
}

static void compare_with_twin(struct check *check, pid_t twin, FILE *told)
{
    struct buf theirs = BUF_EMPTY;
    while (waitpid(twin, NULL, 0) < 0 && errno == EINTR)
        ;
    rewind(told);
    const char *why = file_read_stream(told, LOG_MOST, &theirs);
    if (why)
        complain(check, "the second game cannot be compared: %s", why);
    else
        find_difference(check, buf_str(&theirs));
    if (check->twin.differs)
        complain(check, "two games with the seed %llu part at minute %lld:%02lld; the one has %.*s, the other %.*s",
                 (unsigned long long)check->options->rehearsal.seed, (long long)(check->twin.at_ms / 60000),
                 (long long)(check->twin.at_ms / 1000 % 60), LINE_SHOWN,
                 check->twin.first[0] ? check->twin.first : "nothing more", LINE_SHOWN,
                 check->twin.second[0] ? check->twin.second : "nothing more");
    buf_release(&theirs);
}

/* ---- judging ---- */

static void judge_notices(struct check *check)
{
    const struct notices *notices = &check->rehearsal.game->notices;
    for (uint64_t seq = 1; seq <= notices->last; seq++) {
        const struct notice *notice = &notices->kept[seq % NOTICES_KEPT];
        if (notice->seq == seq && strcmp(notice->level, "info") != 0)
            complain(check, "%s", notice->text);
    }
}

/* Why it was not mended, as its author may learn it: what `mended` said last, and where it stands. */
static void complain_of_unmended(struct check *check, size_t place)
{
    const struct fault_def *def = &scenario_of(check)->faults[place];
    const struct json *last = check->seats[0].player.team->faults[place].answer;
    const cJSON *answer = last ? json_root(last) : NULL;
    const char *reason = json_string(json_get(answer, "reason"), "en"), *says;
    if (!answer || !def->mended_at) {
        complain(check, "%s: the solution did not mend it", def->id);
        return;
    }
    if (json_bool(answer, "mended", false))
        says = "is content, but what it needs is not mended";
    else if (json_bool(answer, "silent", false))
        says = "returned nothing: it should return true, or false and a reason";
    else
        says = reason ? "says: " : "returned false without a reason: it should return true, or false and a reason";
    complain(check, "%s: the solution did not mend it: %s:%lld: mended %s%s", def->id,
             json_string(def->mended_at, "file"), (long long)json_int64(def->mended_at, "line", 0), says,
             reason ? reason : "");
}

static void judge_fault(struct check *check, size_t place)
{
    const struct scenario *scenario = scenario_of(check);
    const char *id = scenario->faults[place].id;
    const struct proof *proof = &check->seats[0].witness.proofs[place];
    if (!proof->came)
        return; /* a matter of chance or of score: not in every game */
    if (!proof->visible_ms)
        complain(check, "%s: no probe failed while it stood", id);
    if (!proof->detected_ms)
        complain(check, "%s: the solution never made a call that shows it", id);
    if (!proof->mended_ms)
        complain_of_unmended(check, place);
    else if (!proof->paid_ms)
        complain(check, "%s: it was mended, but its customers were never content again", id);
}

static void judge_spread(struct check *check, const struct seat *seat, size_t place)
{
    const struct scenario *scenario = scenario_of(check);
    const struct proof *proof = &seat->witness.proofs[place];
    if (!proof->spread_ms)
        return;
    const struct probe_def *probe = &scenario->probes[proof->spread_probe];
    complain(check, "%s: it broke more than its own: the probe %s of %s failed, of which nothing stood",
             scenario->faults[place].id, probe->id, scenario->challenges[probe->challenge].id);
}

/* Who does nothing mends nothing, solves nothing, and loses. */
static void judge_nobody(struct check *check)
{
    const struct scenario *scenario = scenario_of(check);
    const struct seat *nobody = &check->seats[NOBODY];
    int64_t solution = ledger_total(&check->seats[0].player.team->ledger),
            score = ledger_total(&nobody->player.team->ledger);
    for (size_t i = 0; i < scenario->fault_count; i++)
        if (scenario->faults[i].has_mended && nobody->witness.proofs[i].mended_ms)
            complain(check, "%s: a team that did nothing had it mended", scenario->faults[i].id);
    for (size_t i = 0; i < scenario->challenge_count; i++)
        if (nobody->player.team->challenges[i].state == CHALLENGE_SOLVED)
            complain(check, "%s: a team that did nothing solved it", scenario->challenges[i].id);
    if (cJSON_GetArraySize(scenario->solution) > 0 && score >= solution)
        complain(check, "a team that did nothing had %lld %s, the solution %lld", (long long)score, scenario->currency,
                 (long long)solution);
}

static void judge_findings(struct check *check)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, check->findings)
    {
        if (json_bool(at, "mistake", false))
            complain(check, "%s:%lld: %s", json_string(at, "file"), (long long)json_int64(at, "line", 0),
                     json_string(at, "message"));
    }
}

static void judge(struct check *check)
{
    const struct seat *first = &check->seats[0];
    judge_findings(check);
    judge_notices(check);
    for (size_t i = 0; i < scenario_of(check)->fault_count; i++)
        judge_fault(check, i);
    for (size_t seat = 0; seat < check->seat_count && seat <= NOBODY; seat++)
        for (size_t i = 0; i < scenario_of(check)->fault_count; i++)
            judge_spread(check, &check->seats[seat], i);
    if (check->seat_count > NOBODY)
        judge_nobody(check);
    if (player_left(&first->player))
        complain(check, "the solution's step %s was never played", player_left(&first->player));
}

/* The same sentence stands there once, with how often it was said. */
static void fold_problems(struct check *check)
{
    cJSON *folded = cJSON_CreateArray(), *at, *other, *next;
    while ((at = cJSON_DetachItemFromArray(check->problems, 0))) {
        struct buf text = BUF_EMPTY;
        int count = 1;
        for (other = check->problems->child; other; other = next) {
            next = other->next;
            if (!str_equal(json_value(at), json_value(other)))
                continue;
            cJSON_Delete(cJSON_DetachItemViaPointer(check->problems, other));
            count++;
        }
        buf_add_str(&text, json_value(at));
        if (count > 1)
            buf_printf(&text, " (%d times)", count);
        json_add(folded, json_new_string(buf_str(&text)));
        buf_release(&text);
        cJSON_Delete(at);
    }
    cJSON_Delete(check->problems);
    check->problems = folded;
}

/* ---- the pack as it is written ---- */

static void find(struct check *check, const char *file, const char *message, bool mistake)
{
    cJSON *finding = cJSON_CreateObject();
    json_set_string(finding, "file", file);
    json_set_int64(finding, "line", 1);
    json_set_string(finding, "message", message);
    json_set_bool(finding, "mistake", mistake);
    json_add(check->findings, finding);
}

static void look_for_guides(struct check *check, const cJSON *guide)
{
    const cJSON *file;
    cJSON_ArrayForEach(file, guide)
    {
        struct buf text;
        if (script_read_file(check->rehearsal.game->script, file->valuestring, &text))
            buf_release(&text);
        else
            find(check, file->valuestring, "the pack names this guide, and it is not there", true);
    }
}

/* Once it was played: a name may be put together, and is known when the file was read. */
static void look_for_fixtures(struct check *check)
{
    cJSON *unread = script_unread_fixtures(check->rehearsal.game->script);
    const cJSON *file;
    cJSON_ArrayForEach(file, unread)
    {
        find(check, file->valuestring, "no file of the pack names this fixture, and nobody read it in the game", false);
    }
    cJSON_Delete(unread);
}

/* False: the pack cannot be played. *ret_teams: as many as are wanted, or as there are parts to play. */
static bool read_pack(struct check *check, size_t *ret_teams, char **reterr_why)
{
    size_t wanted = check->options->rehearsal.teams;
    bool good = open_game(check, 1, reterr_why);
    if (good) {
        check->findings = rehearsal_lint(&check->rehearsal);
        if (!check->findings)
            check->findings = cJSON_CreateArray();
        look_for_guides(check, scenario_of(check)->guide);
        for (size_t i = 0; i < scenario_of(check)->challenge_count; i++)
            look_for_guides(check, scenario_of(check)->challenges[i].guide);
        *ret_teams = wanted ? wanted : NOBODY + 1 + (size_t)cJSON_GetArraySize(players_of(check));
    }
    close_game(check);
    return good;
}

/* ---- the whole ---- */

static bool play_both(struct check *check, size_t teams, char **reterr_why)
{
    FILE *told = NULL;
    pid_t twin = start_twin(check, teams, &told, reterr_why);
    bool good = twin > 0 && open_game(check, teams, reterr_why);
    if (good) {
        take_seats(check);
        play_out(check);
        write_log(check);
        look_for_fixtures(check);
        judge(check);
        compare_with_twin(check, twin, told);
        fold_problems(check);
    } else if (twin > 0) {
        kill(twin, SIGKILL);
        waitpid(twin, NULL, 0);
    }
    if (told)
        fclose(told);
    return good;
}

bool check_pack(const struct check_options *options, char **reterr_why)
{
    struct check check = { .options = options, .problems = cJSON_CreateArray() };
    uint64_t began_ns = time_monotonic_ns();
    size_t teams;
    bool good = read_pack(&check, &teams, reterr_why) && play_both(&check, teams, reterr_why);
    if (good) {
        check.took_ns = time_monotonic_ns() - began_ns;
        (options->json ? check_report_json : check_report_plain)(&check);
        good = cJSON_GetArraySize(check.problems) == 0;
    }
    close_game(&check);
    cJSON_Delete(check.findings);
    cJSON_Delete(check.problems);
    buf_release(&check.log);
    free(check.twin.first);
    free(check.twin.second);
    return good;
}
