/* The files under an S3 path, read as a role by a job, piece by piece: a file, or all files of a folder or bucket, in order of
 * their keys. What goes wrong is said in the job's message. */
#ifndef FORECAST_S3_SOURCE_H
#define FORECAST_S3_SOURCE_H

#include "services/forecast/errand.h"

struct s3_source {                         /* zeroed at first */
    struct str bucket, prefix, role, path; /* in the job's arena */
    cJSON *keys;                           /* [{"Key","Size"}] */
    const cJSON *at;                       /* which is read */
    uint64_t offset, total;
    int phase;
    struct buf piece;  /* the bytes that were read last */
    bool begins, last; /* it is the file's first piece, its last */
    bool ended;        /* there is no more */
};

/* `s3_config` is an S3Config of an input. */
void s3_source_open(struct s3_source *source, struct errand *errand, const cJSON *s3_config);
/* DONE: `piece` has come, or `ended`. AGAIN, WAITS and FAILED are the job's. */
enum errand_step s3_source_step(struct s3_source *source, struct errand *errand);
void s3_source_release(struct s3_source *source);
/* "s3://bucket/key" of the file that is read. */
char *s3_source_url(const struct s3_source *source, struct errand *errand);

/* Cuts "s3://bucket/key"; the model has checked how it begins. */
void s3_path_cut(struct str path, struct str *ret_bucket, struct str *ret_key);
/* Refuses a role of another account, and where nothing lies under the path; a path that cannot be looked at passes: the job will
 * say why. Called by handlers, before a row is made. */
bool s3_config_check(struct call *call, const cJSON *s3_config, bool must_hold_objects);

#endif
