#include "game/tape.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define LONGEST_LINE ((size_t)64 << 20)
#define LOG_SHOWN    1000
#define STEP_SECONDS 10
#define EXECUTIONS   20 /* of a team, as its page shows them */
#define TURNS_SHOWN  100

/* ---- lines ---- */

static FILE *file_of(const struct tape *tape)
{
    return tape->file;
}

/* A line that is no JSON (a crash cut it short) is skipped. */
static cJSON *read_line(struct tape *tape)
{
    ssize_t length;
    while ((length = getline(&tape->line, &tape->room, file_of(tape))) > 0) {
        struct json *line = (size_t)length > LONGEST_LINE
                                ? NULL
                                : json_parse((struct str){ tape->line, (size_t)length }, NULL);
        cJSON *node = line && cJSON_IsObject(json_root(line)) ? json_thaw(json_root(line)) : NULL;
        json_unref(line);
        if (node)
            return node;
    }
    return NULL;
}

static void read_next(struct tape *tape)
{
    cJSON_Delete(tape->next);
    tape->next = read_line(tape);
    if (!tape->next)
        return;
    int64_t at = json_int64(tape->next, "at", 0);
    if (at + tape->shift_ms < tape->next_ms)
        tape->shift_ms = tape->next_ms - at;
    tape->next_ms = at + tape->shift_ms;
}

/* ---- views ---- */

static void set_view(struct map *map, struct str key, cJSON *view_taken)
{
    cJSON *old = map_put(map, key, view_taken);
    cJSON_Delete(old);
}

static void copy(cJSON *to, const cJSON *from, const char *name)
{
    if (json_get(from, name))
        json_set(to, name, json_thaw(json_get(from, name)));
}

static void put_first(cJSON *array, const cJSON *item, int most)
{
    cJSON_InsertItemInArray(array, 0, json_thaw(item));
    if (cJSON_GetArraySize(array) > most)
        cJSON_DeleteItemFromArray(array, most);
}

static cJSON *array_of(cJSON *view, const char *name)
{
    cJSON *array = cJSON_GetObjectItemCaseSensitive(view, name);
    if (cJSON_IsArray(array))
        return array;
    json_set(view, name, cJSON_CreateArray());
    return cJSON_GetObjectItemCaseSensitive(view, name);
}

/* Replaces the one that has the same member, or comes first. */
static void replace(cJSON *array, const cJSON *item, const char *member, int most)
{
    int place = 0;
    const cJSON *at;
    cJSON_ArrayForEach(at, array)
    {
        if (json_equal(json_get(at, member), json_get(item, member))) {
            cJSON_ReplaceItemInArray(array, place, json_thaw(item));
            return;
        }
        place++;
    }
    put_first(array, item, most);
}

/* [seconds, total]: one point a step, the last one moves while the step lasts. */
static void extend_series(cJSON *view, const cJSON *entry)
{
    int64_t started = json_int64(json_get(view, "clock"), "started_at", 0), at = json_int64(entry, "at", 0);
    int64_t seconds = at > started ? (at - started) / 1000 / STEP_SECONDS * STEP_SECONDS : 0;
    cJSON *series = array_of(view, "series"), *last = series->child ? series->child->prev : NULL;
    cJSON *point = cJSON_CreateArray();
    json_add(point, json_new_int64(seconds));
    json_add(point, json_new_int64(json_int64(entry, "total", 0)));
    if (last && json_to_int64(cJSON_GetArrayItem(last, 0)) == seconds)
        cJSON_ReplaceItemInArray(series, cJSON_GetArraySize(series) - 1, point);
    else
        json_add(series, point);
}

static void fold_standing(cJSON *view, const cJSON *data)
{
    copy(view, data, "score");
    copy(view, data, "trend");
    copy(view, data, "rank");
}

static void fold_score(cJSON *view, const cJSON *data)
{
    fold_standing(view, data);
    if (!cJSON_IsObject(json_get(data, "entry")))
        return;
    put_first(array_of(view, "feed"), json_get(data, "entry"), TAPE_SHOWN);
    extend_series(view, json_get(data, "entry"));
}

static void fold_challenge(cJSON *view, const cJSON *data)
{
    replace(array_of(view, "challenges"), data, "id", TAPE_SHOWN);
}

static void fold_message(cJSON *view, const cJSON *data)
{
    put_first(array_of(view, "messages"), data, 50);
}

static void fold_question(cJSON *view, const cJSON *data)
{
    replace(array_of(view, "questions"), data, "seq", 50);
}

static void fold_members(cJSON *view, const cJSON *data)
{
    copy(view, data, "members");
}

static void fold_clock(cJSON *view, const cJSON *data)
{
    json_set(view, "clock", json_thaw(data));
}

static void fold_notice(cJSON *view, const cJSON *data)
{
    put_first(array_of(view, "notices"), data, 20);
}

static const struct {
    const char *event;
    void (*fold)(cJSON *view, const cJSON *data);
} folds[] = {
    { "score", fold_score },     { "trend", fold_standing },    { "challenge", fold_challenge },
    { "message", fold_message }, { "question", fold_question }, { "members", fold_members },
    { "clock", fold_clock },     { "notice", fold_notice },
};

