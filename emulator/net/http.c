#include "net/http_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

#define BACKLOG     4096
#define PACE_MS     20  /* between the bytes of an answer that goes out slowly */
#define OTHER_FILES 256 /* descriptors that connections leave to the rest of the process */

const struct http_limits http_default_limits = {
    .request_line = 16 * 1024,
    .headers_total = 32 * 1024,
    .header_count = 100,
    .header_one = 16 * 1024,
    .connections = 12000,
    .connections_per_address = 1024,
    .reserved = 32,
    .pipelined = 16,
    .requests_per_connection = 10000,
    .first_byte_ms = 10 * 1000,
    .headers_ms = 10 * 1000,
    .idle_ms = 15 * 1000,
    .body_stall_ms = 10 * 1000,
    .body_total_ms = 60 * 1000,
    .write_stall_ms = 10 * 1000,
    .half_closed_ms = 1000,
    .linger_ms = 2 * 1000,
    .body_rate = 1024,
    .body_rate_after_ms = 5 * 1000,
    .requests_total = (size_t)512 * 1024 * 1024,
    .write_queue = 1024 * 1024,
    .stream_queue = 256 * 1024,
    .chunk_extension = 256,
    .trailer = 4 * 1024,
};

struct address_count {
    size_t connections;
};

/* ---- exchanges ---- */

bool http_hold_bytes(struct exchange *exchange, size_t more)
{
    struct http_server *server = exchange->connection->server;
    exchange->held_bytes += more;
    server->held_bytes += more;
    if (server->held_bytes <= server->limits.requests_total)
        return true;
    return exchange_refuse(exchange, 503, "There are too many requests at once.");
}

struct exchange *http_exchange_begin(struct connection *connection)
{
    struct http_server *server = connection->server;
    struct arena *arena = server->spare_count ? server->spare[--server->spare_count]
                                              : arena_new_sized(HTTP_ARENA_BYTES);
    struct exchange *exchange = ARENA_NEW(arena, struct exchange);
    exchange->request.arena = arena;
    exchange->request.from_loopback = connection->from_loopback;
    exchange->request.from_reserve = connection->from_reserve;
    memcpy(exchange->request.peer, connection->peer, sizeof connection->peer);
    exchange->connection = connection;
    connection->requests++;
    connection->blank = 0;
    exchange->keep_alive = connection->requests < server->limits.requests_per_connection && !connection->from_reserve;
    list_append(&connection->exchanges, &exchange->link);
    connection->exchange_count++;
    http_hold_bytes(exchange, HTTP_ARENA_BYTES);
    return exchange;
}

void http_exchange_release(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    struct http_server *server = connection->server;
    struct arena *arena = exchange->request.arena;
    list_remove(&exchange->link);
    connection->exchange_count--;
    if (connection->reading == exchange)
        connection->reading = NULL;
    server->held_bytes -= exchange->held_bytes;
    buf_release(&exchange->large_body);
    buf_release(&exchange->pending);
    free(exchange->body_owned);
    if (server->spare_count == HTTP_SPARE_ARENAS) {
        arena_free(arena);
        return;
    }
    arena_reset(arena);
    server->spare[server->spare_count++] = arena;
}

/* ---- connections ---- */

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return (ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24) == 127;
    if (address->sa_family == AF_INET6) {
        const struct in6_addr *ip6 = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        return IN6_IS_ADDR_LOOPBACK(ip6) || (IN6_IS_ADDR_V4MAPPED(ip6) && ip6->s6_addr[12] == 127);
    }
    return true; /* a socket pair */
}

static void learn_peer(struct connection *connection)
{
    struct sockaddr_storage address = { 0 };
    int length = sizeof address;
    if (uv_tcp_getpeername(&connection->tcp, (struct sockaddr *)&address, &length) != 0)
        return; /* gone already: it counts as somebody from elsewhere */
    connection->from_loopback = is_loopback((struct sockaddr *)&address);
    if (address.ss_family == AF_INET)
        uv_ip4_name((struct sockaddr_in *)&address, connection->peer, sizeof connection->peer);
    else if (address.ss_family == AF_INET6)
        uv_ip6_name((struct sockaddr_in6 *)&address, connection->peer, sizeof connection->peer);
}

static bool count_address(struct connection *connection)
{
    struct http_server *server = connection->server;
    if (connection->from_loopback)
        return true;
    struct address_count *count = map_get(server->addresses, str_of(connection->peer));
    if (!count) {
        count = memory_alloc(sizeof *count);
        map_put(server->addresses, str_of(connection->peer), count);
    }
    connection->address = count;
    count->connections++;
    return count->connections <= server->limits.connections_per_address;
}

