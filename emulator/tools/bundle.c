#include "bundle.h"

#include "base/buf.h"

#define ENDING STR(".js")
#define LATER  STR("import('")
/* To V8: compile all while it comes in, beside the main thread, which else stops for each function of the first view. */
#define ALL_AT_ONCE "//# allFunctionsCalledOnLoad\n"
#define NAME_BYTES  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$"

struct module {
    struct bundle_file *file;
    const char *name; /* of the object that holds what it exports: app$dom */
    bool inside, begun;
};

struct bundle {
    struct arena *arena;
    struct module *modules, *entry;
    size_t count;
    struct module **inside; /* each behind all that it imports, the entry last */
    size_t inside_count;
    const char *why;
};

static bool refuse(struct bundle *bundle, const struct module *module, const char *why, struct str what)
{
    bundle->why = arena_printf(bundle->arena, "%.*s: %s: %.*s", STR_ARG(module->file->path), why, STR_ARG(what));
    return false;
}

/* ---- paths ---- */

static struct str folder_of(struct str path)
{
    while (path.length && path.at[path.length - 1] != '/')
        path.length--;
    return path;
}

static struct str above(struct str folder)
{
    return folder_of(str_first(folder, folder.length - 1));
}

static struct module *module_at(struct bundle *bundle, struct str path)
{
    for (size_t i = 0; i < bundle->count; i++)
        if (str_equal(bundle->modules[i].file->path, path))
            return &bundle->modules[i];
    return NULL;
}

/* What "./dom.js" or "../app/dom.js" means to a module; NULL: nothing of the table. */
static struct module *module_from(struct bundle *bundle, const struct module *from, struct str relative)
{
    struct str folder = folder_of(from->file->path);
    if (str_starts(relative, STR("./")))
        relative = str_from(relative, 2);
    for (; str_starts(relative, STR("../")) && folder.length; folder = above(folder))
        relative = str_from(relative, 3);
    return module_at(bundle, str_of(arena_printf(bundle->arena, "%.*s%.*s", STR_ARG(folder), STR_ARG(relative))));
}

/* The way back: how one module names another. */
static const char *way_to(struct bundle *bundle, const struct module *from, const struct module *to)
{
    const char *way = "";
    struct str folder = folder_of(from->file->path);
    for (; !str_starts(to->file->path, folder); folder = above(folder))
        way = arena_printf(bundle->arena, "%s../", way);
    return arena_printf(bundle->arena, "%s%.*s", *way ? way : "./", STR_ARG(str_from(to->file->path, folder.length)));
}

static const char *name_of(struct arena *arena, struct str path)
{
    char *name = arena_copy(arena, str_first(path, path.length - ENDING.length));
    for (char *at = name; *at; at++)
        if (!strchr(NAME_BYTES, *at))
            *at = '$';
    return name;
}

/* ---- what a line says ---- */

static bool skip(struct str *line, struct str word)
{
    if (!str_starts(*line, word))
        return false;
    *line = str_from(*line, word.length);
    return true;
}

/* "export async function draw(" exports draw; STR_NONE: a kind of export that is not ours. */
static struct str exported_by(struct str line)
{
    if (!skip(&line, STR("export ")))
        return STR_NONE;
    skip(&line, STR("async "));
    if (!skip(&line, STR("function ")) && !skip(&line, STR("const ")) && !skip(&line, STR("class ")))
        return STR_NONE;
    size_t length = 0;
    while (length < line.length && line.at[length] && strchr(NAME_BYTES, line.at[length]))
        length++;
    return length ? str_first(line, length) : STR_NONE;
}

static bool exports(const struct module *module, struct str name)
{
    for (struct str rest = module->file->bytes; rest.length;)
        if (str_equal(exported_by(str_cut(rest, '\n', &rest)), name))
            return true;
    return false;
}

/* "import { h, patch } from './dom.js';": its names and its module. */
static bool read_import(struct bundle *bundle, const struct module *module, struct str line, struct str *ret_names,
                        struct module **ret_from)
{
    struct str rest = line, path;
    if (!skip(&rest, STR("import {")))
        return refuse(bundle, module, "not an import of names in one line", line);
    *ret_names = str_trim(str_cut(rest, '}', &rest));
    if (!skip(&rest, STR(" from '")))
        return refuse(bundle, module, "not an import of names in one line", line);
    path = str_cut(rest, '\'', &rest);
    *ret_from = module_from(bundle, module, path);
    if (!*ret_from || !str_is(rest, ";"))
        return refuse(bundle, module, "imports what is not there", path);
    for (struct str names = *ret_names; names.length;) {
        struct str name = str_trim(str_cut(names, ',', &names));
        if (!exports(*ret_from, name))
            return refuse(bundle, module, "imports what is not exported", name);
    }
    return true;
}

static bool is_import(struct str line)
{
    return str_starts(line, STR("import ")) || str_starts(line, STR("import{"));
}

static bool is_export(struct str line)
{
    return str_starts(line, STR("export ")) || str_starts(line, STR("export{"));
}

/* ---- which are inside ---- */

static bool take_in(struct bundle *bundle, struct module *module);

static bool take_in_imports(struct bundle *bundle, struct module *module)
{
    struct str names;
    struct module *from;
    for (struct str rest = module->file->bytes; rest.length;) {
        struct str line = str_cut(rest, '\n', &rest);
        if (is_import(line) && (!read_import(bundle, module, line, &names, &from) || !take_in(bundle, from)))
            return false;
        if (is_export(line) && !exported_by(line).length)
            return refuse(bundle, module, "not an export of a const, function or class", line);
    }
    return true;
}

