/* What an answer carries beside its tree, where payload.h's functions keep it: for the road, the encoders and the edge. */
#ifndef AWS_ASIDE_H
#define AWS_ASIDE_H

#include "aws/payload.h"
#include "aws/road.h"

struct blob_reader;

/* Bytes: one buffer, or pieces of blobs one behind the other. */
struct content {
    struct buf bytes;
    struct content_piece {
        struct blob_reader *reader;
        uint64_t offset, length; /* of the blob */
    } * pieces;                  /* in the call's arena */
    size_t piece_count, piece_room;
    uint64_t size; /* of all */
};

struct aside {
    int status;                  /* 0: the operation's own */
    struct wire_header *headers; /* in the call's arena */
    size_t header_count, header_room;
    bool has_content;
    struct content content;
};

/* Up to `length` bytes from `offset` on of all the content; 0 at its end, a negative errno. -EAGAIN: that would wait for the
 * disk, where it may not. Any thread, as long as nobody changes the content. */
int64_t content_read(const struct content *content, uint64_t offset, void *ret_bytes, size_t length, bool may_wait);
void aside_release(struct aside *aside_or_null);

/* The blob member that is the payload of an input or output, NULL where there is none of that kind. */
const struct member *payload_blob(const struct shape *shape_or_null);
/* call->body anew, of bytes in the call's arena or a request's. */
struct payload *payload_new(struct call *call, struct str bytes, bool given);
/* Takes the payload out of an internal call's tree (or of what a hook put in an input's place); the tree without it. A tree
 * without one leaves call->body as it is. */
const cJSON *payload_of_tree(struct call *call, const cJSON *tree);
void payload_release(struct payload *payload_or_null);
/* The answer of an internal call: its content becomes the member, where it is text and small. */
void payload_to_tree(struct call *call);

#endif
