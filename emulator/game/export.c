#include "game/export.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/time.h"
#include "game/ask.h"
#include "game/game_inner.h"
#include "game/record.h"
#include "game/view.h"

#define ARCHIVE_MOST ((size_t)256 << 20)

/* ---- CSV ---- */

/* A name that a spreadsheet would take for a formula is kept from being one by the quote that spreadsheets know. */
static void add_cell(struct buf *csv, struct str text)
{
    buf_add_byte(csv, '"');
    if (text.length && strchr("=+-@\t", text.at[0]))
        buf_add_byte(csv, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '"')
            buf_add_byte(csv, '"');
        buf_add_byte(csv, text.at[i]);
    }
    buf_add_byte(csv, '"');
}

static void add_names(struct buf *csv, const struct team *team)
{
    for (size_t i = 0; i < team->members.count; i++) {
        buf_add_text(csv, ",,,,");
        add_cell(csv, str_of(team->members.list[i].name));
        buf_printf(csv, ",%s,,\r\n", team->members.list[i].id);
    }
}

/* The columns of CTFd's "scoreboard" export in team mode (CTFd/utils/csv): a row a team, and behind it one a member. */
static void write_csv(struct game *game, struct buf *csv)
{
    const struct team **standings = view_standings(game, game_now(game));
    buf_add_text(csv, "place,team,team id,score,member name,member id,member email,member score\r\n");
    for (size_t i = 0; i < game->team_count; i++) {
        buf_printf(csv, "%zu,", i + 1);
        add_cell(csv, str_of(team_name(standings[i])));
        buf_printf(csv, ",%s,%lld,,,,\r\n", standings[i]->account, (long long)ledger_total(&standings[i]->ledger));
        add_names(csv, standings[i]);
    }
    free(standings);
}

static void add_log_row(struct buf *csv, const struct game *game, struct str account, const cJSON *row)
{
    const struct team *team = team_of(game, account);
    buf_printf(csv, "%lld,%lld,%.*s,", (long long)json_int64(row, "seq", 0), (long long)json_int64(row, "at", 0),
               STR_ARG(account));
    add_cell(csv, str_of(team ? team_name(team) : ""));
    buf_printf(csv, ",%lld,%lld,%s,", (long long)json_int64(row, "points", 0), (long long)json_int64(row, "total", 0),
               json_string(row, "kind"));
    add_cell(csv, json_str(row, "challenge"));
    buf_add_byte(csv, ',');
    add_cell(csv, json_str(row, "probe"));
    buf_add_byte(csv, ',');
    add_cell(csv, json_str(json_get(row, "reason"), "en"));
    buf_add_byte(csv, ',');
    add_cell(csv, json_str(row, "by"));
    buf_add_text(csv, "\r\n");
}

static void write_log(struct game *game, struct buf *csv)
{
    buf_add_text(csv, "seq,at,team,name,points,total,kind,challenge,probe,reason,by\r\n");
    struct cursor at = store_seek(game->world->store, game_house, &game_scores, NULL, STR_NONE, false);
    while (store_next(&at))
        add_log_row(csv, game, str_first(at.key, ACCOUNT_ID_LENGTH), json_root(at.row));
}

/* ---- JSON ---- */

static void no_bracket(cJSON *view)
{
    json_set(view, "oauth_id", cJSON_CreateNull());
    json_set(view, "bracket_id", cJSON_CreateNull());
    json_set(view, "bracket_name", cJSON_CreateNull());
}

/* Scores are the team's, as they are here: a member has none of its own. */
static cJSON *ctfd_members(const struct team *team)
{
    cJSON *members = cJSON_CreateArray();
    for (size_t i = 0; i < team->members.count; i++) {
        cJSON *member = cJSON_CreateObject();
        json_set_int64(member, "id", (int64_t)i + 1);
        json_set_string(member, "name", team->members.list[i].name);
        json_set_int64(member, "score", 0);
        no_bracket(member);
        json_add(members, member);
    }
    return members;
}

static cJSON *ctfd_row(const struct team *team, size_t place)
{
    char url[32];
    cJSON *row = cJSON_CreateObject();
    snprintf(url, sizeof url, "/teams/%zu", team->number + 1);
    json_set_int64(row, "pos", (int64_t)place);
    json_set_int64(row, "account_id", (int64_t)team->number + 1);
    json_set_string(row, "account_url", url);
    json_set_string(row, "account_type", "team");
    json_set_string(row, "name", team_name(team));
    json_set_int64(row, "score", ledger_total(&team->ledger));
    no_bracket(row);
    json_set(row, "members", ctfd_members(team));
    return row;
}

