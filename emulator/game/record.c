#include "game/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "game/game_inner.h"
#include "game/news.h"
#include "game/review.h"
#include "game/snapshot.h"
#include "game/view.h"

#define MOST_BYTES  ((int64_t)2 << 30)
#define BUFFER      ((size_t)64 * 1024)
#define FLUSH_EVERY 1000  /* ms of the machine's clock */
#define BOARD_EVERY 10000 /* ms of the game's: of two hundred teams it has 25 KiB, and it moves every second */

struct record {
    FILE *file;
    char *path;
    int64_t bytes;
    int64_t flushed_ms, board_ms; /* the machine's clock; the game's */
    bool is_full;
};

/* ---- the file ---- */

/* A line that a crash cut short is ended, so that the next one stands alone. */
static void end_last_line(struct record *record)
{
    char last = '\n';
    int file = open(record->path, O_RDONLY | O_CLOEXEC);
    if (file >= 0 && record->bytes > 0 && pread(file, &last, 1, record->bytes - 1) != 1)
        last = '\n';
    if (file >= 0)
        close(file);
    if (last != '\n')
        record->bytes += fputc('\n', record->file) != EOF;
}

struct record *record_open(const char *path, char **reterr_why)
{
    int number = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    FILE *file = number < 0 ? NULL : fdopen(number, "a");
    if (!file) {
        struct buf why = BUF_EMPTY;
        buf_printf(&why, "cannot record to %s: %s", path, strerror(errno));
        *reterr_why = buf_take(&why);
        if (number >= 0)
            close(number);
        return NULL;
    }
    struct record *record = memory_alloc(sizeof *record);
    *record = (struct record){ .file = file, .path = memory_copy(str_of(path)), .bytes = lseek(number, 0, SEEK_END) };
    setvbuf(file, NULL, _IOFBF, BUFFER);
    end_last_line(record);
    return record;
}

void record_close(struct record *record)
{
    if (!record)
        return;
    fclose(record->file);
    free(record->path);
    free(record);
}

void record_flush(struct record *record)
{
    if (!record)
        return;
    fflush(record->file);
    record->flushed_ms = time_monotonic_ms();
}

const char *record_path(const struct record *record)
{
    return record->path;
}

static void fill(struct game *game)
{
    game->record->is_full = true;
    notice_add(game, "warning", "The record is full and goes no further: %s", game->record->path);
}

static void write_line(struct game *game, struct buf *line)
{
    struct record *record = game->record;
    buf_add_byte(line, '\n');
    if (record->is_full)
        return;
    if (record->bytes + (int64_t)line->length > MOST_BYTES ||
        fwrite(line->at, 1, line->length, record->file) != line->length) {
        fill(game);
        return;
    }
    record->bytes += (int64_t)line->length;
    if (time_monotonic_ms() - record->flushed_ms > FLUSH_EVERY)
        record_flush(record);
}

/* ---- what is written ---- */

static void begin_line(struct buf *line, const struct game *game)
{
    buf_printf(line, "{\"at\":%lld", (long long)game_now(game));
}

void record_view(struct game *game, const char *what, const char *team_or_null, struct str key, cJSON *view_taken)
{
    struct buf line = BUF_EMPTY;
    begin_line(&line, game);
    buf_printf(&line, ",\"view\":\"%s\"", what);
    if (team_or_null)
        buf_printf(&line, ",\"team\":\"%s\"", team_or_null);
    if (key.at) {
        cJSON *text = json_new_string(key);
        buf_add_text(&line, ",\"key\":");
        json_print(&line, text);
        cJSON_Delete(text);
    }
    buf_add_text(&line, ",\"data\":");
    json_print(&line, view_taken);
    buf_add_byte(&line, '}');
    write_line(game, &line);
    buf_release(&line);
    cJSON_Delete(view_taken);
}

static cJSON *board(const struct game *game)
{
    cJSON *view = cJSON_CreateObject();
    json_set(view, "clock", phase_view(game, NULL));
    json_set(view, "rows", view_board_rows(game, phase_board_at(game)));
    json_set(view, "frozen_at", view_instant(game->phase.frozen_ms));
    return view;
}

