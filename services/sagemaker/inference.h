/* An inference: one request through a model's containers, one after the other (or the one that is named), on worker threads or by the
 * hooks. Who asks owns the struct, zeroed before, and says inference_end() whatever became of it. */
#ifndef SAGEMAKER_INFERENCE_H
#define SAGEMAKER_INFERENCE_H

#include "services/sagemaker/model_server.h"

struct inference {
    /* What is asked; borrowed. */
    struct world *world;
    struct scope scope;
    const char *arn, *name; /* of the endpoint or the job */
    struct model_use *use;  /* of a server that is READY */
    const char *hostname;   /* of the container that is meant; NULL: the chain */
    struct str body, content_type, accept;
    bool is_batch;
    int64_t timeout_ms;
    void (*ended)(struct inference *inference); /* never from inside */
    void *owner;
    /* The answer. */
    int status;            /* as HTTP has it; 200 for a good one; 0: none came in time */
    const char *container; /* "primary", or the hostname of the one that refused */
    struct buf log;
    struct container_run *run; /* holds the reply: run->container.reply, reply_type */
    /* Its own. */
    size_t next;
    struct timer timer;
};

/* False: there is no container of that hostname. */
bool inference_begin(struct inference *inference);
void inference_end(struct inference *inference);

#endif
