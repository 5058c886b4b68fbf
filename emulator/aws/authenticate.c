#include "aws/authenticate.h"

#include "aws/arn.h"
#include "aws/authenticate_s3.h"
#include "aws/sigv2_s3.h"
#include "base/digest.h"
#include "base/time.h"
#include "world/account.h"

/* ---- principals of keys ---- */

static enum principal_kind kind_of(struct str resource)
{
    if (str_is(resource, "root"))
        return PRINCIPAL_ROOT;
    if (str_starts(resource, STR("federated-user/")))
        return PRINCIPAL_FEDERATED_USER;
    return str_starts(resource, STR("assumed-role/")) ? PRINCIPAL_ROLE_SESSION : PRINCIPAL_USER;
}

/* The key's row may change while the call is under way: its text is copied. */
static struct principal principal_of_key(const struct call *call, const struct access_key *key)
{
    struct arena *arena = call->arena;
    struct principal who = { .role = "" };
    who.account = arena_copy(arena, str_of(key->account));
    who.arn = arena_copy(arena, str_of(key->principal_arn));
    who.user_id = arena_copy(arena, str_of(key->user_id));
    who.session_policy = arena_copy(arena, str_of(key->session_policy));
    who.session_tags = arena_copy(arena, str_of(key->session_tags));
    who.federated_by = arena_copy(arena, str_of(key->federated_by));
    who.access_key_id = arena_copy(arena, str_of(key->id));
    struct arn arn = { 0 };
    arn_parse(str_of(who.arn), &arn);
    who.kind = kind_of(arn.resource);
    if (who.kind == PRINCIPAL_ROLE_SESSION) {
        struct str name = str_from(arn.resource, sizeof "assumed-role/" - 1);
        who.role = arena_copy(arena, str_cut(name, '/', &name));
    }
    account_note_use(call->world, str_of(who.access_key_id), call->service->model->signing_name, call->region);
    return who;
}

static bool is_expired(const struct call *call, const struct access_key *key)
{
    return key->expires_ms <= clock_now(call->world->clock);
}

static bool is_s3(const struct call *call)
{
    return call->protocol == PROTOCOL_REST_XML;
}

static enum outcome fail_expired(struct call *call)
{
    if (is_s3(call))
        return s3_refuse_token(call, true);
    return call_fail(call, &ERROR_EXPIRED_TOKEN, "The security token included in the request is expired");
}

/* ---- whose clock ---- */

int64_t authenticate_clock(const struct call *call)
{
    return time_wall_ms() + call->manner.skew_ms;
}

static bool is_account_id(struct str text)
{
    bool digits = text.length == ACCOUNT_ID_LENGTH;
    for (size_t i = 0; digits && i < text.length; i++)
        digits = text.at[i] >= '0' && text.at[i] <= '9';
    return digits;
}

/* Of whom the request speaks; nobody has verified it yet. */
static const char *account_named(const struct call *call)
{
    struct str id = call->signature->access_key_id;
    const struct access_key *key = id.length ? account_find_key(call->world, id) : NULL;
    if (key)
        return arena_copy(call->arena, str_of(key->account));
    return is_account_id(id) ? arena_copy(call->arena, id) : call->cloud->account;
}

/* Hooks may say that this cloud's clock goes wrong; they answer at once. */
static void ask_clock(struct call *call)
{
    if (!hook_any(call->world->hooks, HOOK_SIGNATURE) || !call->operation)
        return;
    struct question question = { .point = HOOK_SIGNATURE,
                                 .account = account_named(call),
                                 .region = call->region,
                                 .service = call->service->model->iam_prefix,
                                 .operation = call->operation->name,
                                 .role = "",
                                 .resource = "",
                                 .made_by = "" };
    hook_ask(call->world, &question);
    manner_add(&call->manner, &question.manner);
}

/* ---- open mode ---- */

/* A page elsewhere on the web can make a browser send forms and GETs here, without asking first and without an Authorization
 * header: nobody meant those. */
static bool is_from_foreign_page(const struct call *call)
{
    if (call->signature->present && !call->signature->presigned)
        return false;
    if (str_is(call->request->method, "OPTIONS")) /* it asks, and changes nothing */
        return false;
    struct str site = request_header(call->request, STR("Sec-Fetch-Site"));
    if (site.length)
        return !str_is(site, "none") && !str_is(site, "same-origin");
    return request_header(call->request, STR("Origin")).length;
}

