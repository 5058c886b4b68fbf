#include "game/meter.h"

#include "game/game_inner.h"
#include "game/question.h"

/* By account, never by name: what a team calls itself is no label. */
static void write_teams(const struct game *game, struct buf *metrics)
{
    web_metric_head(metrics, "rehearse_team_score", "gauge", "What a team's log comes to.");
    for (size_t i = 0; i < game->team_count; i++)
        buf_printf(metrics, "rehearse_team_score{team=\"%s\"} %lld\n", game->teams[i]->account,
                   (long long)ledger_total(&game->teams[i]->ledger));
    web_metric_head(metrics, "rehearse_team_calls_total", "counter",
                    "Calls of a team's account that were not the pack's.");
    for (size_t i = 0; i < game->team_count; i++)
        buf_printf(metrics, "rehearse_team_calls_total{team=\"%s\"} %llu\n", game->teams[i]->account,
                   (unsigned long long)game->teams[i]->recents.last);
}

static void write_probes(const struct game *game, struct buf *metrics)
{
    static const char *const names[] = {
        [PROBE_UNKNOWN] = "unknown", [PROBE_GOOD] = "good", [PROBE_WRONG] = "wrong", [PROBE_ERROR] = "error"
    };
    int64_t counts[sizeof names / sizeof *names] = { 0 };
    for (size_t i = 0; i < game->team_count; i++)
        for (size_t place = 0; place < game->scenario->probe_count; place++)
            counts[game->teams[i]->probes[place].state]++;
    web_metric_head(metrics, "rehearse_probes", "gauge", "Customers of all teams by what they found last.");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        buf_printf(metrics, "rehearse_probes{state=\"%s\"} %lld\n", names[i], (long long)counts[i]);
}

static int64_t faults_standing(const struct game *game)
{
    int64_t count = 0;
    for (size_t i = 0; i < game->team_count; i++)
        for (size_t place = 0; place < game->scenario->fault_count; place++)
            count += game->teams[i]->faults[place].state == FAULT_STANDING;
    return count;
}

void game_measure(void *data, struct buf *metrics)
{
    struct game *game = data;
    web_metric_head(metrics, "rehearse_game_state", "gauge", "1 for the state that it is in.");
    buf_printf(metrics, "rehearse_game_state{state=\"%s\"} 1\n", phase_name(game, NULL));
    web_metric(metrics, "rehearse_game_teams", "gauge", "Teams.", (int64_t)game->team_count);
    web_metric(metrics, "rehearse_score_entries_total", "counter", "Entries of the score log.",
               (int64_t)game->last_score);
    web_metric(metrics, "rehearse_faults_standing", "gauge", "Faults that stand, of all teams.", faults_standing(game));
    web_metric(metrics, "rehearse_questions_open", "gauge", "Questions without an answer.", questions_open(game, NULL));
    web_metric(metrics, "rehearse_pack_notices_total", "counter", "Errors, restarts and reloads of the pack.",
               (int64_t)game->notices.last);
    write_probes(game, metrics);
    write_teams(game, metrics);
}

cJSON *game_health(void *data)
{
    const struct game *game = data;
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "pack", game->scenario->id);
    json_set_string(view, "state", phase_name(game, NULL));
    json_set_int64(view, "teams", (int64_t)game->team_count);
    return view;
}
