#include "aws/cloud.h"

#include <stdlib.h>

#include "aws/chaos.h"
#include "aws/rest_route.h"
#include "aws/road.h"
#include "aws/sigv4.h"
#include "world/account.h"

struct cloud *cloud_of(const struct world *world)
{
    return world->aws;
}

/* ---- finding a service ---- */

const struct service *cloud_service(const struct cloud *cloud, struct str name)
{
    for (const struct service *const *at = cloud->services; *at; at++)
        if (model_is_called((*at)->model, name))
            return *at;
    return NULL;
}

/* ---- making and ending ---- */

static bool is_rest(const struct model *model)
{
    return model->protocol == PROTOCOL_REST_JSON || model->protocol == PROTOCOL_REST_XML;
}

static void free_routers(struct router **routers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        router_free(routers[i]);
    free(routers);
}

/* One for each service, NULL for those that are no REST services. NULL: *reterr_why. */
static struct router **make_routers(const struct service *const *services, size_t *ret_count, char **reterr_why)
{
    size_t count = 0;
    while (services[count])
        count++;
    struct router **routers = memory_alloc((count + 1) * sizeof *routers);
    for (size_t i = 0; i < count; i++) {
        if (!is_rest(services[i]->model) || (routers[i] = router_new(services[i]->model, reterr_why)))
            continue;
        free_routers(routers, i);
        return NULL;
    }
    *ret_count = count;
    return routers;
}

/* What parked calls wait for is about to go. */
static void let_go(struct world *world)
{
    cloud_fail_parked(cloud_of(world));
}

struct cloud *cloud_new(struct world *world, const struct service *const *services, char **reterr_why)
{
    size_t count;
    struct router **routers = make_routers(services, &count, reterr_why);
    if (!routers)
        return NULL;
    struct cloud *cloud = memory_alloc(sizeof *cloud);
    cloud->world = world;
    cloud->services = services;
    cloud->service_count = count;
    cloud->answered = memory_alloc((count + 1) * sizeof *cloud->answered);
    cloud->routers = routers;
    cloud->account = "000000000000";
    cloud->region = "us-east-1";
    cloud->signing = signing_cache_new();
    list_init(&cloud->parked);
    random_seed(&cloud->request_ids, random_next(&world->random));
    cloud->chaos = chaos_new(cloud);
    world->aws = cloud;
    world->on_upheaval = let_go;
    return cloud;
}

void cloud_free(struct cloud *cloud)
{
    cloud_fail_parked(cloud);
    cloud->world->on_upheaval = NULL;
    cloud->world->aws = NULL;
    chaos_free(cloud->chaos);
    signing_cache_free(cloud->signing);
    free_routers(cloud->routers, cloud->service_count);
    free(cloud->answered);
    free(cloud);
}

/* ---- what the world needs of the services ---- */

static const struct table_def *const house_tables[] = { &account_teams, &account_keys, &chaos_table, NULL };

static size_t add_tables(const struct table_def **list_or_null, size_t count, const struct table_def *const *tables)
{
    for (; tables && *tables; tables++, count++)
        if (list_or_null)
            list_or_null[count] = *tables;
    return count;
}

static size_t add_all_tables(const struct table_def **list_or_null, const struct service *const *services)
{
    size_t count = add_tables(list_or_null, 0, house_tables);
    for (; *services; services++)
        count = add_tables(list_or_null, count, (*services)->tables);
    return count;
}

const struct table_def **cloud_tables(const struct service *const *services)
{
    const struct table_def **list = memory_alloc((add_all_tables(NULL, services) + 1) * sizeof *list);
    add_all_tables(list, services);
    return list;
}

void cloud_recover(struct world *world)
{
    const struct cloud *cloud = cloud_of(world);
    for (const struct service *const *at = cloud->services; *at; at++)
        for (const struct lifecycle_def *const *life = (*at)->lifecycles; life && *life; life++)
            lifecycle_recover(world, *life);
    for (const struct service *const *at = cloud->services; *at; at++)
        if ((*at)->recover)
            (*at)->recover(world);
    chaos_recover(cloud->chaos);
    if (cloud->watcher)
        cloud->watcher->recovered(cloud->watcher);
}
