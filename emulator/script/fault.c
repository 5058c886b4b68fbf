/* Faults of the cloud: armed for an account, they are hooks whose answer is Lua's, and what data tell (aws/wire_fault.h). */
#include "script/script_inner.h"

#include <stdio.h>
#include <stdlib.h>

#include "aws/call.h"
#include "aws/cloud.h"
#include "aws/wire_fault.h"
#include "world/past.h"

#define INPUT_MOST    ((size_t)64 << 10) /* what a fault is shown of an input */
#define BEFORE_OTHERS -1                 /* faults are asked before whoever answers (functions, images) */

/* ---- finding what is declared ---- */

static const cJSON *find_in(const cJSON *faults, const char *id)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, faults) if (str_is(json_str(one, "id"), id)) return one;
    return NULL;
}

static const cJSON *find_fault(const cJSON *declaration, const char *id)
{
    const cJSON *found = find_in(json_get(declaration, "faults"), id), *challenge;
    cJSON_ArrayForEach(challenge, json_get(declaration, "challenges"))
    {
        if (!found)
            found = find_in(json_get(challenge, "faults"), id);
    }
    return found && str_is(json_str(found, "kind"), "cloud") ? found : NULL;
}

/* ---- the question ---- */

static bool is_of_call(const struct question *question)
{
    return question->point == HOOK_BEFORE_CALL || question->point == HOOK_AFTER_CALL ||
           question->point == HOOK_AUTHORISE;
}

static void print_text(struct buf *buf, const char *name, const char *text)
{
    json_print_name(buf, name);
    json_print_string(buf, str_of(text ? text : ""));
}

static void print_tree(struct buf *buf, const char *name, const cJSON *tree)
{
    if (!tree || json_weight(tree, INPUT_MOST) > INPUT_MOST)
        return;
    json_print_name(buf, name);
    json_print(buf, tree);
}

static void print_question(struct buf *buf, const struct arm *arm, const struct question *question)
{
    buf_add_byte(buf, '{');
    print_text(buf, "fault", arm->fault);
    print_text(buf, "service", question->service);
    print_text(buf, "operation", question->operation);
    print_text(buf, "role", question->role);
    print_text(buf, "resource", question->resource);
    if (question->point == HOOK_LIFECYCLE) {
        print_text(buf, "from", question->from);
        print_text(buf, "to", question->to);
    }
    if (is_of_call(question)) {
        const struct call *call = question->subject;
        print_tree(buf, "input", call->input);
        if (question->point == HOOK_AFTER_CALL)
            print_tree(buf, "output", call->output);
    }
    buf_add_byte(buf, '}');
}

static enum verdict ask(struct hook *hook, struct question *question)
{
    struct arm *arm = ((struct aim *)hook->data)->arm;
    struct script *script = arm->script;
    struct buf argument = BUF_EMPTY;
    if (!job_may_begin(script, arm->callback))
        return VERDICT_PASS;
    struct job *job = job_new(script, script->playing, JOB_HOOK, arm->callback, question->account);
    job->question = question;
    job->arm = arm;
    print_question(&argument, arm, question);
    job_start(job, buf_str(&argument));
    buf_release(&argument);
    return VERDICT_PARKED;
}

/* By then the asker has let go of the question. */
static void forgotten(struct hook *hook, struct question *question)
{
    job_forget(((struct aim *)hook->data)->arm->script, question);
}

/* ---- the answer ---- */

static void copy_text(char *ret_text, size_t size, const char *text)
{
    snprintf(ret_text, size, "%s", text ? text : "");
}

/* {"input":…} before the operation, {"output":…} after it. */
static bool change(struct question *question, const cJSON *answer)
{
    struct call *call = question->subject;
    const char *name = question->point == HOOK_AFTER_CALL ? "output" : "input";
    const cJSON *tree = json_get(answer, name);
    if (!cJSON_IsObject(tree) || !is_of_call(question))
        return false;
    if (question->point == HOOK_AFTER_CALL) {
        cJSON_Delete(call->output);
        call->output = json_thaw(tree);
        return true;
    }
    struct buf text = BUF_EMPTY;
    json_print(&text, tree);
    call->input = json_parse_in(call->arena, buf_str(&text), NULL);
    buf_release(&text);
    return true;
}

/* AWS's code and sentence; of a thing that fails there is one text, its reason. */
static enum verdict fail(struct question *question, const cJSON *answer)
{
    const char *code = json_string(answer, "code"), *message = json_string(answer, "message");
    if (question->point == HOOK_LIFECYCLE) {
        snprintf(question->message, sizeof question->message, "%s%s%s", code ? code : "",
                 code && message && *message ? ": " : "", message ? message : "");
        return VERDICT_FAIL;
    }
    copy_text(question->code, sizeof question->code, code);
    copy_text(question->message, sizeof question->message, message);
    question->status = (int)json_int64(answer, "status", 0);
    return VERDICT_FAIL;
}