static void forget_address(struct connection *connection)
{
    if (!connection->address || --connection->address->connections > 0)
        return;
    free(map_remove(connection->server->addresses, str_of(connection->peer)));
}

static struct connection *new_connection(struct http_server *server)
{
    struct connection *connection = memory_alloc(sizeof *connection);
    connection->server = server;
    uv_tcp_init(server->loop, &connection->tcp);
    list_init(&connection->exchanges);
    list_init(&connection->resume_link);
    waiter_init(&connection->read_wait);
    waiter_init(&connection->write_wait);
    waiter_init(&connection->pace_wait);
    list_append(&server->connections, &connection->link);
    server->connection_count++;
    return connection;
}

/* The socket is there. The last `reserved` connections are taken too but marked, so that a facilitator still gets in when
 * players' programs hold all others: which request is an administrator's only the handler can tell, once its head is read.
 * Such a connection ends with its first answer. */
static void welcome(struct connection *connection)
{
    const struct http_server *server = connection->server;
    const struct http_limits *limits = &server->limits;
    learn_peer(connection);
    uv_tcp_nodelay(&connection->tcp, 1);
    bool room_for_address = count_address(connection);
    if (server->connection_count > limits->connections || !room_for_address) {
        reply_write_bare(&connection->tcp, 503, "Too many connections.");
        connection_drop(connection, false);
        return;
    }
    connection->from_reserve = server->connection_count + limits->reserved > limits->connections;
    connection_settle(connection);
}

struct connection *http_adopt(struct http_server *server, int descriptor_taken)
{
    struct connection *connection = new_connection(server);
    if (uv_tcp_open(&connection->tcp, descriptor_taken) != 0) {
        close(descriptor_taken);
        connection_drop(connection, false);
        return connection;
    }
    welcome(connection);
    return connection;
}

/* Without a free descriptor libuv gives up a spare one of its own, accepts and closes what waits, and takes the spare again:
 * nobody is left hanging in the backlog and the loop does not spin. */
static void on_connection(uv_stream_t *listener, int status)
{
    struct http_server *server = listener->data;
    if (status < 0) {
        if (!server->warned_accept)
            log_warn("cannot accept a connection: %s", uv_strerror(status));
        server->warned_accept = true;
        return;
    }
    struct connection *connection = new_connection(server);
    if (uv_accept(listener, (uv_stream_t *)&connection->tcp) != 0)
        connection_drop(connection, false);
    else
        welcome(connection);
}

/* ---- what was kept is parsed from the loop ---- */

static void on_resume(uv_idle_t *idle)
{
    struct http_server *server = idle->data;
    struct list due = server->resumable;
    if (list_is_empty(&server->resumable)) {
        uv_idle_stop(idle);
        return;
    }
    /* Who asks again meanwhile has his turn in the next round. */
    due.next->previous = due.previous->next = &due;
    list_init(&server->resumable);
    struct list *link;
    while ((link = list_take_first(&due)))
        connection_resume(LIST_ITEM(link, struct connection, resume_link));
}

void http_resume_later(struct connection *connection)
{
    struct http_server *server = connection->server;
    if (!list_is_empty(&connection->resume_link))
        return;
    list_append(&server->resumable, &connection->resume_link);
    uv_idle_start(&server->resume, on_resume);
}

/* ---- the end ---- */

static void free_server(struct http_server *server)
{
    while (server->spare_count)
        arena_free(server->spare[--server->spare_count]);
    map_free(server->addresses, free);
    free(server);
}

static void finish_closing(struct http_server *server)
{
    if (server->open_handles || server->connection_count)
        return;
    void (*closed)(void *) = server->closed;
    void *data = server->closed_data;
    free_server(server);
    if (closed)
        closed(data);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct http_server *server = handle->data;
    server->open_handles--;
    finish_closing(server);
}

static void close_handle(struct http_server *server, uv_handle_t *handle)
{
    handle->data = server;
    server->open_handles++;
    uv_close(handle, on_handle_closed);
}

/* Waits and the grace are only given up when no connection needs them any more. */
static void close_the_rest(struct http_server *server)
{
    if (!server->closing || server->connection_count || uv_is_closing((uv_handle_t *)&server->grace))
        return;
    close_handle(server, (uv_handle_t *)&server->grace);
    close_handle(server, (uv_handle_t *)&server->resume);
    close_handle(server, (uv_handle_t *)&server->waits.timer);
}