static enum outcome be_whoever_is_named(struct call *call)
{
    struct str id = call->signature->access_key_id;
    const struct access_key *key = id.length ? account_find_key(call->world, id) : NULL;
    if (key && is_expired(call, key))
        return fail_expired(call);
    if (key) {
        call->caller = principal_of_key(call, key);
        return CALL_DONE;
    }
    call->caller = principal_of_root(call->arena, is_account_id(id) ? id : str_of(call->cloud->account));
    call->caller.access_key_id = arena_copy(call->arena, id);
    return CALL_DONE;
}

/* A URL that was signed for a while ends here too, and whoever meets a clock that goes wrong (S3 has looked already). */
static const char *outlived(const struct call *call)
{
    const struct signature *signature = call->signature;
    bool timed = signature->presigned || call->manner.skew_ms;
    if (is_s3(call) || !timed || !signature->signed_ms)
        return NULL;
    return sigv4_check_time(call->arena, signature, authenticate_clock(call));
}

static enum outcome authenticate_open(struct call *call)
{
    if (is_from_foreign_page(call))
        return call_fail(call, &ERROR_ACCESS_DENIED, "A web page elsewhere made this request and did not sign it.");
    const char *why = outlived(call);
    if (why)
        return call_fail_with(call, &ERROR_INVALID_SIGNATURE, str_of(why));
    return be_whoever_is_named(call);
}

/* ---- strict mode ---- */

static bool token_fits(const struct access_key *key, struct str token)
{
    struct str expected = str_of(key->session_token);
    return expected.length == token.length && digest_equal(expected.at, token.at, token.length);
}

static enum outcome authenticate_strict(struct call *call)
{
    const struct signature *signature = call->signature;
    if (!signature->present)
        return call_fail(call, &ERROR_MISSING_TOKEN, "%s",
                         call->protocol == PROTOCOL_QUERY ? "Request is missing Authentication Token"
                                                          : "Missing Authentication Token");
    if (signature->flaw)
        return call_fail_with(call, signature->flaw, str_of(signature->flaw_message));
    const struct access_key *key = account_find_key(call->world, signature->access_key_id);
    if (!key || !token_fits(key, signature->security_token))
        return call_fail(call, &ERROR_UNRECOGNIZED_CLIENT, "The security token included in the request is invalid.");
    if (is_expired(call, key))
        return fail_expired(call);
    const struct error_kind *kind = NULL;
    const char *why = sigv4_verify(call->cloud->signing, call->request, signature, str_of(key->secret),
                                   call->service->model->signing_name, authenticate_clock(call), &kind);
    if (why)
        return call_fail_with(call, kind, str_of(why));
    call->caller = principal_of_key(call, key);
    return CALL_DONE;
}

/* Unsigned, it is nobody's: what a bucket lets everybody do nobody may do too, and the service asks the bucket. */
static enum outcome authenticate_s3(struct call *call)
{
    const struct signature *signature = call->signature;
    if (!signature->present)
        return CALL_DONE;
    const struct access_key *key = account_find_key(call->world, signature->access_key_id);
    if (!key)
        return s3_refuse_unknown_key(call);
    if (!token_fits(key, signature->security_token))
        return s3_refuse_token(call, false);
    if (is_expired(call, key))
        return fail_expired(call);
    enum outcome outcome = s3_verify_signature(call, str_of(key->secret));
    if (outcome == CALL_DONE)
        call->caller = principal_of_key(call, key);
    return outcome;
}

enum outcome authenticate_call(struct call *call)
{
    if (sigv4_region_is_sane(call->signature->region))
        call->region = arena_copy(call->arena, call->signature->region);
    ask_clock(call);
    if (is_s3(call) && !call->signature->present)
        sigv2_read(call->request, call->signature);
    if (is_s3(call) && call->signature->present && s3_check_signature(call) != CALL_DONE)
        return CALL_FAILED;
    if (!call->cloud->strict)
        return authenticate_open(call);
    return is_s3(call) ? authenticate_s3(call) : authenticate_strict(call);
}

enum outcome authenticate_text(struct call *call, struct signature *signature, struct str text)
{
    call->signature = signature;
    if (!call->cloud->strict)
        return be_whoever_is_named(call);
    const struct access_key *key = account_find_key(call->world, signature->access_key_id);
    if (!key)
        return s3_refuse_unknown_key(call);
    if (!token_fits(key, signature->security_token))
        return s3_refuse_token(call, false);
    if (is_expired(call, key))
        return fail_expired(call);
    struct str secret = str_of(key->secret);
    if (!(signature->legacy ? sigv2_signs(text, signature, secret) : sigv4_signs_text(signature, secret, text)))
        return call_fail(
            call, &ERROR_INVALID_SIGNATURE,
            "The request signature we calculated does not match the signature you provided. Check your key "
            "and signing method.");
    call->caller = principal_of_key(call, key);
    return CALL_DONE;
}
