/* The cloud: a world, the services that stand in it, and the rules of the house (whose account, are signatures verified,
 * are policies enforced). One per process. world->aws points here.
 *
 *     struct world_options options = { .tables = cloud_tables(services), .recover = cloud_recover, … };
 *     world = world_new(&options, &why);   cloud = cloud_new(world, services, &why);   … set the rules …   world_recover(world);
 *     … cloud_free(cloud);   world_free(world); */
#ifndef AWS_CLOUD_H
#define AWS_CLOUD_H

#include "aws/call.h"
#include "aws/policy.h"
#include "aws/service.h"

/* Who watches a cloud while it works (a game). It is told on the road itself, so it must be quick and change nothing there. */
struct cloud_watcher {
    /* A call whose caller is known, before anything is read of it: DONE, or failed because its account asks too much. */
    enum outcome (*admits)(struct cloud_watcher *watcher, struct call *call);
    /* A call's answer is known; whoever made it. */
    void (*answered)(struct cloud_watcher *watcher, struct call *call);
    /* Services have rebuilt their timers and strands: the start, a reset, a rewind, a reload. */
    void (*recovered)(struct cloud_watcher *watcher);
};

struct cloud {
    struct world *world;
    const struct service *const *services; /* NULL-terminated */
    size_t service_count;
    uint64_t (*answered)[2];  /* calls by service: done, failed */
    struct router **routers; /* rest_route.h's, one a service; NULL where it is no REST service */
    bool strict;             /* SigV4 is verified; else any credentials are good */
    bool enforce;            /* IAM policies are evaluated */
    const char *account;     /* of a key that says nothing else; "000000000000" unless set */
    const char *region;      /* where a call names none; "us-east-1" unless set */
    /* services/iam tells what a principal may do; the authorise station and PassRole ask it. Never NULL when `enforce`. */
    const struct identity_source *identities;
    struct signing_cache *signing; /* sigv4's */
    struct list parked;            /* calls that wait */
    struct cloud_watcher *watcher; /* NULL: nobody */
    struct chaos *chaos;           /* chaos.h */
    struct random request_ids;     /* seeded by the world's, so that a replay has the same ones */
};

struct cloud *cloud_of(const struct world *world);
/* By any name that model_is_called() knows. */
const struct service *cloud_service(const struct cloud *cloud, struct str name);

#endif