void http_connection_closed(struct connection *connection)
{
    struct http_server *server = connection->server;
    forget_address(connection);
    list_remove(&connection->link);
    list_remove(&connection->resume_link);
    server->connection_count--;
    free(connection);
    close_the_rest(server);
}

/* A stream has no end of its own that could be waited for. */
static bool is_answering(const struct connection *connection)
{
    for (const struct list *at = connection->exchanges.next; at != &connection->exchanges; at = at->next) {
        const struct exchange *exchange = LIST_ITEM(at, struct exchange, link);
        if (exchange->state == SERVING || exchange->state == ANSWERED)
            return true;
    }
    return false;
}

static void drop_all(struct http_server *server, bool even_answering)
{
    for (struct list *at = server->connections.next; at != &server->connections; at = at->next) {
        struct connection *connection = LIST_ITEM(at, struct connection, link);
        if (even_answering || !is_answering(connection))
            connection_drop(connection, false);
    }
}

static void on_grace_over(uv_timer_t *timer)
{
    drop_all(timer->data, true);
}

void http_close(struct http_server *server, int64_t grace_ms, void (*closed)(void *data), void *data)
{
    server->closing = true;
    server->closed = closed;
    server->closed_data = data;
    for (int i = 0; i < server->listener_count; i++)
        close_handle(server, (uv_handle_t *)&server->listeners[i]);
    drop_all(server, grace_ms <= 0);
    if (grace_ms > 0)
        uv_timer_start(&server->grace, on_grace_over, (uint64_t)grace_ms, 0);
    close_the_rest(server);
}

/* ---- listening ---- */

static __attribute__((format(printf, 1, 2))) char *line(const char *format, ...)
{
    va_list args;
    struct buf text = BUF_EMPTY;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    return buf_take(&text);
}

static char *why_not_listening(int error, const char *address, int port)
{
    switch (error) {
    case EADDRINUSE:
        return line("port %d on %s is taken", port, address);
    case EACCES:
        return line("port %d on %s is not allowed to this user", port, address);
    case EADDRNOTAVAIL:
        return line("%s is no address of this machine", address);
    default:
        return line("cannot listen on port %d of %s: %s", port, address, strerror(error));
    }
}

/* A listening socket, or a negative errno. Sockets are made here and not by libuv so that a failure is known at once and
 * leaves no handle behind that only the loop could close. */
static int listening_socket(const struct sockaddr *address)
{
    bool is_v6 = address->sa_family == AF_INET6;
    int descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return -errno;
    const int on = 1, v6_only = 0;
    socklen_t size = is_v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        (!is_v6 || setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof v6_only) == 0) &&
        bind(descriptor, address, size) == 0 && listen(descriptor, BACKLOG) == 0)
        return descriptor;
    int error = errno;
    close(descriptor);
    return -error;
}

/* A socket of the file system, which only its owner opens. One of a process that has ended is in the way. */
static int unix_socket(const char *path)
{
    struct sockaddr_un where = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof where.sun_path)
        return -ENAMETOOLONG;
    memcpy(where.sun_path, path, strlen(path) + 1);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return -errno;
    unlink(path);
    if (bind(descriptor, (struct sockaddr *)&where, sizeof where) == 0 && chmod(path, 0600) == 0 &&
        listen(descriptor, BACKLOG) == 0)
        return descriptor;
    int error = errno;
    close(descriptor);
    return -error;
}

static int open_unix(const char *path, int *ret_descriptor, char **reterr_why)
{
    *ret_descriptor = unix_socket(path);
    if (*ret_descriptor >= 0)
        return 1;
    *reterr_why = line("cannot listen on %s: %s", path, strerror(-*ret_descriptor));
    return 0;
}

