#include "game/scenario.h"

#include <math.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/pattern.h"

/* ---- reading ---- */

struct reading {
    struct scenario *scenario;
    size_t challenge; /* whose parts are read, or OF_NO_CHALLENGE */
};

static size_t length_of(const cJSON *array)
{
    return (size_t)cJSON_GetArraySize(array);
}

static int read_word(struct str word, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (str_is(word, words[i]))
            return i;
    return 0;
}

static struct load_def read_load(const cJSON *load)
{
    static const char *const shapes[] = { "sine", "ramp", "square", NULL };
    return (struct load_def){ .least = json_int64(load, "least", 1),
                              .most = json_int64(load, "most", 1),
                              .wave_ms = json_int64(load, "wave_ms", 1),
                              .shape = (enum load_shape)read_word(json_str(load, "shape"), shapes) };
}

static void read_hints(struct fault_def *fault, const cJSON *hints)
{
    const cJSON *hint;
    cJSON_ArrayForEach(hint, hints)
    {
        if (fault->hint_count == HINT_STAGES_MOST)
            return;
        fault->hints[fault->hint_count++] = (struct hint_def){
            json_get(hint, "text"), curve_read(json_get(hint, "falls"), json_int64(hint, "price", 0))
        };
    }
}

static void read_fault(const struct reading *reading, const cJSON *node)
{
    struct scenario *scenario = reading->scenario;
    const cJSON *points = json_get(node, "points");
    struct fault_def *fault = &scenario->faults[scenario->fault_count++];
    *fault = (struct fault_def){
        .id = json_string(node, "id"),
        .title = json_get(node, "title"),
        .brief = json_get(node, "brief"),
        .learnt = json_get(node, "learnt"),
        .challenge = reading->challenge,
        .of_cloud = str_is(json_str(node, "kind"), "cloud"),
        .from_start = json_bool(node, "from_start", false),
        .has_breaks = json_bool(node, "has_breaks", false),
        .has_mended = json_bool(node, "has_mended", false),
        .detection = curve_read(points, json_int64(points, "detection", 0)),
        .recovery = curve_read(points, json_int64(points, "recovery", 0)),
        .check_ms = json_int64(node, "check_ms", 5000),
        .during_ms = json_int64(node, "during_ms", 0),
        .needs = json_get(node, "needs"),
        .shown_by = json_get(node, "shown_by"),
        .takes = json_get(node, "takes"),
        .mended_at = json_get(node, "mended_at"),
    };
    read_hints(fault, json_get(node, "hints"));
    fault->breaks = arena_printf(scenario->arena, "fault/%s/breaks", fault->id);
    fault->mended = arena_printf(scenario->arena, "fault/%s/mended", fault->id);
}

static void read_faults(const struct reading *reading, const cJSON *faults)
{
    const cJSON *node;
    cJSON_ArrayForEach(node, faults)
    {
        read_fault(reading, node);
    }
}

static void read_probes(const struct reading *reading, const char *challenge, const cJSON *probes)
{
    struct scenario *scenario = reading->scenario;
    const cJSON *node;
    cJSON_ArrayForEach(node, probes)
    {
        struct probe_def *probe = &scenario->probes[scenario->probe_count++];
        *probe = (struct probe_def){ .id = json_string(node, "id"),
                                     .title = json_get(node, "title"),
                                     .challenge = reading->challenge,
                                     .every_ms = json_int64(node, "every_ms", 20000),
                                     .starts_ms = json_int64(node, "starts_ms", 0),
                                     .earns = json_int64(node, "earns", 0),
                                     .costs = json_int64(node, "costs", 0),
                                     .latency = curve_read(json_get(node, "latency"), 0),
                                     .patience = curve_read(json_get(node, "patience"), 0),
                                     .load = read_load(json_get(node, "load")),
                                     .on = json_get(node, "on"),
                                     .shows = json_string(node, "shows") };
        probe->callback = arena_printf(scenario->arena, "probe/%s/%s", challenge, probe->id);
    }
}

static enum unlock_by read_unlock(struct str by)
{
    static const char *const names[] = { "start", "hand", "after", "at", "score" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(by, names[i]))
            return (enum unlock_by)i;
    return UNLOCK_START;
}