/* {"en":FILE,…}: each language's, under "CHALLENGE LANGUAGE"; the whole game's has no challenge. */
static void write_guides(struct game *game, struct str challenge, const cJSON *files)
{
    const cJSON *file;
    cJSON_ArrayForEach(file, files)
    {
        struct buf key = BUF_EMPTY;
        buf_add_str(&key, challenge);
        buf_add_byte(&key, ' ');
        buf_add_text(&key, file->string);
        cJSON *view = view_guide(game, challenge, str_of(file->string));
        if (view)
            record_view(game, "guide", NULL, buf_str(&key), view);
        buf_release(&key);
    }
}

void record_views(struct game *game)
{
    if (!game->record || !game->is_up || !game->feed.publish)
        return;
    struct buf line = BUF_EMPTY;
    begin_line(&line, game);
    buf_printf(&line, ",\"record\":1,\"pack\":\"%s\",\"version\":\"%s\"}", game->scenario->id, REHEARSE_VERSION);
    write_line(game, &line);
    buf_release(&line);
    record_view(game, "game", NULL, STR_NONE, view_game(game));
    record_view(game, "board", NULL, STR_NONE, board(game));
    for (size_t i = 0; i < game->team_count; i++)
        record_view(game, "team", game->teams[i]->account, STR_NONE, view_team(game->teams[i], STR_NONE, false));
    write_guides(game, STR(""), game->scenario->guide);
    for (size_t i = 0; i < game->scenario->challenge_count; i++)
        write_guides(game, str_of(game->scenario->challenges[i].id), game->scenario->challenges[i].guide);
    for (size_t i = 0; i < game->team_count; i++)
        snapshots_of_all(game->teams[i]);
}

static bool is_board_due(struct game *game)
{
    int64_t now = game_now(game);
    if (now >= game->record->board_ms && now < game->record->board_ms + BOARD_EVERY)
        return false;
    game->record->board_ms = now;
    return true;
}

/* Calls have lines of their own, all of them; what the roster shows can be made of the rest. */
static bool is_kept(struct game *game, const char *channel, const char *event)
{
    if (strcmp(channel, BOARD_CHANNEL) == 0 && strcmp(event, "board") == 0)
        return is_board_due(game);
    if (strcmp(channel, SUPPORT_CHANNEL) == 0 || strcmp(event, "call") == 0)
        return false;
    return strcmp(channel, STAFF_CHANNEL) != 0 || strcmp(event, "log") == 0;
}

void record_told(struct game *game, const char *channel, const char *event, struct str json)
{
    if (!game->record || !is_kept(game, channel, event))
        return;
    struct buf line = BUF_EMPTY;
    begin_line(&line, game);
    buf_printf(&line, ",\"to\":\"%s\",\"event\":\"%s\",\"data\":", channel, event);
    buf_add_str(&line, json);
    buf_add_byte(&line, '}');
    write_line(game, &line);
    buf_release(&line);
}

void record_call(struct team *team, const struct recent *recent)
{
    if (!team->game->record)
        return;
    struct buf line = BUF_EMPTY;
    cJSON *view = recent_view(recent);
    begin_line(&line, team->game);
    buf_printf(&line, ",\"team\":\"%s\",\"call\":", team->account);
    json_print(&line, view);
    buf_add_byte(&line, '}');
    write_line(team->game, &line);
    buf_release(&line);
    cJSON_Delete(view);
}

void record_review(struct game *game)
{
    if (!game->record)
        return;
    struct buf line = BUF_EMPTY;
    cJSON *view = review_view(game);
    record_view(game, "board", NULL, STR_NONE, board(game));
    begin_line(&line, game);
    buf_add_text(&line, ",\"review\":");
    json_print(&line, view);
    buf_add_byte(&line, '}');
    write_line(game, &line);
    buf_release(&line);
    cJSON_Delete(view);
    record_flush(game->record);
}
