#include "services/sagemaker/kept.h"

#include "aws/arn.h"
#include "aws/service.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/pipeline_list.h"
#include "services/sagemaker/tag.h"

/* ---- which kind, what is asked of it ---- */

static const char *const verbs[KEPT_VERBS] = { "Create", "Update", "Start", "Stop", "Delete", "Describe", "List" };

const struct kept_kind *kept_kind_named(const char *noun)
{
    const struct kept_kind *const *kind = kept_kinds;
    while (*kind && strcmp((*kind)->noun, noun) != 0)
        kind++;
    return *kind;
}

static const struct kept_kind *kind_of(const struct call *call)
{
    const char *name = call->operation->name;
    for (int verb = 0; verb < KEPT_LIST; verb++) {
        size_t length = strlen(verbs[verb]);
        const struct kept_kind *kind = strncmp(name, verbs[verb], length) == 0 ? kept_kind_named(name + length) : NULL;
        if (kind)
            return kind;
    }
    return NULL;
}

static const struct kept_turn *turn_of(const struct kept_kind *kind, enum kept_verb verb)
{
    static const struct kept_turn at_once = { KEPT_VERBS, NULL, NULL };
    for (const struct kept_turn *turn = kind->turns; turn && (turn->from || turn->to); turn++)
        if (turn->verb == verb)
            return turn;
    return &at_once;
}

/* ---- names ---- */

/* The name, of an ARN of this account and region what stands behind its type. */
static struct str plain(struct call *call, const cJSON *value)
{
    struct arn arn;
    struct scope scope = call_scope(call);
    struct str text = json_print_in(call->arena, value), rest;
    if (!arn_parse(text, &arn) || !str_is(arn.service, "sagemaker") || !str_is(arn.account, scope.account) ||
        !str_is(arn.region, scope.region))
        return text;
    str_cut(arn.resource, '/', &rest);
    return rest.length ? rest : text;
}

/* One segment of a path: a word, or the first of its members that is there; STR_NONE: none is. */
static struct str segment_of(struct call *call, struct str segment, const cJSON *members)
{
    if (str_starts(segment, STR("=")))
        return str_from(segment, 1);
    while (segment.length) {
        const cJSON *value = json_get_str(members, str_cut(segment, '|', &segment));
        if (value)
            return plain(call, value);
    }
    return STR_NONE;
}

struct str kept_key(struct call *call, const struct kept_kind *kind, const cJSON *members)
{
    if (members == call->input && input_has(call, kind->arn))
        return sagemaker_key(call->arena, plain(call, json_get(members, kind->arn)));
    struct str path = str_of(kind->path), key = STR("");
    while (path.length) {
        struct str part = segment_of(call, str_cut(path, '/', &path), members);
        if (!part.at)
            return STR_NONE;
        key = str_of(arena_printf(call->arena, "%.*s%s%.*s", STR_ARG(key), key.length ? "/" : "", STR_ARG(part)));
    }
    return sagemaker_key(call->arena, key);
}

static char *arn_of(struct call *call, const struct kept_kind *kind, struct str key, const cJSON *row)
{
    struct str tail = kind->arn_tail && row ? json_str(row, kind->arn_tail) : key;
    return sagemaker_arn(call->arena, call_scope(call), kind->type, tail);
}

/* ---- sentences ---- */

struct told {
    const struct kept_kind *kind;
    const struct kept_turn *turn;
    const cJSON *row; /* NULL: there is none */
};

static struct str word_of(struct call *call, const struct told *told, struct str name)
{
    if (told->turn && str_is(name, "from"))
        return str_of(told->turn->from);
    if (told->turn && str_is(name, "to"))
        return str_of(told->turn->to ? told->turn->to : json_string(told->row, "status"));
    if (!told->row && told->kind && str_is(name, "arn"))
        return str_of(arn_of(call, told->kind, kept_key(call, told->kind, call->input), NULL));
    const cJSON *value = json_get_str(told->row, name);
    value = value ? value : json_get_str(call->input, name);
    return value ? json_print_in(call->arena, value) : STR("null");
}

