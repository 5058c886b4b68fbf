#include "eval.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/time.h"
#include "services/stepfunctions/asl/intrinsic.h"
#include "services/stepfunctions/jsonata/jsonata.h"

#define MOST_DOCUMENT ((size_t)64 * 1024 * 1024)

enum { EXIT_FAILED = 1, EXIT_MISUSED = 2, EXIT_NOTHING = 3 };

enum language { LANGUAGE_NONE, LANGUAGE_JSONATA, LANGUAGE_JSONPATH, LANGUAGE_INTRINSIC };

struct evaluation {
    struct arena *arena;
    enum language language;
    struct str expression;
    cJSON *bindings;    /* of the arena */
    const char *file;   /* NULL: none; "-": stdin */
    const cJSON *input; /* NULL: none */
    struct str text;    /* the input as it came */
    struct random random;
};

static const char usage[] = "usage: rehearse eval --jsonata EXPR | --jsonpath PATH | --intrinsic EXPR\n"
                            "                     [--bind NAME=JSON]... [FILE|-]\n";

static int complain(const char *what, const char *about)
{
    fprintf(stderr, "rehearse eval: %s: %s\n", what, about);
    return EXIT_MISUSED;
}

/* ---- the words ---- */

static int take_binding(struct evaluation *evaluation, const char *word)
{
    struct json_error error;
    struct str value, name = str_cut(str_of(word), '=', &value);
    if (str_starts(name, STR("$")))
        name = str_from(name, 1);
    if (name.length == 0 || !strchr(word, '='))
        return complain("--bind wants NAME=JSON", word);
    const cJSON *node = json_parse_in(evaluation->arena, value, &error);
    if (!node)
        return complain(error.why, word);
    value_set(evaluation->arena, evaluation->bindings, name, value_share(evaluation->arena, node));
    return 0;
}

static enum language language_of(const char *option)
{
    static const char *const options[] = {
        [LANGUAGE_JSONATA] = "--jsonata", [LANGUAGE_JSONPATH] = "--jsonpath", [LANGUAGE_INTRINSIC] = "--intrinsic"
    };
    for (enum language language = LANGUAGE_JSONATA; language <= LANGUAGE_INTRINSIC; language++)
        if (strcmp(option, options[language]) == 0)
            return language;
    return LANGUAGE_NONE;
}

static int take_words(struct evaluation *evaluation, int count, char **words)
{
    for (int i = 0; i < count; i++) {
        const char *word = words[i];
        enum language language = language_of(word);
        if (word[0] != '-' || strcmp(word, "-") == 0) {
            if (evaluation->file)
                return complain("one document at a time", word);
            evaluation->file = word;
            continue;
        }
        if (!language && strcmp(word, "--bind") != 0)
            return complain("there is no such option", word);
        if (++i == count)
            return complain("this option wants a value", word);
        if (language && evaluation->language)
            return complain("one expression at a time", word);
        if (language) {
            evaluation->language = language;
            evaluation->expression = str_of(words[i]);
        } else if (take_binding(evaluation, words[i])) {
            return EXIT_MISUSED;
        }
    }
    if (evaluation->language)
        return 0;
    fputs(usage, stderr);
    return EXIT_MISUSED;
}

/* ---- the document ---- */

static int read_document(struct evaluation *evaluation)
{
    struct buf text = BUF_EMPTY;
    struct json_error error;
    if (!evaluation->file)
        return 0;
    const char *why = strcmp(evaluation->file, "-") == 0 ? file_read_stream(stdin, MOST_DOCUMENT, &text)
                                                         : file_read(evaluation->file, MOST_DOCUMENT, &text);
    evaluation->text = arena_str(evaluation->arena, buf_str(&text));
    buf_release(&text);
    if (why)
        return complain(why, evaluation->file);
    evaluation->input = json_parse_in(evaluation->arena, evaluation->text, &error);
    return evaluation->input ? 0 : complain(error.why, evaluation->file);
}

/* ---- the answer ---- */

static int print_result(const cJSON *value)
{
    struct buf text = BUF_EMPTY;
    json_print(&text, value);
    buf_add_byte(&text, '\n');
    bool written = fwrite(text.at, 1, text.length, stdout) == text.length && fflush(stdout) == 0;
    buf_release(&text);
    return written ? 0 : complain("cannot write", strerror(errno));
}