/* ---- the services' pictures ---- */

static struct str picture_name(struct buf *name, struct str account, const char *what, struct str key)
{
    buf_clear(name);
    buf_add_str(name, account);
    buf_add_byte(name, ' ');
    buf_add_text(name, what);
    buf_add_byte(name, ' ');
    buf_add_str(name, key);
    return buf_str(name);
}

static cJSON *list_of(struct map *map, struct str account)
{
    cJSON *list = map_get(map, account);
    if (!list)
        set_view(map, account, list = cJSON_CreateArray());
    return list;
}

/* The newest come first; one that is shown no more is forgotten with its picture. */
static void list_execution(struct tape *tape, struct str account, const cJSON *execution)
{
    struct buf name = BUF_EMPTY;
    cJSON *list = list_of(tape->executions, account);
    replace(list, execution, "arn", EXECUTIONS + 1);
    if (cJSON_GetArraySize(list) > EXECUTIONS) {
        cJSON *last = cJSON_DetachItemFromArray(list, EXECUTIONS);
        cJSON_Delete(map_remove(tape->pictures, picture_name(&name, account, "execution", json_str(last, "arn"))));
        cJSON_Delete(last);
    }
    buf_release(&name);
}

/* Pages fetch the picture that is there now; a forecast's items come behind the list of them. */
static void tell_of_picture(const cJSON *line, const char *what, struct told *told)
{
    static const char *const events[][2] = { { "execution", "execution" },
                                             { "forecasts", "forecast" },
                                             { "monitors", "monitor" } };
    const char *account = json_string(line, "team");
    const cJSON *data = json_get(line, "data"), *row = json_get(data, "execution");
    for (size_t i = 0; account && i < sizeof events / sizeof *events; i++)
        if (strcmp(what, events[i][0]) == 0)
            *told = (struct told){ account, events[i][1], row ? row : data, true };
}

static void fold_picture(struct tape *tape, const cJSON *line, const char *what)
{
    struct buf name = BUF_EMPTY;
    struct str account = json_str(line, "team");
    const cJSON *data = json_get(line, "data");
    set_view(tape->pictures, picture_name(&name, account, what, json_str(line, "key")), json_thaw(data));
    buf_release(&name);
    if (strcmp(what, "execution") == 0 && cJSON_IsObject(json_get(data, "execution")))
        list_execution(tape, account, json_get(data, "execution"));
}

const cJSON *tape_picture(const struct tape *tape, struct str account, const char *what, struct str key)
{
    struct buf name = BUF_EMPTY;
    const cJSON *found = map_get(tape->pictures, picture_name(&name, account, what, key));
    buf_release(&name);
    return found;
}

static void fold_turn(struct tape *tape, struct str account, const cJSON *turn)
{
    cJSON *list = list_of(tape->chats, account);
    json_add(list, json_thaw(turn));
    if (cJSON_GetArraySize(list) > TURNS_SHOWN)
        cJSON_DeleteItemFromArray(list, 0);
}

/* ---- what pages are told ---- */

static void fold_team(struct tape *tape, struct str account, const char *event, const cJSON *data)
{
    cJSON *view = map_get(tape->teams, account);
    if (strcmp(event, "chat") == 0)
        fold_turn(tape, account, data);
    for (size_t i = 0; view && i < sizeof folds / sizeof *folds; i++)
        if (strcmp(event, folds[i].event) == 0)
            folds[i].fold(view, data);
}

static void fold_board(struct tape *tape, const char *event, const cJSON *data)
{
    if (!tape->board)
        tape->board = cJSON_CreateObject();
    if (strcmp(event, "clock") == 0) {
        json_set(tape->board, "clock", json_thaw(data));
    } else if (strcmp(event, "board") == 0) {
        copy(tape->board, data, "rows");
        copy(tape->board, data, "frozen_at");
    }
}

static void fold_told(struct tape *tape, const cJSON *line, struct told *told)
{
    struct str to = json_str(line, "to");
    const char *event = json_string(line, "event");
    const cJSON *data = json_get(line, "data");
    if (!event || !to.length || !cJSON_IsObject(data))
        return;
    *told = (struct told){ to.at, event, data, false };
    if (str_is(to, "board"))
        fold_board(tape, event, data);
    else if (str_is(to, "facilitator"))
        put_first(tape->log, data, LOG_SHOWN);
    else if (str_starts(to, STR("team/")))
        fold_team(tape, str_from(to, strlen("team/")), event, data);
}

static void fold_view(struct tape *tape, const cJSON *line, struct told *told)
{
    struct str what = json_str(line, "view");
    if (!cJSON_IsObject(json_get(line, "data")))
        return;
    cJSON **place = str_is(what, "game") ? &tape->game : str_is(what, "board") ? &tape->board : NULL;
    if (str_is(what, "team"))
        set_view(tape->teams, json_str(line, "team"), json_thaw(json_get(line, "data")));
    else if (!place && what.length) {
        fold_picture(tape, line, what.at);
        tell_of_picture(line, what.at, told);
    }
    if (!place)
        return;
    cJSON_Delete(*place);
    *place = json_thaw(json_get(line, "data"));
}