static char *fill(struct call *call, const char *sentence, const struct told *told)
{
    struct buf buf = BUF_EMPTY;
    struct str rest = str_of(sentence);
    while (rest.length) {
        buf_add_str(&buf, str_cut(rest, '{', &rest));
        if (rest.length)
            buf_add_str(&buf, word_of(call, told, str_cut(rest, '}', &rest)));
    }
    char *kept = arena_copy(call->arena, buf_str(&buf));
    buf_release(&buf);
    return kept;
}

char *kept_words(struct call *call, const char *sentence, const cJSON *row)
{
    return fill(call, sentence, &(struct told){ NULL, NULL, row });
}

static const struct error_kind *declared(const struct call *call, const struct error_kind *first,
                                         const struct error_kind *second)
{
    for (const struct error_kind *const *kind = call->operation->errors; kind && *kind; kind++)
        if (*kind == first || *kind == second)
            return *kind;
    return &ERROR_VALIDATION;
}

/* The sentences that a kind has none of its own for are ours. */
enum outcome kept_fail_absent(struct call *call, const struct kept_kind *kind, const cJSON *members)
{
    const struct kept_words *words = &kind->words;
    struct str key = kept_key(call, kind, members);
    const char *ours = arena_printf(call->arena, "%s [%.*s] does not exist.", kind->noun, STR_ARG(key));
    const struct told told = { kind, NULL, members == call->input ? NULL : members };
    const struct error_kind *error = declared(call, &SAGEMAKER_RESOURCE_NOT_FOUND, NULL);
    return call_fail(call, words->absent_kind ? words->absent_kind : error, "%s",
                     words->absent ? fill(call, words->absent, &told) : ours);
}

static bool fail_conflict(struct call *call, const struct kept_kind *kind, const char *sentence,
                          const struct kept_turn *turn, const cJSON *row)
{
    call_fail(call, declared(call, &SAGEMAKER_RESOURCE_IN_USE, &SAGEMAKER_CONFLICT_EXCEPTION), "%s",
              fill(call, sentence, &(struct told){ kind, turn, row }));
    return false;
}

static bool fail_taken(struct call *call, const struct kept_kind *kind, const cJSON *row)
{
    const char *ours = arena_printf(call->arena, "%s [{arn}] already exists.", kind->noun);
    return fail_conflict(call, kind, kind->words.taken ? kind->words.taken : ours, NULL, row);
}

static bool fail_busy(struct call *call, const struct kept_kind *kind, const struct kept_turn *turn, const cJSON *row)
{
    const char *ours = arena_printf(call->arena, "%s [{arn}] is in status {status}.", kind->noun);
    return fail_conflict(call, kind, kind->words.busy ? kind->words.busy : ours, turn, row);
}

/* ---- rows ---- */

/* Where ARNs end with an id and keys are names. */
static struct json *find_by_tail(struct world *world, struct scope scope, const struct kept_kind *kind, struct str tail)
{
    struct cursor at = store_seek(world->store, scope, kind->table, NULL, STR(""), false);
    while (store_next(&at)) {
        if (!str_equal(json_str(json_root(at.row), kind->arn_tail), tail))
            continue;
        struct json *row = at.row;
        store_close(&at);
        return row;
    }
    return NULL;
}

struct json *kept_get(struct call *call, const struct kept_kind *kind, const cJSON *members)
{
    struct str key = kept_key(call, kind, members);
    struct json *row = key.at ? store_get(call->world->store, call_scope(call), kind->table, key) : NULL;
    return row || !kind->arn_tail || !key.at ? row : find_by_tail(call->world, call_scope(call), kind, key);
}

