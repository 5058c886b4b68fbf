/* A model server: a model loaded to answer. It lives as long as somebody uses it, and a while longer, so that the next request finds it
 * loaded. Nothing of it is durable: who needs one after a restart gets it loaded anew.
 *
 *      model_use_begin ─▶ loading: fetch ─▶ unpack, load (worker) or ping (hooks), container by container ─▶ use->ready
 */
#ifndef SAGEMAKER_MODEL_SERVER_H
#define SAGEMAKER_MODEL_SERVER_H

#include "services/sagemaker/container_run.h"
#include "services/sagemaker/model.h"

#define MODEL_CONTAINERS_MOST 15

struct model_server;

struct served_container {
    const char *image, *hostname;
    const cJSON *environment;
    struct predictor_box *box; /* of an algorithm of ours; NULL: the hooks answer */
    const struct list *files;  /* the model's, for the hooks */
};

enum model_state { MODEL_LOADING, MODEL_READY, MODEL_FAILED };
enum model_fault { MODEL_GONE, MODEL_DATA, MODEL_IMAGE, MODEL_PING };

/* One who uses it. Zeroed before. */
struct model_use {
    void (*ready)(struct model_use *use); /* it is READY or FAILED now */
    void *owner;
    struct model_server *server; /* NULL: it was dropped with the world's strands */
    struct list link;
};

enum model_state model_use_begin(struct world *world, struct scope scope, struct str model_name, struct model_use *use);
void model_use_end(struct model_use *use);                     /* also one that never began */
enum model_state model_use_state(const struct model_use *use); /* of a server that was dropped: FAILED */
/* Why it failed; *ret_url: the data's, of MODEL_DATA. */
enum model_fault model_use_fault(const struct model_use *use, const char **ret_url);
const char *model_use_role(const struct model_use *use);
size_t model_use_containers(const struct model_use *use, const struct served_container **ret_containers,
                            bool *ret_direct);

#endif
