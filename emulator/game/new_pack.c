#include "game/new_pack.h"

#include <ctype.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/embedded.h"
#include "embedded/template.h"

#define LONGEST_NAME 64
#define NAME_THERE   STR("my-pack")
#define TITLE_THERE  STR("My pack")

const char *new_pack_refuses(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > LONGEST_NAME || !isalnum((unsigned char)name[0]))
        return "a pack's name begins with a letter or a digit and has at most 64 of them, such as my-first-pack";
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '_')
            return "a pack's name is made of letters, digits, '-' and '_', such as my-first-pack";
    return NULL;
}

/* ---- what the files say ---- */

/* "my-first-pack" ─▶ "My first pack" */
static void add_title(struct buf *text, const char *name)
{
    for (size_t i = 0; name[i]; i++) {
        char byte = name[i] == '-' || name[i] == '_' ? ' ' : name[i];
        buf_add_byte(text, i ? byte : (char)toupper((unsigned char)byte));
    }
}

static void add_named(struct buf *text, struct str template, const char *name)
{
    while (template.length) {
        if (str_starts(template, NAME_THERE)) {
            buf_add_text(text, name);
            template = str_from(template, NAME_THERE.length);
        } else if (str_starts(template, TITLE_THERE)) {
            add_title(text, name);
            template = str_from(template, TITLE_THERE.length);
        } else {
            buf_add_byte(text, template.at[0]);
            template = str_from(template, 1);
        }
    }
}

/* ---- writing ---- */

static bool refuse(char **reterr_why, const char *what, const char *path)
{
    struct buf why = BUF_EMPTY;
    if (errno == EEXIST) {
        buf_printf(&why, "%s is there already: nothing is overwritten, choose another name", path);
        *reterr_why = buf_take(&why);
        return false;
    }
    buf_printf(&why, "cannot make %s %s: %s", what, path, strerror(errno));
    *reterr_why = buf_take(&why);
    return false;
}

/* The folders inside of the pack that a file stands in. */
static bool make_folders(char *path, size_t inside, char **reterr_why)
{
    for (char *at = path + inside; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
        if (!made)
            refuse(reterr_why, "the folder", path);
        *at = '/';
        if (!made)
            return false;
    }
    return true;
}

static bool write_file(const char *path, struct str text, char **reterr_why)
{
    FILE *file = fopen(path, "wx");
    bool good = file && fwrite(text.at, 1, text.length, file) == text.length;
    if (file && fclose(file) != 0)
        good = false;
    return good || refuse(reterr_why, "the file", path);
}

static bool write_one(const char *folder, const struct embedded_file *file, const char *name, char **reterr_why)
{
    struct buf path = BUF_EMPTY, text = BUF_EMPTY;
    buf_printf(&path, "%s/%s", folder, file->path);
    add_named(&text, file->bytes, name);
    bool good = make_folders(path.at, strlen(folder) + 1, reterr_why) &&
                write_file(path.at, buf_str(&text), reterr_why);
    buf_release(&path);
    buf_release(&text);
    return good;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    return remove(path);
}

bool new_pack_write(const char *name, const char *folder, char **reterr_why)
{
    struct buf path = BUF_EMPTY;
    buf_printf(&path, "%s/%s", folder, name);
    bool good = mkdir(path.at, 0777) == 0, made = good;
    if (!made)
        refuse(reterr_why, "the folder", path.at);
    for (size_t i = 0; good && i < embedded_template.count; i++)
        good = write_one(path.at, &embedded_template.files[i], name, reterr_why);
    if (made && !good)
        nftw(path.at, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    buf_release(&path);
    return good;
}
