#include "aws/page.h"

#include "aws/service.h"
#include "base/digest.h"

/* The mark that binds a token to its call. Its key is part of the program, so tokens outlive a restart, a crash and a move of
 * the data folder. It need not be secret: a forged token names a place in the forger's own listing, which he may read anyway.
 *
 *     base64( mark(service, operation, account, region, filter, place) ‖ place ) */
#define MARK_BYTES 12
#define MARK_KEY   STR("rehearse page token, form 1")

static void add_part(struct buf *text, struct str part)
{
    buf_add_int64(text, (int64_t)part.length); /* so that no two lists of parts read alike */
    buf_add_byte(text, ':');
    buf_add_str(text, part);
}

static void make_mark(const struct call *call, struct str place, struct str filter,
                      unsigned char ret_mark[SHA256_BYTES])
{
    struct scope scope = call_scope(call);
    struct buf text = BUF_EMPTY;
    add_part(&text, str_of(call->service->model->name));
    add_part(&text, str_of(call->operation->name));
    add_part(&text, str_of(scope.account));
    add_part(&text, str_of(scope.region));
    add_part(&text, filter);
    add_part(&text, place);
    digest_hmac_sha256(MARK_KEY, buf_str(&text), ret_mark);
    buf_release(&text);
}

char *page_token(struct call *call, struct str place, struct str filter)
{
    unsigned char mark[SHA256_BYTES];
    make_mark(call, place, filter, mark);
    struct buf bytes = BUF_EMPTY, token = BUF_EMPTY;
    buf_add(&bytes, mark, MARK_BYTES);
    buf_add_str(&bytes, place);
    base64_encode(&token, buf_str(&bytes));
    char *text = arena_copy(call->arena, buf_str(&token));
    buf_release(&token);
    buf_release(&bytes);
    return text;
}

bool page_place(struct call *call, struct str token, struct str filter, struct str *ret_place)
{
    struct buf bytes = BUF_EMPTY;
    bool good = base64_decode(&bytes, token) && bytes.length >= MARK_BYTES;
    if (good) {
        unsigned char mark[SHA256_BYTES];
        struct str place = str_from(buf_str(&bytes), MARK_BYTES);
        make_mark(call, place, filter, mark);
        good = digest_equal(mark, bytes.at, MARK_BYTES);
        if (good)
            *ret_place = arena_str(call->arena, place);
    }
    buf_release(&bytes);
    return good;
}