static enum solved_when read_solved(struct str when)
{
    static const char *const names[] = { "faults", "answers", "named", "hand" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(when, names[i]))
            return (enum solved_when)i;
    return SOLVED_FAULTS;
}

static void read_challenge(struct scenario *scenario, const cJSON *node)
{
    const cJSON *unlock = json_get(node, "unlock");
    struct reading reading = { scenario, scenario->challenge_count };
    struct challenge_def *challenge = &scenario->challenges[scenario->challenge_count++];
    *challenge = (struct challenge_def){ .id = json_string(node, "id"),
                                         .title = json_get(node, "title"),
                                         .brief = json_get(node, "brief"),
                                         .guide = json_get(node, "guide"),
                                         .points = json_int64(node, "points", 0),
                                         .unlock = read_unlock(json_str(unlock, "by")),
                                         .unlock_after = json_get(unlock, "after"),
                                         .unlock_at_ms = json_int64(unlock, "at_ms", 0),
                                         .unlock_score = json_int64(unlock, "score", 0),
                                         .is_warm_up = json_bool(node, "warm_up", false),
                                         .scores_until_ms = json_int64(node, "scores_until_ms", 0),
                                         .expires_ms = json_int64(node, "expires_ms", 0),
                                         .solved_when = read_solved(json_str(node, "solved_when")),
                                         .answers = json_get(node, "answers") };
    if (json_bool(node, "has_setup", false))
        challenge->setup = arena_printf(scenario->arena, "challenge/%s/setup", challenge->id);
    read_probes(&reading, challenge->id, json_get(node, "probes"));
    read_faults(&reading, json_get(node, "faults"));
}

/* A digest of all that an entry does. */
static void print_deed(const cJSON *node, char ret_hex[2 * SHA256_BYTES + 1])
{
    static const char *const deeds[] = { "story", "break", "mend", "unlock", "deck", "message" };
    struct buf text = BUF_EMPTY;
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        const cJSON *deed = json_get(node, deeds[i]);
        if (!deed)
            continue;
        buf_printf(&text, "%s ", deeds[i]);
        json_print(&text, deed);
    }
    digest_sha256_hex(buf_str(&text), ret_hex);
    buf_release(&text);
}

/* Those that are one and the same are told apart by their order. */
static const char *beat_key(const struct scenario *scenario, const struct beat_def *beat, const cJSON *node)
{
    char deed[2 * SHA256_BYTES + 1];
    size_t same = 0;
    print_deed(node, deed);
    const char *moment = arena_printf(scenario->arena, "%.16s%c@%012lld+%lld.", deed, beat->at_score ? 's' : 't',
                                      (long long)beat->at, (long long)beat->window_ms);
    for (const struct beat_def *at = scenario->beats; at < beat; at++)
        same += str_starts(str_of(at->key), str_of(moment));
    return arena_printf(scenario->arena, "%s%zu", moment, same);
}

static void read_beat(struct scenario *scenario, const cJSON *node)
{
    struct beat_def *beat = &scenario->beats[scenario->beat_count++];
    const cJSON *score = json_get(node, "at_score");
    *beat = (struct beat_def){ .at_score = score != NULL,
                               .at = score ? json_to_int64(score) : json_int64(node, "at_ms", 0),
                               .every_ms = json_int64(node, "every_ms", 0),
                               .until_ms = json_int64(node, "until_ms", INT64_MAX),
                               .window_ms = json_int64(node, "window_ms", 0),
                               .chance = json_number(node, "chance", 1),
                               .story = json_string(node, "story"),
                               .break_ = json_string(node, "break"),
                               .mend = json_string(node, "mend"),
                               .unlock = json_string(node, "unlock"),
                               .deck = json_string(node, "deck"),
                               .message = json_get(node, "message") };
    beat->key = beat_key(scenario, beat, node);
}