static void fold_call(struct tape *tape, const cJSON *line, struct told *told)
{
    struct str account = json_str(line, "team");
    if (!account.length || !cJSON_IsObject(json_get(line, "call")))
        return;
    put_first(list_of(tape->calls, account), json_get(line, "call"), TAPE_SHOWN);
    *told = (struct told){ account.at, "call", json_get(line, "call"), true };
}

static void fold(struct tape *tape, const cJSON *line, struct told *told)
{
    if (json_get(line, "to")) {
        fold_told(tape, line, told);
    } else if (json_get(line, "view")) {
        fold_view(tape, line, told);
    } else if (json_get(line, "call")) {
        fold_call(tape, line, told);
    } else if (cJSON_IsObject(json_get(line, "review"))) {
        cJSON_Delete(tape->review);
        tape->review = json_thaw(json_get(line, "review"));
    }
}

/* ---- playing ---- */

bool tape_step(struct tape *tape, struct told *ret_told)
{
    *ret_told = (struct told){ 0 };
    if (!tape->next)
        return false;
    cJSON_Delete(tape->now);
    tape->now = tape->next;
    tape->next = NULL;
    tape->at_ms = tape->next_ms;
    read_next(tape);
    fold(tape, tape->now, ret_told);
    return true;
}

static void delete_view(void *view)
{
    cJSON_Delete(view);
}

static void make_views(struct tape *tape)
{
    tape->teams = map_new();
    tape->calls = map_new();
    tape->executions = map_new();
    tape->chats = map_new();
    tape->pictures = map_new();
}

static void free_views(struct tape *tape)
{
    map_free(tape->teams, delete_view);
    map_free(tape->calls, delete_view);
    map_free(tape->executions, delete_view);
    map_free(tape->chats, delete_view);
    map_free(tape->pictures, delete_view);
}

static void clear(struct tape *tape)
{
    cJSON_Delete(tape->now);
    cJSON_Delete(tape->next);
    cJSON_Delete(tape->game);
    cJSON_Delete(tape->board);
    cJSON_Delete(tape->log);
    free_views(tape);
    tape->now = tape->next = tape->game = tape->board = NULL;
    tape->log = cJSON_CreateArray();
    make_views(tape);
}

static void begin(struct tape *tape)
{
    clear(tape);
    rewind(file_of(tape));
    tape->at_ms = tape->shift_ms = tape->next_ms = 0;
    read_next(tape);
}

static bool is_first_view(const cJSON *line)
{
    static const char *const views[] = { "game", "board", "team", "guide" };
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if (str_is(json_str(line, "view"), views[i]))
            return true;
    return json_get(line, "record") != NULL;
}

/* What everybody saw when it began; there is no moment before that. */
static void fold_first_views(struct tape *tape)
{
    struct told told;
    while (tape->next && is_first_view(tape->next))
        tape_step(tape, &told);
}

void tape_seek(struct tape *tape, int64_t at_ms)
{
    struct told told;
    if (at_ms < tape->at_ms)
        begin(tape);
    if (!tape->game)
        fold_first_views(tape);
    while (tape->next && tape->next_ms <= at_ms)
        tape_step(tape, &told);
}

const cJSON *tape_team(const struct tape *tape, struct str account)
{
    return map_get(tape->teams, account);
}

/* ---- opening ---- */

static bool refuse(const char *path, const char *why, char **reterr_why)
{
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "%s cannot be played: %s", path, why);
    *reterr_why = buf_take(&text);
    return false;
}

/* Once through: is it a record, when does it begin and end, has it a review? */
static bool look_through(struct tape *tape, char **reterr_why)
{
    struct told told;
    begin(tape);
    if (!tape->next || !json_get(tape->next, "record"))
        return refuse(tape->path, "it is no record of a game", reterr_why);
    fold_first_views(tape);
    tape->from_ms = tape->to_ms = tape->at_ms;
    while (tape_step(tape, &told))
        tape->to_ms = tape->at_ms;
    if (!tape->game)
        return refuse(tape->path, "no game was played in it", reterr_why);
    begin(tape);
    return true;
}

struct tape *tape_open(const char *path, char **reterr_why)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        refuse(path, strerror(errno), reterr_why);
        return NULL;
    }
    struct tape *tape = memory_alloc(sizeof *tape);
    *tape = (struct tape){ .path = memory_copy(str_of(path)), .file = file };
    make_views(tape);
    if (look_through(tape, reterr_why))
        return tape;
    tape_close(tape);
    return NULL;
}

void tape_close(struct tape *tape)
{
    if (!tape)
        return;
    clear(tape);
    cJSON_Delete(tape->log);
    cJSON_Delete(tape->review);
    free_views(tape);
    fclose(file_of(tape));
    free(tape->line);
    free(tape->path);
    free(tape);
}
