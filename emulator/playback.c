#include "playback.h"

#include <stdio.h>
#include <stdlib.h>

#include "aws/cloud.h"
#include "aws/road.h"
#include "base/log.h"
#include "game/replay.h"
#include "net/gateway.h"
#include "net/hold.h"
#include "net/loop.h"
#include "page/page.h"
#include "services/registry.h"
#include "services/stepfunctions/picture/picture.h"
#include "world/world.h"

#define GRACE_MS 500

/* A world without rows and a cloud that opens to nobody: what the gateway and the page need beneath them. */
struct playback {
    struct world *world;
    struct cloud *cloud;
    struct loop *loop;
    struct replay *replay;
    const struct web_site *sites[4]; /* the replay's; pictures; the page; NULL */
    struct holds holds;
    struct gateway *gateway;
};

static void has_closed(void *data)
{
    struct playback *playback = data;
    playback->gateway = NULL;
    replay_set_feed(playback->replay, &(struct web_feed){ 0 });
    loop_stop(playback->loop);
}

static void asked_to_end(void *data)
{
    struct playback *playback = data;
    gateway_close(playback->gateway, GRACE_MS, has_closed, playback);
}

static bool open_world(struct playback *playback, const struct options *options, char **reterr_why)
{
    const struct table_def **tables = cloud_tables(services_registry);
    struct world_options wanted = { .seed = 1, .speed = options->speed > 0 ? options->speed : 1, .tables = tables };
    playback->world = world_new(&wanted, reterr_why);
    free(tables);
    if (!playback->world)
        return false;
    playback->loop = loop_new(asked_to_end, playback);
    loop_bind(playback->loop, playback->world);
    playback->cloud = cloud_new(playback->world, services_registry, reterr_why);
    if (!playback->cloud)
        return false;
    playback->cloud->strict = true; /* and there is no key */
    return true;
}

static bool open_gateway(struct playback *playback, const struct options *options, char **reterr_why)
{
    playback->sites[0] = replay_site(playback->replay);
    playback->sites[1] = &picture_site;
    playback->sites[2] = &page_site;
    const struct gateway_options wanted = {
        .address = options->listen, .port = options->port, .sites = playback->sites, .holds = &playback->holds
    };
    holds_open(&playback->holds, playback->world);
    playback->gateway = gateway_open(loop_uv(playback->loop), playback->cloud, &wanted, reterr_why);
    if (!playback->gateway)
        return false;
    struct web_feed feed = gateway_feed(playback->gateway);
    replay_set_feed(playback->replay, &feed);
    return true;
}

static void print_ready(const struct playback *playback, const struct options *options)
{
    long long seconds = (long long)replay_length_ms(playback->replay) / 1000;
    printf("Rehearse %s replays %s: %lld:%02lld:%02lld\n\n  The page: http://%s:%d/_rehearse/\n\nReady.\n",
           REHEARSE_VERSION, options->pack, seconds / 3600, seconds / 60 % 60, seconds % 60, options->listen,
           gateway_port(playback->gateway));
    fflush(stdout);
}

static void close_all(struct playback *playback)
{
    replay_close(playback->replay);
    if (playback->holds.world)
        holds_close(&playback->holds);
    if (playback->cloud)
        cloud_free(playback->cloud);
    if (playback->world)
        world_free(playback->world);
    if (playback->loop)
        loop_free(playback->loop);
}

int playback_run(const struct options *options)
{
    struct playback playback = { 0 };
    char *why = NULL;
    log_set_json(options->log_json);
    bool good = open_world(&playback, options, &why) &&
                (playback.replay = replay_open(playback.world, options->pack, options->at_ms, &why)) != NULL &&
                open_gateway(&playback, options, &why);
    if (good) {
        print_ready(&playback, options);
        loop_run(playback.loop);
    }
    if (why)
        fprintf(stderr, "rehearse: %s\n", why);
    free(why);
    close_all(&playback);
    return good ? 0 : 1;
}
