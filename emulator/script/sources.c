#include "script/script_inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#define DEEPEST      5 /* folders */
#define FILES_MOST   200
#define SOURCE_MOST  ((size_t)256 << 10)
#define SOURCES_MOST ((size_t)2 << 20)
#define CALM_MS      40 /* editors write, rename and touch in a burst */

__attribute__((format(printf, 1, 2))) static char *sentence(const char *format, ...)
{
    struct buf text = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    return buf_take(&text);
}

/* ---- where things stand ---- */

/* The folder `below` of what the binary stands in, a few levels up: a checkout, or a place that it was installed to (PREFIX/bin,
 * PREFIX/share/rehearse). Else of the checkout that it was built in. */
static char *find_beside_binary(const char *below)
{
    static const char *const places[] = { "", "/share/rehearse" };
    char path[PATH_MAX], tried[PATH_MAX + 64], real[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    for (int level = 0; level < 4; level++) {
        char *slash = strrchr(path, '/');
        if (!slash)
            break;
        *slash = '\0';
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            snprintf(tried, sizeof tried, "%s%s/%s", path, places[i], below);
            if (realpath(tried, real))
                return memory_copy(str_of(real));
        }
    }
    return realpath(CHECKOUT "/", real) && snprintf(tried, sizeof tried, "%s/%s", real, below) > 0 &&
                   realpath(tried, real)
               ? memory_copy(str_of(real))
               : NULL;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static char *resolve(const char *path)
{
    char real[PATH_MAX];
    return realpath(path, real) && is_folder(real) ? memory_copy(str_of(real)) : NULL;
}

char *pack_find_folder(const struct script_options *options, char **reterr_why)
{
    const char *pack = options->pack;
    char *packs = NULL, *folder = NULL, *named = NULL;
    if (strchr(pack, '/') || strcmp(pack, ".") == 0 || strcmp(pack, "..") == 0) {
        folder = resolve(pack);
        if (!folder)
            *reterr_why = sentence("there is no folder %s", pack);
        return folder;
    }
    packs = options->packs_folder ? resolve(options->packs_folder) : find_beside_binary("lua/packs");
    named = sentence("%s/%s", packs ? packs : "", pack);
    folder = packs ? resolve(named) : NULL;
    if (!folder)
        *reterr_why = sentence("there is no pack '%s' in %s (a folder elsewhere: ./%s)", pack,
                               packs ? packs : "lua/packs", pack);
    free(packs);
    free(named);
    return folder;
}

char *fixtures_find_folder(const struct script_options *options)
{
    return options->fixtures_folder ? resolve(options->fixtures_folder) : find_beside_binary("fixtures");
}

/* ---- reading ---- */

static bool read_all(int file, size_t most, struct buf *ret_bytes)
{
    struct stat status;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > (off_t)most)
        return false;
    buf_init(ret_bytes, 0);
    for (ssize_t got = 1; got > 0 && ret_bytes->length <= most;) {
        buf_reserve(ret_bytes, 16384);
        got = read(file, ret_bytes->at + ret_bytes->length, 16384);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            ret_bytes->length += (size_t)got;
    }
    if (ret_bytes->length <= most) {
        buf_add_text(ret_bytes, "");
        return true;
    }
    buf_release(ret_bytes);
    return false;
}

bool folder_read_file(const char *folder, struct str path, size_t most, struct buf *ret_bytes)
{
    char *wanted = sentence("%s/%.*s", folder, STR_ARG(path)), real[PATH_MAX];
    size_t length = strlen(folder);
    bool inside = str_find_byte(path, '\0') == SIZE_MAX && realpath(wanted, real) &&
                  strncmp(real, folder, length) == 0 && real[length] == '/';
    free(wanted);
    if (!inside)
        return false;
    int file = open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return false;
    bool got = read_all(file, most, ret_bytes);
    close(file);
    return got;
}

/* ---- the pack's sources ---- */

struct reading {
    const char *folder;
    cJSON *sources;
    size_t bytes, files;
    uint64_t stamp;  /* of files that are no Lua */
    cJSON *fixtures; /* a list of them; or NULL */
    char *why;
    void (*each_folder)(void *data, const char *path); /* for the watcher; else NULL */
    void *data;
};

static void read_source(struct reading *reading, const char *name)
{
    struct buf text;
    if (!folder_read_file(reading->folder, str_of(name), SOURCE_MOST, &text)) {
        reading->why = sentence("%s/%s cannot be read, or is larger than 256 KiB", reading->folder, name);
        return;
    }
    reading->bytes += text.length;
    if (++reading->files > FILES_MOST || reading->bytes > SOURCES_MOST)
        reading->why = sentence("the pack %s has more than %d Lua files or 2 MiB of them", reading->folder, FILES_MOST);
    else if (!str_is_utf8(buf_str(&text)) || str_find_byte(buf_str(&text), '\0') != SIZE_MAX)
        reading->why = sentence("%s/%s is no UTF-8 text", reading->folder, name);
    else
        json_set_str(reading->sources, name, buf_str(&text));
    buf_release(&text);
}

