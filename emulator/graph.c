#include "graph.h"

#include <stdio.h>

#include "base/file.h"
#include "services/stepfunctions/picture/picture.h"

#define MOST_DEFINITION ((size_t)2 * 1024 * 1024)

enum { EXIT_NO_PICTURE = 1, EXIT_MISUSED = 2 };

static const char usage[] = "usage: rehearse graph [--layout] FILE|-\n";

static int complain(int status, const char *what, const char *about)
{
    fprintf(stderr, "rehearse graph: %s: %s\n", about, what);
    return status;
}

static int read_words(int count, char **words, bool *ret_layout, const char **ret_file)
{
    *ret_layout = false;
    *ret_file = NULL;
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "--layout") == 0)
            *ret_layout = true;
        else if (words[i][0] == '-' && words[i][1])
            return complain(EXIT_MISUSED, "there is no such option", words[i]);
        else if (*ret_file)
            return complain(EXIT_MISUSED, "one machine at a time", words[i]);
        else
            *ret_file = words[i];
    }
    if (*ret_file)
        return 0;
    fputs(usage, stderr);
    return EXIT_MISUSED;
}

static void print_picture(const struct picture *picture, bool layout, struct buf *text)
{
    if (!layout) {
        picture_svg(picture, text);
        return;
    }
    cJSON *json = picture_json(picture);
    json_print(text, json);
    buf_add_byte(text, '\n');
    cJSON_Delete(json);
}

static int print(struct str definition, const char *file, bool layout)
{
    struct arena *arena = arena_new();
    struct buf text = BUF_EMPTY;
    const char *why;
    const struct picture *picture = picture_of(arena, definition, &why);
    int status = picture ? 0 : complain(EXIT_NO_PICTURE, why, file);
    if (picture) {
        print_picture(picture, layout, &text);
        if (fwrite(text.at, 1, text.length, stdout) != text.length || fflush(stdout) != 0)
            status = complain(EXIT_NO_PICTURE, "it could not be written", file);
    }
    buf_release(&text);
    arena_free(arena);
    return status;
}

int graph_command(int count, char **words)
{
    bool layout;
    const char *file;
    struct buf definition = BUF_EMPTY;
    int status = read_words(count, words, &layout, &file);
    if (status)
        return status;
    const char *why = strcmp(file, "-") == 0 ? file_read_stream(stdin, MOST_DEFINITION, &definition)
                                             : file_read(file, MOST_DEFINITION, &definition);
    status = why ? complain(EXIT_MISUSED, why, file) : print(buf_str(&definition), file, layout);
    buf_release(&definition);
    return status;
}