static int print_error(struct evaluation *evaluation, const char *code, size_t position, const char *token,
                       struct str message)
{
    struct arena *arena = evaluation->arena;
    struct buf text = BUF_EMPTY;
    cJSON *line = value_object(arena);
    value_add(line, "code", value_string(arena, str_of(code)));
    value_add(line, "position", position == SIZE_MAX ? value_null(arena) : value_int64(arena, (int64_t)position));
    value_add(line, "token", token ? value_string(arena, str_of(token)) : value_null(arena));
    value_add(line, "message", value_string(arena, message));
    json_print(&text, line);
    fprintf(stderr, "%.*s\n", STR_ARG(buf_str(&text)));
    buf_release(&text);
    return EXIT_FAILED;
}

/* ---- the languages ---- */

static const cJSON *find_binding(struct str name, void *data)
{
    return json_get_str(data, name);
}

static int print_jsonata_error(struct evaluation *evaluation, const struct jsonata_error *error)
{
    return print_error(evaluation, error->code, error->position, error->token, str_of(error->message));
}

static int eval_jsonata(struct evaluation *evaluation)
{
    struct jsonata_error error;
    const cJSON *value = NULL;
    struct jsonata_scope scope = { .input = evaluation->input,
                                   .variable = find_binding,
                                   .data = evaluation->bindings,
                                   .random = &evaluation->random,
                                   .now_ms = time_wall_ms() };
    const struct jsonata *expression = jsonata_compile(evaluation->arena, evaluation->expression, &error);
    if (!expression)
        return print_jsonata_error(evaluation, &error);
    switch (jsonata_evaluate(expression, evaluation->arena, &scope, &value, &error)) {
    case JSONATA_VALUE:
        return print_result(value);
    case JSONATA_ERROR:
        return print_jsonata_error(evaluation, &error);
    case JSONATA_UNDEFINED:
    case JSONATA_FUNCTION:
        break;
    }
    return EXIT_NOTHING;
}

static struct environment environment_of(struct evaluation *evaluation, struct variables *variables)
{
    *variables = (struct variables){ NULL, evaluation->bindings };
    return (struct environment){ .arena = evaluation->arena,
                                 .input = evaluation->input ? evaluation->input : value_object(evaluation->arena),
                                 .input_text = evaluation->text,
                                 .context = value_object(evaluation->arena),
                                 .variables = variables,
                                 .random = &evaluation->random };
}

static int eval_jsonpath(struct evaluation *evaluation)
{
    char *why = NULL;
    struct variables variables;
    struct environment environment = environment_of(evaluation, &variables);
    const struct path *path = path_compile(evaluation->arena, evaluation->expression, &why);
    if (!path)
        return print_error(evaluation, "InvalidPath", SIZE_MAX, NULL, str_of(why));
    const cJSON *value = path_read(path, &environment, &why);
    return value ? print_result(value) : EXIT_NOTHING;
}

static int eval_intrinsic(struct evaluation *evaluation)
{
    char *why = NULL;
    struct failure failure;
    struct variables variables;
    struct environment environment = environment_of(evaluation, &variables);
    const struct intrinsic *intrinsic = intrinsic_compile(evaluation->arena, evaluation->expression, &why);
    if (!intrinsic)
        return print_error(evaluation, "InvalidIntrinsic", SIZE_MAX, NULL, str_of(why));
    const cJSON *value = intrinsic_evaluate(intrinsic, &environment, &failure);
    return value ? print_result(value) : print_error(evaluation, failure.error, SIZE_MAX, NULL, failure.cause);
}

int eval_command(int count, char **words)
{
    struct evaluation evaluation = { .arena = arena_new() };
    uint64_t seed;
    evaluation.bindings = value_object(evaluation.arena);
    random_secret(&seed, sizeof seed);
    random_seed(&evaluation.random, seed);
    int status = take_words(&evaluation, count, words);
    if (status == 0)
        status = read_document(&evaluation);
    if (status == 0 && evaluation.language == LANGUAGE_JSONATA)
        status = eval_jsonata(&evaluation);
    else if (status == 0 && evaluation.language == LANGUAGE_JSONPATH)
        status = eval_jsonpath(&evaluation);
    else if (status == 0)
        status = eval_intrinsic(&evaluation);
    arena_free(evaluation.arena);
    return status;
}
