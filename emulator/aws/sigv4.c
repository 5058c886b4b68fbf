#include "aws/sigv4.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/map.h"
#include "base/percent.h"
#include "base/time.h"

#define ALGORITHM      "AWS4-HMAC-SHA256"
#define TERMINATOR     "aws4_request"
#define SKEW_MINUTES   5
#define MOST_EXPIRES_S 604800
#define MOST_HEADERS   128          /* names in SignedHeaders; the edge lets 100 headers in */
#define MOST_CANONICAL (256 * 1024) /* request line and headers are 48 KiB at most, three times that when encoded */
#define MOST_KEYS      4096         /* in the cache */

/* ---- reading ---- */

static void flaw(struct signature *signature, const struct error_kind *kind, const char *message)
{
    if (signature->flaw)
        return;
    signature->flaw = kind;
    signature->flaw_message = message;
}

/* "20261122T091508Z", or HTTP's own form where only a Date header came. */
static bool read_date(struct arena *arena, struct signature *signature)
{
    if (time_parse_amz(signature->amz_date, &signature->signed_ms))
        return true;
    if (!time_parse_http(signature->amz_date, &signature->signed_ms))
        return false;
    char amz[17];
    time_print_amz(signature->signed_ms, amz);
    signature->amz_date = arena_str(arena, str_of(amz));
    return true;
}

static void check_date(struct arena *arena, struct signature *signature)
{
    if (!signature->amz_date.length || read_date(arena, signature))
        return;
    flaw(signature, &ERROR_INCOMPLETE_SIGNATURE,
         arena_printf(arena,
                      "Date must be in ISO-8601 'basic format'. Got '%.*s'. See http://en.wikipedia.org/wiki/ISO_8601",
                      STR_ARG(signature->amz_date)));
}

static struct str cut_last(struct str text, struct str *ret_last)
{
    const char *slash = text.length ? memrchr(text.at, '/', text.length) : NULL;
    size_t at = slash ? (size_t)(slash - text.at) + 1 : 0;
    *ret_last = str_from(text, at);
    return str_first(text, at ? at - 1 : 0);
}

/* KEY/20261122/REGION/SERVICE/aws4_request, read from its end: a key that holds a '/' is wrong but still has a scope. */
static void read_scope(struct arena *arena, struct signature *signature)
{
    struct str terminator, rest = signature->credential;
    size_t slashes = 0;
    for (size_t i = 0; i < rest.length; i++)
        slashes += rest.at[i] == '/';
    rest = cut_last(rest, &terminator);
    rest = cut_last(rest, &signature->service);
    rest = cut_last(rest, &signature->region);
    signature->access_key_id = cut_last(rest, &signature->date);
    if (slashes != 4)
        flaw(signature, &ERROR_INCOMPLETE_SIGNATURE,
             arena_printf(
                 arena,
                 "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
                 "got '%.*s'",
                 STR_ARG(signature->credential)));
    else if (!str_is(terminator, TERMINATOR))
        flaw(signature, &ERROR_INVALID_SIGNATURE,
             arena_printf(arena, "Credential should be scoped with a valid terminator: '" TERMINATOR "', not '%.*s'.",
                          STR_ARG(terminator)));
}

static bool separates(char byte)
{
    return byte == ' ' || byte == ',' || byte == '\t';
}

static struct str next_part(struct str *rest)
{
    while (rest->length && separates(rest->at[0]))
        *rest = str_from(*rest, 1);
    struct str part = str_first(*rest, str_find_byte(*rest, ','));
    part = str_first(part, str_find_byte(part, ' '));
    part = str_first(part, str_find_byte(part, '\t'));
    *rest = str_from(*rest, part.length);
    return part;
}

/* Name=value parts, parted by commas or spaces. The first one without '=' comes back: AWS names it in the error. */
static struct str read_parts(struct str header, struct signature *signature)
{
    struct str flawed = STR_NONE, rest = header, part = next_part(&rest);
    signature->algorithm = part;
    if (!str_is(part, ALGORITHM))
        return flawed; /* another scheme: every part is missing */
    while ((part = next_part(&rest)).length) {
        struct str value, name = str_cut(part, '=', &value);
        if (name.length == part.length)
            flawed = flawed.length ? flawed : part;
        else if (str_is(name, "Credential"))
            signature->credential = value;
        else if (str_is(name, "SignedHeaders"))
            signature->signed_headers = value;
        else if (str_is(name, "Signature"))
            signature->hex = value;
    }
    return flawed;
}

