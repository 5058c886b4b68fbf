/* What happened while the clock went on, as lines. */
#include <stdlib.h>

#include "game/game_inner.h"
#include "game/message.h"
#include "game/play.h"

/* A fault's instants, and how they are told. */
static const struct {
    size_t offset;
    const char *says;
} instants[] = {
    { offsetof(struct trouble, broken_ms), "broke" },
    { offsetof(struct trouble, surfaced_ms), "can be seen" },
    { offsetof(struct trouble, detected_ms), "is detected" },
    { offsetof(struct trouble, mended_ms), "is mended" },
    { offsetof(struct trouble, recovered_ms), "is recovered" },
    { offsetof(struct trouble, gone_ms), "is gone" },
};
#define INSTANTS (sizeof instants / sizeof *instants)

struct told_line {
    int64_t at_ms;
    char *text;
};

struct told_lines {
    struct told_line *list;
    size_t count;
};

static const struct scenario *scenario_of(const struct play *play)
{
    return play->rehearsal.game->scenario;
}

const char *play_probe_state(int state)
{
    static const char *const states[] = {
        [PROBE_UNKNOWN] = "not asked yet", [PROBE_GOOD] = "good", [PROBE_WRONG] = "wrong", [PROBE_ERROR] = "error"
    };
    return states[state];
}

void play_print_time(const struct play *play, int64_t at_ms, char ret_time[PLAY_TIME])
{
    int64_t seconds = rehearsal_elapsed_ms(&play->rehearsal, at_ms) / 1000;
    snprintf(ret_time, PLAY_TIME, "%02lld:%02lld:%02lld", (long long)(seconds / 3600), (long long)(seconds / 60 % 60),
             (long long)(seconds % 60));
}

__attribute__((format(printf, 3, 4))) static void add(struct told_lines *events, int64_t at_ms, const char *format, ...)
{
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    events->list = memory_resize(events->list, (events->count + 1) * sizeof *events->list);
    events->list[events->count++] = (struct told_line){ at_ms, buf_take(&text) };
}

/* ---- what there is to tell ---- */

static int64_t instant_of(const struct trouble *fault, size_t i)
{
    return *(const int64_t *)(const void *)((const char *)fault + instants[i].offset);
}

static void look_at_faults(struct play *play, struct told_lines *events)
{
    for (size_t place = 0; place < scenario_of(play)->fault_count; place++)
        for (size_t i = 0; i < INSTANTS; i++) {
            int64_t *told = &play->news.instants[place * INSTANTS + i], now = instant_of(&play->team->faults[place], i);
            if (now && now != *told)
                add(events, now, "fault %s %s", scenario_of(play)->faults[place].id, instants[i].says);
            *told = now;
        }
}

static void tell_probe(const struct play *play, size_t place, struct told_lines *events)
{
    const struct probe_def *def = &scenario_of(play)->probes[place];
    const struct probe *probe = &play->team->probes[place];
    cJSON *trouble = probe_trouble(play->team, def->challenge);
    bool its = probe->state >= PROBE_WRONG && str_is(json_str(trouble, "probe"), def->id);
    const char *why = its ? json_string(json_get(trouble, "why"), "en") : NULL;
    add(events, probe->at_ms, "probe %s is %s%s%s", def->id, play_probe_state(probe->state), why ? ": " : "",
        why ? why : "");
    cJSON_Delete(trouble);
}

static void look_at_probes(struct play *play, struct told_lines *events)
{
    for (size_t place = 0; place < scenario_of(play)->probe_count; place++) {
        int state = (int)play->team->probes[place].state;
        if (state != play->news.probes[place])
            tell_probe(play, place, events);
        play->news.probes[place] = state;
    }
}

static void look_at_messages(struct play *play, struct told_lines *events)
{
    cJSON *messages = messages_view(play->rehearsal.game, play->team); /* newest first */
    const cJSON *at;
    uint64_t newest = play->news.message;
    cJSON_ArrayForEach(at, messages)
    {
        uint64_t seq = (uint64_t)json_int64(at, "seq", 0);
        const char *from = json_string(json_get(at, "from"), "en"), *text = json_string(json_get(at, "text"), "en");
        if (seq > play->news.message)
            add(events, json_int64(at, "at", 0), "%s: %s", from ? from : "", text ? text : "");
        newest = seq > newest ? seq : newest;
    }
    play->news.message = newest;
    cJSON_Delete(messages);
}

static void look_at_notices(struct play *play, struct told_lines *events)
{
    const struct notices *notices = &play->rehearsal.game->notices;
    while (play->news.notice < notices->last) {
        const struct notice *notice = &notices->kept[++play->news.notice % NOTICES_KEPT];
        if (notice->seq == play->news.notice)
            add(events, notice->at_ms, "%s%s", strcmp(notice->level, "info") == 0 ? "" : "! ", notice->text);
    }
}

/* ---- telling ---- */

static int by_time(const void *a, const void *b)
{
    const struct told_line *one = a, *two = b;
    return one->at_ms < two->at_ms ? -1 : one->at_ms > two->at_ms;
}

static void tell(const struct play *play, struct told_lines *events)
{
    char time[PLAY_TIME];
    qsort(events->list, events->count, sizeof *events->list, by_time);
    for (size_t i = 0; i < events->count; i++) {
        play_print_time(play, events->list[i].at_ms, time);
        printf("  %s  %s\n", time, events->list[i].text);
    }
}

static void release(struct told_lines *events)
{
    for (size_t i = 0; i < events->count; i++)
        free(events->list[i].text);
    free(events->list);
    *events = (struct told_lines){ 0 };
}

/* What is so already is no news. */
static void begin_anew(struct play *play)
{
    struct told_lines known = { 0 };
    uint64_t notice = play->news.notice, message = play->news.message;
    play_forget_news(play);
    play->news.notice = notice;
    play->news.message = message;
    play->news.instants = memory_alloc((scenario_of(play)->fault_count + 1) * INSTANTS * sizeof *play->news.instants);
    play->news.probes = memory_alloc((scenario_of(play)->probe_count + 1) * sizeof *play->news.probes);
    play->revision = play->rehearsal.game->revision;
    look_at_faults(play, &known);
    look_at_probes(play, &known);
    release(&known);
}

void play_tell_news(struct play *play)
{
    struct told_lines events = { 0 };
    if (!play->news.instants || play->revision != play->rehearsal.game->revision)
        begin_anew(play);
    look_at_faults(play, &events);
    look_at_probes(play, &events);
    look_at_messages(play, &events);
    look_at_notices(play, &events);
    tell(play, &events);
    release(&events);
}

void play_forget_news(struct play *play)
{
    free(play->news.instants);
    free(play->news.probes);
    play->news.instants = NULL;
    play->news.probes = NULL;
}