static void walk(struct reading *reading, const char *below, int depth);

static void note_fixture(struct reading *reading, const char *path, const struct stat *status)
{
    if (reading->fixtures)
        json_add(reading->fixtures, json_new_string(str_of(path)));
    const uint64_t parts[] = { reading->stamp, (uint64_t)status->st_size, (uint64_t)status->st_mtim.tv_sec,
                               (uint64_t)status->st_mtim.tv_nsec, str_hash(str_of(path)) };
    reading->stamp = str_hash((struct str){ (const char *)parts, sizeof parts });
}

static void visit(struct reading *reading, const char *below, const char *name, int depth)
{
    struct stat status;
    if (name[0] == '.')
        return;
    char *path = sentence("%s%s%s", below, below[0] ? "/" : "", name);
    char *whole = sentence("%s/%s", reading->folder, path);
    if (lstat(whole, &status) == 0 && S_ISDIR(status.st_mode) && depth < DEEPEST)
        walk(reading, path, depth + 1);
    else if (reading->sources && S_ISREG(status.st_mode) && str_ends(str_of(name), STR(".lua")))
        read_source(reading, path);
    else if (S_ISREG(status.st_mode) && str_starts(str_of(path), STR("fixtures/")))
        note_fixture(reading, path, &status);
    free(whole);
    free(path);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* In order of names, so that the same folder is the same document. */
static void walk(struct reading *reading, const char *below, int depth)
{
    char *path = sentence("%s/%s", reading->folder, below);
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, NULL, by_name);
    if (reading->each_folder)
        reading->each_folder(reading->data, path);
    for (int i = 0; i < count; i++) {
        if (!reading->why)
            visit(reading, below, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
    free(path);
}

struct json *pack_read_sources(const char *folder, uint64_t *ret_stamp, char **reterr_why)
{
    struct reading reading = { .folder = folder, .sources = cJSON_CreateObject() };
    walk(&reading, "", 0);
    *ret_stamp = reading.stamp;
    if (!reading.why && !json_get(reading.sources, "pack.lua"))
        reading.why = sentence("%s holds no pack.lua", folder);
    if (!reading.why)
        return json_seal(reading.sources);
    cJSON_Delete(reading.sources);
    *reterr_why = reading.why;
    return NULL;
}

cJSON *pack_list_fixtures(const char *folder)
{
    struct reading reading = { .folder = folder, .fixtures = cJSON_CreateArray() };
    walk(&reading, "", 0);
    return reading.fixtures;
}

/* ---- watching ---- */

#define WATCHED_MOST 64

struct watcher {
    struct uv_loop_s *loop;
    char *folder;
    void (*changed)(void *data);
    void *data;
    uv_timer_t calm;
    uv_fs_event_t *folders[WATCHED_MOST];
    size_t count;
};

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void stop_folders(struct watcher *watcher)
{
    for (size_t i = 0; i < watcher->count; i++)
        uv_close((uv_handle_t *)watcher->folders[i], free_handle);
    watcher->count = 0;
}

static void something_changed(uv_fs_event_t *event, const char *name, int events, int status);

static void watch_folder(void *data, const char *path)
{
    struct watcher *watcher = data;
    if (watcher->count == WATCHED_MOST)
        return;
    uv_fs_event_t *event = memory_alloc(sizeof *event);
    uv_fs_event_init(watcher->loop, event);
    event->data = watcher;
    if (uv_fs_event_start(event, something_changed, path, 0) == 0)
        watcher->folders[watcher->count++] = event;
    else
        uv_close((uv_handle_t *)event, free_handle);
}

static void watch_folders(struct watcher *watcher)
{
    struct reading reading = { .folder = watcher->folder, .each_folder = watch_folder, .data = watcher };
    walk(&reading, "", 0);
}

/* Folders may have come and gone. */
static void is_calm(uv_timer_t *timer)
{
    struct watcher *watcher = timer->data;
    stop_folders(watcher);
    watch_folders(watcher);
    watcher->changed(watcher->data);
}

static void something_changed(uv_fs_event_t *event, const char *name, int events, int status)
{
    struct watcher *watcher = event->data;
    uv_timer_start(&watcher->calm, is_calm, CALM_MS, 0);
}

struct watcher *watcher_start(struct uv_loop_s *loop, const char *folder, void (*changed)(void *data), void *data)
{
    struct watcher *watcher = memory_alloc(sizeof *watcher);
    watcher->loop = loop;
    watcher->folder = memory_copy(str_of(folder));
    watcher->changed = changed;
    watcher->data = data;
    uv_timer_init(loop, &watcher->calm);
    watcher->calm.data = watcher;
    watch_folders(watcher);
    return watcher;
}

static void watcher_has_closed(uv_handle_t *handle)
{
    struct watcher *watcher = handle->data;
    free(watcher->folder);
    free(watcher);
}

void watcher_free(struct watcher *watcher_or_null)
{
    if (!watcher_or_null)
        return;
    stop_folders(watcher_or_null);
    uv_close((uv_handle_t *)&watcher_or_null->calm, watcher_has_closed);
}
