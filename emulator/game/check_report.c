/* What `rehearse check` has found, as text and as JSON. */
#include <stdio.h>

#include "game/check.h"
#include "game/game_inner.h"

static const struct scenario *scenario_of(const struct check *check)
{
    return check->rehearsal.game->scenario;
}

static int64_t score_of(const struct seat *seat)
{
    return ledger_total(&seat->player.team->ledger);
}

static size_t recovered_by(const struct check *check, const struct seat *seat)
{
    size_t count = 0;
    for (size_t i = 0; i < scenario_of(check)->fault_count; i++)
        count += seat->witness.proofs[i].recovered_ms != 0;
    return count;
}

/* ---- JSON ---- */

static void set_time(cJSON *view, const char *name, const struct check *check, int64_t at_ms)
{
    json_set(view, name, at_ms ? json_new_int64(rehearsal_elapsed_ms(&check->rehearsal, at_ms)) : cJSON_CreateNull());
}

static cJSON *fault_view_of(const struct check *check, size_t place)
{
    const struct proof *proof = &check->seats[0].witness.proofs[place];
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "id", scenario_of(check)->faults[place].id);
    json_set_bool(view, "came", proof->came);
    json_set_bool(view, "visible", proof->visible_ms != 0);
    json_set_bool(view, "shown", proof->detected_ms != 0);
    json_set_bool(view, "mended", proof->mended_ms != 0);
    json_set_bool(view, "paid", proof->paid_ms != 0);
    json_set_bool(view, "alone", proof->spread_ms == 0);
    set_time(view, "broken_ms", check, proof->broken_ms);
    set_time(view, "visible_ms", check, proof->visible_ms);
    set_time(view, "detected_ms", check, proof->detected_ms);
    set_time(view, "mended_ms", check, proof->mended_ms);
    set_time(view, "recovered_ms", check, proof->recovered_ms);
    return view;
}

static cJSON *player_view(const struct check *check, const struct seat *seat)
{
    cJSON *view = cJSON_CreateObject();
    json_set_string(view, "name", seat->name);
    json_set_int64(view, "score", score_of(seat));
    json_set_int64(view, "recovered", (int64_t)recovered_by(check, seat));
    json_set(view, "scores", json_thaw(seat->witness.samples));
    return view;
}

static cJSON *difference_view(const struct check *check)
{
    if (!check->twin.differs)
        return cJSON_CreateNull();
    cJSON *view = cJSON_CreateObject();
    json_set_int64(view, "at_ms", check->twin.at_ms);
    json_set_string(view, "first", check->twin.first);
    json_set_string(view, "second", check->twin.second);
    return view;
}

void check_report_json(const struct check *check)
{
    cJSON *view = cJSON_CreateObject(), *faults = cJSON_CreateArray(), *players = cJSON_CreateArray();
    struct buf text = BUF_EMPTY;
    json_set_string(view, "pack", scenario_of(check)->id);
    json_set_int64(view, "seed", (int64_t)check->options->rehearsal.seed);
    json_set_bool(view, "good", cJSON_GetArraySize(check->problems) == 0);
    json_set_int64(view, "duration_ms", scenario_of(check)->duration_ms);
    json_set_int64(view, "score", score_of(&check->seats[0]));
    json_set_bool(view, "repeats", !check->twin.differs);
    json_set(view, "differs", difference_view(check));
    for (size_t i = 0; i < scenario_of(check)->fault_count; i++)
        json_add(faults, fault_view_of(check, i));
    json_set(view, "faults", faults);
    json_set(view, "scores", json_thaw(check->seats[0].witness.samples));
    for (size_t i = 0; i < check->seat_count; i++)
        json_add(players, player_view(check, &check->seats[i]));
    json_set(view, "players", players);
    json_set(view, "findings", json_thaw(check->findings));
    json_set(view, "problems", json_thaw(check->problems));
    json_print(&text, view);
    printf("%.*s\n", STR_ARG(buf_str(&text)));
    buf_release(&text);
    cJSON_Delete(view);
}

/* ---- text ---- */

static void print_time(const struct check *check, int64_t at_ms)
{
    int64_t seconds = rehearsal_elapsed_ms(&check->rehearsal, at_ms) / 1000;
    if (at_ms)
        printf("  %5lld:%02lld", (long long)(seconds / 60), (long long)(seconds % 60));
    else
        printf("  %8s", "no");
}

static void print_fault(const struct check *check, size_t place)
{
    const struct proof *proof = &check->seats[0].witness.proofs[place];
    printf("  %-28s", scenario_of(check)->faults[place].id);
    if (!proof->came) {
        printf("  did not come in this game\n");
        return;
    }
    print_time(check, proof->broken_ms);
    print_time(check, proof->visible_ms);
    print_time(check, proof->detected_ms);
    print_time(check, proof->mended_ms);
    print_time(check, proof->paid_ms);
    printf("  %5s\n", proof->spread_ms ? "no" : "yes");
}

static int width_of(const struct seat *seat)
{
    int width = (int)strlen(seat->name);
    return width < 10 ? 10 : width;
}

static void print_scores(const struct check *check)
{
    int rows = cJSON_GetArraySize(check->seats[0].witness.samples);
    printf("\n  minute");
    for (size_t i = 0; i < check->seat_count; i++)
        printf("  %*s", width_of(&check->seats[i]), check->seats[i].name);
    for (int row = 0; row < rows; row++) {
        printf("\n  %6lld", (long long)json_to_int64(cJSON_GetArrayItem(check->seats[0].witness.samples, row)->child));
        for (size_t i = 0; i < check->seat_count; i++) {
            const cJSON *point = cJSON_GetArrayItem(check->seats[i].witness.samples, row);
            printf("  %*lld", width_of(&check->seats[i]), (long long)json_to_int64(point->child->next));
        }
    }
    printf("\n");
}

static void print_findings(const struct check *check)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, check->findings)
    {
        if (!json_bool(at, "mistake", false))
            printf("  look at %s:%lld: %s\n", json_string(at, "file"), (long long)json_int64(at, "line", 0),
                   json_string(at, "message"));
    }
}

void check_report_plain(const struct check *check)
{
    const struct scenario *scenario = scenario_of(check);
    const cJSON *at;
    printf("%s, seed %llu: %lld minutes, %zu team%s, twice, in %.1f s\n\n", scenario->id,
           (unsigned long long)check->options->rehearsal.seed, (long long)(scenario->duration_ms / 60000),
           check->seat_count, check->seat_count == 1 ? "" : "s", (double)check->took_ns / 1e9);
    printf("  %-28s  %8s  %8s  %8s  %8s  %8s  %5s\n", "fault", "breaks", "visible", "shown", "mended", "paid", "alone");
    for (size_t i = 0; i < scenario->fault_count; i++)
        print_fault(check, i);
    print_scores(check);
    printf("\n  at the end: %lld %s\n  the same seed, the same game: %s\n", (long long)score_of(&check->seats[0]),
           scenario->currency, check->twin.differs ? "no" : "yes");
    print_findings(check);
    cJSON_ArrayForEach(at, check->problems)
    {
        printf("  NOT SO: %s\n", at->valuestring);
    }
}
