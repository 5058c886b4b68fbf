/* A function's code: the ZIP as it came, kept once for all versions that run it. Table "lambda.code", key
 * "FUNCTION/SHA256 in hex": {"zip": base64} or, where it is large, {"blob": id, "size"}. */
#ifndef LAMBDA_CODE_H
#define LAMBDA_CODE_H

#include "aws/call.h"

extern const struct table_def code_table;

#define CODE_MOST_UNZIPPED 262144000 /* "Lambda quotas": 250 MB, code and layers */

struct code {
    struct str zip;      /* in the call's arena */
    char sha256[45];     /* base64, as the API says it */
    char sha256_hex[65]; /* what it is kept by */
};

/* The code that a call brings (in `given`: ZipFile, S3Bucket …), looked into. An object of S3 is read as who calls; where that
 * waits the answer is PARKED and the handler is entered once more, whole, when the object is there. */
enum outcome code_of_call(struct call *call, const cJSON *given, struct code *ret_code);
bool code_keep(struct call *call, struct str function, const struct code *code); /* false: the call was failed */
/* Adds the ZIP; false: there is none. */
bool code_read(struct world *world, struct scope scope, struct str function, struct str sha256_hex, struct buf *zip);
/* The ZIP is the call's answer. */
enum outcome code_answer(struct call *call, struct str function, struct str sha256_hex);
void code_drop(struct world *world, struct scope scope, struct str function, struct str sha256_hex);
void code_drop_all(struct world *world, struct scope scope, struct str function);

#endif
