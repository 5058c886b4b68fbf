#include "game/notice.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/log.h"
#include "game/game_inner.h"
#include "game/news.h"

char *notice_of_error(const struct script_error *error)
{
    struct buf text = BUF_EMPTY;
    if (error->file && error->file[0])
        buf_add_text(&text, error->file);
    if (error->line > 0)
        buf_printf(&text, ":%d", error->line);
    if (text.length)
        buf_add_text(&text, ": ");
    if (error->code && error->code[0])
        buf_printf(&text, "%s: %s: ", error->operation, error->code);
    buf_add_text(&text, error->message ? error->message : "");
    if (error->nearest && error->nearest[0])
        buf_printf(&text, " (did you mean '%s'?)", error->nearest);
    return buf_take(&text);
}

void notice_add(struct game *game, const char *level, const char *format, ...)
{
    struct buf text;
    struct notice *notice = &game->notices.kept[++game->notices.last % NOTICES_KEPT];
    va_list args;
    buf_init(&text, 4096);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    free(notice->text);
    *notice = (struct notice){ game->notices.last, game_now(game), level, buf_take(&text) };
    if (strcmp(level, "info") == 0)
        log_info("%s", notice->text);
    else
        log_warn("%s", notice->text);
    if (game->solo)
        news_to_all(game, "notice", notice_view(notice));
    else
        news_to_staff(game, "notice", notice_view(notice));
}

void notices_release(struct notices *notices)
{
    for (size_t i = 0; i < NOTICES_KEPT; i++)
        free(notices->kept[i].text);
}

cJSON *notice_view(const struct notice *notice)
{
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "seq", (int64_t)notice->seq);
    json_set_int64(view, "at", notice->at_ms);
    json_set_string(view, "level", notice->level);
    json_set_string(view, "text", notice->text ? notice->text : "");
    return view;
}

cJSON *notices_view(const struct notices *notices)
{
    cJSON *views = cJSON_CreateArray();
    for (uint64_t back = 0; back < NOTICES_KEPT && back < notices->last; back++)
        json_add(views, notice_view(&notices->kept[(notices->last - back) % NOTICES_KEPT]));
    return views;
}