static const char *unless(bool there, const char *sentence)
{
    return there ? "" : sentence;
}

static void read_header(const struct wire_request *request, struct str header, struct signature *signature)
{
    signature->present = true;
    struct str flawed = read_parts(header, signature);
    signature->amz_date = request_header(request, STR("X-Amz-Date"));
    if (!signature->amz_date.length)
        signature->amz_date = request_header(request, STR("Date"));
    signature->security_token = request_header(request, STR("X-Amz-Security-Token"));
    signature->payload_hash = request_header(request, STR("X-Amz-Content-Sha256"));
    if (flawed.length)
        flaw(signature, &ERROR_INCOMPLETE_SIGNATURE,
             arena_printf(request->arena,
                          "'%.*s' not a valid key=value pair (missing equal-sign) in Authorization header: '%.*s'.",
                          STR_ARG(flawed), STR_ARG(header)));
    else if (!signature->credential.length || !signature->hex.length || !signature->signed_headers.length ||
             !signature->amz_date.length)
        flaw(signature, &ERROR_INCOMPLETE_SIGNATURE,
             arena_printf(
                 request->arena, "%s%s%s%sAuthorization=%.*s",
                 unless(signature->credential.length, "Authorization header requires 'Credential' parameter. "),
                 unless(signature->hex.length, "Authorization header requires 'Signature' parameter. "),
                 unless(signature->signed_headers.length, "Authorization header requires 'SignedHeaders' parameter. "),
                 unless(signature->amz_date.length, "Authorization header requires existence of either a "
                                                    "'X-Amz-Date' or a 'Date' header. "),
                 STR_ARG(header)));
}

/* ---- percent-encoding ---- */

/* The byte at *place, percent-encoded or not; *place moves behind it. */
static unsigned char next_byte(struct str text, size_t *place)
{
    size_t at = *place;
    if (text.at[at] == '%' && text.length - at > 2) {
        int high = hex_digit(text.at[at + 1]), low = hex_digit(text.at[at + 2]);
        if (high >= 0 && low >= 0) {
            *place += 3;
            return (unsigned char)(high << 4 | low);
        }
    }
    *place += 1;
    return (unsigned char)text.at[at];
}

static struct str decoded(struct arena *arena, struct str text)
{
    char *room = ARENA_ARRAY(arena, char, text.length + 1);
    size_t length = 0;
    for (size_t at = 0; at < text.length;)
        room[length++] = (char)next_byte(text, &at);
    return (struct str){ room, length };
}

/* ---- reading a presigned query ---- */

static void read_query(const struct wire_request *request, struct signature *signature)
{
    struct arena *arena = request->arena;
    const struct {
        const char *name;
        struct str *value;
    } parts[] = {
        { "X-Amz-Algorithm", &signature->algorithm },
        { "X-Amz-Credential", &signature->credential },
        { "X-Amz-Date", &signature->amz_date },
        { "X-Amz-Expires", &signature->expires },
        { "X-Amz-SignedHeaders", &signature->signed_headers },
        { "X-Amz-Signature", &signature->hex },
        { "X-Amz-Security-Token", &signature->security_token },
        { "X-Amz-Content-Sha256", &signature->payload_hash },
    };
    struct str rest = request->query;
    while (rest.length) {
        struct str value, name = str_cut(str_cut(rest, '&', &rest), '=', &value);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            if (str_is(name, parts[i].name))
                *parts[i].value = decoded(arena, value);
    }
    signature->present = signature->presigned = signature->credential.length || signature->hex.length;
    if (!signature->present)
        return;
    if (!signature->algorithm.length || !signature->credential.length || !signature->hex.length ||
        !signature->signed_headers.length || !signature->amz_date.length)
        flaw(signature, &ERROR_INCOMPLETE_SIGNATURE,
             arena_printf(
                 arena, "%s%s%s%s%sRe-examine the query-string parameters.",
                 unless(signature->algorithm.length, "AWS query-string parameters must include 'X-Amz-Algorithm'. "),
                 unless(signature->credential.length, "AWS query-string parameters must include 'X-Amz-Credential'. "),
                 unless(signature->hex.length, "AWS query-string parameters must include 'X-Amz-Signature'. "),
                 unless(signature->signed_headers.length,
                        "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "),
                 unless(signature->amz_date.length, "AWS query-string parameters must include 'X-Amz-Date'. ")));
    else if (!str_is(signature->algorithm, ALGORITHM))
        flaw(signature, &ERROR_INCOMPLETE_SIGNATURE,
             arena_printf(arena, "Unsupported AWS 'algorithm': '%.*s'.", STR_ARG(signature->algorithm)));
    signature->expires_s = SKEW_MINUTES * 60; /* what services other than S3 give when nothing is said */
    struct str expires = signature->expires;
    if (expires.length && (!str_to_int64(expires, &signature->expires_s) || signature->expires_s < 1 ||
                           signature->expires_s > MOST_EXPIRES_S))
        flaw(signature, &ERROR_INCOMPLETE_SIGNATURE,
             arena_printf(arena, "X-Amz-Expires must be a number of seconds between 1 and %d, got '%.*s'.",
                          MOST_EXPIRES_S, STR_ARG(expires)));
}