/* What it says beside the verdict: when and how the answer goes out. */
static void read_manner(struct question *question, const cJSON *answer)
{
    const struct manner manner = { .lost = 1 - json_number(answer, "keep", 1),
                                   .slow_ms = json_int64(answer, "slow_ms", 0),
                                   .stale_ms = json_int64(answer, "stale_ms", 0) };
    question->delay_ms += json_int64(answer, "delay_ms", 0);
    manner_add(&question->manner, &manner);
}

static enum verdict read_verdict(struct question *question, const cJSON *answer)
{
    struct str said = json_str(answer, "verdict");
    read_manner(question, answer);
    if (str_is(said, "fail"))
        return fail(question, answer);
    if (str_is(said, "deny") && question->point == HOOK_AUTHORISE)
        return VERDICT_FAIL;
    if (str_is(said, "throttle") && is_of_call(question))
        return wire_throttle(question);
    if (str_is(said, "reset") && is_of_call(question)) {
        question->manner.reset = true;
        return VERDICT_FAIL;
    }
    question->stuck |= str_is(said, "stick");
    return str_is(said, "change") && change(question, answer) ? VERDICT_CHANGED : VERDICT_PASS;
}

static bool does_something(const struct question *question, enum verdict verdict)
{
    const struct manner *manner = &question->manner;
    return verdict != VERDICT_PASS || question->stuck || question->delay_ms || manner->lost > 0 || manner->slow_ms ||
           manner->stale_ms;
}

void fault_answered(struct job *job, const cJSON *answer)
{
    struct question *question = job->question;
    enum verdict verdict = answer ? read_verdict(question, answer) : VERDICT_PASS;
    if (does_something(question, verdict))
        job->arm->hits++;
    job->question = NULL;
    hook_answer(job->script->world, question, verdict);
}

/* ---- arming ---- */

static const struct {
    const char *name;
    enum hook_point point;
} points[] = { { "before", HOOK_BEFORE_CALL },    { "after", HOOK_AFTER_CALL }, { "authorise", HOOK_AUTHORISE },
               { "transition", HOOK_TRANSITION }, { "invoke", HOOK_INVOKE },    { "lifecycle", HOOK_LIFECYCLE } };

static enum hook_point point_of(struct str name)
{
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        if (str_is(name, points[i].name))
            return points[i].point;
    return HOOK_BEFORE_CALL;
}

/* "stepfunctions:StartExecution" is known to hooks as "states": the name that IAM's actions begin with. */
static char *service_of(const struct cloud *cloud, struct str name)
{
    const struct service *service = cloud_service(cloud, name);
    return memory_copy(service ? str_of(service->model->iam_prefix) : name);
}

static void set_pattern(struct aim *aim, struct str pattern)
{
    struct str operation, service = str_cut(pattern, ':', &operation);
    bool has_service = service.length < pattern.length;
    aim->service = has_service ? service_of(aim->arm->script->cloud, service) : NULL;
    aim->operation = memory_copy(has_service ? operation : pattern);
}

static void add_asking(struct aim *aim, const cJSON *fault)
{
    struct arm *arm = aim->arm;
    aim->hook = (struct hook){ .point = point_of(json_str(fault, "point")),
                               .order = BEFORE_OTHERS,
                               .pack = arm->script->name,
                               .account = arm->account,
                               .service = aim->service,
                               .operation = aim->operation,
                               .role = json_string(fault, "role"),
                               .resource = json_string(fault, "resource"),
                               .chance = json_number(fault, "chance", 1),
                               .ask = ask,
                               .forgotten = forgotten,
                               .data = aim };
    aim->asks = true;
    hook_add(arm->script->world->hooks, &aim->hook);
}

static void add_effects(struct aim *aim, const cJSON *fault, const char *list,
                        struct wire_fault *(*arm_one)(struct world *world, const cJSON *effect,
                                                      const struct wire_place *place, uint64_t *hits))
{
    struct arm *arm = aim->arm;
    const struct wire_place place = { .pack = arm->script->name,
                                      .account = arm->account,
                                      .service = aim->service,
                                      .operation = aim->operation,
                                      .role = json_string(fault, "role"),
                                      .resource = json_string(fault, "resource"),
                                      .chance = json_number(fault, "chance", 1),
                                      .order = BEFORE_OTHERS };
    const cJSON *effect;
    cJSON_ArrayForEach(effect, json_get(fault, list))
    {
        arm->effects[arm->effect_count++] = arm_one(arm->script->world, effect, &place, &arm->hits);
    }
}

