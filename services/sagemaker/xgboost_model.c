#include "services/sagemaker/xgboost_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "services/sagemaker/answer.h"
#include "services/sagemaker/table.h"

#define MODEL_FILE   MODEL_FOLDER "/xgboost-model"
#define GROUPS_MOST  1000
#define COLUMNS_MOST (1 << 24)

struct node {
    int left, right; /* of a leaf: -1 */
    unsigned column;
    float value; /* where it splits; a leaf's value */
    bool missing_left;
};

struct tree {
    struct node *nodes;
    size_t count;
    unsigned group;
    float weight; /* dart's */
};

struct predictor {
    struct arena *arena;
    struct tree *trees;
    size_t tree_count;
    float *weights; /* gblinear: columns × groups and the bias behind; NULL: trees */
    size_t columns, groups;
    float base_margin;
    enum { TURN_NOT, TURN_LOGISTIC, TURN_EXP, TURN_CLASS, TURN_SHARES, TURN_SIGN } turn;
};

/* ---- reading ---- */

/* Numbers of the model's parameters are text: "5E-1". */
static double text_number(const cJSON *object, const char *name, double otherwise)
{
    const char *text = json_string(object, name);
    return text ? strtod(text, NULL) : json_number(object, name, otherwise);
}

static const char *read_objective(struct predictor *predictor, const char *name, double base)
{
    static const struct {
        const char *begins;
        int turn;
    } turns[] = { { "binary:logitraw", TURN_NOT },
                  { "binary:logistic", TURN_LOGISTIC },
                  { "reg:logistic", TURN_LOGISTIC },
                  { "binary:hinge", TURN_SIGN },
                  { "multi:softmax", TURN_CLASS },
                  { "multi:softprob", TURN_SHARES },
                  { "count:poisson", TURN_EXP },
                  { "reg:gamma", TURN_EXP },
                  { "reg:tweedie", TURN_EXP },
                  { "survival:", TURN_EXP },
                  { "reg:", TURN_NOT },
                  { "rank:", TURN_NOT } };
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        if (strncmp(name, turns[i].begins, strlen(turns[i].begins)) != 0)
            continue;
        predictor->turn = turns[i].turn;
        bool odds = predictor->turn == TURN_LOGISTIC || strcmp(name, "binary:logitraw") == 0;
        double margin = odds && base > 0 && base < 1              ? -log(1 / base - 1)
                        : predictor->turn == TURN_EXP && base > 0 ? log(base)
                                                                  : base;
        predictor->base_margin = (float)margin;
        return NULL;
    }
    return "its objective is none that this practice cloud knows";
}

struct columns_of_tree {
    const cJSON *left, *right, *column, *value, *missing, *type;
};

static bool read_node(const struct columns_of_tree *at, const struct predictor *predictor, size_t count, size_t index,
                      struct node *ret_node)
{
    double left = json_to_double(at->left), right = json_to_double(at->right), column = json_to_double(at->column);
    *ret_node = (struct node){ -1, -1, 0, (float)json_to_double(at->value), false };
    if (left == -1 && right == -1)
        return true;
    /* children stand behind their parents, so that every walk ends */
    if (!(left > (double)index && left < (double)count) || !(right > (double)index && right < (double)count) ||
        !(column >= 0 && column < (double)predictor->columns) || (at->type && json_to_double(at->type) != 0))
        return false;
    ret_node->left = (int)left;
    ret_node->right = (int)right;
    ret_node->column = (unsigned)column;
    ret_node->missing_left = cJSON_IsTrue(at->missing) ||
                             (cJSON_IsNumber(at->missing) && at->missing->valuedouble != 0);
    return true;
}

static bool is_list_of(const cJSON *list, size_t count)
{
    return cJSON_IsArray(list) && (size_t)cJSON_GetArraySize(list) == count;
}