void sigv4_read(const struct wire_request *request, struct signature *ret_signature)
{
    *ret_signature = (struct signature){ 0 };
    struct str header = request_header(request, STR("Authorization"));
    if (header.at)
        read_header(request, header, ret_signature);
    else if (request->query.length)
        read_query(request, ret_signature);
    if (ret_signature->credential.length)
        read_scope(request->arena, ret_signature);
    check_date(request->arena, ret_signature);
}

/* ---- the canonical request ---- */

/* S3's rules: its path is taken as it came, its presigned bodies are not signed. ("s3tables" is a service like any other.) */
static bool is_s3(const struct signature *signature)
{
    return str_is(signature->service, "s3") || str_is(signature->service, "s3express") ||
           str_starts(signature->service, STR("s3-"));
}

/* Takes the segments one by one: "" and "." vanish, ".." takes the one before it along; what is left is encoded again, so
 * that "%20", as it stands on the wire, becomes "%2520". */
static void add_path(struct buf *text, struct str path)
{
    size_t start = text->length;
    for (struct str rest = path; rest.length;) {
        struct str segment = str_cut(rest, '/', &rest);
        if (segment.length == 0 || str_is(segment, "."))
            continue;
        if (str_is(segment, "..")) {
            while (text->length > start && text->at[--text->length] != '/')
                ;
            continue;
        }
        buf_add_byte(text, '/');
        for (size_t i = 0; i < segment.length; i++)
            percent_encode_byte(text, (unsigned char)segment.at[i]);
    }
    if (text->length == start || str_ends(path, STR("/")))
        buf_add_byte(text, '/');
}

struct pair {
    size_t start, equals, end; /* in the buffer that holds the encoded text */
    const char *base;          /* set once the buffer grows no more */
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *one = a, *other = b;
    struct str left = { one->base + one->start, one->equals - one->start };
    struct str right = { other->base + other->start, other->equals - other->start };
    int order = str_compare(left, right);
    if (order)
        return order;
    left = (struct str){ one->base + one->equals, one->end - one->equals };
    right = (struct str){ other->base + other->equals, other->end - other->equals };
    return str_compare(left, right);
}

static void add_query_text(struct buf *text, struct str part)
{
    for (size_t at = 0; at < part.length;)
        percent_encode_byte(text, next_byte(part, &at));
}

/* Each name and value decoded and encoded anew, ordered by what comes of it; a presigned query without its signature. */
static void add_query(struct buf *text, struct str query, bool presigned, struct arena *arena)
{
    if (!query.length)
        return;
    size_t most = 1;
    for (size_t i = 0; i < query.length; i++)
        most += query.at[i] == '&';
    struct pair *pairs = ARENA_ARRAY(arena, struct pair, most);
    struct buf encoded;
    buf_init(&encoded, MOST_CANONICAL);
    size_t count = 0;
    for (struct str rest = query; rest.length;) {
        struct str whole = str_cut(rest, '&', &rest), value, name = str_cut(whole, '=', &value);
        if (!whole.length || (presigned && str_is(name, "X-Amz-Signature")))
            continue;
        struct pair *pair = &pairs[count++];
        pair->start = encoded.length;
        add_query_text(&encoded, name);
        pair->equals = encoded.length;
        buf_add_byte(&encoded, '=');
        add_query_text(&encoded, value);
        pair->end = encoded.length;
    }
    for (size_t i = 0; i < count; i++)
        pairs[i].base = encoded.at;
    qsort(pairs, count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_byte(text, '&');
        buf_add(text, encoded.at + pairs[i].start, pairs[i].end - pairs[i].start);
    }
    text->overflow |= encoded.overflow;
    buf_release(&encoded);
}