/* CTFd's GET /api/v1/scoreboard. */
static void write_json(struct game *game, struct buf *text)
{
    const struct team **standings = view_standings(game, game_now(game));
    cJSON *view = cJSON_CreateObject(), *data = cJSON_CreateArray();
    for (size_t i = 0; i < game->team_count; i++)
        json_add(data, ctfd_row(standings[i], i + 1));
    json_set_bool(view, "success", true);
    json_set(view, "data", data);
    json_print(text, view);
    cJSON_Delete(view);
    free(standings);
}

static const char *task_name(const struct game *game, size_t challenge)
{
    return json_string(game->scenario->challenges[challenge].title, "en");
}

static cJSON *ctftime_row(const struct team *team, size_t place)
{
    const struct game *game = team->game;
    int64_t last = 0;
    cJSON *row = cJSON_CreateObject(), *stats = cJSON_CreateObject();
    for (size_t i = 0; i < game->scenario->challenge_count; i++) {
        int64_t at = team->challenges[i].solved_ms;
        if (!at)
            continue;
        cJSON *stat = cJSON_CreateObject();
        json_set_int64(stat, "points", ledger_earned(&team->ledger, i));
        json_set_int64(stat, "time", at / 1000);
        json_set(stats, task_name(game, i), stat);
        last = at > last ? at : last;
    }
    json_set_int64(row, "pos", (int64_t)place);
    json_set_string(row, "team", team_name(team));
    json_set_int64(row, "score", ledger_total(&team->ledger));
    json_set(row, "taskStats", stats);
    if (last)
        json_set_int64(row, "lastAccept", last / 1000);
    return row;
}

/* https://ctftime.org/json-scoreboard-feed: the true board, for the facilitator to hand on. */
static void write_ctftime(struct game *game, struct buf *text)
{
    const struct team **standings = view_standings(game, game_now(game));
    cJSON *view = cJSON_CreateObject(), *tasks = cJSON_CreateArray(), *rows = cJSON_CreateArray();
    for (size_t i = 0; i < game->scenario->challenge_count; i++)
        json_add(tasks, json_new_string(str_of(task_name(game, i))));
    for (size_t i = 0; i < game->team_count; i++)
        json_add(rows, ctftime_row(standings[i], i + 1));
    json_set(view, "tasks", tasks);
    json_set(view, "standings", rows);
    json_print(text, view);
    cJSON_Delete(view);
    free(standings);
}

/* ---- the whole ---- */

static const char *write_archive(struct game *game, struct buf *bytes)
{
    if (!game->record)
        return "Nothing is recorded (--record).";
    record_flush(game->record);
    return file_read(record_path(game->record), ARCHIVE_MOST, bytes)
               ? "The record cannot be sent: it stands beside the data."
               : NULL;
}

static const struct {
    const char *format, *type, *ending;
    void (*write)(struct game *game, struct buf *text);
} formats[] = {
    { "csv", "text/csv; charset=utf-8", "scoreboard.csv", write_csv },
    { "log", "text/csv; charset=utf-8", "log.csv", write_log },
    { "json", "application/json", "scoreboard.json", write_json },
    { "ctftime", "application/json", "ctftime.json", write_ctftime },
};

static void name_file(const struct game *game, const struct web_request *request, struct web_answer *answer,
                      const char *ending)
{
    web_add_header(answer, STR("Content-Disposition"),
                   str_of(arena_printf(request->arena, "attachment; filename=\"%s-%s\"", game->scenario->id, ending)));
}

void export_serve(struct game *game, const struct web_request *request, struct web_answer *answer)
{
    struct str wanted = web_parameter(request, "format");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (!str_is(wanted, formats[i].format))
            continue;
        formats[i].write(game, &answer->body);
        answer->content_type = formats[i].type;
        name_file(game, request, answer, formats[i].ending);
        return;
    }
    if (!str_is(wanted, "archive")) {
        web_refuse(answer, 400, "BadRequest", "A format is csv, log, json, ctftime or archive.");
        return;
    }
    const char *why = write_archive(game, &answer->body);
    if (why) {
        web_refuse(answer, 404, "NotFound", why);
        return;
    }
    answer->content_type = "application/x-ndjson";
    name_file(game, request, answer, "record.jsonl");
}