static bool read_tree(struct predictor *predictor, const cJSON *json, struct tree *tree)
{
    const cJSON *left = json_get(json, "left_children"), *right = json_get(json, "right_children"),
                *column = json_get(json, "split_indices"), *value = json_get(json, "split_conditions"),
                *missing = json_get(json, "default_left"), *type = json_get(json, "split_type");
    size_t count = (size_t)cJSON_GetArraySize(left);
    if (!count || !is_list_of(right, count) || !is_list_of(column, count) || !is_list_of(value, count) ||
        !is_list_of(missing, count) || (type && !is_list_of(type, count)))
        return false;
    tree->nodes = ARENA_ARRAY(predictor->arena, struct node, count);
    tree->count = count;
    struct columns_of_tree at = { left->child,  right->child,   column->child,
                                  value->child, missing->child, type ? type->child : NULL };
    for (size_t i = 0; i < count; i++) {
        if (!read_node(&at, predictor, count, i, &tree->nodes[i]))
            return false;
        at = (struct columns_of_tree){ at.left->next,  at.right->next,   at.column->next,
                                       at.value->next, at.missing->next, at.type ? at.type->next : NULL };
    }
    return true;
}

static const char *read_trees(struct predictor *predictor, const cJSON *model, const cJSON *drop)
{
    const cJSON *trees = json_get(model, "trees"), *groups = json_get(model, "tree_info");
    predictor->tree_count = (size_t)cJSON_GetArraySize(trees);
    predictor->trees = ARENA_ARRAY(predictor->arena, struct tree, predictor->tree_count + 1);
    if (!cJSON_IsArray(trees) || !is_list_of(groups, predictor->tree_count) ||
        (drop && !is_list_of(drop, predictor->tree_count)))
        return "its trees are not whole";
    const cJSON *json = trees->child, *group = groups->child, *weight = drop ? drop->child : NULL;
    for (size_t i = 0; i < predictor->tree_count; i++, json = json->next, group = group->next) {
        struct tree *tree = &predictor->trees[i];
        double number = json_to_double(group);
        if (!(number >= 0 && number < (double)predictor->groups) || !read_tree(predictor, json, tree))
            return "its trees are not whole";
        tree->group = (unsigned)number;
        tree->weight = weight ? (float)json_to_double(weight) : 1;
        weight = weight ? weight->next : NULL;
    }
    return NULL;
}

static const char *read_weights(struct predictor *predictor, const cJSON *model)
{
    const cJSON *list = json_get(model, "weights");
    size_t count = (predictor->columns + 1) * predictor->groups, i = 0;
    if (!is_list_of(list, count))
        return "its weights are not whole";
    predictor->weights = ARENA_ARRAY(predictor->arena, float, count);
    for (const cJSON *weight = list->child; weight; weight = weight->next)
        predictor->weights[i++] = (float)json_to_double(weight);
    return NULL;
}

static const char *read_model(struct predictor *predictor, const cJSON *root)
{
    const cJSON *learner = json_get(root, "learner"), *booster = json_get(learner, "gradient_booster");
    const cJSON *parameters = json_get(learner, "learner_model_param");
    const char *objective = json_string(json_get(learner, "objective"), "name");
    double columns = text_number(parameters, "num_feature", 0), groups = text_number(parameters, "num_class", 0);
    if (!objective || !(columns >= 1 && columns <= COLUMNS_MOST) || !(groups >= 0 && groups <= GROUPS_MOST))
        return "it is no model of XGBoost in its JSON format";
    predictor->columns = (size_t)columns;
    predictor->groups = groups > 1 ? (size_t)groups : 1;
    const char *why = read_objective(predictor, objective, text_number(parameters, "base_score", 0.5));
    struct str name = json_str(booster, "name");
    if (why)
        return why;
    if (str_is(name, "gblinear"))
        return read_weights(predictor, json_get(booster, "model"));
    if (str_is(name, "dart"))
        return read_trees(predictor, json_get(json_get(booster, "gbtree"), "model"), json_get(booster, "weight_drop"));
    return read_trees(predictor, json_get(booster, "model"), NULL);
}

struct predictor *xgboost_model_load(struct container *container)
{
    const struct container_file *file = container_input(container, MODEL_FILE);
    const char *why = "there is no file xgboost-model in the archive";
    struct arena *arena = arena_new();
    struct predictor *predictor = memory_alloc(sizeof *predictor);
    predictor->arena = arena_new();
    if (file) {
        const cJSON *root = model_document(arena, file);
        why = root ? read_model(predictor, root) : "xgboost-model is not in XGBoost's JSON format";
    }
    arena_free(arena);
    if (!why)
        return predictor;
    snprintf(container->reason, sizeof container->reason, "Unable to load model: %s", why);
    xgboost_model_drop(predictor);
    return NULL;
}

void xgboost_model_drop(struct predictor *predictor)
{
    arena_free(predictor->arena);
    free(predictor);
}

/* ---- evaluating ---- */