/* Trimmed, runs of spaces made one. */
static void add_folded(struct buf *text, struct str value)
{
    struct str rest = str_trim(value);
    while (rest.length) {
        buf_add_str(text, str_cut(rest, ' ', &rest));
        if (rest.length) /* it never ends in a space */
            buf_add_byte(text, ' ');
        while (rest.length && rest.at[0] == ' ')
            rest = str_from(rest, 1);
    }
}

static void add_header(struct buf *text, const struct wire_request *request, struct str name)
{
    buf_add_str(text, name);
    buf_add_byte(text, ':');
    bool found = false;
    for (size_t i = 0; i < request->header_count; i++) {
        struct str other = request->headers[i].name;
        if (other.length != name.length || !str_equal_ignoring_case(other, name))
            continue;
        if (found)
            buf_add_byte(text, ',');
        add_folded(text, request->headers[i].value);
        found = true;
    }
    buf_add_byte(text, '\n');
}

static void add_headers(struct buf *text, const struct wire_request *request, struct str names)
{
    size_t count = 0;
    for (struct str rest = names; rest.length;) {
        if (++count > MOST_HEADERS) {
            text->overflow = true;
            return;
        }
        add_header(text, request, str_cut(rest, ';', &rest));
    }
}

/* What stands for the body: two constants of S3's and of those who cannot know it beforehand, else its digest. */
static struct str payload_hash(const struct wire_request *request, const struct signature *signature,
                               char room[2 * SHA256_BYTES + 1])
{
    if (str_is(signature->payload_hash, "UNSIGNED-PAYLOAD"))
        return signature->payload_hash;
    if (is_s3(signature) && str_starts(signature->payload_hash, STR("STREAMING-")))
        return signature->payload_hash;
    if (is_s3(signature) && signature->presigned)
        return signature->payload_hash.length ? signature->payload_hash : STR("UNSIGNED-PAYLOAD");
    if (is_s3(signature) && !request->body.at && signature->payload_hash.length)
        return signature->payload_hash; /* it has yet to come: intake.h compares */
    digest_sha256_hex(request->body, room);
    return (struct str){ room, 2 * SHA256_BYTES };
}

static void add_canonical(struct buf *text, const struct wire_request *request, const struct signature *signature,
                          struct str payload)
{
    buf_add_str(text, request->method);
    buf_add_byte(text, '\n');
    if (is_s3(signature) && request->path.length)
        buf_add_str(text, request->path);
    else
        add_path(text, request->path);
    buf_add_byte(text, '\n');
    add_query(text, request->query, signature->presigned, request->arena);
    buf_add_byte(text, '\n');
    add_headers(text, request, signature->signed_headers);
    buf_add_byte(text, '\n');
    buf_add_str(text, signature->signed_headers);
    buf_add_byte(text, '\n');
    buf_add_str(text, payload);
}

void sigv4_canonical_request(const struct wire_request *request, const struct signature *signature,
                             struct buf *ret_text)
{
    char room[2 * SHA256_BYTES + 1];
    add_canonical(ret_text, request, signature, payload_hash(request, signature, room));
}

void sigv4_string_to_sign(struct str canonical_request, const struct signature *signature, struct buf *ret_text)
{
    char digest[2 * SHA256_BYTES + 1];
    digest_sha256_hex(canonical_request, digest);
    buf_add_str(ret_text, STR(ALGORITHM "\n"));
    buf_add_str(ret_text, signature->amz_date);
    buf_add_byte(ret_text, '\n');
    buf_add_str(ret_text, signature->date);
    buf_add_byte(ret_text, '/');
    buf_add_str(ret_text, signature->region);
    buf_add_byte(ret_text, '/');
    buf_add_str(ret_text, signature->service);
    buf_add_str(ret_text, STR("/" TERMINATOR "\n"));
    buf_add(ret_text, digest, 2 * SHA256_BYTES);
}

