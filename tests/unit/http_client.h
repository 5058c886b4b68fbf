/* Clients of an HTTP server that runs in the same thread: they write and read raw bytes, the loop is turned by hand in between.
 * Include cmocka first; define `static void turn(struct fixture *)`, one turn of the loop, behind it. */
#ifndef UNIT_HTTP_CLIENT_H
#define UNIT_HTTP_CLIENT_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/time.h"

#define PATIENCE_MS (20 * 1000) /* nothing takes nearly so long; who waits longer waits in vain */

struct client {
    int descriptor;
    struct buf got;
    bool ended, was_reset;
};

static inline int open_socket(const struct sockaddr *address, socklen_t size)
{
    const int on = 1;
    int descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(descriptor >= 0);
    assert_int_equal(connect(descriptor, address, size), 0);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    return descriptor;
}

/* To 127.0.0.1. */
static inline struct client meet_port(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    return (struct client){ .descriptor = open_socket((struct sockaddr *)&address, sizeof address) };
}

static inline void part(struct client *client)
{
    if (client->descriptor >= 0)
        close(client->descriptor);
    client->descriptor = -1;
    buf_release(&client->got);
}

static inline void say_bytes(struct client *client, const char *bytes, size_t length)
{
    /* A server that has refused may have closed already: what it said counts. */
    ssize_t sent = send(client->descriptor, bytes, length, MSG_NOSIGNAL);
    (void)sent;
}

static inline void say(struct client *client, const char *text)
{
    say_bytes(client, text, strlen(text));
}

/* Reads what has come, at most `most` bytes. */
/* One request on a connection of its own; its headers may name another host. */
static inline struct client ask_port(int port, const char *line, const char *headers, const char *body)
{
    struct client client = meet_port(port);
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "%s HTTP/1.1\r\n", line);
    if (!strstr(headers, "Host:"))
        buf_printf(&text, "Host: 127.0.0.1:%d\r\n", port);
    buf_printf(&text, "%sContent-Length: %zu\r\nConnection: close\r\n\r\n%s", headers, strlen(body), body);
    say_bytes(&client, text.at, text.length);
    buf_release(&text);
    return client;
}

static inline void hear(struct client *client, size_t most)
{
    static char buffer[256 * 1024];
    if (client->ended)
        return;
    ssize_t length = recv(client->descriptor, buffer, most < sizeof buffer ? most : sizeof buffer, MSG_DONTWAIT);
    if (length > 0)
        buf_add(&client->got, buffer, (size_t)length);
    else if (length == 0 || errno != EAGAIN)
        client->ended = true;
    if (length < 0 && errno != EAGAIN)
        client->was_reset = true;
}

/* Turns the loop until `condition`. */
#define AWAIT(fixture, client, condition)                                                                              \
    do {                                                                                                               \
        int64_t until_ms = time_monotonic_ms() + PATIENCE_MS;                                                          \
        while (turn(fixture), hear((client), SIZE_MAX), !(condition)) {                                                \
            if (time_monotonic_ms() > until_ms)                                                                        \
                fail_msg("waited in vain for " #condition "; heard: %s",                                               \
                         (client)->got.at ? (client)->got.at : "nothing");                                             \
            usleep(100);                                                                                               \
        }                                                                                                              \
    } while (0)

static inline bool has_heard(const struct client *client, const char *text)
{
    return str_find(buf_str(&client->got), str_of(text)) != SIZE_MAX;
}

static inline int status_of(const struct client *client)
{
    return client->got.length > 12 ? atoi(client->got.at + 9) : 0;
}

static inline const char *body_of(const struct client *client)
{
    const char *end = client->got.at ? strstr(client->got.at, "\r\n\r\n") : NULL;
    return end ? end + 4 : "";
}

#endif
