/* The benchmarks' client: keeps N connections busy, each with one request at a time, until so many requests are answered.
 *
 *     load --port P [--connections N] [--requests N] [--request FILE] [--pid PID] [--print-first]
 *
 *     --connections   8 unless said otherwise
 *     --requests      10000
 *     --request       the bytes of one HTTP request, sent as they are; unless given, GET /
 *     --pid           the server's process: its CPU is read before and after
 *     --print-first   the first answer to stderr, to see that it is the right one
 *
 * Prints one JSON object: requests, failed (statuses of 400 and more, lost connections), seconds, per_second, p50_us, p99_us,
 * max_us, and with --pid cpu_us_per_request (of all of the server's threads). Ends with 1 when nothing could be answered.
 * A server that ends a connection after an answer gets a new one. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_OF_HEAD (16 * 1024)

struct connection {
    int descriptor;
    size_t sent;
    char head[MOST_OF_HEAD + 1];
    size_t head_length;
    bool in_body, ends;
    size_t body_left;
    int status;
    uint64_t began_ns;
};

static struct sockaddr_in server;
static char *request;
static size_t request_length;
static size_t wanted = 10000, begun, answered, failed;
static bool print_first;
static uint32_t *latencies_us; /* of each answered request */
static int poller;

static void fail(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void *room(size_t size)
{
    void *block = calloc(1, size ? size : 1);
    if (!block)
        fail("memory");
    return block;
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- connections ---- */

static void open_connection(struct connection *connection)
{
    const int on = 1;
    connection->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->descriptor < 0)
        fail("socket");
    if (connect(connection->descriptor, (struct sockaddr *)&server, sizeof server) != 0)
        fail("connect");
    setsockopt(connection->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(connection->descriptor, F_SETFL, O_NONBLOCK);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
    if (epoll_ctl(poller, EPOLL_CTL_ADD, connection->descriptor, &event) != 0)
        fail("epoll_ctl");
}

static void want_to_write(struct connection *connection, bool wanted_now)
{
    struct epoll_event event = { .events = EPOLLIN | (wanted_now ? EPOLLOUT : 0), .data.ptr = connection };
    epoll_ctl(poller, EPOLL_CTL_MOD, connection->descriptor, &event);
}

static void send_request(struct connection *connection)
{
    bool waited = connection->sent > 0;
    while (connection->sent < request_length) {
        ssize_t sent = send(connection->descriptor, request + connection->sent, request_length - connection->sent,
                            MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EAGAIN)
                want_to_write(connection, true);
            return; /* or it is lost, which reading will tell */
        }
        connection->sent += (size_t)sent;
    }
    if (waited)
        want_to_write(connection, false);
}

static void begin_request(struct connection *connection)
{
    if (begun == wanted) {
        close(connection->descriptor);
        connection->descriptor = -1;
        return;
    }
    begun++;
    connection->sent = connection->head_length = 0;
    connection->in_body = connection->ends = false;
    connection->began_ns = now_ns();
    send_request(connection);
}

static void open_again(struct connection *connection)
{
    close(connection->descriptor);
    open_connection(connection);
    begin_request(connection);
}

/* ---- answers ---- */

static void end_answer(struct connection *connection)
{
    uint64_t took_us = (now_ns() - connection->began_ns) / 1000;
    if (answered == 0 && print_first)
        fprintf(stderr, "\n");
    latencies_us[answered++] = took_us > UINT32_MAX ? UINT32_MAX : (uint32_t)took_us;
    if (connection->status >= 400)
        failed++;
    if (connection->ends)
        open_again(connection);
    else
        begin_request(connection);
}

static const char *header(const char *head, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':')
            return line + 3 + length + strspn(line + 3 + length, " ");
    return NULL;
}

static void read_head(struct connection *connection)
{
    const char *length = header(connection->head, "Content-Length"), *end = header(connection->head, "Connection");
    connection->status = connection->head_length > 12 ? atoi(connection->head + 9) : 0;
    connection->body_left = length ? strtoul(length, NULL, 10) : 0;
    connection->ends = end && strncasecmp(end, "close", 5) == 0;
    connection->in_body = true;
}

/* Takes bytes of the head; returns how many. */
static size_t take_head(struct connection *connection, const char *bytes, size_t length)
{
    size_t before = connection->head_length;
    size_t taken = length < MOST_OF_HEAD - before ? length : MOST_OF_HEAD - before;
    memcpy(connection->head + before, bytes, taken);
    connection->head[before + taken] = '\0';
    const char *end = strstr(connection->head + (before > 3 ? before - 3 : 0), "\r\n\r\n");
    if (!end) {
        connection->head_length += taken;
        if (connection->head_length == MOST_OF_HEAD) {
            errno = EMSGSIZE;
            fail("the answer's head");
        }
        return taken;
    }
    connection->head_length = (size_t)(end + 4 - connection->head);
    connection->head[connection->head_length] = '\0';
    read_head(connection);
    return connection->head_length - before;
}

