#include "services/sagemaker/model_server.h"

#include <stdio.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "services/sagemaker/archive.h"
#include "services/sagemaker/fetch.h"
#include "services/sagemaker/names.h"
#include "world/strand.h"

#define IDLE_MOST 16 /* servers that nobody uses and that are kept all the same */

struct model_server {
    struct strand strand;
    struct scope scope;
    char key[SAGEMAKER_KEY_MOST];
    struct arena *arena;
    struct json *row;
    const char *role_arn;
    struct model_container *containers;
    struct served_container served[MODEL_CONTAINERS_MOST];
    struct container_run *runs[MODEL_CONTAINERS_MOST]; /* hold the files */
    size_t count, next;
    enum { SERVER_BEGIN, SERVER_FETCH, SERVER_RUN, SERVER_RAN, SERVER_REST } stage;
    struct s3_access access;
    struct fetch fetch;
    enum model_state state;
    enum model_fault fault;
    uint64_t last_use;
    struct list uses, link;
};

static struct list servers; /* of every world */
static uint64_t use_count;

/* ---- loading ---- */

static enum next settle(struct model_server *server, enum model_state state)
{
    server->state = state;
    server->stage = SERVER_REST;
    s3_access_end(&server->access);
    fetch_end(&server->fetch);
    struct list told;
    list_init(&told);
    for (struct list *link; (link = list_take_first(&server->uses));)
        list_append(&told, link);
    for (struct list *link; (link = list_take_first(&told));) { /* who is told may end his use */
        struct model_use *use = LIST_ITEM(link, struct model_use, link);
        list_append(&server->uses, link);
        use->ready(use);
    }
    return STRAND_PARKED;
}

static enum next fail(struct model_server *server, enum model_fault fault)
{
    server->fault = fault;
    return settle(server, MODEL_FAILED);
}

static void wake_by_call(struct s3_access *access)
{
    strand_wake(&((struct model_server *)access->owner)->strand, WAKE_CALL, NULL, NULL);
}

static void ran(struct container_run *run)
{
    struct model_server *server = run->owner;
    server->stage = SERVER_RAN;
    strand_wake(&server->strand, WAKE_EVENT, NULL, NULL);
}

static enum next begin_container(struct model_server *server)
{
    if (server->next == server->count)
        return settle(server, MODEL_READY);
    const struct model_container *wanted = &server->containers[server->next];
    struct container_run *run = container_run_new(server->strand.world, server->row);
    server->runs[server->next] = run;
    run->owner = server;
    run->ended = ran;
    run->algorithm = image_find(str_of(wanted->image), server->scope.account).algorithm;
    run->container.scope = server->scope;
    run->container.task = CONTAINER_PING;
    run->container.arn = json_string(json_root(server->row), "arn");
    run->container.name = json_string(json_root(server->row), "name");
    run->container.image = wanted->image;
    run->container.role_arn = server->role_arn;
    run->container.environment = wanted->environment;
    server->stage = SERVER_RUN;
    if (!wanted->data_url)
        return STRAND_AGAIN;
    server->fetch = (struct fetch){ .access = &server->access,
                                    .container = &run->container,
                                    .url = wanted->data_url,
                                    .folder = "/archive",
                                    .is_object = true };
    fetch_begin(&server->fetch);
    server->stage = SERVER_FETCH;
    return STRAND_AGAIN;
}

static enum next fetch_more(struct model_server *server)
{
    enum progress progress = fetch_step(&server->fetch);
    if (progress == PROGRESS_WAITS)
        return STRAND_PARKED;
    if (progress == PROGRESS_FAILED)
        return fail(server, MODEL_DATA);
    if (progress == PROGRESS_DONE) {
        s3_access_end(&server->access);
        fetch_end(&server->fetch);
        server->stage = SERVER_RUN;
    }
    return STRAND_AGAIN;
}

/* On a worker. */
static void load(struct container_run *run)
{
    struct container *container = &run->container;
    const char *why = NULL;
    struct str archive = STR_NONE;
    if (!list_is_empty(&container->input))
        archive = buf_str(&LIST_ITEM(container->input.next, struct container_file, link)->bytes);
    if (archive.at && !archive_unpack(archive, MODEL_FOLDER, container, &why)) {
        snprintf(container->reason, sizeof container->reason, "Unable to load model: %s", why);
        container->exit_code = 1;
        return;
    }
    struct predictor *predictor = run->algorithm ? run->algorithm->load(container) : NULL;
    if (predictor)
        run->box = predictor_box_new(run->algorithm, predictor);
    container->exit_code = run->algorithm && !predictor;
}

static enum next run_container(struct model_server *server)
{
    struct container_run *run = server->runs[server->next];
    if (!run->compute) /* nothing was begun */
        container_run_compute(run, load, clock_now(server->strand.world->clock));
    return STRAND_PARKED;
}

static enum next take_container(struct model_server *server)
{
    struct container_run *run = server->runs[server->next];
    const struct model_container *wanted = &server->containers[server->next];
    if (run->container.exit_code != 0)
        return fail(server, MODEL_PING);
    if (!run->algorithm && !run->container.answered) { /* the hooks are asked behind the archive */
        server->stage = SERVER_RUN;
        if (!container_run_start(run, 0))
            return STRAND_PARKED;
    }
    if (run->container.unknown_image)
        return fail(server, MODEL_IMAGE);
    if (run->container.refused || run->container.exit_code != 0)
        return fail(server, MODEL_PING);
    server->served[server->next++] = (struct served_container){
        .image = wanted->image,
        .hostname = wanted->hostname,
        .environment = wanted->environment,
        .box = run->box,
        .files = &run->container.input,
    };
    server->stage = SERVER_BEGIN;
    return STRAND_AGAIN;
}

