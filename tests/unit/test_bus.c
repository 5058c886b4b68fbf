#include "world_fixture.h"

#include "world/bus.h"

static struct world *world;
static char told[1024]; /* "name:topic/key " for each delivery */

struct named_listener {
    struct listener listener;
    const char *name;
    void (*then)(struct named_listener *);
};

static void hear(struct listener *listener, const struct event *event)
{
    struct named_listener *named = listener->data;
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s:%s/%.*s ", named->name, event->topic,
             STR_ARG(event->key));
    if (named->then)
        named->then(named);
}

static void listen(struct named_listener *named, const char *name, const char *topic, const char *key)
{
    named->name = name;
    named->listener.topic = topic;
    named->listener.key = key;
    named->listener.told = hear;
    named->listener.data = named;
    bus_listen(world->bus, &named->listener);
}

static void post(const char *topic, const char *key)
{
    bus_post(world->bus, topic, here, str_of(key), NULL);
}

static int make(void **state)
{
    world = make_world(NULL);
    told[0] = '\0';
    return 0;
}

static int end(void **state)
{
    end_world(world);
    return 0;
}

static void tells_whom_it_concerns(void **state)
{
    struct named_listener all = { 0 }, topic = { 0 }, key = { 0 }, both = { 0 }, other = { 0 };
    listen(&both, "both", "t", "k");
    listen(&all, "all", NULL, NULL);
    listen(&key, "key", NULL, "k");
    listen(&topic, "topic", "t", NULL);
    listen(&other, "other", "u", "l");
    post("t", "k");
    post("t", "l");
    post("u", "k");
    assert_string_equal(told, ""); /* posting only queues */
    world_run(world, 0);
    assert_string_equal(told, "both:t/k all:t/k key:t/k topic:t/k " /* in the order of listening */
                              "all:t/l topic:t/l "
                              "all:u/k key:u/k ");
    bus_unlisten(world->bus, &all.listener);
    bus_unlisten(world->bus, &all.listener);
    bus_unlisten(world->bus, &both.listener);
    told[0] = '\0';
    post("t", "k");
    world_run(world, 0);
    assert_string_equal(told, "key:t/k topic:t/k ");
}

static void topics_and_keys_go_by_their_text(void **state)
{
    char topic[] = "t", key[] = "k";
    struct named_listener both = { 0 };
    listen(&both, "both", "t", key);
    key[0] = 'x'; /* it was copied */
    bus_post(world->bus, topic, here, STR("k"), NULL);
    world_run(world, 0);
    assert_string_equal(told, "both:t/k ");
}

static struct named_listener first, second, third;

static void stop_second_and_itself(struct named_listener *named)
{
    bus_unlisten(world->bus, &second.listener);
    bus_unlisten(world->bus, &named->listener);
}

static void start_third(struct named_listener *named)
{
    if (!third.name)
        listen(&third, "third", "t", NULL);
    post("u", "from-told");
}

static void listeners_may_come_and_go_meanwhile(void **state)
{
    first = second = third = (struct named_listener){ 0 };
    first.then = stop_second_and_itself;
    listen(&first, "first", "t", NULL);
    listen(&second, "second", "t", NULL);
    struct named_listener fourth = { .then = start_third }, fifth = { 0 };
    listen(&fourth, "fourth", "t", NULL);
    listen(&fifth, "fifth", "u", NULL);
    post("t", "1");
    post("t", "2");
    world_run(world, 0);
    /* What is posted meanwhile comes after what was posted before; a new listener hears from the next event on. */
    assert_string_equal(told, "first:t/1 fourth:t/1 fourth:t/2 third:t/2 fifth:u/from-told fifth:u/from-told ");
}

static void carries_what_happened(struct listener *listener, const struct event *event)
{
    assert_string_equal(event->scope.account, here.account);
    assert_string_equal(event->scope.region, here.region);
    assert_int_equal(event->at_ms, START_MS);
    assert_int_equal(event->change, 1);
    assert_true(str_is(json_text(event->detail), "{\"a\":1}"));
    strcat(told, "seen");
}

static void events_carry_scope_time_and_change(void **state)
{
    struct listener listener = { .told = carries_what_happened };
    bus_listen(world->bus, &listener);
    put(world, "a", "1");
    char account[] = "111122223333";
    bus_post(world->bus, "t", (struct scope){ account, here.region }, STR("k"), row_of("{\"a\":1}"));
    account[0] = 'x';
    world_run(world, 0);
    assert_string_equal(told, "seen");
}

static void dropped_events_are_not_told(void **state)
{
    struct named_listener all = { 0 };
    listen(&all, "all", NULL, NULL);
    bus_post(world->bus, "t", here, STR("k"), row_of("1"));
    bus_drop_queued(world->bus);
    assert_true(bus_is_idle(world->bus));
    world_run(world, 0);
    assert_string_equal(told, "");
    bus_post(world->bus, "t", here, STR("k"), row_of("1")); /* world_free() drops this one */
}

static int counted;

static void count(struct listener *listener, const struct event *event)
{
    counted++;
    bus_unlisten(listener->data, listener);
}

/* Each of very many listens to its own key, and is found among all the others. */
static void many_listen_to_a_key_each(void **state)
{
    enum { MANY = 10000 };
    struct listener *listeners = calloc(MANY, sizeof *listeners);
    for (int i = 0; i < MANY; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        listeners[i] = (struct listener){ .topic = "t", .key = key, .told = count, .data = world->bus };
        bus_listen(world->bus, &listeners[i]);
    }
    counted = 0;
    for (int i = 0; i < 2 * MANY; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        post("t", key);
    }
    world_run(world, 0);
    assert_int_equal(counted, MANY);
    world_run(world, 0);
    free(listeners);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(tells_whom_it_concerns),
        CASE(topics_and_keys_go_by_their_text),
        CASE(listeners_may_come_and_go_meanwhile),
        CASE(events_carry_scope_time_and_change),
        CASE(dropped_events_are_not_told),
        CASE(many_listen_to_a_key_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