static int port_of(int descriptor)
{
    struct sockaddr_storage address = { 0 };
    socklen_t size = sizeof address;
    getsockname(descriptor, (struct sockaddr *)&address, &size);
    if (address.ss_family == AF_UNIX)
        return 0;
    /* sin_port and sin6_port stand at the same place. */
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static bool read_address(const char *text, int port, struct sockaddr_storage *ret_address)
{
    return uv_ip4_addr(text, port, (struct sockaddr_in *)(void *)ret_address) == 0 ||
           uv_ip6_addr(text, port, (struct sockaddr_in6 *)ret_address) == 0;
}

/* Descriptors for the address, and for ::1 beside 127.0.0.1: "localhost" is either. A machine without IPv6 goes without;
 * somebody else's server on [::1] would get the clients of half the world's resolvers, so that is an error. */
static int open_sockets(const char *address, int port, int ret_descriptors[HTTP_LISTENERS], char **reterr_why)
{
    if (port < 0 || port > 65535) {
        *reterr_why = line("%d is no port", port);
        return 0;
    }
    if (strncmp(address, HTTP_UNIX, strlen(HTTP_UNIX)) == 0)
        return open_unix(address + strlen(HTTP_UNIX), ret_descriptors, reterr_why);
    bool both = strcmp(address, "localhost") == 0 || strcmp(address, "127.0.0.1") == 0;
    struct sockaddr_storage where = { 0 };
    if (!read_address(both ? "127.0.0.1" : address, port, &where)) {
        *reterr_why = line("%s is no IP address", address);
        return 0;
    }
    ret_descriptors[0] = listening_socket((struct sockaddr *)&where);
    if (ret_descriptors[0] < 0) {
        *reterr_why = why_not_listening(-ret_descriptors[0], address, port);
        return 0;
    }
    if (!both)
        return 1;

    read_address("::1", port_of(ret_descriptors[0]), &where);
    ret_descriptors[1] = listening_socket((struct sockaddr *)&where);
    if (ret_descriptors[1] >= 0)
        return 2;
    if (ret_descriptors[1] != -EADDRINUSE || port == 0)
        return 1;
    close(ret_descriptors[0]);
    *reterr_why = why_not_listening(EADDRINUSE, "::1", port);
    return 0;
}

static void set_limits(struct http_server *server, const struct http_limits *limits)
{
    server->limits = limits ? *limits : http_default_limits;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        rlim_t wanted = server->limits.connections + OTHER_FILES;
        if (files.rlim_cur < files.rlim_max && files.rlim_cur < wanted) {
            files.rlim_cur = files.rlim_max;
            (void)setrlimit(RLIMIT_NOFILE, &files);
            getrlimit(RLIMIT_NOFILE, &files);
        }
        if (files.rlim_cur < wanted)
            server->limits.connections = files.rlim_cur > 2 * OTHER_FILES ? files.rlim_cur - OTHER_FILES : OTHER_FILES;
    }

    int64_t *durations = server->waits.durations_ms;
    durations[WAIT_FIRST_BYTE] = server->limits.first_byte_ms;
    durations[WAIT_HEADERS] = server->limits.headers_ms;
    durations[WAIT_IDLE] = server->limits.idle_ms;
    durations[WAIT_BODY] = server->limits.body_stall_ms;
    durations[WAIT_HALF_CLOSED] = server->limits.half_closed_ms;
    durations[WAIT_LINGER] = server->limits.linger_ms;
    durations[WAIT_PACE] = PACE_MS;
    durations[WAIT_WRITE] = server->limits.write_stall_ms;
}

static void start_listener(struct http_server *server, int descriptor)
{
    uv_tcp_t *listener = &server->listeners[server->listener_count++];
    uv_tcp_init(server->loop, listener);
    listener->data = server;
    int error = uv_tcp_open(listener, descriptor);
    if (error == 0)
        error = uv_listen((uv_stream_t *)listener, BACKLOG, on_connection);
    if (error != 0)
        log_error("cannot watch a listening socket: %s", uv_strerror(error));
}

struct http_server *http_listen(uv_loop_t *loop, const char *address, int port, const struct http_handler *handler,
                                const struct http_limits *limits, char **reterr_why)
{
    int descriptors[HTTP_LISTENERS];
    int count = open_sockets(address, port, descriptors, reterr_why);
    if (count == 0)
        return NULL;

    struct http_server *server = memory_alloc(sizeof *server);
    server->loop = loop;
    server->handler = *handler;
    server->port = port_of(descriptors[0]);
    server->addresses = map_new();
    list_init(&server->connections);
    list_init(&server->resumable);
    waits_init(&server->waits, loop, connection_wait_over);
    uv_idle_init(loop, &server->resume);
    server->resume.data = server;
    uv_timer_init(loop, &server->grace);
    server->grace.data = server;
    set_limits(server, limits);
    for (int i = 0; i < count; i++)
        start_listener(server, descriptors[i]);
    return server;
}

int http_port(const struct http_server *server)
{
    return server->port;
}

size_t http_connections(const struct http_server *server)
{
    return server->connection_count;
}