struct json *kept_find(struct call *call, const struct kept_kind *kind, const cJSON *members)
{
    struct json *row = kept_get(call, kind, members);
    if (!row)
        kept_fail_absent(call, kind, members);
    return row;
}

const struct kept_kind *kept_of_arn(struct world *world, struct scope scope, struct arena *arena, struct str text,
                                    struct str *ret_key)
{
    struct arn arn;
    if (!arn_parse(text, &arn))
        return NULL;
    for (const struct kept_kind *const *kind = kept_kinds; *kind; kind++) {
        size_t length = strlen((*kind)->type);
        if (!str_starts(arn.resource, str_of((*kind)->type)) || !str_starts(str_from(arn.resource, length), STR("/")))
            continue;
        *ret_key = sagemaker_key(arena, str_from(arn.resource, length + 1));
        struct json *row = (*kind)->arn_tail ? find_by_tail(world, scope, *kind, *ret_key)
                                             : store_get(world->store, scope, (*kind)->table, *ret_key);
        if (row)
            return *kind;
    }
    return NULL;
}

struct str kept_resource(struct call *call)
{
    const struct kept_kind *kind = kind_of(call);
    struct str rest, first = kind ? str_cut(str_of(kind->path), '/', &rest) : STR_NONE;
    struct str name = kind ? json_value(json_get_str(call->input, first)) : STR_NONE;
    return name.at && str_starts(name, STR("arn:")) ? name : STR_NONE;
}

void kept_remove(struct world *world, struct scope scope, const struct kept_kind *kind, struct str key, struct str arn)
{
    sagemaker_tag_drop(world, scope, arn);
    store_delete(world->store, scope, kind->table, key);
}

/* ---- lifecycles ---- */

const char *kept_arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to)
{
    if (to)
        json_set_int64(row, "modified", clock_now(world->clock));
    else
        sagemaker_tag_drop(world, scope, json_str(row, "arn"));
    return NULL;
}

const char *kept_job_arrive(struct world *world, struct scope scope, struct str key, cJSON *row, const char *to)
{
    bool began = json_get(row, "started");
    json_set_int64(row, began ? "ended" : "started", clock_now(world->clock));
    return kept_arrive(world, scope, key, row, to);
}

void kept_recover(struct world *world)
{
    for (const struct kept_kind *const *kind = kept_kinds; *kind; kind++)
        if ((*kind)->life)
            lifecycle_recover(world, (*kind)->life);
}

/* A deleted app is told of for a while; nothing is kept from being made or deleted by it. */
static bool is_gone(const cJSON *row)
{
    return str_is(json_str(row, "status"), "Deleted");
}

static bool is_passing(const struct kept_kind *kind, struct str status)
{
    for (const struct lifecycle_step *step = kind->life ? kind->life->steps : NULL; step && step->from; step++)
        if (str_is(status, step->from))
            return true;
    return false;
}

static bool is_among(struct str status, struct str list)
{
    while (list.length)
        if (str_equal(str_trim(str_cut(list, ',', &list)), status))
            return true;
    return false;
}

bool kept_check_turn(struct call *call, const struct kept_kind *kind, enum kept_verb verb, const cJSON *row)
{
    const struct kept_turn *turn = turn_of(kind, verb);
    struct str status = json_str(row, "status");
    bool admitted = turn->from ? is_among(status, str_of(turn->from)) : !is_passing(kind, status);
    return admitted || fail_busy(call, kind, turn, row);
}

void kept_put(struct call *call, const struct kept_kind *kind, enum kept_verb verb, struct str key, cJSON *row)
{
    const char *to = turn_of(kind, verb)->to;
    json_set_int64(row, "modified", clock_now(call->world->clock));
    if (json_get(row, "modified_by")) {
        json_set(row, "modified_by", pipeline_who(call));
    }
    if (to && verb == KEPT_CREATE)
        json_set_string(row, "status", to);
    store_put(call->world->store, call_scope(call), kind->table, key, json_seal(row));
    if (to && verb == KEPT_CREATE && kind->life)
        lifecycle_begin(call->world, kind->life, call_scope(call), key);
    else if (to && kind->life)
        lifecycle_move(call->world, kind->life, call_scope(call), key, to);
    if (kind->changed)
        kind->changed(call, verb, key);
}