static void read_deck(struct scenario *scenario, const cJSON *node)
{
    scenario->decks[scenario->deck_count++] = (struct deck_def){ .id = json_string(node, "id"),
                                                                 .cards = json_get(node, "cards"),
                                                                 .every_ms = json_int64(node, "every_ms", 0),
                                                                 .window_ms = json_int64(node, "window_ms", 0),
                                                                 .leader = json_int64(node, "leader", 0),
                                                                 .ahead = json_int64(node, "ahead", 0),
                                                                 .again = json_bool(node, "again", false),
                                                                 .solved = json_bool(node, "solved", false) };
}

static void read_story(struct scenario *scenario, const cJSON *node)
{
    const cJSON *steps = json_get(node, "steps"), *at;
    struct story_def *story = &scenario->stories[scenario->story_count++];
    story->id = json_string(node, "id");
    story->steps = ARENA_ARRAY(scenario->arena, struct step_def, length_of(steps));
    cJSON_ArrayForEach(at, steps)
    {
        struct step_def *step = &story->steps[story->step_count++];
        step->id = json_string(at, "id");
        step->after_ms = json_int64(at, "after_ms", 0);
        step->message = json_get(at, "message");
        if (json_bool(at, "has_run", false))
            step->callback = arena_printf(scenario->arena, "story/%s/%s", story->id, step->id);
    }
}

static void read_reaction(struct scenario *scenario, const cJSON *node)
{
    struct str challenge = json_str(node, "challenge");
    scenario->reactions[scenario->reaction_count++] = (struct reaction_def){
        .id = json_string(node, "id"),
        .to = reaction_named(json_str(node, "to")),
        .challenge = challenge.length ? scenario_challenge(scenario, challenge) : OF_NO_CHALLENGE,
        .from_ms = json_int64(node, "from_ms", 0),
        .pause_ms = json_int64(node, "pause_ms", 0),
        .after_ms = json_int64(node, "after_ms", 0),
        .count = json_int64(node, "count", 1),
        .messages = json_get(node, "messages")
    };
}

static void read_watch(struct scenario *scenario, const cJSON *node)
{
    struct str challenge = json_str(node, "challenge");
    scenario->watches[scenario->watch_count++] = (struct watch_def){
        .id = json_string(node, "id"),
        .key = json_string(node, "key"),
        .on = json_get(node, "on"),
        .what = json_get(node, "what"),
        .challenge = challenge.length ? scenario_challenge(scenario, challenge) : OF_NO_CHALLENGE,
        .callback = arena_printf(scenario->arena, "watch/%s", json_string(node, "id"))
    };
}

static void make_room(struct scenario *scenario, const cJSON *root)
{
    const cJSON *challenges = json_get(root, "challenges"), *at;
    size_t probes = 0, faults = length_of(json_get(root, "faults"));
    cJSON_ArrayForEach(at, challenges)
    {
        probes += length_of(json_get(at, "probes"));
        faults += length_of(json_get(at, "faults"));
    }
    scenario->challenges = ARENA_ARRAY(scenario->arena, struct challenge_def, length_of(challenges));
    scenario->probes = ARENA_ARRAY(scenario->arena, struct probe_def, probes);
    scenario->faults = ARENA_ARRAY(scenario->arena, struct fault_def, faults);
    scenario->beats = ARENA_ARRAY(scenario->arena, struct beat_def, length_of(json_get(root, "timeline")));
    scenario->stories = ARENA_ARRAY(scenario->arena, struct story_def, length_of(json_get(root, "stories")));
    scenario->reactions = ARENA_ARRAY(scenario->arena, struct reaction_def, length_of(json_get(root, "reactions")));
    scenario->decks = ARENA_ARRAY(scenario->arena, struct deck_def, length_of(json_get(root, "decks")));
    scenario->watches = ARENA_ARRAY(scenario->arena, struct watch_def, length_of(json_get(root, "watches")));
}