static enum next step(struct strand *strand, const struct wake *wake)
{
    struct model_server *server = LIST_ITEM(strand, struct model_server, strand);
    switch (server->stage) {
    case SERVER_BEGIN:
        return server->containers && server->count <= MODEL_CONTAINERS_MOST ? begin_container(server)
                                                                            : fail(server, MODEL_GONE);
    case SERVER_FETCH:
        return fetch_more(server);
    case SERVER_RUN:
        return run_container(server);
    case SERVER_RAN:
        return take_container(server);
    default:
        return STRAND_PARKED;
    }
}

/* ---- life ---- */

static void release(struct strand *strand)
{
    struct model_server *server = LIST_ITEM(strand, struct model_server, strand);
    for (struct list *link; (link = list_take_first(&server->uses));)
        LIST_ITEM(link, struct model_use, link)->server = NULL;
    s3_access_end(&server->access);
    fetch_end(&server->fetch);
    for (size_t i = 0; i < MODEL_CONTAINERS_MOST; i++)
        container_run_drop(server->runs[i]);
    list_remove(&server->link);
    json_unref(server->row);
    arena_free(server->arena);
    free(server);
}

static struct model_server *start(struct world *world, struct scope scope, struct str key, struct json *row)
{
    struct model_server *server = memory_alloc(sizeof *server);
    server->scope = store_intern(world->store, scope);
    snprintf(server->key, sizeof server->key, "%.*s", STR_ARG(key));
    server->arena = arena_new();
    server->row = json_ref(row);
    server->role_arn = json_string(json_get(json_root(row), "input"), "ExecutionRoleArn");
    server->role_arn = server->role_arn ? server->role_arn : "";
    server->containers = model_containers(world, scope, server->arena, json_root(row), &server->count);
    server->access = (struct s3_access){ .cloud = cloud_of(world),
                                         .scope = server->scope,
                                         .role_arn = server->role_arn,
                                         .session = "SageMaker",
                                         .origin = ORIGIN_HOUSE,
                                         .ready = wake_by_call,
                                         .owner = server };
    list_init(&server->uses);
    list_append(&servers, &server->link);
    server->strand.step = step;
    server->strand.release = release;
    strand_start(world, &server->strand);
    return server;
}

static bool is_of(const struct model_server *server, const struct world *world, struct scope scope, struct str key,
                  const struct json *row)
{
    return server->strand.world == world && server->row == row && str_is(key, server->key) &&
           strcmp(server->scope.account, scope.account) == 0 && strcmp(server->scope.region, scope.region) == 0;
}

/* A model that could not be loaded is tried again by the next who wants it. */
static struct model_server *find(struct world *world, struct scope scope, struct str key, const struct json *row)
{
    for (struct list *link = servers.next; link && link != &servers; link = link->next) {
        struct model_server *server = LIST_ITEM(link, struct model_server, link);
        if (is_of(server, world, scope, key, row) && server->state != MODEL_FAILED)
            return server;
    }
    return NULL;
}

/* The one that was used longest ago goes, where too many are idle. */
static void make_room(const struct world *world)
{
    size_t idle = 0;
    struct model_server *oldest = NULL;
    for (struct list *link = servers.next; link != &servers; link = link->next) {
        struct model_server *server = LIST_ITEM(link, struct model_server, link);
        if (server->strand.world != world || !list_is_empty(&server->uses) || server->state == MODEL_LOADING)
            continue;
        idle++;
        if (!oldest || server->state == MODEL_FAILED || server->last_use < oldest->last_use)
            oldest = server;
    }
    if (idle > IDLE_MOST)
        strand_kill(&oldest->strand);
}

enum model_state model_use_begin(struct world *world, struct scope scope, struct str model_name, struct model_use *use)
{
    struct arena *arena = arena_new();
    struct str key = sagemaker_key(arena, model_name);
    struct json *row = store_get(world->store, scope, &model_table, key);
    if (!servers.next)
        list_init(&servers);
    list_init(&use->link);
    struct model_server *server = row ? find(world, scope, key, row) : NULL;
    if (row && !server)
        server = start(world, scope, key, row);
    arena_free(arena);
    use->server = server;
    if (!server)
        return MODEL_FAILED;
    server->last_use = ++use_count;
    list_append(&server->uses, &use->link);
    make_room(world);
    return server->state;
}

void model_use_end(struct model_use *use)
{
    if (use->server)
        list_remove(&use->link);
    use->server = NULL;
}

enum model_state model_use_state(const struct model_use *use)
{
    return use->server ? use->server->state : MODEL_FAILED;
}

enum model_fault model_use_fault(const struct model_use *use, const char **ret_url)
{
    const struct model_server *server = use->server;
    *ret_url = server && server->fault == MODEL_DATA ? server->containers[server->next].data_url : "";
    return server ? server->fault : MODEL_GONE;
}

const char *model_use_role(const struct model_use *use)
{
    return use->server ? use->server->role_arn : "";
}

size_t model_use_containers(const struct model_use *use, const struct served_container **ret_containers,
                            bool *ret_direct)
{
    *ret_containers = use->server->served;
    *ret_direct = model_is_direct(json_root(use->server->row));
    return use->server->count;
}