/* ---- Create ---- */

static bool check_parents(struct call *call, const struct kept_kind *kind, const cJSON *members)
{
    for (const struct kept_kind *const *parent = kind->parents; parent && *parent; parent++) {
        if (!kept_key(call, *parent, members).at)
            continue; /* it stands in another */
        struct json *row = kept_find(call, *parent, members);
        if (!row)
            return false;
        if (str_is(json_str(json_root(row), "status"), "Deleting"))
            return fail_busy(call, *parent, NULL, json_root(row));
    }
    return true;
}

/* The numbers are the guide's where it has one ("Amazon SageMaker AI endpoints and quotas"); the sentence is of its form. */
static bool check_room(struct call *call, const struct kept_kind *kind)
{
    size_t count = store_count(call->world->store, call_scope(call), kind->table);
    if (count < (size_t)kind->most)
        return true;
    call_fail(
        call, &SAGEMAKER_RESOURCE_LIMIT_EXCEEDED,
        "The account-level service limit 'Total number of %s' is %d, with current utilization of %zu and a request "
        "delta of 1. Please contact AWS support to request an increase for this limit.",
        kind->nouns, kind->most, count);
    return false;
}

static bool check_role(struct call *call, const struct kept_kind *kind, const cJSON *members)
{
    struct str way = str_of(kind->role);
    while (members && way.length)
        members = json_get_str(members, str_cut(way, '.', &way));
    struct str role = json_value(members);
    return !kind->role || !role.at || sagemaker_role_check(call, role);
}

static void make_id(struct call *call, const struct kept_kind *kind, cJSON *row)
{
    char id[32];
    bool hexadecimal = kind->id_form && strcmp(kind->id_form, "0x") == 0;
    if (!kind->id)
        return;
    random_text(&call->world->random, hexadecimal ? "0123456789abcdef" : "0123456789abcdefghijklmnopqrstuvwxyz",
                hexadecimal ? 17 : 12, id);
    json_set_string(row, kind->id, arena_printf(call->arena, "%s%s", kind->id_prefix ? kind->id_prefix : "", id));
}

static void set_defaults(struct call *call, const struct kept_kind *kind, cJSON *row)
{
    const cJSON *member, *defaults = kind->defaults ? json_parse_in(call->arena, str_of(kind->defaults), NULL) : NULL;
    cJSON_ArrayForEach(member, defaults)
    {
        if (!json_get(row, member->string))
            json_set(row, member->string, json_thaw(member));
    }
}

static cJSON *fresh_row(struct call *call, const struct kept_kind *kind, const cJSON *members)
{
    cJSON *row = json_thaw(members);
    json_set_string(row, "Tags", NULL);
    json_set_string(row, "ClientToken", NULL);
    set_defaults(call, kind, row);
    make_id(call, kind, row);
    json_set_int64(row, "created", clock_now(call->world->clock));
    cJSON *status = kind->status ? cJSON_DetachItemFromObjectCaseSensitive(row, kind->status) : NULL;
    if (status) /* one that the client sets: a model card's */
        json_set(row, "status", status);
    if (shape_member(kept_described(call, kind), STR("CreatedBy"))) {
        json_set(row, "by", pipeline_who(call));
        json_set(row, "modified_by", pipeline_who(call));
    }
    return row;
}

