/* Server-sent events over real sockets: order, resuming, what is too old, readers that do not read, a commit that fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

struct fixture;
static void turn(struct fixture *fixture);

#include "http_client.h"
#include "toy_cloud.h"

#include "net/sse.h"

struct fixture {
    uv_loop_t loop;
    struct stage stage;
    struct holds holds;
    struct sse *sse;
    struct http_server *server;
    bool closed;
};

static void turn(struct fixture *fixture)
{
    uv_run(&fixture->loop, UV_RUN_NOWAIT);
}

static int admit(void *data, struct http_request *request, uint64_t *ret_body_limit)
{
    return 0;
}

/* The path is the channel, the query what it saw last. */
static void open_stream(void *data, struct http_request *request)
{
    struct fixture *fixture = data;
    const struct http_header type = { STR("Content-Type"), STR("text/event-stream") };
    sse_open(fixture->sse, request, &(struct http_response){ 200, &type, 1, NULL },
             arena_copy(request->arena, request->path), request->query);
}

static void gone(void *data, struct http_request *request)
{
    if (request->user)
        sse_gone(request);
}

static void open_server(struct fixture *fixture)
{
    char *why = NULL;
    *fixture = (struct fixture){ 0 };
    raise_stage(&fixture->stage);
    assert_int_equal(uv_loop_init(&fixture->loop), 0);
    holds_open(&fixture->holds, fixture->stage.world);
    fixture->sse = sse_new(&fixture->loop, &fixture->holds);
    const struct http_handler handler = { .admit = admit, .serve = open_stream, .gone = gone, .data = fixture };
    fixture->server = http_listen(&fixture->loop, "127.0.0.1", 0, &handler, NULL, &why);
    assert_non_null(fixture->server);
}

static void on_closed(void *data)
{
    ((struct fixture *)data)->closed = true;
}

static void close_server(struct fixture *fixture)
{
    http_close(fixture->server, 0, on_closed, fixture);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_true(fixture->closed);
    sse_free(fixture->sse);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
    holds_close(&fixture->holds);
    strike_stage(&fixture->stage);
}

static struct client listen_to(struct fixture *fixture, const char *channel, const char *after)
{
    char request[256];
    struct client client = meet_port(http_port(fixture->server));
    snprintf(request, sizeof request, "GET %s?%s HTTP/1.1\r\nHost: localhost\r\n\r\n", channel, after);
    say(&client, request);
    return client;
}

static void hear_all(struct fixture *fixture, struct client *client)
{
    for (int quiet = 0; quiet < 50; quiet++) {
        size_t before = client->got.length;
        turn(fixture);
        hear(client, SIZE_MAX);
        usleep(100);
        quiet = client->got.length > before ? 0 : quiet;
    }
}

static void publish(struct fixture *fixture, const char *channel, int from, int to)
{
    for (int i = from; i <= to; i++) {
        char json[64];
        int length = snprintf(json, sizeof json, "{\"n\":%d}", i);
        sse_publish(fixture->sse, channel, "number", (struct str){ json, (size_t)length });
    }
}