static void take_bytes(struct connection *connection, const char *bytes, size_t length)
{
    if (answered == 0 && print_first)
        fwrite(bytes, 1, length, stderr);
    while (length > 0 || (connection->in_body && connection->body_left == 0)) {
        if (!connection->in_body) {
            size_t taken = take_head(connection, bytes, length);
            bytes += taken;
            length -= taken;
        } else if (connection->body_left > 0) {
            size_t taken = length < connection->body_left ? length : connection->body_left;
            connection->body_left -= taken;
            bytes += taken;
            length -= taken;
        } else {
            end_answer(connection);
            return; /* one request at a time: nothing else can have come */
        }
    }
}

static void read_answer(struct connection *connection)
{
    static char buffer[64 * 1024];
    ssize_t length = recv(connection->descriptor, buffer, sizeof buffer, 0);
    if (length > 0) {
        take_bytes(connection, buffer, (size_t)length);
        return;
    }
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    failed++; /* lost without an answer, and asked again */
    begun--;
    open_again(connection);
}

/* ---- what it comes to ---- */

static double cpu_of(long pid)
{
    char path[64], line[1024] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file))
        fail(path);
    fclose(file);
    unsigned long user = 0, system = 0;
    const char *behind_name = strrchr(line, ')');
    if (!behind_name ||
        sscanf(behind_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) {
        errno = EINVAL;
        fail(path);
    }
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(double seconds, double cpu_seconds, bool with_cpu)
{
    qsort(latencies_us, answered, sizeof *latencies_us, by_size);
    printf("{\"requests\":%zu,\"failed\":%zu,\"seconds\":%.3f,\"per_second\":%.0f,\"p50_us\":%u,\"p99_us\":%u,\"max_"
           "us\":%u",
           answered, failed, seconds, (double)answered / seconds, latencies_us[answered / 2],
           latencies_us[answered - 1 - answered / 100], latencies_us[answered - 1]);
    if (with_cpu)
        printf(",\"cpu_us_per_request\":%.2f", cpu_seconds * 1e6 / (double)answered);
    printf("}\n");
}

/* ---- the start ---- */

static void read_request(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail(path);
    request = room(1024 * 1024);
    request_length = fread(request, 1, 1024 * 1024, file);
    fclose(file);
}

static void make_request(void)
{
    request = room(256);
    request_length = (size_t)snprintf(request, 256, "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
                                      ntohs(server.sin_port));
}

static void usage(void)
{
    fprintf(stderr,
            "usage: load --port P [--connections N] [--requests N] [--request FILE] [--pid PID] [--print-first]\n");
    exit(2);
}

static void run(size_t connection_count)
{
    struct connection *connections = room(connection_count * sizeof *connections);
    for (size_t i = 0; i < connection_count; i++) {
        open_connection(&connections[i]);
        begin_request(&connections[i]);
    }
    while (answered < wanted && failed <= wanted) {
        struct epoll_event events[256];
        int count = epoll_wait(poller, events, 256, 30 * 1000);
        if (count == 0) {
            errno = ETIMEDOUT;
            fail("waiting for answers");
        }
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection->descriptor >= 0 && (events[i].events & EPOLLOUT))
                send_request(connection);
            if (connection->descriptor >= 0 && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
                read_answer(connection);
        }
    }
    free(connections);
}

int main(int argc, char **argv)
{
    static const struct option options[] = { { "port", required_argument, NULL, 'p' },
                                             { "connections", required_argument, NULL, 'c' },
                                             { "requests", required_argument, NULL, 'n' },
                                             { "request", required_argument, NULL, 'r' },
                                             { "pid", required_argument, NULL, 'i' },
                                             { "print-first", no_argument, NULL, 'f' },
                                             { 0 } };
    size_t connection_count = 8;
    long pid = 0;
    const char *path = NULL;
    server = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'p':
            server.sin_port = htons((uint16_t)atoi(optarg));
            break;
        case 'c':
            connection_count = strtoul(optarg, NULL, 10);
            break;
        case 'n':
            wanted = strtoul(optarg, NULL, 10);
            break;
        case 'r':
            path = optarg;
            break;
        case 'i':
            pid = atol(optarg);
            break;
        case 'f':
            print_first = true;
            break;
        default:
            usage();
        }
    }
    if (!server.sin_port || !wanted || !connection_count || optind != argc)
        usage();
    if (connection_count > wanted)
        connection_count = wanted;
    if (path)
        read_request(path);
    else
        make_request();
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    latencies_us = room(wanted * sizeof *latencies_us);
    poller = epoll_create1(EPOLL_CLOEXEC);

    double cpu_before = pid ? cpu_of(pid) : 0;
    uint64_t start_ns = now_ns();
    run(connection_count);
    double seconds = (double)(now_ns() - start_ns) / 1e9;
    if (answered == 0)
        return 1;
    report(seconds, pid ? cpu_of(pid) - cpu_before : 0, pid != 0);
    return 0;
}