/* Takes the row; NULL: the call was failed. */
static cJSON *checked(struct call *call, const struct kept_kind *kind, cJSON *row)
{
    bool good = !kind->check || kind->check(call, KEPT_CREATE, row);
    struct str key = good ? kept_key(call, kind, row) : STR_NONE;
    if (good && !key.at) /* the sentence is ours */
        call_fail(call, &ERROR_VALIDATION, "%s: one of %s is required.", kind->noun, kind->path);
    if (key.at) {
        json_set_string(row, "arn", arn_of(call, kind, key, row));
        struct json *there = store_get(call->world->store, call_scope(call), kind->table, key);
        good = there && !is_gone(json_root(there)) ? fail_taken(call, kind, json_root(there))
                                                   : sagemaker_tag_check(call, json_str(row, "arn"));
    }
    if (good && key.at)
        return row;
    cJSON_Delete(row);
    return NULL;
}

cJSON *kept_new_row(struct call *call, const struct kept_kind *kind, const cJSON *members)
{
    if (!check_parents(call, kind, members) || !check_room(call, kind) || !check_role(call, kind, members))
        return NULL;
    return checked(call, kind, fresh_row(call, kind, members));
}

enum outcome kept_create(struct call *call)
{
    const struct kept_kind *kind = kind_of(call);
    cJSON *row = kept_new_row(call, kind, call->input);
    if (!row)
        return CALL_FAILED;
    struct str key = kept_key(call, kind, row);
    sagemaker_tag_put(call, json_str(row, "arn"));
    kept_put(call, kind, KEPT_CREATE, key, row);
    kept_answer(call, kind, json_root(store_get(call->world->store, call_scope(call), kind->table, key)));
    return CALL_DONE;
}

/* ---- Describe, Update, Start, Stop ---- */

enum outcome kept_describe(struct call *call)
{
    const struct kept_kind *kind = kind_of(call);
    struct json *row = kept_find(call, kind, call->input);
    if (!row)
        return CALL_FAILED;
    kept_answer(call, kind, json_root(row));
    return CALL_DONE;
}

static bool is_in_path(const struct kept_kind *kind, const char *member)
{
    struct str path = str_of(kind->path);
    while (path.length) {
        struct str segment = str_cut(path, '/', &path);
        while (segment.length)
            if (str_is(str_cut(segment, '|', &segment), member))
                return true;
    }
    return strcmp(kind->arn, member) == 0;
}

static void merge(cJSON *row, const cJSON *given)
{
    cJSON *old = cJSON_GetObjectItemCaseSensitive(row, given->string);
    const cJSON *member;
    if (!cJSON_IsObject(old)) {
        json_set(row, given->string, json_thaw(given));
        return;
    }
    cJSON_ArrayForEach(member, given)
    {
        json_set(old, member->string, json_thaw(member));
    }
}

static void take_input(struct call *call, const struct kept_kind *kind, cJSON *row)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, call->input)
    {
        bool own = kind->status && strcmp(kind->status, member->string) == 0;
        if (is_in_path(kind, member->string) || strcmp(member->string, "Tags") == 0)
            continue;
        if (own)
            json_set(row, "status", json_thaw(member));
        else if (kind->merges && cJSON_IsObject(member))
            merge(row, member);
        else
            json_set(row, member->string, json_thaw(member));
    }
}

/* The resource of the call, changed by its input if `verb` is to update it; NULL: the call was failed. */
static cJSON *change_of(struct call *call, const struct kept_kind *kind, enum kept_verb verb, struct str *ret_key)
{
    struct json *kept = kept_find(call, kind, call->input);
    if (!kept || !kept_check_turn(call, kind, verb, json_root(kept)) ||
        (verb == KEPT_UPDATE && !check_role(call, kind, call->input)))
        return NULL;
    cJSON *row = json_thaw(json_root(kept));
    *ret_key = kept_key(call, kind, row);
    if (verb == KEPT_UPDATE)
        take_input(call, kind, row);
    if (!kind->check || kind->check(call, verb, row))
        return row;
    cJSON_Delete(row);
    return NULL;
}