static size_t count_of(const cJSON *fault, const char *list)
{
    return (size_t)cJSON_GetArraySize(json_get(fault, list));
}

static void add_hooks(struct arm *arm, struct json *declaration, const cJSON *fault)
{
    const cJSON *pattern;
    size_t patterns = count_of(fault, "on"), effects = count_of(fault, "wire") + count_of(fault, "life");
    arm->declaration = json_ref(declaration);
    arm->aims = memory_alloc(sizeof *arm->aims * (patterns + 1));
    arm->effects = memory_alloc(sizeof(struct wire_fault *) * (patterns * effects + 1));
    cJSON_ArrayForEach(pattern, json_get(fault, "on"))
    {
        struct aim *aim = &arm->aims[arm->aim_count++];
        aim->arm = arm;
        set_pattern(aim, json_value(pattern));
        add_effects(aim, fault, "wire", wire_fault_arm);
        add_effects(aim, fault, "life", life_fault_arm);
        if (script_has(arm->script, arm->callback))
            add_asking(aim, fault);
    }
    arm->looks_back = script_has(arm->script, arm->callback);
    if (arm->looks_back)
        past_want(arm->script->world);
}

/* Whoever waits for an answer of it gets PASS here, and the callback's own comes too late. */
static void remove_hooks(struct arm *arm)
{
    struct script *script = arm->script;
    for (struct list *link = script->jobs.next, *next; link != &script->jobs; link = next) {
        struct job *job = LIST_ITEM(link, struct job, link);
        next = link->next;
        if (job->arm == arm)
            job->question = NULL;
    }
    for (size_t i = 0; i < arm->effect_count; i++)
        wire_fault_disarm(arm->effects[i]);
    for (size_t i = 0; i < arm->aim_count; i++) {
        if (arm->aims[i].asks)
            hook_remove(script->world->hooks, &arm->aims[i].hook);
        free(arm->aims[i].service);
        free(arm->aims[i].operation);
    }
    if (arm->looks_back)
        past_unwant(script->world);
    free(arm->aims);
    free(arm->effects);
    json_unref(arm->declaration);
    arm->aims = NULL;
    arm->effects = NULL;
    arm->declaration = NULL;
    arm->aim_count = arm->effect_count = 0;
    arm->looks_back = false;
}

static struct arm *find_arm(const struct script *script, const char *fault, const char *account)
{
    for (struct list *link = script->arms.next; link != &script->arms; link = link->next) {
        struct arm *arm = LIST_ITEM(link, struct arm, link);
        if (strcmp(arm->fault, fault) == 0 && strcmp(arm->account, account) == 0)
            return arm;
    }
    return NULL;
}

static void free_arm(struct arm *arm)
{
    list_remove(&arm->link);
    remove_hooks(arm);
    free(arm->fault);
    free(arm->callback);
    free(arm);
}

bool script_arm(struct script *script, const char *fault, const char *account)
{
    struct json *declaration = script_declaration(script);
    const cJSON *found = declaration ? find_fault(json_root(declaration), fault) : NULL;
    if (!found)
        return false;
    if (find_arm(script, fault, account))
        return true;
    struct buf callback = BUF_EMPTY;
    struct arm *arm = memory_alloc(sizeof *arm);
    arm->script = script;
    arm->fault = memory_copy(str_of(fault));
    buf_printf(&callback, "fault/%s/call", fault);
    arm->callback = buf_take(&callback);
    snprintf(arm->account, sizeof arm->account, "%s", account);
    list_append(&script->arms, &arm->link);
    add_hooks(arm, declaration, found);
    return true;
}

void script_disarm(struct script *script, const char *fault, const char *account)
{
    struct arm *arm = find_arm(script, fault, account);
    if (arm)
        free_arm(arm);
}

uint64_t script_fault_hits(const struct script *script, const char *fault, const char *account)
{
    const struct arm *arm = find_arm(script, fault, account);
    return arm ? arm->hits : 0;
}

void faults_renew(struct script *script)
{
    struct json *declaration = script_declaration(script);
    for (struct list *link = script->arms.next, *next; link != &script->arms; link = next) {
        struct arm *arm = LIST_ITEM(link, struct arm, link);
        next = link->next;
        const cJSON *fault = find_fault(json_root(declaration), arm->fault);
        remove_hooks(arm);
        if (fault)
            add_hooks(arm, declaration, fault);
        else
            free_arm(arm);
    }
}

void faults_disarm_all(struct script *script)
{
    while (!list_is_empty(&script->arms))
        free_arm(LIST_ITEM(script->arms.next, struct arm, link));
}
