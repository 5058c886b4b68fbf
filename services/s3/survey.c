#include "services/s3/survey.h"

#include <stdio.h>
#include <stdlib.h>

#include "services/s3/fault.h"
#include "services/s3/object.h"
#include "world/blob.h"
#include "world/strand.h"

const struct table_def s3_surveys = { .name = "s3.survey", .fleeting = true, .blobs = object_tell_blobs };

static const struct scope house = { "", "" };

#define READ_BYTES     ((size_t)64 * 1024)
#define READS_PER_STEP 8

struct piece {
    struct blob_reader *reader;
    uint64_t from, left;
};

struct surveying {
    struct strand strand;
    struct call *call; /* NULL: nobody waits any more */
    struct piece *pieces;
    size_t count, at;
    enum checksum_algorithm algorithm;
    struct checksum_run *md5, *sum; /* sum NULL: none was asked for */
    enum outcome (*found)(struct call *call, const struct survey *survey, void *data);
    void *data;
    char *room;
    char row[24]; /* its key in s3_surveys */
};

void survey_bytes(struct str bytes, enum checksum_algorithm algorithm, struct survey *ret_survey)
{
    *ret_survey = (struct survey){ 0 };
    checksum_of(CHECKSUM_MD5, bytes, &ret_survey->md5);
    if (algorithm != CHECKSUM_NONE)
        checksum_of(algorithm, bytes, &ret_survey->sum);
}

static void release(struct strand *strand)
{
    struct surveying *surveying = LIST_ITEM(strand, struct surveying, strand);
    for (size_t i = 0; i < surveying->count; i++)
        blob_close(surveying->pieces[i].reader);
    store_delete(strand->world->store, house, &s3_surveys, str_of(surveying->row));
    checksum_drop(surveying->md5);
    checksum_drop(surveying->sum);
    free(surveying->pieces);
    free(surveying->room);
    free(surveying);
}

static void finish(struct surveying *surveying)
{
    struct call *call = surveying->call;
    struct survey survey = { 0 };
    checksum_end(surveying->md5, &survey.md5);
    if (surveying->sum)
        checksum_end(surveying->sum, &survey.sum);
    surveying->md5 = surveying->sum = NULL;
    surveying->call = NULL;
    call_resume(call, surveying->found(call, &survey, surveying->data));
}

static void fail(struct surveying *surveying)
{
    struct call *call = surveying->call;
    surveying->call = NULL;
    call_resume(call, s3_fail(call, &FAULT_INTERNAL_ERROR, NULL));
}

/* False: the disk refuses. */
static bool read_some(struct surveying *surveying)
{
    struct piece *piece = &surveying->pieces[surveying->at];
    size_t wanted = piece->left < READ_BYTES ? (size_t)piece->left : READ_BYTES;
    int64_t got = wanted ? blob_read(piece->reader, piece->from, surveying->room, wanted) : 0;
    if (got < 0 || (wanted && got == 0))
        return false;
    struct str bytes = { surveying->room, (size_t)got };
    checksum_feed(surveying->md5, bytes);
    if (surveying->sum)
        checksum_feed(surveying->sum, bytes);
    piece->from += (uint64_t)got;
    piece->left -= (uint64_t)got;
    if (!piece->left)
        surveying->at++;
    return true;
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct surveying *surveying = LIST_ITEM(strand, struct surveying, strand);
    if (!surveying->call)
        return STRAND_ENDED;
    for (int i = 0; i < READS_PER_STEP && surveying->at < surveying->count; i++) {
        if (read_some(surveying))
            continue;
        fail(surveying);
        return STRAND_ENDED;
    }
    if (surveying->at < surveying->count)
        return STRAND_AGAIN;
    finish(surveying);
    return STRAND_ENDED;
}

static void abandoned(struct call *call)
{
    struct surveying *surveying = call->parked;
    surveying->call = NULL; /* its next step ends it */
}

static void put_row(struct surveying *surveying, const cJSON *pieces)
{
    struct store *store = surveying->strand.world->store;
    cJSON *row = cJSON_CreateObject();
    json_set(row, "pieces", json_thaw(pieces));
    snprintf(surveying->row, sizeof surveying->row, "%llu", (unsigned long long)store_last_change(store) + 1);
    store_put(store, house, &s3_surveys, str_of(surveying->row), json_seal(row));
}

static bool open_pieces(struct surveying *surveying, const cJSON *pieces)
{
    const cJSON *piece;
    cJSON_ArrayForEach(piece, pieces)
    {
        struct piece *one = &surveying->pieces[surveying->count];
        if (blob_open(surveying->strand.world, json_str(piece, "blob"), &one->reader) != 0)
            return false;
        one->from = (uint64_t)json_int64(piece, "from", 0);
        one->left = (uint64_t)json_int64(piece, "size", 0);
        surveying->count++;
    }
    return true;
}

enum outcome survey_pieces(struct call *call, const cJSON *pieces, enum checksum_algorithm algorithm,
                           enum outcome (*found)(struct call *call, const struct survey *survey, void *data),
                           void *data)
{
    struct surveying *surveying = memory_alloc(sizeof *surveying);
    surveying->pieces = memory_alloc(((size_t)cJSON_GetArraySize(pieces) + 1) * sizeof *surveying->pieces);
    surveying->room = memory_alloc(READ_BYTES);
    surveying->strand = (struct strand){ .step = step, .release = release, .world = call->world };
    surveying->call = call;
    surveying->found = found;
    surveying->data = data;
    surveying->md5 = checksum_begin(CHECKSUM_MD5);
    surveying->sum = algorithm == CHECKSUM_NONE ? NULL : checksum_begin(algorithm);
    put_row(surveying, pieces);
    if (!open_pieces(surveying, pieces)) {
        release(&surveying->strand);
        return s3_fail(call, &FAULT_INTERNAL_ERROR, NULL);
    }
    call->parked = surveying;
    call->abandoned = abandoned;
    strand_start(call->world, &surveying->strand);
    return CALL_PARKED;
}
