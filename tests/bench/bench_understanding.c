/* How well bots understand (fixtures/bots/understanding): intents by accuracy, slots by F1 over (slot, what was said), in both languages;
 * and what training and a reading cost in CPU.
 *
 *     bench_understanding FOLDER [heldout|dev|other] [-v]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/file.h"
#include "services/lexv2/nlu/nlu.h"

#define NOW_MS    INT64_C(1795305600000) /* 2026-11-22 */
#define THRESHOLD 0.4

struct figures {
    size_t sentences, right, believed, expected, found, agreed;
};

struct label {
    struct str name, value;
};

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static struct json *read_locale(const char *path)
{
    struct buf text = BUF_EMPTY;
    const char *why = file_read(path, 1 << 24, &text);
    struct json *built = why ? NULL : json_parse(buf_str(&text), NULL);
    if (!built) {
        fprintf(stderr, "%s: %s\n", path, why ? why : "no JSON");
        exit(1);
    }
    buf_release(&text);
    return built;
}

/* "a room in {City:Chicago}": the plain text and its labels. */
static size_t read_labels(struct arena *arena, struct str line, struct str *ret_text, struct label ret_labels[16])
{
    struct buf text = BUF_EMPTY;
    size_t count = 0;
    while (line.length) {
        buf_add_str(&text, str_cut(line, '{', &line));
        if (!line.length)
            break;
        struct str value, name = str_cut(str_cut(line, '}', &line), ':', &value);
        buf_add_str(&text, value);
        if (count < 16)
            ret_labels[count++] = (struct label){ name, value };
    }
    *ret_text = arena_str(arena, buf_str(&text));
    buf_release(&text);
    return count;
}

static void judge(const struct nlu_model *model, struct str intent, struct str line, bool tells,
                  struct figures *figures)
{
    struct arena *arena = arena_new();
    struct nlu_reading readings[NLU_MOST_READINGS];
    struct label labels[16];
    struct nlu_question question = { .moment = { NOW_MS, STR_NONE } };
    size_t label_count = read_labels(arena, line, &question.text, labels);
    size_t count = nlu_read(model, arena, &question, readings), agreed = 0;
    bool right = count > 0 && str_equal(json_str(readings[0].intent, "intentName"), intent);
    bool believed = right && readings[0].confidence >= THRESHOLD;
    if (str_is(intent, "-")) /* none is meant */
        right = believed = !count || readings[0].confidence < THRESHOLD;
    figures->sentences++;
    figures->right += right;
    figures->believed += believed;
    figures->expected += label_count;
    size_t slots = count ? readings[0].slot_count : 0;
    figures->found += slots;
    for (size_t i = 0; i < slots; i++) {
        for (size_t j = 0; right && j < label_count; j++)
            agreed += str_equal(json_str(readings[0].slots[i].slot, "slotName"), labels[j].name) &&
                      str_equal(readings[0].slots[i].values[0].original, labels[j].value);
    }
    figures->agreed += agreed;
    if (tells && (!believed || agreed < label_count || agreed < slots)) {
        printf("  %.*s: %.*s\n     ", STR_ARG(intent), STR_ARG(line));
        for (size_t i = 0; i < count && i < 2; i++) {
            printf(" %s %.2f", json_string(readings[i].intent, "intentName"), readings[i].confidence);
            for (size_t j = 0; i == 0 && j < slots; j++)
                printf(" %s=%.*s", json_string(readings[i].slots[j].slot, "slotName"),
                       STR_ARG(readings[i].slots[j].values[0].original));
        }
        printf("\n");
    }
    arena_free(arena);
}

static double f1(const struct figures *figures)
{
    return figures->found + figures->expected
               ? 200.0 * (double)figures->agreed / (double)(figures->found + figures->expected)
               : 100;
}

static struct figures measure(const char *folder, const char *set, const char *bot, const char *language, bool tells)
{
    char path[512];
    struct buf text = BUF_EMPTY;
    struct figures figures = { 0 };
    snprintf(path, sizeof path, "%s/%s.%s.json", folder, bot, language);
    struct json *built = read_locale(path);
    struct nlu_model *model = nlu_train(built);
    snprintf(path, sizeof path, "%s/%s.%s.tsv", folder, set, language);
    if (file_read(path, 1 << 24, &text) == NULL) {
        double before = cpu_ms();
        for (struct str rest = buf_str(&text); rest.length;) {
            struct str line = str_cut(rest, '\n', &rest), said, intent = str_cut(line, '\t', &said);
            if (said.length && line.at[0] != '#')
                judge(model, intent, said, tells, &figures);
        }
        double each = (cpu_ms() - before) * 1000 / (double)(figures.sentences ? figures.sentences : 1);
        printf("%s %s: %zu sentences, intents %.1f %% (%.1f %% above the threshold %.1f), slots F1 %.1f %%, %.0f us "
               "each\n",
               set, language, figures.sentences, 100.0 * (double)figures.right / (double)figures.sentences,
               100.0 * (double)figures.believed / (double)figures.sentences, THRESHOLD, f1(&figures), each);
    }
    buf_release(&text);
    nlu_free(model);
    json_unref(built);
    return figures;
}

static void measure_training(void)
{
    static const char *const words[] = {
        "order",   "book",   "cancel", "room",   "ticket", "report", "claim",   "pay",
        "invoice", "refund", "track",  "update", "change", "send",   "account", "card"
    };
    struct buf text = BUF_EMPTY;
    buf_add_text(&text, "{\"revision\":1,\"locale\":{\"localeId\":\"en_US\"},\"slotTypes\":[],\"intents\":[");
    for (int i = 0; i < 50; i++) {
        buf_printf(&text, "%s{\"intentName\":\"I%d\",\"slots\":[],\"sampleUtterances\":[", i ? "," : "", i);
        for (int j = 0; j < 50; j++)
            buf_printf(&text, "%s{\"utterance\":\"please %s my topic%d number%d and then %s the %s of part%d\"}",
                       j ? "," : "", words[(i + j) % 16], i, j % 7, words[(i * 3 + j) % 16], words[(i * 5) % 16],
                       j % 11 + i);
        buf_add_text(&text, "]}");
    }
    buf_add_text(&text, "]}");
    struct json *built = json_parse(buf_str(&text), NULL);
    double before = cpu_ms();
    struct nlu_model *model = nlu_train(built);
    printf("training 50 intents of 50 utterances: %.0f ms\n", cpu_ms() - before);
    nlu_free(model);
    json_unref(built);
    buf_release(&text);
}

int main(int count, char **arguments)
{
    static const char *const languages[] = { "en", "ko" };
    const char *folder = count > 1 ? arguments[1] : "fixtures/bots/understanding";
    const char *set = count > 2 ? arguments[2] : "heldout";
    const char *bot = strcmp(set, "heldout") == 0 ? "shop" : "dev";
    bool tells = count > 3;
    struct figures all = { 0 };
    for (int i = 0; i < 2; i++) {
        struct figures one = measure(folder, set, bot, languages[i], tells);
        all.sentences += one.sentences;
        all.right += one.right;
        all.believed += one.believed;
        all.expected += one.expected;
        all.found += one.found;
        all.agreed += one.agreed;
    }
    if (all.sentences)
        printf("all: intents %.1f %%, above the threshold %.1f %%, slots F1 %.1f %%\n",
               100.0 * (double)all.right / (double)all.sentences, 100.0 * (double)all.believed / (double)all.sentences,
               f1(&all));
    measure_training();
    nlu_forget_models();
    return 0;
}
