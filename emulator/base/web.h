/* The house's own web seen from inside: what an endpoint under /_rehearse/ is given and what it answers, without sockets. So the
 * game and the page need not know the edge, nor the edge them: main.c hands their tables of endpoints to the gateway.
 *
 *      net/house  Host, method, Origin, type of the body, JSON ─▶ endpoint.serve ─▶ web_answer ─▶ held until durable ─▶ socket
 *      net/sse    ◀── web_feed.publish ── whoever has news;  an answer that names a channel becomes a stream of it
 *
 * What is no GET reaches its endpoint only from a page of this very origin (or from no browser at all), with a JSON object as its
 * body. Who may do what (sessions, tokens) is the endpoint's own business. */
#ifndef BASE_WEB_H
#define BASE_WEB_H

#include "base/json.h"

struct web_request {
    struct str method, path, query; /* query still encoded, without '?': web_parameter() reads it */
    struct str host;                /* as it came, with its port */
    const cJSON
        *input; /* what is no GET: an object (or an array, where the endpoint takes one); empty without a body */
    struct arena *arena; /* lives until the answer is out */
    bool from_loopback;
    const char *peer;                                                          /* the address, without its port */
    struct str (*header)(const struct web_request *request, const char *name); /* ignoring case; STR_NONE */
    const void *edge;
};

struct web_answer { /* zeroed but for status 200 and "application/json" */
    int status;
    const char *content_type;
    struct buf body; /* taken */
    struct web_header {
        struct str name, value; /* borrowed until the answer is out: from the arena, or for good */
    } headers[5];
    size_t header_count;
    /* Not NULL: no body, but a stream of server-sent events of this channel (in the arena) that goes on behind the event of
     * the id `after`; one that is not known any more is answered with `reset`. */
    const char *channel;
    struct str after;
    bool unheld; /* says nothing about state that could be taken back: a file, a refusal */
};

struct web_endpoint {
    const char *method; /* "GET" (HEAD too), "POST", "PUT", "PATCH", "DELETE" */
    const char *path;   /* "/_rehearse/api/team"; one that ends in '*' matches whatever begins so, after all others */
    void (*serve)(void *data, const struct web_request *request, struct web_answer *answer);
    bool takes_list; /* the body is a JSON array */
};

struct web_site {
    const struct web_endpoint *endpoints; /* ends with an empty one */
    void *data;
    void (*measure)(void *data, struct buf *metrics); /* adds to GET /metrics; NULL: nothing */
    const char *health;                               /* its member of GET /health … */
    cJSON *(*tell_health)(void *data);                /* … and what it is; NULL: none */
};

/* News for pages. Events of a channel are numbered and kept for those who come back; they go out once durable. */
struct web_feed {
    void *data;
    void (*publish)(void *data, const char *channel, const char *event, struct str json);
    /* The id of the last event published there: what a view that is made now contains. */
    void (*position)(void *data, const char *channel, char ret_id[48]);
    void (*restart)(void *data); /* nothing that was told before is true any more: every stream gets `reset` */
    size_t (*readers)(void *data, const char *channel); /* how many pages listen to it now */
};

void web_error_body(struct buf *body, const char *code, const char *message); /* {"__type":CODE,"message":MESSAGE} */
/* The same in the place of whatever the body was; does not wait for anything durable. */
void web_refuse(struct web_answer *answer, int status, const char *code, const char *message);
void web_add_header(struct web_answer *answer, struct str name, struct str value);
void web_answer_json(struct web_answer *answer, cJSON *tree_taken);
/* A parameter of the query, decoded into the arena; STR_NONE: absent, or not UTF-8. */
struct str web_parameter(const struct web_request *request, const char *name);
/* Prometheus' text format: HELP and TYPE of a metric; and one that is a single number, whole. */
void web_metric_head(struct buf *metrics, const char *name, const char *type, const char *help);
void web_metric(struct buf *metrics, const char *name, const char *type, const char *help, int64_t value);
/* A cookie by name; STR_NONE. */
struct str web_cookie(const struct web_request *request, const char *name);

#endif
