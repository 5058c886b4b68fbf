#include "game/forecast.h"

#include "game/game_inner.h"
#include "game/news.h"

static struct scope scope_of(const struct team *team)
{
    return (struct scope){ team->account, team->game->cloud->region };
}

cJSON *forecasts_view(struct team *team)
{
    const struct game_pictures *pictures = team->game->pictures;
    return pictures ? pictures->forecasts(team->game->world, scope_of(team)) : cJSON_CreateArray();
}

cJSON *forecast_view_one(struct team *team, struct str arn, struct str key)
{
    const struct game_pictures *pictures = team->game->pictures;
    return pictures ? pictures->forecast(team->game->world, scope_of(team), arn, key) : NULL;
}

void forecast_moved(struct listener *listener, const struct event *event)
{
    struct game *game = listener->data;
    struct team *team = team_of(game, str_of(event->scope.account));
    if (!team || !game->feed.publish)
        return;
    cJSON *view = cJSON_CreateObject();
    json_set_str(view, "arn", event->key);
    json_set_string(view, "status", json_string(event->detail ? json_root(event->detail) : NULL, "to"));
    news_to_team(team, "forecast", view);
}
