/* README.md tells users which operations stand here: its table must name exactly those that have a handler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "services/registry.h"
#include "services/sagemaker/service.h"

static struct buf readme;

static int read_readme(void **state)
{
    (void)state;
    char piece[4096];
    FILE *file = fopen(SOURCE_DIR "/README.md", "rb");
    if (!file)
        return -1;
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        buf_add(&readme, piece, got);
    fclose(file);
    return 0;
}

static int forget_readme(void **state)
{
    (void)state;
    buf_release(&readme);
    return 0;
}

/* The table's row of a service: "| AWS IAM (`iam`) | CreateRole · GetRole |". */
static struct str row_of(const char *service)
{
    char mark[64];
    int length = snprintf(mark, sizeof mark, "(`%s`) |", service);
    struct str rest = buf_str(&readme), line;
    while (rest.length > 0) {
        line = str_cut(rest, '\n', &rest);
        if (str_starts(line, STR("|")) && str_find(line, (struct str){ mark, (size_t)length }) != SIZE_MAX)
            return line;
    }
    return STR_NONE;
}

static bool names(struct str row, const char *operation)
{
    struct str name = str_of(operation);
    for (size_t at; (at = str_find(row, name)) != SIZE_MAX; row = str_from(row, at + name.length)) {
        char before = at > 0 ? row.at[at - 1] : ' ',
             after = at + name.length < row.length ? row.at[at + name.length] : ' ';
        if (strchr(" |", before) && strchr(" |,.", after))
            return true;
    }
    return false;
}

static void the_table_names_what_stands_here(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (const struct service *const *at = services_registry; *at; at++) {
        const struct model *model = (*at)->model;
        struct str row = row_of(model->name);
        if (!row.at)
            fail_msg("README.md has no row for %s", model->name);
        for (size_t i = 0; i < model->operation_count; i++) {
            const struct operation *operation = &model->operations[i];
            bool stands = (*at)->handlers[operation->index] != NULL;
            if (names(row, operation->name) == stands)
                continue;
            print_error("%s: README.md %s %s\n", model->name, stands ? "does not name" : "names, but there is no",
                        operation->name);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

/* A line of its own names what a service as large as SageMaker lacks. */
static struct str line_of(struct str prefix)
{
    struct str rest = buf_str(&readme), line;
    while (rest.length > 0) {
        line = str_cut(rest, '\n', &rest);
        if (str_starts(line, prefix))
            return str_from(line, prefix.length - 1);
    }
    return STR_NONE;
}

static void the_line_names_what_sagemaker_lacks(void **state)
{
    (void)state;
    struct str line = line_of(STR("SageMaker operations that are not served: "));
    unsigned wrong = 0;
    assert_non_null(line.at);
    for (size_t i = 0; i < sagemaker_service.model->operation_count; i++) {
        const struct operation *operation = &sagemaker_service.model->operations[i];
        bool stands = sagemaker_service.handlers[operation->index] != NULL;
        if (names(line, operation->name) == stands) {
            print_error("README.md %s %s\n", stands ? "names as lacking" : "does not name as lacking", operation->name);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_names_what_stands_here),
        cmocka_unit_test(the_line_names_what_sagemaker_lacks),
    };
    return cmocka_run_group_tests(tests, read_readme, forget_readme);
}
