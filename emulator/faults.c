#include "faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/json.h"
#include "base/nearest.h"
#include "script/script.h"

#define LINE_WIDTH  100
#define WORDS_MOST  32
#define INDENT      "              "
#define INDENT_WIDE 14

enum { EXIT_NOT_FOUND = 1, EXIT_MISUSED = 2 };

struct wish {
    bool json;
    const char *words[WORDS_MOST];
    int count;
};

static int take_words(struct wish *wish, int count, char **words)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "--json") == 0) {
            wish->json = true;
        } else if (words[i][0] == '-' || wish->count == WORDS_MOST) {
            fprintf(stderr, "rehearse faults: '%s' is one word too many (see: rehearse help faults)\n", words[i]);
            return EXIT_MISUSED;
        } else {
            wish->words[wish->count++] = words[i];
        }
    }
    return 0;
}

/* ---- searching ---- */

static const char *english(const cJSON *entry, const char *member)
{
    const char *text = json_string(json_get(entry, member), "en");
    return text ? text : "";
}

/* The member's text, or any text in it: titles are found in both languages. */
static bool has_word(const cJSON *node, const char *word)
{
    const cJSON *child;
    if (cJSON_IsString(node))
        return strcasestr(node->valuestring, word) != NULL;
    cJSON_ArrayForEach(child, node)
    {
        if (has_word(child, word))
            return true;
    }
    return false;
}

static bool is_wished(const struct wish *wish, const cJSON *entry)
{
    static const char *const searched[] = { "id", "service", "title", "what", "says", "shown_by", "kind" };
    for (int i = 0; i < wish->count; i++) {
        bool found = false;
        for (size_t k = 0; k < sizeof searched / sizeof *searched && !found; k++)
            found = has_word(json_get(entry, searched[k]), wish->words[i]);
        if (!found)
            return false;
    }
    return true;
}

static cJSON *find_all(const struct wish *wish, const cJSON *shelf)
{
    cJSON *found = cJSON_CreateArray();
    const cJSON *entry;
    cJSON_ArrayForEach(entry, shelf)
    {
        if (is_wished(wish, entry))
            json_add(found, json_thaw(entry));
    }
    return found;
}

static const cJSON *find_id(const struct wish *wish, const cJSON *shelf)
{
    const cJSON *entry;
    cJSON_ArrayForEach(entry, shelf)
    {
        if (wish->count == 1 && strcasecmp(json_string(entry, "id"), wish->words[0]) == 0)
            return entry;
    }
    return NULL;
}

static int complain_of_none(const struct wish *wish, const cJSON *shelf)
{
    struct nearest near = nearest_to(str_of(wish->words[0]));
    const cJSON *entry;
    cJSON_ArrayForEach(entry, shelf)
    {
        nearest_try(&near, json_str(entry, "id"));
    }
    fprintf(stderr, "rehearse faults: no ready fault has all these words");
    if (wish->count == 1 && near.best.at)
        fprintf(stderr, " (did you mean %.*s?)", STR_ARG(near.best));
    fprintf(stderr, "\n");
    return EXIT_NOT_FOUND;
}

/* ---- printing ---- */

/* "name:      text", broken between words where it is long. */
static void print_field(const char *name, const char *text)
{
    size_t column = INDENT_WIDE;
    printf("%-*s", INDENT_WIDE, name);
    while (*text) {
        size_t length = strcspn(text, " ");
        bool first = column == INDENT_WIDE, fits = first || column + 1 + length <= LINE_WIDTH;
        printf("%s%.*s", first ? "" : fits ? " " : "\n" INDENT, (int)length, text);
        column = (fits ? column + !first : INDENT_WIDE) + length;
        text += length + strspn(text + length, " ");
    }
    printf("\n");
}

static void print_parameter(const cJSON *parameter, bool first)
{
    struct buf text = BUF_EMPTY;
    const cJSON *example = json_get(parameter, "example"), *value = json_get(parameter, "default");
    buf_printf(&text, "%s: %s ", json_string(parameter, "name"), json_string(parameter, "what"));
    if (example) {
        buf_add_text(&text, "(needed, such as ");
        json_print(&text, example);
    } else {
        buf_add_text(&text, "(");
        json_print(&text, value);
    }
    buf_add_text(&text, ")");
    print_field(first ? "parameters" : "", text.at);
    buf_release(&text);
}

static void print_whole(const cJSON *entry)
{
    const cJSON *one;
    struct buf shown_by = BUF_EMPTY;
    int hint_count = cJSON_GetArraySize(json_get(entry, "hints")), number = 0;
    printf("%s\n\n", json_string(entry, "id"));
    print_field("title", english(entry, "title"));
    print_field("does", english(entry, "what"));
    cJSON_ArrayForEach(one, json_get(entry, "parameters"))
    {
        print_parameter(one, one == json_get(entry, "parameters")->child);
    }
    print_field("says", json_string(entry, "says") ? json_string(entry, "says") : "nothing: no call fails by it");
    cJSON_ArrayForEach(one, json_get(entry, "shown_by"))
    {
        buf_printf(&shown_by, "%s%s", shown_by.length ? ", " : "", one->valuestring);
    }
    print_field("shown by", shown_by.length ? shown_by.at : "");
    buf_release(&shown_by);
    cJSON_ArrayForEach(one, json_get(entry, "hints"))
    {
        print_field(++number == hint_count ? "mended" : number == 1 ? "hints" : "", json_string(one, "en"));
    }
    if (json_get(entry, "learnt"))
        print_field("learnt", english(entry, "learnt"));
    printf("\nIn a pack:    %s\nBy itself:    a pack.lua with the line  return require \"gameday\".practice \"%s\"\n",
           json_string(entry, "use"), json_string(entry, "id"));
}

static void print_list(const cJSON *entries)
{
    const cJSON *entry;
    int count = cJSON_GetArraySize(entries);
    cJSON_ArrayForEach(entry, entries)
    {
        printf("%-34s %s\n", json_string(entry, "id"), english(entry, "title"));
    }
    printf("\n%d ready fault%s; `rehearse faults ID` tells one in full\n", count, count == 1 ? "" : "s");
}

static void print_json(const cJSON *value)
{
    struct buf text = BUF_EMPTY;
    json_print(&text, value);
    printf("%.*s\n", STR_ARG(buf_str(&text)));
    buf_release(&text);
}

static int answer(const struct wish *wish, const cJSON *shelf)
{
    const cJSON *one = find_id(wish, shelf);
    if (one) {
        wish->json ? print_json(one) : print_whole(one);
        return 0;
    }
    cJSON *found = find_all(wish, shelf);
    int status = 0;
    if (wish->count && cJSON_GetArraySize(found) == 0)
        status = complain_of_none(wish, shelf);
    else
        wish->json ? print_json(found) : print_list(found);
    cJSON_Delete(found);
    return status;
}

int faults_command(int count, char **words)
{
    struct wish wish = { 0 };
    char *why = NULL;
    int status = take_words(&wish, count, words);
    if (status)
        return status;
    cJSON *shelf = pack_read_shelf(&why);
    status = shelf ? answer(&wish, shelf) : EXIT_NOT_FOUND;
    if (!shelf)
        fprintf(stderr, "rehearse faults: %s\n", why);
    free(why);
    cJSON_Delete(shelf);
    return status;
}
