/* The yardstick: what libuv and llhttp cost by themselves. Reads, parses and answers every request with the same 200, looks at
 * nothing, limits nothing, times nothing. `bare_http PORT` prints one line when it listens (port 0: any). */
#include <llhttp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* As large as a short DescribeStateMachine, headers and all. */
#define BODY                                                                                                           \
    "{\"creationDate\":1795338908.123,\"definition\":\"{\\\"StartAt\\\":\\\"Done\\\",\\\"States\\\":{\\\"Done\\\":"    \
    "{\\\"Type\\\":\\\"Succeed\\\"}}}\",\"name\":\"bare\",\"roleArn\":\"arn:aws:iam::000000000000:role/bare\","        \
    "\"stateMachineArn\":\"arn:aws:states:us-east-1:000000000000:stateMachine:bare\",\"status\":\"ACTIVE\","           \
    "\"type\":\"STANDARD\",\"loggingConfiguration\":{\"includeExecutionData\":false,\"level\":\"OFF\"},"               \
    "\"tracingConfiguration\":{\"enabled\":false}}"

struct peer {
    uv_tcp_t tcp;
    llhttp_t parser;
};

static char answer[1024];
static size_t answer_length;
static char read_buffer[64 * 1024];
static llhttp_settings_t settings;

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static void lose(struct peer *peer)
{
    if (!uv_is_closing((uv_handle_t *)&peer->tcp))
        uv_close((uv_handle_t *)&peer->tcp, on_closed);
}

static int on_message(llhttp_t *parser)
{
    struct peer *peer = parser->data;
    uv_buf_t buffer = uv_buf_init(answer, (unsigned int)answer_length);
    if (uv_try_write((uv_stream_t *)&peer->tcp, &buffer, 1) != (int)answer_length)
        return HPE_USER;
    return 0;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    *buffer = uv_buf_init(read_buffer, sizeof read_buffer);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct peer *peer = (struct peer *)stream;
    if (length < 0 || (length > 0 && llhttp_execute(&peer->parser, buffer->base, (size_t)length) != HPE_OK))
        lose(peer);
}

static void on_connection(uv_stream_t *listener, int status)
{
    if (status < 0)
        return;
    struct peer *peer = calloc(1, sizeof *peer);
    if (!peer)
        abort();
    uv_tcp_init(listener->loop, &peer->tcp);
    llhttp_init(&peer->parser, HTTP_REQUEST, &settings);
    peer->parser.data = peer;
    if (uv_accept(listener, (uv_stream_t *)&peer->tcp) != 0) {
        lose(peer);
        return;
    }
    uv_tcp_nodelay(&peer->tcp, 1);
    uv_read_start((uv_stream_t *)&peer->tcp, on_alloc, on_read);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: bare_http PORT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    answer_length = (size_t)snprintf(answer, sizeof answer,
                                     "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
                                     "Content-Length: %zu\r\n\r\n%s",
                                     sizeof BODY - 1, BODY);
    llhttp_settings_init(&settings);
    settings.on_message_complete = on_message;

    uv_loop_t *loop = uv_default_loop();
    uv_tcp_t listener;
    struct sockaddr_in address;
    int length = sizeof address;
    uv_tcp_init(loop, &listener);
    uv_ip4_addr("127.0.0.1", atoi(argv[1]), &address);
    int error = uv_tcp_bind(&listener, (const struct sockaddr *)&address, 0);
    if (error == 0)
        error = uv_listen((uv_stream_t *)&listener, 4096, on_connection);
    if (error != 0) {
        fprintf(stderr, "bare_http: port %s: %s\n", argv[1], uv_strerror(error));
        return 1;
    }
    uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length);
    printf("listening on %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return uv_run(loop, UV_RUN_DEFAULT);
}
