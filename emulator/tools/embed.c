/* embed OUTPREFIX [--gzip] [--bundle PATH] PATH=FILE…: makes OUTPREFIX.h and OUTPREFIX.c, a table of files (base/embedded.h) named as the last
 * part of OUTPREFIX. PATH is the name by which the file is found later, FILE where it lies now. The type follows from PATH's ending.
 * With --gzip each file is kept packed as well, where that saves a tenth and more. With --bundle the module of that path is joined
 * with all that it imports (bundle.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/embedded.h"
#include "bundle.h"

#define FILE_CEILING (16 * 1024 * 1024)
#define A_LINE       24 /* bytes */

struct entry {
    struct str path, bytes, gzip;
    const char *type;
};

static const struct {
    struct str ending;
    const char *type;
} types[] = {
    { STR(".html"), "text/html; charset=utf-8" },
    { STR(".css"), "text/css; charset=utf-8" },
    { STR(".js"), "text/javascript; charset=utf-8" },
    { STR(".svg"), "image/svg+xml" },
    { STR(".json"), "application/json" },
    { STR(".csv"), "text/csv; charset=utf-8" },
    { STR(".md"), "text/markdown; charset=utf-8" },
    { STR(".lua"), "text/plain; charset=utf-8" },
    { STR(".txt"), "text/plain; charset=utf-8" },
};

static _Noreturn void refuse(const char *what, const char *why)
{
    fprintf(stderr, "embed: %s: %s\n", what, why);
    exit(1);
}

static const char *type_of(struct str path)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(path, types[i].ending))
            return types[i].type;
    return "application/octet-stream";
}

static struct str read_file(struct arena *arena, const char *path)
{
    struct buf bytes;
    buf_init(&bytes, FILE_CEILING);
    FILE *file = fopen(path, "rb");
    char block[65536];
    size_t got;
    while (file && (got = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&bytes, block, got);
    if (!file || ferror(file))
        refuse(path, strerror(errno));
    if (bytes.overflow)
        refuse(path, "too long");
    fclose(file);
    struct str kept = arena_str(arena, buf_str(&bytes));
    buf_release(&bytes);
    return kept;
}

static struct str gzip(struct arena *arena, struct str bytes)
{
    z_stream stream = { 0 };
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16 /* gzip's frame */, 9, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        refuse("zlib", "deflateInit2 failed");
    size_t room = deflateBound(&stream, bytes.length);
    char *packed = arena_room(arena, room);
    stream.next_in = (unsigned char *)(uintptr_t)bytes.at;
    stream.avail_in = (unsigned)bytes.length;
    stream.next_out = (unsigned char *)packed;
    stream.avail_out = (unsigned)room;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        refuse("zlib", "deflate failed");
    struct str result = { packed, stream.total_out };
    deflateEnd(&stream);
    return result.length < bytes.length - bytes.length / 10 ? result : STR_NONE;
}

static int compare(const void *a, const void *b)
{
    return str_compare(((const struct bundle_file *)a)->path, ((const struct bundle_file *)b)->path);
}

/* ---- writing ---- */

static void write_bytes(FILE *out, const char *label, size_t number, struct str bytes)
{
    fprintf(out, "static const unsigned char %s_%zu[] = {", label, number);
    for (size_t i = 0; i < bytes.length; i++)
        fprintf(out, "%s%u,", i % A_LINE ? "" : "\n", (unsigned char)bytes.at[i]);
    fprintf(out, "%s};\n", bytes.length ? "\n" : "0");
}

static void write_reference(FILE *out, const char *label, size_t number, struct str bytes)
{
    if (bytes.at)
        fprintf(out, "{ (const char *)%s_%zu, %zu }", label, number, bytes.length);
    else
        fprintf(out, "{ NULL, 0 }");
}

static void write_source(FILE *out, const char *name, const struct entry *entries, size_t count)
{
    fprintf(out, "/* made by tools/embed */\n#include \"%s.h\"\n\n", name);
    for (size_t i = 0; i < count; i++) {
        write_bytes(out, "bytes", i, entries[i].bytes);
        if (entries[i].gzip.at)
            write_bytes(out, "gzip", i, entries[i].gzip);
    }
    fprintf(out, "\nstatic const struct embedded_file files[] = {\n");
    for (size_t i = 0; i < count; i++) {
        char hex[2 * SHA256_BYTES + 1];
        digest_sha256_hex(entries[i].bytes, hex);
        fprintf(out, "    { \"%.*s\", \"%s\", \"W/\\\"%.16s\\\"\", ", STR_ARG(entries[i].path), entries[i].type, hex);
        write_reference(out, "bytes", i, entries[i].bytes);
        fprintf(out, ", ");
        write_reference(out, "gzip", i, entries[i].gzip);
        fprintf(out, " },\n");
    }
    fprintf(out, "};\n\nconst struct embedded embedded_%s = { files, %zu };\n", name, count);
}

static FILE *create(const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out)
        refuse(path, strerror(errno));
    return out;
}