static float leaf_of(const struct tree *tree, const float *cells, size_t columns)
{
    const struct node *node = &tree->nodes[0];
    while (node->left >= 0) {
        float value = node->column < columns ? cells[node->column] : NAN;
        bool left = isnan(value) ? node->missing_left : value < node->value;
        node = &tree->nodes[left ? node->left : node->right];
    }
    return node->value;
}

static void margins(const struct predictor *predictor, const float *cells, size_t columns, float *ret_margins)
{
    size_t groups = predictor->groups;
    for (size_t group = 0; group < groups; group++)
        ret_margins[group] = predictor->base_margin;
    for (size_t i = 0; i < predictor->tree_count; i++) {
        const struct tree *tree = &predictor->trees[i];
        ret_margins[tree->group] += tree->weight * leaf_of(tree, cells, columns);
    }
    for (size_t group = 0; predictor->weights && group < groups; group++) {
        ret_margins[group] += predictor->weights[predictor->columns * groups + group];
        for (size_t column = 0; column < predictor->columns; column++) {
            float value = column < columns ? cells[column] : NAN;
            if (!isnan(value))
                ret_margins[group] += value * predictor->weights[column * groups + group];
        }
    }
}

static void shares(float *margins_in_and_out, size_t groups)
{
    float most = margins_in_and_out[0], sum = 0;
    for (size_t i = 1; i < groups; i++)
        most = margins_in_and_out[i] > most ? margins_in_and_out[i] : most;
    for (size_t i = 0; i < groups; i++)
        sum += margins_in_and_out[i] = expf(margins_in_and_out[i] - most);
    for (size_t i = 0; i < groups; i++)
        margins_in_and_out[i] /= sum;
}

/* One row's answer; how many numbers it has. */
static size_t turn(const struct predictor *predictor, float *values)
{
    size_t best = 0;
    switch (predictor->turn) {
    case TURN_LOGISTIC:
        values[0] = 1 / (1 + expf(-values[0]));
        return 1;
    case TURN_EXP:
        values[0] = expf(values[0]);
        return 1;
    case TURN_SIGN:
        values[0] = values[0] > 0 ? 1 : 0;
        return 1;
    case TURN_CLASS:
        for (size_t i = 1; i < predictor->groups; i++)
            best = values[i] > values[best] ? i : best;
        values[0] = (float)best;
        return 1;
    case TURN_SHARES:
        shares(values, predictor->groups);
        return predictor->groups;
    default:
        return predictor->groups;
    }
}

/* ---- answering ---- */

static void print_row(struct buf *text, const float *values, size_t count)
{
    if (count > 1)
        buf_add_byte(text, '[');
    for (size_t i = 0; i < count; i++) {
        buf_add_text(text, i ? ", " : "");
        table_print_number(text, values[i]);
    }
    if (count > 1)
        buf_add_byte(text, ']');
}

static void answer_rows(const struct predictor *predictor, const struct table *table, struct container *container)
{
    float *values = memory_alloc(predictor->groups * sizeof *values);
    bool json = answer_wants_json(container);
    const char *between = container->is_batch ? "\n" : ",";
    buf_add_text(&container->reply, json ? "{\"predictions\": [" : "");
    for (size_t row = 0; row < table->rows; row++) {
        margins(predictor, table->cells + row * table->columns, table->columns, values);
        size_t count = turn(predictor, values);
        if (row)
            buf_add_text(&container->reply, json ? ", " : between);
        buf_add_text(&container->reply, json ? "{\"score\": " : "");
        print_row(&container->reply, values, count);
        buf_add_text(&container->reply, json ? "}" : "");
    }
    buf_add_text(&container->reply, json ? "]}" : container->is_batch ? "\n" : "");
    answer_done(container);
    free(values);
}

void xgboost_model_predict(const struct predictor *predictor, struct container *container)
{
    struct table table = { 0 };
    enum table_format format;
    if (!answer_read(container, &table, &format))
        return;
    bool fits = format == TABLE_CSV ? table.columns == predictor->columns : table.columns <= predictor->columns + 1;
    if (fits)
        answer_rows(predictor, &table, container);
    else
        answer_fail(container, 400,
                    "Unable to evaluate payload provided: Feature size of %s inference data %zu is not consistent with "
                    "feature size of trained model %zu.",
                    format == TABLE_CSV ? "csv" : "libsvm", table.columns, predictor->columns);
    table_release(&table);
}
