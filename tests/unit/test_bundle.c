/* Modules joined to one (tools/bundle.h): what stands inside, how what stays outside is led there, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "bundle.h"

#define MOST 4
#define ALL  "//# allFunctionsCalledOnLoad\n"

struct text {
    const char *path, *bytes;
};

static const struct {
    struct text in[MOST], out[MOST]; /* out: all that is left; nothing: refused */
    const char *why;
} rows[] = {
    { { { "main.js", "work();\n" } }, { { "main.js", ALL "// main.js\nexport { };\nwork();\n" } }, "an entry alone" },
    { { { "app/main.js", "import { h } from './dom.js';\nh();\n" },
        { "app/dom.js", "const own = 1;\nexport const h = () => own;\nexport async function draw() {}\n" } },
      { { "app/main.js",
          ALL "// app/dom.js\nconst app$dom = (() => {\nconst own = 1;\nconst h = () => own;\nasync function draw() "
              "{}\nreturn { h, draw, };\n})();\n// app/main.js\nexport { app$dom, };\nconst { h } = "
              "app$dom;\nh();\n" } },
      "what it imports stands before it" },
    { { { "app/main.js", "import { a } from '../view/a.js';\nimport { b } from './b.js';\n" },
        { "app/b.js", "export class b {}\n" },
        { "view/a.js", "import { b } from '../app/b.js';\nexport const a = b;\n" } },
      { { "app/main.js",
          ALL "// app/b.js\nconst app$b = (() => {\nclass b {}\nreturn { b, };\n})();\n// view/a.js\nconst view$a = "
              "(() => {\nconst { b } = app$b;\nconst a = b;\nreturn { a, };\n})();\n// app/main.js\nexport { app$b, "
              "view$a, };\nconst { a } = view$a;\nconst { b } = app$b;\n" } },
      "once, behind what it needs itself" },
    { { { "app/main.js", "import { h } from './dom.js';\n" },
        { "app/dom.js", "export const h = () => import('../view/late.js');\n" },
        { "view/late.js",
          "import { h } from '../app/dom.js';\nimport { more } from './more.js';\nexport const late = h;\n" },
        { "view/more.js", "export const more = () => import('./late.js');\n" } },
      { { "app/main.js",
          ALL "// app/dom.js\nconst app$dom = (() => {\nconst h = () => import('../view/late.js');\nreturn { h, "
              "};\n})();\n// app/main.js\nexport { app$dom, };\nconst { h } = app$dom;\n" },
        { "view/late.js", "import { app$dom } from '../app/main.js'; const { h } = app$dom;\nimport { more } from "
                          "'./more.js';\nexport const late = h;\n" },
        { "view/more.js", "export const more = () => import('./late.js');\n" } },
      "what comes later stays apart, and finds what is inside" },
    { { { "main.js", "import { a } from './view/a.js';\n" },
        { "view/a.js", "export const a = () => [import('./b.js'), import('./b.js')];\n" },
        { "view/b.js", "" } },
      { { "main.js",
          ALL "// view/a.js\nconst view$a = (() => {\nconst a = () => [import('./view/b.js'), import('./view/b.js')];\n"
              "return { a, };\n})();\n// main.js\nexport { view$a, };\nconst { a } = view$a;\n" },
        { "view/b.js", "" } },
      "what comes later is named from where the line now stands" },
    { { { "main.js", "" }, { "style.css", "import { x } from './x.js';\n" } },
      { { "main.js", ALL "// main.js\nexport { };\n" }, { "style.css", "import { x } from './x.js';\n" } },
      "what is no module is left alone" },
    { { { "other.js", "" } }, { { NULL, NULL } }, "no entry" },
    { { { "main.js", "import { a } from './a.js';\n" } }, { { NULL, NULL } }, "a module that is not there" },
    { { { "main.js", "import { b } from './a.js';\n" }, { "a.js", "export const a = 1;\n" } },
      { { NULL, NULL } },
      "a name that is not exported" },
    { { { "main.js", "" }, { "late.js", "import { b } from './a.js';\n" }, { "a.js", "export const a = 1;\n" } },
      { { NULL, NULL } },
      "nor outside" },
    { { { "main.js", "import { a } from './a.js';\n" },
        { "a.js", "import { b } from './b.js';\nexport const a = 1;\n" },
        { "b.js", "import { a } from './a.js';\nexport const b = 1;\n" } },
      { { NULL, NULL } },
      "a circle" },
    { { { "main.js", "import { a } from './a.js';\n" }, { "a.js", "export let a = 1;\n" } },
      { { NULL, NULL } },
      "an export that may change" },
    { { { "main.js", "import a from './a.js';\n" }, { "a.js", "export default 1;\n" } },
      { { NULL, NULL } },
      "a default" },
    { { { "main.js", "import {\n    a,\n} from './a.js';\n" }, { "a.js", "export const a = 1;\n" } },
      { { NULL, NULL } },
      "an import of several lines" },
    { { { "main.js", "import { a } from './a.js';\nimport('./a.js');\n" }, { "a.js", "export const a = 1;\n" } },
      { { NULL, NULL } },
      "later, what is there at once" },
    { { { "main.js", "import('./nowhere.js');\n" } }, { { NULL, NULL } }, "later, what is not there" },
};

static const struct bundle_file *find(const struct bundle_file *files, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(files[i].path, path))
            return &files[i];
    return NULL;
}

static size_t count_of(const struct text texts[MOST])
{
    size_t count = 0;
    while (count < MOST && texts[count].path)
        count++;
    return count;
}

static void test_joined(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new();
        struct bundle_file files[MOST];
        size_t count = count_of(rows[i].in), wanted = count_of(rows[i].out);
        const char *why = NULL;
        struct str entry = str_starts(str_of(rows[i].in[0].path), STR("app/")) ? STR("app/main.js") : STR("main.js");
        for (size_t k = 0; k < count; k++)
            files[k] = (struct bundle_file){ str_of(rows[i].in[k].path), str_of(rows[i].in[k].bytes) };
        if (bundle_join(arena, files, &count, entry, &why) != (wanted > 0))
            fail_msg("%s: %s", rows[i].why, why);
        if (wanted && count != wanted)
            fail_msg("%s: %zu files are left", rows[i].why, count);
        for (size_t k = 0; k < wanted; k++) {
            const struct bundle_file *file = find(files, count, rows[i].out[k].path);
            if (!file || !str_is(file->bytes, rows[i].out[k].bytes))
                fail_msg("%s: %s is\n%.*s", rows[i].why, rows[i].out[k].path, file ? (int)file->bytes.length : 0,
                         file ? file->bytes.at : "");
        }
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_joined) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