static void finish(FILE *out, const char *path)
{
    if (ferror(out) | fclose(out))
        refuse(path, "could not be written");
}

/* ---- the command ---- */

struct request {
    const char *prefix;
    bool gzip;
    struct str bundle; /* STR_NONE: none */
    char **files;
    size_t count;
};

static bool read_request(int argc, char **argv, struct request *ret_request)
{
    int next = 2;
    *ret_request = (struct request){ .prefix = argv[1] };
    if (next < argc && strcmp(argv[next], "--gzip") == 0) {
        ret_request->gzip = true;
        next++;
    }
    if (next + 1 < argc && strcmp(argv[next], "--bundle") == 0) {
        ret_request->bundle = str_of(argv[next + 1]);
        next += 2;
    }
    ret_request->files = argv + next;
    ret_request->count = next < argc ? (size_t)(argc - next) : 0;
    return ret_request->count > 0;
}

static struct bundle_file *read_files(struct arena *arena, const struct request *request)
{
    struct bundle_file *files = ARENA_ARRAY(arena, struct bundle_file, request->count);
    for (size_t i = 0; i < request->count; i++) {
        const char *argument = request->files[i], *sign = strchr(argument, '=');
        if (!sign || sign == argument || strpbrk(argument, "\"\\"))
            refuse(argument, "expected PATH=FILE, without quotes or backslashes");
        files[i] = (struct bundle_file){ { argument, (size_t)(sign - argument) }, read_file(arena, sign + 1) };
    }
    qsort(files, request->count, sizeof *files, compare);
    for (size_t i = 1; i < request->count; i++)
        if (str_equal(files[i].path, files[i - 1].path))
            refuse(arena_printf(arena, "%.*s", STR_ARG(files[i].path)), "named twice");
    return files;
}

int main(int argc, char **argv)
{
    struct request request;
    if (!read_request(argc, argv, &request)) {
        fprintf(stderr, "usage: embed OUTPREFIX [--gzip] [--bundle PATH] PATH=FILE...\n");
        return 2;
    }
    struct arena *arena = arena_new();
    struct bundle_file *files = read_files(arena, &request);
    size_t count = request.count;
    const char *why;
    if (request.bundle.at && !bundle_join(arena, files, &count, request.bundle, &why))
        refuse("bundle", why);
    struct entry *entries = ARENA_ARRAY(arena, struct entry, count);
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry){ files[i].path, files[i].bytes,
                                     request.gzip ? gzip(arena, files[i].bytes) : STR_NONE, type_of(files[i].path) };

    const char *slash = strrchr(request.prefix, '/'), *name = slash ? slash + 1 : request.prefix;
    const char *header = arena_printf(arena, "%s.h", request.prefix);
    const char *source = arena_printf(arena, "%s.c", request.prefix);
    FILE *out = create(header);
    fprintf(out,
            "/* made by tools/embed */\n#include \"base/embedded.h\"\n\nextern const struct embedded embedded_%s;\n",
            name);
    finish(out, header);
    out = create(source);
    write_source(out, name, entries, count);
    finish(out, source);
    arena_free(arena);
    return 0;
}
