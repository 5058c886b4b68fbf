#include "game/monitor.h"

#include "game/game_inner.h"
#include "game/news.h"

cJSON *monitors_view(struct team *team)
{
    const struct game_pictures *pictures = team->game->pictures;
    const struct scope scope = { team->account, team->game->cloud->region };
    return pictures ? pictures->monitors(team->game->world, scope) : cJSON_CreateArray();
}

void monitor_moved(struct listener *listener, const struct event *event)
{
    struct game *game = listener->data;
    struct team *team = team_of(game, str_of(event->scope.account));
    if (!team || !game->feed.publish)
        return;
    cJSON *view = cJSON_CreateObject();
    json_set_str(view, "arn", event->key);
    json_set_string(view, "status", json_string(event->detail ? json_root(event->detail) : NULL, "status"));
    news_to_team(team, "monitor", view);
}