static enum outcome change(struct call *call, enum kept_verb verb)
{
    struct str key;
    const struct kept_kind *kind = kind_of(call);
    cJSON *row = change_of(call, kind, verb, &key);
    if (!row)
        return CALL_FAILED;
    kept_put(call, kind, verb, key, row);
    kept_answer(call, kind, json_root(store_get(call->world->store, call_scope(call), kind->table, key)));
    return CALL_DONE;
}

enum outcome kept_update(struct call *call)
{
    return change(call, KEPT_UPDATE);
}

enum outcome kept_start(struct call *call)
{
    return change(call, KEPT_START);
}

enum outcome kept_stop(struct call *call)
{
    return change(call, KEPT_STOP);
}

/* ---- Delete ---- */

static bool is_child(const struct kept_kind *kind, const struct kept_kind *parent)
{
    for (const struct kept_kind *const *one = kind->parents; one && *one; one++)
        if (*one == parent)
            return true;
    return false;
}

/* The member that says of a row what it stands in: the last of the parent's path. */
static struct str own_member(const struct kept_kind *kind)
{
    struct str path = str_of(kind->path), last = path;
    while (path.length)
        last = str_cut(path, '/', &path);
    return last;
}

/* What stands below this key: the first such row's key in the arena, STR_NONE: none. */
static struct str first_child(struct call *call, const struct kept_kind *child, const struct kept_kind *parent,
                              struct str key)
{
    struct str prefix = str_of(arena_printf(call->arena, "%.*s/", STR_ARG(key)));
    struct cursor at = store_seek_from(call->world->store, call_scope(call), child->table, NULL, prefix);
    while (store_next_within(&at, prefix)) {
        if (!json_get_str(json_root(at.row), own_member(parent)) || is_gone(json_root(at.row)))
            continue;
        struct str found = arena_str(call->arena, at.key);
        store_close(&at);
        return found;
    }
    return STR_NONE;
}

static void remove_children(struct call *call, const struct kept_kind *child, const struct kept_kind *parent,
                            struct str key)
{
    for (struct str below; (below = first_child(call, child, parent, key)).at;) {
        const cJSON *row = json_root(store_get(call->world->store, call_scope(call), child->table, below));
        kept_remove(call->world, call_scope(call), child, below, arena_str(call->arena, json_str(row, "arn")));
    }
}

/* "Unable to delete UserProfile [ARN] because App(s) are associated with it." is AWS's (aws/amazon-sagemaker-feedback #113). */
static bool check_children(struct call *call, const struct kept_kind *kind, struct str key, const cJSON *row)
{
    for (const struct kept_kind *const *child = kept_kinds; *child; child++) {
        if (!is_child(*child, kind) || kind->cascades || !first_child(call, *child, kind, key).at)
            continue;
        const char *sentence = arena_printf(call->arena,
                                            "Unable to delete %s [{arn}] because %s(s) are associated with it.",
                                            kind->noun, (*child)->noun);
        return fail_conflict(call, kind, sentence, NULL, row);
    }
    return true;
}

enum outcome kept_delete(struct call *call)
{
    struct str key;
    const struct kept_kind *kind = kind_of(call);
    cJSON *row = change_of(call, kind, KEPT_DELETE, &key);
    if (!row || !check_children(call, kind, key, row)) {
        cJSON_Delete(row);
        return CALL_FAILED;
    }
    for (const struct kept_kind *const *child = kept_kinds; *child; child++)
        if (is_child(*child, kind))
            remove_children(call, *child, kind, key);
    kept_answer(call, kind, row);
    if (turn_of(kind, KEPT_DELETE)->to) {
        kept_put(call, kind, KEPT_DELETE, key, row);
        return CALL_DONE;
    }
    kept_remove(call->world, call_scope(call), kind, key, json_str(row, "arn"));
    if (kind->changed)
        kind->changed(call, KEPT_DELETE, key);
    cJSON_Delete(row);
    return CALL_DONE;
}
