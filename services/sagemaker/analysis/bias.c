#include "services/sagemaker/analysis/bias.h"

#include <math.h>
#include <stdlib.h>

#define NEIGHBOURS      5
#define NEIGHBOURS_MOST 2000 /* rows of each facet that FT compares */

/* ---- counting ---- */

struct counts { /* of one facet, or of what is in a group */
    double rows, positive, tp, tn, fp, fn;
};

static struct counts count(const struct bias_data *data, bool facet_d)
{
    struct counts counts = { 0 };
    for (size_t i = 0; i < data->rows; i++) {
        if (data->facet_d[i] != facet_d)
            continue;
        bool truth = data->observed[i], guess = data->predicted ? data->predicted[i] : truth;
        counts.rows++;
        counts.positive += truth;
        counts.tp += truth && guess;
        counts.tn += !truth && !guess;
        counts.fp += !truth && guess;
        counts.fn += truth && !guess;
    }
    return counts;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

/* The share of those rejected who are of d, less that of those accepted; over all, or averaged over groups by their size. */
static double disparity(const struct bias_data *data, const bool *accepted, size_t group)
{
    double rejected = 0, rejected_d = 0, taken = 0, taken_d = 0;
    for (size_t i = 0; i < data->rows; i++) {
        if (data->groups[i] != group)
            continue;
        taken += accepted[i];
        taken_d += accepted[i] && data->facet_d[i];
        rejected += !accepted[i];
        rejected_d += !accepted[i] && data->facet_d[i];
    }
    return (rejected ? rejected_d / rejected : 0) - (taken ? taken_d / taken : 0);
}

static double conditional_disparity(const struct bias_data *data, const bool *accepted)
{
    double sum = 0;
    if (!data->groups)
        return NAN;
    for (size_t group = 0; group < data->group_count; group++) {
        double size = 0;
        for (size_t i = 0; i < data->rows; i++)
            size += data->groups[i] == group;
        sum += size * disparity(data, accepted, group);
    }
    return sum / (double)data->rows;
}

/* ---- distances between the facets' labels ---- */

static double *shares(const struct bias_data *data, bool facet_d)
{
    double *of = memory_alloc((data->class_count + 1) * sizeof *of), rows = 0;
    for (size_t i = 0; i < data->rows; i++) {
        if (data->facet_d[i] != facet_d)
            continue;
        of[data->classes[i]]++;
        rows++;
    }
    for (size_t c = 0; c < data->class_count; c++)
        of[c] = ratio(of[c], rows);
    return of;
}

static double divergence(const double *of, const double *from, size_t count)
{
    double sum = 0;
    for (size_t c = 0; c < count; c++)
        sum += of[c] > 0 ? of[c] * log(of[c] / from[c]) : 0;
    return sum; /* infinite where `from` knows nothing of what `of` has */
}

enum distance { KL, JS, LP, TVD, KS };

static double distance(const struct bias_data *data, enum distance which)
{
    double *a = shares(data, false), *d = shares(data, true), sum = 0, most = 0, squares = 0, value;
    double *middle = memory_alloc((data->class_count + 1) * sizeof *middle);
    for (size_t c = 0; c < data->class_count; c++) {
        double apart = fabs(a[c] - d[c]);
        middle[c] = (a[c] + d[c]) / 2;
        sum += apart;
        squares += apart * apart;
        most = fmax(most, apart);
    }
    switch (which) {
    case KL:
        value = divergence(a, d, data->class_count);
        break;
    case JS:
        value = (divergence(a, middle, data->class_count) + divergence(d, middle, data->class_count)) / 2;
        break;
    case LP:
        value = sqrt(squares);
        break;
    case TVD:
        value = sum / 2;
        break;
    default:
        value = most;
    }
    free(a);
    free(d);
    free(middle);
    return value;
}

/* ---- before training ---- */

static double cddl(const struct bias_data *data)
{
    return conditional_disparity(data, data->observed);
}
static double ci(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(a.rows - d.rows, a.rows + d.rows);
}
static double dpl(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(a.positive, a.rows) - ratio(d.positive, d.rows);
}
static double js(const struct bias_data *data)
{
    return distance(data, JS);
}
static double kl(const struct bias_data *data)
{
    return distance(data, KL);
}
static double ks(const struct bias_data *data)
{
    return distance(data, KS);
}
static double lp(const struct bias_data *data)
{
    return distance(data, LP);
}
static double tvd(const struct bias_data *data)
{
    return distance(data, TVD);
}

/* ---- after it ---- */

static double accuracy(struct counts of)
{
    return ratio(of.tp + of.tn, of.rows);
}
static double ad(const struct bias_data *data)
{
    return accuracy(count(data, false)) - accuracy(count(data, true));
}
static double cddpl(const struct bias_data *data)
{
    return conditional_disparity(data, data->predicted);
}
static double dar(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(a.tp, a.tp + a.fp) - ratio(d.tp, d.tp + d.fp);
}
static double dca(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(a.positive, a.tp + a.fp) - ratio(d.positive, d.tp + d.fp);
}
static double dcr(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(d.rows - d.positive, d.tn + d.fn) - ratio(a.rows - a.positive, a.tn + a.fn);
}
static double di(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(ratio(d.tp + d.fp, d.rows), ratio(a.tp + a.fp, a.rows));
}
static double dppl(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(a.tp + a.fp, a.rows) - ratio(d.tp + d.fp, d.rows);
}
static double drr(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(d.tn, d.tn + d.fn) - ratio(a.tn, a.tn + a.fn);
}
static double rd(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(a.tp, a.tp + a.fn) - ratio(d.tp, d.tp + d.fn);
}
static double sd(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(d.tn, d.tn + d.fp) - ratio(a.tn, a.tn + a.fp);
}
static double te(const struct bias_data *data)
{
    struct counts a = count(data, false), d = count(data, true);
    return ratio(d.fn, d.fp) - ratio(a.fn, a.fp);
}

static double ge(const struct bias_data *data)
{
    double mean = 0, sum = 0, rows = (double)data->rows;
    for (size_t i = 0; i < data->rows; i++)
        mean += (1.0 + data->predicted[i] - data->observed[i]) / rows;
    for (size_t i = 0; i < data->rows && mean > 0; i++) {
        double benefit = (1.0 + data->predicted[i] - data->observed[i]) / mean;
        sum += benefit * benefit - 1;
    }
    return mean > 0 ? sum / (2 * rows) : NAN;
}

/* ---- counterfactuals: what is said of the nearest of a ---- */

static size_t some_of(const struct bias_data *data, bool facet_d, size_t *ret_rows)
{
    size_t found = 0;
    for (size_t i = 0; i < data->rows && found < NEIGHBOURS_MOST; i++) {
        if (data->facet_d[i] == facet_d)
            ret_rows[found++] = i;
    }
    return found;
}

static double apart(const struct bias_data *data, size_t one, size_t other)
{
    const double *a = data->features + one * data->feature_count, *b = data->features + other * data->feature_count;
    double sum = 0;
    for (size_t i = 0; i < data->feature_count; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

static bool neighbours_say(const struct bias_data *data, size_t row, const size_t *others, size_t count)
{
    double nearest[NEIGHBOURS];
    bool said[NEIGHBOURS];
    size_t known = 0, yes = 0;
    for (size_t k = 0; k < count; k++) {
        double far = apart(data, row, others[k]);
        size_t at = known < NEIGHBOURS ? known : NEIGHBOURS;
        while (at > 0 && nearest[at - 1] > far)
            at--;
        if (at == NEIGHBOURS)
            continue;
        known += known < NEIGHBOURS;
        for (size_t i = known - 1; i > at; i--) {
            nearest[i] = nearest[i - 1];
            said[i] = said[i - 1];
        }
        nearest[at] = far;
        said[at] = data->predicted[others[k]];
    }
    for (size_t i = 0; i < known; i++)
        yes += said[i];
    return 2 * yes > known;
}

static double ft(const struct bias_data *data)
{
    size_t *a = memory_alloc(NEIGHBOURS_MOST * sizeof *a), *d = memory_alloc(NEIGHBOURS_MOST * sizeof *d);
    size_t of_a = some_of(data, false, a), of_d = some_of(data, true, d);
    double up = 0, down = 0;
    for (size_t i = 0; data->features && of_a && i < of_d; i++) {
        bool other = neighbours_say(data, d[i], a, of_a), own = data->predicted[d[i]];
        up += other && !own;
        down += !other && own;
    }
    double value = data->features && of_a ? ratio(up - down, (double)of_d) : NAN;
    free(a);
    free(d);
    return value;
}

/* ---- lists of them ---- */

static const struct metric {
    const char *name, *other, *description; /* `other`: how configurations call it too */
    double (*value)(const struct bias_data *data);
    double ideal;
} before[] = {
    { "CDDL", NULL, "Conditional Demographic Disparity in Labels (CDDL)", cddl, 0 },
    { "CI", NULL, "Class Imbalance (CI)", ci, 0 },
    { "DPL", NULL, "Difference in Positive Proportions in Labels (DPL)", dpl, 0 },
    { "JS", NULL, "Jensen-Shannon Divergence (JS)", js, 0 },
    { "KL", NULL, "Kullback-Liebler Divergence (KL)", kl, 0 },
    { "KS", NULL, "Kolmogorov-Smirnov Distance (KS)", ks, 0 },
    { "LP", NULL, "L-p Norm (LP)", lp, 0 },
    { "TVD", NULL, "Total Variation Distance (TVD)", tvd, 0 },
    { NULL, NULL, NULL, NULL, 0 },
}, after[] = {
    { "AD", NULL, "Accuracy Difference (AD)", ad, 0 },
    { "CDDPL", NULL, "Conditional Demographic Disparity in Predicted Labels (CDDPL)", cddpl, 0 },
    { "DAR", NULL, "Difference in Acceptance Rates (DAR)", dar, 0 },
    { "DCA", "DCAcc", "Difference in Conditional Acceptance (DCA)", dca, 0 },
    { "DCR", NULL, "Difference in Conditional Rejection (DCR)", dcr, 0 },
    { "DI", NULL, "Disparate Impact (DI)", di, 1 },
    { "DPPL", NULL, "Difference in Positive Proportions in Predicted Labels (DPPL)", dppl, 0 },
    { "DRR", NULL, "Difference in Rejection Rates (DRR)", drr, 0 },
    { "FT", NULL, "Flip Test (FT)", ft, 0 },
    { "GE", NULL, "Generalized Entropy (GE)", ge, 0 },
    { "RD", NULL, "Recall Difference (RD)", rd, 0 },
    { "SD", NULL, "Specificity Difference (SD)", sd, 0 },
    { "TE", "AR", "Treatment Equality (TE)", te, 0 },
    { NULL, NULL, NULL, NULL, 0 },
};

static bool is_wanted(const struct metric *metric, const cJSON *wanted)
{
    const cJSON *name;
    if (!cJSON_IsArray(wanted))
        return true;
    cJSON_ArrayForEach(name, wanted)
    {
        struct str text = json_value(name);
        if (str_is(text, "all") || str_is(text, metric->name) || (metric->other && str_is(text, metric->other)))
            return true;
    }
    return false;
}

static cJSON *list(const struct metric *metrics, const struct bias_data *data, const cJSON *wanted)
{
    cJSON *all = cJSON_CreateArray();
    for (const struct metric *metric = metrics; metric->name; metric++) {
        if (!is_wanted(metric, wanted))
            continue;
        cJSON *entry = cJSON_CreateObject();
        double value = metric->value(data);
        bool grouped = metric->value == cddl || metric->value == cddpl;
        json_set_string(entry, "name", metric->name);
        json_set_string(entry, "description", metric->description);
        json_set(entry, "value", isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
        if (!isfinite(value)) /* the first is Clarify's; the second is ours */
            json_set_string(entry, "error",
                            grouped && !data->groups ? "Group variable is empty or not provided"
                                                     : "The data do not give a value of this metric");
        json_add(all, entry);
    }
    return all;
}

cJSON *bias_before(const struct bias_data *data, const cJSON *wanted)
{
    return list(before, data, wanted);
}

cJSON *bias_after(const struct bias_data *data, const cJSON *wanted)
{
    return list(after, data, wanted);
}

/* ---- violations ---- */

static double ideal_of(struct str name)
{
    return str_is(name, "DI") ? 1 : 0;
}

static const cJSON *find(const cJSON *array, const char *member, struct str value)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, array)
    {
        if (str_equal(json_str(one, member), value))
            return one;
    }
    return NULL;
}

static void compare(struct arena *arena, const char *facet, struct str facet_value, const cJSON *metrics,
                    const cJSON *baseline, cJSON *violations)
{
    const cJSON *metric;
    cJSON_ArrayForEach(metric, metrics)
    {
        struct str name = json_str(metric, "name");
        const cJSON *value = json_get(metric, "value"), *kept = json_get(find(baseline, "name", name), "value");
        double ideal = ideal_of(name);
        if (!cJSON_IsNumber(value) || !cJSON_IsNumber(kept) ||
            fabs(json_to_double(value) - ideal) <= fabs(json_to_double(kept) - ideal) + 1e-12)
            continue;
        cJSON *violation = cJSON_CreateObject();
        json_set_string(violation, "facet", facet);
        json_set_str(violation, "facet_value", facet_value);
        json_set_str(violation, "metric_name", name);
        json_set_string(violation, "constraint_check_type", "bias_drift_check");
        json_set_string(violation, "description",
                        arena_printf(arena, "Value %s does not meet the constraint requirement",
                                     dataset_print(arena, json_to_double(value))));
        json_add(violations, violation);
    }
}

cJSON *bias_violations(struct arena *arena, const cJSON *analysis, const cJSON *baseline)
{
    static const char *const parts[] = { "pre_training_bias_metrics", "post_training_bias_metrics" };
    cJSON *violations = cJSON_CreateArray();
    const cJSON *facet, *value;
    for (size_t i = 0; i < 2; i++) {
        const cJSON *kept = json_get(json_get(baseline, parts[i]), "facets");
        cJSON_ArrayForEach(facet, json_get(json_get(analysis, parts[i]), "facets"))
        {
            cJSON_ArrayForEach(value, facet)
            {
                struct str name = json_str(value, "value_or_threshold");
                const cJSON *other = find(json_get(kept, facet->string), "value_or_threshold", name);
                compare(arena, facet->string, name, json_get(value, "metrics"), json_get(other, "metrics"), violations);
            }
        }
    }
    return violations;
}
