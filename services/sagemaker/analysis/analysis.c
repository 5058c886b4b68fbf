#include "services/sagemaker/analysis/analysis.h"

#include <stdio.h>
#include <stdlib.h>

#include "services/sagemaker/analysis/capture_record.h"

static int by_path(const void *a, const void *b)
{
    const struct container_file *const *one = a, *const *other = b;
    return strcmp((*one)->path, (*other)->path);
}

static bool is_below(struct str path, struct str folder)
{
    return str_starts(path, folder) && (path.length == folder.length || path.at[folder.length] == '/');
}

const struct container_file **analysis_files(const struct container *container, struct arena *arena, struct str folder,
                                             size_t *ret_count)
{
    size_t count = 0;
    while (folder.length > 1 && folder.at[folder.length - 1] == '/')
        folder.length--;
    for (struct list *link = container->input.next; link != &container->input; link = link->next)
        count++;
    const struct container_file **files = ARENA_ARRAY(arena, const struct container_file *, count + 1);
    *ret_count = 0;
    for (struct list *link = container->input.next; link != &container->input; link = link->next) {
        const struct container_file *file = LIST_ITEM(link, struct container_file, link);
        if (is_below(str_of(file->path), folder))
            files[(*ret_count)++] = file;
    }
    qsort(files, *ret_count, sizeof *files, by_path);
    return files;
}

struct str analysis_setting(const struct container *container, const char *name)
{
    struct str value = json_str(container->environment, name);
    return value.at ? value : STR("");
}

const cJSON *analysis_document(const struct container *container, struct arena *arena, const char *setting)
{
    size_t count;
    struct str path = analysis_setting(container, setting);
    if (!path.length)
        return NULL;
    const struct container_file **files = analysis_files(container, arena, path, &count);
    return count ? model_document(arena, files[0]) : NULL;
}

void analysis_leave(struct container *container, struct str folder, const char *name, cJSON *tree_taken)
{
    struct buf path = BUF_EMPTY, text = BUF_EMPTY;
    while (folder.length > 1 && folder.at[folder.length - 1] == '/')
        folder.length--;
    buf_printf(&path, "%.*s/%s", STR_ARG(folder), name);
    json_print(&text, tree_taken);
    cJSON_Delete(tree_taken);
    container_leave(container, buf_str(&path), &text);
    buf_release(&path);
}

void analysis_find(struct container_run *run, const char *name, cJSON *value_taken)
{
    if (!run->metrics)
        run->metrics = cJSON_CreateObject();
    json_set(run->metrics, name, value_taken);
}

static cJSON *first_ones(const cJSON *violations)
{
    cJSON *some = cJSON_CreateArray();
    const cJSON *one;
    cJSON_ArrayForEach(one, violations)
    {
        if (cJSON_GetArraySize(some) == FINDINGS_MOST)
            break;
        json_add(some, json_thaw(one));
    }
    return some;
}

/* As Model Monitor's containers write them to /opt/ml/output/message. */
void analysis_leave_violations(struct container_run *run, struct str folder, const char *version,
                               cJSON *violations_taken)
{
    int count = cJSON_GetArraySize(violations_taken);
    cJSON *file = cJSON_CreateObject();
    json_set_string(file, "version", version);
    analysis_find(run, "violations", first_ones(violations_taken));
    json_set(file, "violations", violations_taken);
    analysis_leave(&run->container, folder, "constraint_violations.json", file);
    if (count)
        snprintf(run->container.reason, sizeof run->container.reason,
                 "CompletedWithViolations: Job completed successfully with %d violations.", count);
}

/* ---- data ---- */

static struct truths read_truths(const struct container *container, struct arena *arena)
{
    struct truths truths;
    size_t count = 0;
    struct str folder = analysis_setting(container, "ground_truth_source");
    const struct container_file **files = folder.length ? analysis_files(container, arena, folder, &count) : NULL;
    truths_begin(&truths, arena);
    for (size_t i = 0; i < count; i++)
        truths_read(&truths, buf_str(&files[i]->bytes));
    return truths;
}

static bool is_right(const struct container_file *file)
{
    return file->bytes.length && !str_ends(str_of(file->path), STR(".manifest"));
}

bool analysis_read(struct container *container, struct dataset *dataset, struct analysis_data *data)
{
    size_t count;
    const cJSON *format = json_parse_in(dataset->arena, analysis_setting(container, "dataset_format"), NULL);
    const struct container_file **files = analysis_files(container, dataset->arena, data->folder, &count);
    struct truths truths = read_truths(container, dataset->arena);
    bool header = json_bool(json_get(format, "csv"), "header", false), good = true;
    data->ret_captured = json_get(format, "sagemakerCaptureJson") != NULL;
    data->ret_labelled = data->ret_captured && data->labelled && map_count(truths.labels) > 0;
    const struct capture_reading reading = { .inputs = data->inputs,
                                             .outputs = data->outputs,
                                             .truth = data->ret_labelled ? &truths : NULL };
    for (size_t i = 0; good && i < count; i++) {
        if (is_right(files[i]))
            good = data->ret_captured ? capture_read(dataset, buf_str(&files[i]->bytes), &reading)
                                      : dataset_read_csv(dataset, buf_str(&files[i]->bytes), header);
    }
    truths_end(&truths);
    if (!good)
        algorithm_fail(container, "Error: %s", dataset->why);
    else if (!dataset->rows)
        algorithm_fail(container, "Error: the dataset has no rows"); /* ours */
    return good && dataset->rows;
}

/* ---- predictions ---- */

/* The next of the numbers in a reply, whatever parts them: XGBoost's image puts all rows in one line. */
static struct str next_number(struct str *rest)
{
    size_t start = 0, end;
    while (start < rest->length && strchr(",\r\n []", rest->at[start]))
        start++;
    for (end = start; end < rest->length && !strchr(",\r\n []", rest->at[end]); end++)
        ;
    struct str number = { rest->at + start, end - start };
    *rest = str_from(*rest, end);
    return number;
}

static bool read_numbers(struct str reply, size_t rows, size_t index, double *ret_values)
{
    size_t count = 0;
    struct str rest = reply;
    while (next_number(&rest).length)
        count++;
    size_t width = count / rows;
    if (index >= width || count != width * rows)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct str number = next_number(&reply);
        if (i % width == index && !dataset_number(number, &ret_values[i / width]))
            return false;
    }
    return true;
}

bool analysis_predict(const struct predictor_box *box, struct str csv, size_t rows, size_t index, double *ret_values)
{
    struct container asked;
    container_init(&asked);
    asked.task = CONTAINER_SERVE;
    asked.body = csv;
    asked.content_type = STR("text/csv");
    asked.accept = STR("text/csv");
    box->algorithm->predict(box->predictor, &asked);
    bool good = asked.status == 200 && read_numbers(buf_str(&asked.reply), rows, index, ret_values);
    container_release(&asked);
    return good;
}
