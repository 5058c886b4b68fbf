/* The house's own web, beside AWS's: /_rehearse/ with the page, the game's API and what administers this cloud, and the
 * health page that tools written for LocalStack look for. What stands there are endpoints (base/web.h): the house's own and
 * those of the sites that main.c hands in, which come first. Here is what holds for all of them: headers that keep browsers
 * strict, nothing changed by GET, a POST only from a page of our own or from no page at all, answers held until durable.
 *
 *      GET  /_rehearse/         a few helpful lines, where no page stands
 *      GET  /_rehearse/welcome  the same lines, beside a page
 *      GET  /_rehearse/health   {"services":{"stepfunctions":"running",…},"edition":"rehearse","version":"…"} and what sites add
 *      GET  /_localstack/health the same
 *      GET  /_rehearse/metrics  Prometheus' text; for whom POST /_rehearse/reset is
 *      GET  /metrics            the same, where it is no call of AWS's (unsigned, without a query)
 *      POST /_rehearse/reset    {"reset":true} once an empty cloud is durable. From loopback while the cloud is open; else with
 *                               "Authorization: Bearer TOKEN", the facilitator's. Never for a page from elsewhere.
 *      /_localstack/chaos/faults   GET the rules · POST, PUT replace them · PATCH adds · DELETE removes (aws/chaos.h); the rules come
 *      /_localstack/chaos/effects  GET, POST, PUT {"latency":ms}   back. The facilitator's, or anybody's on loopback in an open cloud
 *                                  without a game. */
#ifndef NET_HOUSE_H
#define NET_HOUSE_H

#include "aws/cloud.h"
#include "base/web.h"
#include "net/hold.h"
#include "net/http.h"
#include "net/sse.h"

struct house {
    struct cloud *cloud;
    struct holds *holds;
    struct sse *sse;
    const char *token;                   /* NULL: nobody has one */
    const struct web_site *const *sites; /* NULL-terminated, or NULL */
    struct http_server *const *http;     /* whose connections are counted; NULL: nobody's */
};

#define HOUSE_BODY_LIMIT (64 * 1024)

bool house_owns(const struct http_request *request);
void house_serve(struct house *house, struct http_request *request);
void house_gone(struct http_request *request);

/* A browser that was pointed at the endpoint: an unsigned navigation to "/" is sent to the page. */
bool house_is_visited(const struct http_request *request);
void house_lead_in(struct http_request *request);

/* An error outside of every AWS protocol, in the shape of the JSON ones, which SDKs read. */
void house_refuse(struct http_request *request, int status, const char *code, const char *message);

#endif
