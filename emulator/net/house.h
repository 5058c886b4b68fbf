/* The house's own endpoints, beside AWS's: /_rehearse/ with what administers this cloud, and the health page that tools
 * written for LocalStack look for. They answer in JSON, carry headers that keep browsers strict, and change nothing by GET.
 *
 *      GET  /_rehearse/         a few helpful lines
 *      GET  /_rehearse/health   {"services":{"stepfunctions":"running",…},"edition":"rehearse","version":"…"}
 *      GET  /_localstack/health the same
 *      POST /_rehearse/reset    {"reset":true} once an empty cloud is durable. From loopback while the cloud is open; else with
 *                               "Authorization: Bearer TOKEN", the facilitator's. Never for a page from elsewhere. */
#ifndef NET_HOUSE_H
#define NET_HOUSE_H

#include "aws/cloud.h"
#include "net/hold.h"
#include "net/http.h"

struct house {
    struct cloud *cloud;
    struct holds *holds;
    const char *token; /* NULL: nobody has one */
};

#define HOUSE_BODY_LIMIT (64 * 1024)

bool house_owns(const struct http_request *request);
void house_serve(struct house *house, struct http_request *request);
void house_gone(struct house *house, struct http_request *request);

/* A browser that was pointed at the endpoint: an unsigned navigation to "/" is sent to the page. */
bool house_is_visited(const struct http_request *request);
void house_lead_in(struct http_request *request);

/* An error outside of every AWS protocol, in the shape of the JSON ones, which SDKs read. */
void house_error_body(struct buf *body, const char *code, const char *message);
void house_refuse(struct http_request *request, int status, const char *code, const char *message);

#endif