/* The numbers of the events that came, as "3 4 5", R for reset. */
static const char *numbers_of(struct client *client, struct arena *arena)
{
    struct buf text = BUF_EMPTY;
    struct str rest = buf_str(&client->got), line;
    while (rest.length) {
        line = str_cut(rest, '\n', &rest);
        if (str_is(line, "event: reset"))
            buf_add_text(&text, text.length ? " R" : "R");
        if (str_starts(line, STR("data: {\"n\":")))
            buf_printf(&text, "%s%.*s", text.length ? " " : "", (int)line.length - 12, line.at + 11);
    }
    const char *copy = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static void expect_numbers(struct fixture *fixture, const char *channel, const char *after, const char *numbers,
                           const char *why)
{
    struct arena *arena = arena_new();
    struct client client = listen_to(fixture, channel, after);
    hear_all(fixture, &client);
    const char *got = numbers_of(&client, arena);
    if (strcmp(got, numbers) != 0)
        fail_msg("%s: %s instead of %s", why, got, numbers);
    part(&client);
    turn(fixture);
    arena_free(arena);
}

static void it_goes_on_behind_what_was_seen(void **state)
{
    struct fixture fixture;
    char first[48], second[48], last[48], ahead[64];
    open_server(&fixture);
    sse_position(fixture.sse, "/a", first);
    publish(&fixture, "/a", 1, 2);
    sse_position(fixture.sse, "/a", second);
    publish(&fixture, "/a", 3, 4);
    publish(&fixture, "/b", 100, 100);
    sse_position(fixture.sse, "/a", last);
    snprintf(ahead, sizeof ahead, "%s0", last);
    const struct {
        const char *after, *numbers, *why;
    } rows[] = {
        { first, "1 2 3 4", "from the beginning" },
        { second, "3 4", "from the middle" },
        { last, "", "it has seen all" },
        { "", "", "a new page begins with what comes" },
        { ahead, "R", "a number that was never given" },
        { "00000000-2", "R", "of another start" },
        { "nonsense", "R", "no id at all" },
        { "00000000-", "R", "an id without a number" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_numbers(&fixture, "/a", rows[i].after, rows[i].numbers, rows[i].why);
    expect_numbers(&fixture, "/b", "", "", "another channel");
    close_server(&fixture);
}

static void what_is_too_old_is_a_reset(void **state)
{
    struct fixture fixture;
    char first[48], kept[48];
    open_server(&fixture);
    sse_position(fixture.sse, "/a", first);
    publish(&fixture, "/a", 1, 600);
    sse_position(fixture.sse, "/a", kept);
    publish(&fixture, "/a", 601, 603);
    expect_numbers(&fixture, "/a", first, "R", "the ring has forgotten it");
    expect_numbers(&fixture, "/a", kept, "601 602 603", "the ring has it");
    sse_restart(fixture.sse);
    expect_numbers(&fixture, "/a", kept, "R", "nothing before a restart is true");
    close_server(&fixture);
}

static void news_come_to_all_who_listen(void **state)
{
    struct fixture fixture;
    struct arena *arena = arena_new();
    open_server(&fixture);
    struct client one = listen_to(&fixture, "/a", ""), two = listen_to(&fixture, "/a", ""),
                  other = listen_to(&fixture, "/b", "");
    hear_all(&fixture, &one);
    hear_all(&fixture, &two);
    hear_all(&fixture, &other);
    publish(&fixture, "/a", 1, 2);
    sse_restart(fixture.sse);
    publish(&fixture, "/a", 3, 3);
    hear_all(&fixture, &one);
    hear_all(&fixture, &two);
    hear_all(&fixture, &other);
    assert_string_equal(numbers_of(&one, arena), "1 2 R 3");
    assert_string_equal(numbers_of(&two, arena), "1 2 R 3");
    assert_string_equal(numbers_of(&other, arena), "R");
    part(&one);
    part(&two);
    part(&other);
    arena_free(arena);
    close_server(&fixture);
}

/* One that does not read is let go and costs no more memory; the others hear all. */
static void who_does_not_read_is_dropped(void **state)
{
    struct fixture fixture;
    struct arena *arena = arena_new();
    open_server(&fixture);
    struct client deaf = listen_to(&fixture, "/a", ""), good = listen_to(&fixture, "/a", "");
    hear_all(&fixture, &good);
    struct buf large = BUF_EMPTY;
    buf_add_byte(&large, '"');
    for (int i = 0; i < 100000; i++)
        buf_add_byte(&large, 'x');
    buf_add_byte(&large, '"');
    for (int i = 0; i < 200; i++) {
        sse_publish(fixture.sse, "/a", "large", buf_str(&large));
        turn(&fixture);
        hear(&good, SIZE_MAX);
        buf_clear(&good.got);
    }
    hear_all(&fixture, &good);
    publish(&fixture, "/a", 1, 1);
    hear_all(&fixture, &good);
    assert_string_equal(numbers_of(&good, arena), "1");
    assert_int_equal(http_connections(fixture.server), 1);
    buf_release(&large);
    part(&deaf);
    part(&good);
    arena_free(arena);
    close_server(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_on_behind_what_was_seen),
        cmocka_unit_test(what_is_too_old_is_a_reset),
        cmocka_unit_test(news_come_to_all_who_listen),
        cmocka_unit_test(who_does_not_read_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