/* ---- signing keys ---- */

/* A key costs four HMACs, so those in use are kept, made ready; the oldest goes when there are too many. Only keys whose
 * secret we hold get here, but their holders choose regions as they like. */
struct signing_cache {
    struct map *keys; /* by name: id, secret, day, region and service */
    struct list by_age;
    struct buf name, canonical, to_sign; /* scratch, kept from request to request */
};

struct signing_key {
    struct list age;
    struct hmac_key *ready;
    struct str name; /* behind the struct */
};

struct signing_cache *signing_cache_new(void)
{
    struct signing_cache *cache = memory_alloc(sizeof *cache);
    cache->keys = map_new();
    list_init(&cache->by_age);
    buf_init(&cache->name, MOST_CANONICAL);
    buf_init(&cache->canonical, MOST_CANONICAL);
    buf_init(&cache->to_sign, MOST_CANONICAL);
    return cache;
}

static void drop_key(struct signing_cache *cache, struct signing_key *key)
{
    map_remove(cache->keys, key->name);
    list_remove(&key->age);
    hmac_key_free(key->ready);
    free(key);
}

void signing_cache_free(struct signing_cache *cache_or_null)
{
    if (!cache_or_null)
        return;
    while (!list_is_empty(&cache_or_null->by_age))
        drop_key(cache_or_null, LIST_ITEM(cache_or_null->by_age.next, struct signing_key, age));
    map_free(cache_or_null->keys, NULL);
    buf_release(&cache_or_null->name);
    buf_release(&cache_or_null->canonical);
    buf_release(&cache_or_null->to_sign);
    free(cache_or_null);
}

struct hmac_key *sigv4_key(const struct signature *signature, struct str secret)
{
    const struct str parts[] = { signature->date, signature->region, signature->service, STR(TERMINATOR) };
    struct buf key = BUF_EMPTY;
    buf_add_text(&key, "AWS4");
    buf_add_str(&key, secret);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        unsigned char digest[SHA256_BYTES];
        digest_hmac_sha256(buf_str(&key), parts[i], digest);
        buf_clear(&key);
        buf_add(&key, digest, sizeof digest);
    }
    struct hmac_key *ready = hmac_key_new(buf_str(&key));
    buf_release(&key);
    return ready;
}

static void name_key(struct buf *name, const struct signature *signature, struct str secret)
{
    const struct str parts[] = { signature->access_key_id, secret, signature->date, signature->region,
                                 signature->service };
    buf_clear(name);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buf_add_str(name, parts[i]);
        buf_add_byte(name, '\0');
    }
}

static const struct hmac_key *signing_key(struct signing_cache *cache, const struct signature *signature,
                                          struct str secret)
{
    name_key(&cache->name, signature, secret);
    struct str name = buf_str(&cache->name);
    struct signing_key *key = map_get(cache->keys, name);
    if (key)
        return key->ready;
    if (map_count(cache->keys) >= MOST_KEYS)
        drop_key(cache, LIST_ITEM(cache->by_age.next, struct signing_key, age));
    key = memory_alloc(sizeof *key + name.length);
    key->name = (struct str){ memcpy(key + 1, name.at, name.length), name.length };
    key->ready = sigv4_key(signature, secret);
    list_append(&cache->by_age, &key->age);
    map_put(cache->keys, key->name, key);
    return key->ready;
}

/* ---- verifying ---- */

bool sigv4_region_is_sane(struct str region)
{
    if (region.length == 0 || region.length > 63)
        return false;
    for (size_t i = 0; i < region.length; i++) {
        char byte = region.at[i];
        bool letter = byte >= 'a' && byte <= 'z';
        if (!letter && (i == 0 || ((byte < '0' || byte > '9') && byte != '-')))
            return false;
    }
    return true;
}