static bool take_in(struct bundle *bundle, struct module *module)
{
    if (module->inside)
        return true;
    if (module->begun)
        return refuse(bundle, module, "imports go in a circle", module->file->path);
    module->begun = true;
    if (!take_in_imports(bundle, module))
        return false;
    module->inside = true;
    bundle->inside[bundle->inside_count++] = module;
    return true;
}

/* ---- writing ---- */

static bool add_import(struct bundle *bundle, const struct module *module, struct str line, struct buf *out)
{
    struct str names;
    struct module *from;
    if (!read_import(bundle, module, line, &names, &from))
        return false;
    if (!from->inside) {
        buf_add_str(out, line);
        return true;
    }
    if (!module->inside)
        buf_printf(out, "import { %s } from '%s'; ", from->name, way_to(bundle, module, bundle->entry));
    buf_printf(out, "const { %.*s } = %s;", STR_ARG(names), from->name);
    return true;
}

/* As it is, but what comes later is named as the file names it in which the line now stands. */
static bool add_line(struct bundle *bundle, const struct module *module, struct str line, struct buf *out)
{
    if (module->inside)
        skip(&line, STR("export "));
    for (size_t at; (at = str_find(line, LATER)) != SIZE_MAX;) {
        buf_add_str(out, str_first(line, at + LATER.length));
        struct str path = str_cut(str_from(line, at + LATER.length), '\'', &line);
        struct module *later = module_from(bundle, module, path);
        if (!later || later->inside)
            return refuse(bundle, module, later ? "is there at once, not later" : "imports what is not there", path);
        buf_printf(out, "%s'", way_to(bundle, module->inside ? bundle->entry : module, later));
    }
    buf_add_str(out, line);
    return true;
}

static bool add_lines(struct bundle *bundle, const struct module *module, struct buf *out)
{
    for (struct str rest = module->file->bytes; rest.length; buf_add_byte(out, '\n')) {
        struct str line = str_cut(rest, '\n', &rest);
        if (!(is_import(line) ? add_import : add_line)(bundle, module, line, out))
            return false;
    }
    return true;
}

static void add_exports(const struct module *module, struct buf *out)
{
    for (struct str rest = module->file->bytes; rest.length;) {
        struct str name = exported_by(str_cut(rest, '\n', &rest));
        if (name.length)
            buf_printf(out, "%.*s, ", STR_ARG(name));
    }
}

static bool add_joined(struct bundle *bundle, struct buf *out)
{
    buf_add_text(out, ALL_AT_ONCE);
    for (size_t i = 0; i + 1 < bundle->inside_count; i++) {
        const struct module *module = bundle->inside[i];
        buf_printf(out, "// %.*s\nconst %s = (() => {\n", STR_ARG(module->file->path), module->name);
        if (!add_lines(bundle, module, out))
            return false;
        buf_add_text(out, "return { ");
        add_exports(module, out);
        buf_add_text(out, "};\n})();\n");
    }
    buf_printf(out, "// %.*s\nexport { ", STR_ARG(bundle->entry->file->path));
    for (size_t i = 0; i + 1 < bundle->inside_count; i++)
        buf_printf(out, "%s, ", bundle->inside[i]->name);
    buf_add_text(out, "};\n");
    return add_lines(bundle, bundle->entry, out);
}

static bool write_modules(struct bundle *bundle)
{
    struct str *written = ARENA_ARRAY(bundle->arena, struct str, bundle->count);
    bool good = true;
    for (size_t i = 0; i < bundle->count && good; i++) {
        struct module *module = &bundle->modules[i];
        struct buf out = BUF_EMPTY;
        if (module == bundle->entry)
            good = add_joined(bundle, &out);
        else if (!module->inside)
            good = add_lines(bundle, module, &out);
        written[i] = arena_str(bundle->arena, buf_str(&out));
        buf_release(&out);
    }
    for (size_t i = 0; i < bundle->count && good; i++) /* what they were is read until all are written */
        bundle->modules[i].file->bytes = written[i];
    return good;
}

/* ---- the table ---- */

static struct bundle bundle_of(struct arena *arena, struct bundle_file *files, size_t count, struct str entry)
{
    struct bundle bundle = { .arena = arena,
                             .modules = ARENA_ARRAY(arena, struct module, count),
                             .inside = ARENA_ARRAY(arena, struct module *, count) };
    for (size_t i = 0; i < count; i++)
        if (str_ends(files[i].path, ENDING))
            bundle.modules[bundle.count++] = (struct module){ &files[i], name_of(arena, files[i].path), false, false };
    bundle.entry = module_at(&bundle, entry);
    return bundle;
}

static size_t take_out(const struct bundle *bundle, struct bundle_file *files, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool joined = false;
        for (size_t k = 0; k + 1 < bundle->inside_count; k++)
            joined = joined || bundle->inside[k]->file == &files[i];
        if (!joined)
            files[kept++] = files[i];
    }
    return kept;
}

bool bundle_join(struct arena *arena, struct bundle_file *files, size_t *count, struct str entry,
                 const char **reterr_why)
{
    struct bundle bundle = bundle_of(arena, files, *count, entry);
    *reterr_why = "there is no such module to begin with";
    if (!bundle.entry)
        return false;
    if (!take_in(&bundle, bundle.entry) || !write_modules(&bundle)) {
        *reterr_why = bundle.why;
        return false;
    }
    *count = take_out(&bundle, files, *count);
    return true;
}
