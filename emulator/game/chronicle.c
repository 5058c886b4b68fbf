#include "game/chronicle.h"

#include <stdlib.h>

#include "base/log.h"
#include "game/game_inner.h"
#include "game/news.h"

static cJSON *view_of(const struct chronicled *line)
{
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "n", (int64_t)line->n);
    json_set_int64(view, "at", line->at_ms);
    json_set_string(view, "kind", line->kind);
    json_set(view, "team", line->account[0] ? json_new_string(str_of(line->account)) : cJSON_CreateNull());
    json_set(view, "text", json_thaw(json_root(line->text)));
    return view;
}

/* While a pack is checked nobody reads it. */
void chronicle_add(struct game *game, const char *kind, const struct team *team, cJSON *words)
{
    struct chronicle *chronicle = &game->chronicle;
    if (!chronicle->ring)
        chronicle->ring = memory_alloc(CHRONICLE_KEPT * sizeof *chronicle->ring);
    struct chronicled *line = &chronicle->ring[++chronicle->last % CHRONICLE_KEPT];
    json_unref(line->text);
    log_event(kind, team ? team->account : NULL, json_string(words, "en"));
    *line = (struct chronicled){
        .n = chronicle->last, .at_ms = game_now(game), .kind = kind, .text = json_seal(words)
    };
    if (team)
        memcpy(line->account, team->account, sizeof team->account);
    if (game->feed.publish)
        news_to_staff(game, "log", view_of(line));
}

void chronicle_release(struct chronicle *chronicle)
{
    for (size_t i = 0; chronicle->ring && i < CHRONICLE_KEPT; i++)
        json_unref(chronicle->ring[i].text);
    free(chronicle->ring);
    *chronicle = (struct chronicle){ 0 };
}

cJSON *chronicle_view(const struct game *game, uint64_t before)
{
    const struct chronicle *chronicle = &game->chronicle;
    uint64_t n = before && before <= chronicle->last ? before - 1 : chronicle->last;
    cJSON *views = cJSON_CreateArray();
    for (int shown = 0; n > 0 && n + CHRONICLE_KEPT > chronicle->last && shown < CHRONICLE_SHOWN; n--, shown++)
        json_add(views, view_of(&chronicle->ring[n % CHRONICLE_KEPT]));
    return views;
}