/* All that is wrong with the scope, one sentence after the other. */
static const char *check_scope(struct arena *arena, const struct signature *signature, const char *service)
{
    const char *region = "", *other = "", *date = "";
    if (!sigv4_region_is_sane(signature->region))
        region = arena_printf(arena, "Credential should be scoped to a valid region, not '%.*s'. ",
                              STR_ARG(signature->region));
    if (!str_is(signature->service, service))
        other = arena_printf(arena, "Credential should be scoped to correct service: '%s'. ", service);
    struct str day = str_first(signature->amz_date, 8);
    if (!str_equal(signature->date, day))
        date = arena_printf(arena,
                            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                            "'%.*s' != '%.*s', from '%.*s'.",
                            STR_ARG(signature->date), STR_ARG(day), STR_ARG(signature->amz_date));
    return *region || *other || *date ? arena_printf(arena, "%s%s%s", region, other, date) : NULL;
}

bool sigv4_signs(const struct signature *signature, struct str header)
{
    struct str names = signature->signed_headers;
    while (names.length)
        if (str_equal_ignoring_case(str_cut(names, ';', &names), header))
            return true;
    return false;
}

const char *sigv4_check_time(struct arena *arena, const struct signature *signature, int64_t wall_ms)
{
    const int64_t skew_ms = SKEW_MINUTES * 60 * 1000;
    int64_t lasts_ms = signature->presigned ? signature->expires_s * 1000 : skew_ms;
    bool expired = signature->signed_ms / 1000 < (wall_ms - lasts_ms) / 1000;
    if (!expired && signature->signed_ms / 1000 <= (wall_ms + skew_ms) / 1000)
        return NULL;
    char now[17], limit[17];
    time_print_amz(wall_ms, now);
    if (expired) {
        bool minutes = lasts_ms % 60000 == 0;
        time_print_amz(wall_ms - lasts_ms, limit);
        return arena_printf(arena, "Signature expired: %.*s is now earlier than %s (%s - %d %s)",
                            STR_ARG(signature->amz_date), limit, now, (int)(lasts_ms / (minutes ? 60000 : 1000)),
                            minutes ? "min." : "sec.");
    }
    time_print_amz(wall_ms + skew_ms, limit);
    return arena_printf(arena, "Signature not yet current: %.*s is still later than %s (%s + %d min.)",
                        STR_ARG(signature->amz_date), limit, now, SKEW_MINUTES);
}

bool sigv4_matches(struct signing_cache *cache, const struct wire_request *request, const struct signature *signature,
                   struct str secret, struct str payload)
{
    buf_clear(&cache->canonical);
    buf_clear(&cache->to_sign);
    add_canonical(&cache->canonical, request, signature, payload);
    if (cache->canonical.overflow || signature->hex.length != 2 * SHA256_BYTES)
        return false;
    sigv4_string_to_sign(buf_str(&cache->canonical), signature, &cache->to_sign);
    unsigned char digest[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1];
    hmac_key_sign(signing_key(cache, signature, secret), buf_str(&cache->to_sign), digest);
    hex_encode(digest, sizeof digest, hex);
    return digest_equal(hex, signature->hex.at, 2 * SHA256_BYTES);
}

const char *sigv4_verify(struct signing_cache *cache, const struct wire_request *request,
                         const struct signature *signature, struct str secret, const char *service, int64_t wall_ms,
                         const struct error_kind **reterr_kind)
{
    *reterr_kind = &ERROR_INVALID_SIGNATURE;
    const char *why = check_scope(request->arena, signature, service);
    if (why)
        return why;
    if (!sigv4_signs(signature, STR("host")))
        return "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    why = sigv4_check_time(request->arena, signature, wall_ms);
    if (why)
        return why;
    char room[2 * SHA256_BYTES + 1];
    struct str payload = payload_hash(request, signature, room);
    if (is_s3(signature) && signature->payload_hash.length && !str_equal(payload, signature->payload_hash)) {
        *reterr_kind = &ERROR_CONTENT_SHA256_MISMATCH;
        return "The provided 'x-amz-content-sha256' header does not match what was computed.";
    }
    if (sigv4_matches(cache, request, signature, secret, payload))
        return NULL;
    return "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
           "Access Key and signing method. Consult the service documentation for details.";
}

bool sigv4_signs_text(const struct signature *signature, struct str secret, struct str text)
{
    unsigned char digest[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1];
    struct hmac_key *key = sigv4_key(signature, secret);
    hmac_key_sign(key, text, digest);
    hmac_key_free(key);
    hex_encode(digest, sizeof digest, hex);
    return signature->hex.length == 2 * SHA256_BYTES && digest_equal(hex, signature->hex.at, 2 * SHA256_BYTES);
}