struct scenario *scenario_new(struct json *declaration)
{
    const cJSON *root = json_root(declaration), *at;
    struct scenario *scenario = memory_alloc(sizeof *scenario);
    scenario->declaration = json_ref(declaration);
    scenario->arena = arena_new();
    scenario->id = json_string(root, "id");
    scenario->currency = json_string(root, "currency");
    scenario->title = json_get(root, "title");
    scenario->guide = json_get(root, "guide");
    scenario->characters = json_get(root, "characters");
    scenario->durations = json_get(root, "durations");
    scenario->solution = json_get(root, "solution");
    scenario->opening = json_get(root, "story");
    scenario->duration_ms = json_int64(root, "duration_ms", 0);
    scenario->start_ms = json_int64(root, "start_ms", 0);
    const cJSON *schedule = json_get(root, "schedule");
    scenario->warm_up_ms = json_int64(schedule, "warm_up_ms", 0);
    scenario->lock_ms = json_int64(schedule, "lock_ms", 0);
    scenario->freeze_ms = json_int64(schedule, "freeze_ms", 0);
    make_room(scenario, root);
    cJSON_ArrayForEach(at, json_get(root, "challenges"))
    {
        read_challenge(scenario, at);
    }
    read_faults(&(struct reading){ scenario, OF_NO_CHALLENGE }, json_get(root, "faults"));
    cJSON_ArrayForEach(at, json_get(root, "timeline"))
    {
        read_beat(scenario, at);
    }
    cJSON_ArrayForEach(at, json_get(root, "stories"))
    {
        read_story(scenario, at);
    }
    cJSON_ArrayForEach(at, json_get(root, "reactions"))
    {
        read_reaction(scenario, at);
    }
    cJSON_ArrayForEach(at, json_get(root, "decks"))
    {
        read_deck(scenario, at);
    }
    cJSON_ArrayForEach(at, json_get(root, "watches"))
    {
        read_watch(scenario, at);
    }
    return scenario;
}

void scenario_free(struct scenario *scenario)
{
    if (!scenario)
        return;
    json_unref(scenario->declaration);
    arena_free(scenario->arena);
    free(scenario);
}

/* ---- looking ---- */

size_t scenario_challenge(const struct scenario *scenario, struct str id)
{
    for (size_t i = 0; i < scenario->challenge_count; i++)
        if (str_is(id, scenario->challenges[i].id))
            return i;
    return SIZE_MAX;
}

size_t scenario_fault(const struct scenario *scenario, struct str id)
{
    for (size_t i = 0; i < scenario->fault_count; i++)
        if (str_is(id, scenario->faults[i].id))
            return i;
    return SIZE_MAX;
}

const struct story_def *scenario_story(const struct scenario *scenario, struct str id)
{
    for (size_t i = 0; i < scenario->story_count; i++)
        if (str_is(id, scenario->stories[i].id))
            return &scenario->stories[i];
    return NULL;
}

int64_t load_now(const struct load_def *load, int64_t elapsed_ms)
{
    double part = (double)(elapsed_ms % load->wave_ms) / (double)load->wave_ms, height = part;
    if (load->shape == LOAD_SINE)
        height = (1 - cos(2 * M_PI * part)) / 2;
    else if (load->shape == LOAD_SQUARE)
        height = part < 0.5 ? 0 : 1;
    return load->least + llround((double)(load->most - load->least) * height);
}

cJSON *words_of(const char *english, const char *korean)
{
    cJSON *words = cJSON_CreateObject();
    json_set_string(words, "en", english);
    json_set_string(words, "ko", korean);
    return words;
}

static void fill_in(struct buf *text, const char *pattern, const char *value)
{
    const char *place = strstr(pattern, "%s");
    buf_add(text, pattern, place ? (size_t)(place - pattern) : strlen(pattern));
    if (!place)
        return;
    buf_add_text(text, value);
    buf_add_text(text, place + 2);
}

cJSON *words_in(const char *english, const char *korean, const char *value)
{
    struct buf in_english = BUF_EMPTY, in_korean = BUF_EMPTY;
    fill_in(&in_english, english, value);
    fill_in(&in_korean, korean, value);
    cJSON *words = words_of(in_english.at, in_korean.at);
    buf_release(&in_english);
    buf_release(&in_korean);
    return words;
}

bool operations_name(const cJSON *operations, const char *name)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, operations)
    {
        if (wildcard_matches(json_value(at), str_of(name), '\0', false))
            return true;
    }
    return false;
}
