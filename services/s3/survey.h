/* MD5 and checksum of bytes that stand in blobs. Reading them takes time, so a strand does it, a piece a turn, and the call is
 * parked meanwhile.
 *
 *     table "s3.survey"    fleeting, the house's: names the blobs of a survey as long as it lasts: {"pieces"} */
#ifndef S3_SURVEY_H
#define S3_SURVEY_H

#include "aws/payload.h"

extern const struct table_def s3_surveys;

struct survey {
    struct checksum md5, sum; /* sum.algorithm CHECKSUM_NONE: none was asked for */
};

/* Of bytes in memory, at once. */
void survey_bytes(struct str bytes, enum checksum_algorithm algorithm, struct survey *ret_survey);
/* Of pieces (object.h): PARKED, and later `found` says how the call goes on, DONE or FAILED; FAILED at once where a blob cannot
 * be opened. The pieces are copied; their blobs stay meanwhile, also such as no other row names yet. */
enum outcome survey_pieces(struct call *call, const cJSON *pieces, enum checksum_algorithm algorithm,
                           enum outcome (*found)(struct call *call, const struct survey *survey, void *data),
                           void *data);

#endif
