/* What base costs: JSON on a document of 100 KB and on one of a row's size, the map, signing. One line a figure. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/map.h"

/* Of this process alone, so that what else the machine does matters less. */
static uint64_t cpu_ns(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

/* Executions as a listing holds them: names, numbers, a text with escapes, nesting. */
static void make_document(struct buf *text, size_t length)
{
    buf_add_byte(text, '[');
    for (int i = 0; i == 0 || text->length < length; i++)
        buf_printf(text,
                   "%s{\"executionArn\":\"arn:aws:states:us-east-1:123456789012:execution:orders:%08d\",\"status\":"
                   "\"SUCCEEDED\",\"startDate\":1795338908.%03d,\"count\":%d,\"ok\":true,\"redrive\":null,\"input\":"
                   "\"{\\\"order\\\":%d,\\\"note\\\":\\\"caf\xc3\xa9\\\"}\",\"tags\":[\"a\",\"bc\",{\"k\":-1.5e3}]}",
                   i ? "," : "", i, i % 1000, i, i);
    buf_add_byte(text, ']');
}

static void report(const char *what, size_t bytes, size_t rounds, uint64_t nanoseconds)
{
    double each = (double)nanoseconds / (double)rounds;
    printf("%-28s %10.2f us", what, each / 1000);
    if (bytes)
        printf("  %8.0f MB/s", (double)bytes / each * 1000);
    putchar('\n');
}

static void bench_document(size_t length, size_t rounds)
{
    struct buf text = BUF_EMPTY, printed = BUF_EMPTY;
    make_document(&text, length);
    printf("a document of %zu bytes\n", text.length);

    struct json *document = json_parse(buf_str(&text), NULL);
    uint64_t start = cpu_ns();
    for (size_t i = 0; i < rounds; i++) {
        buf_clear(&printed);
        json_print(&printed, json_root(document));
    }
    report("  print", text.length, rounds, cpu_ns() - start);

    start = cpu_ns();
    for (size_t i = 0; i < rounds; i++)
        json_unref(json_parse(buf_str(&text), NULL));
    report("  parse", text.length, rounds, cpu_ns() - start);

    struct arena *arena = arena_new();
    start = cpu_ns();
    for (size_t i = 0; i < rounds; i++) {
        json_parse_in(arena, buf_str(&text), NULL);
        arena_reset(arena);
    }
    report("  parse into an arena", text.length, rounds, cpu_ns() - start);
    arena_free(arena);

    start = cpu_ns();
    for (size_t i = 0; i < rounds; i++)
        cJSON_Delete(json_thaw(json_root(document)));
    report("  thaw and delete", text.length, rounds, cpu_ns() - start);
    printf("  holds %zu bytes\n", json_bytes(document));

    json_unref(document);
    buf_release(&text);
    buf_release(&printed);
}

static struct str *make_names(size_t keys)
{
    struct str *names = memory_alloc(keys * sizeof *names);
    for (size_t i = 0; i < keys; i++) {
        char key[80];
        int length = snprintf(key, sizeof key, "arn:aws:states:us-east-1:123456789012:stateMachine:%08zu",
                              i * 7919 % keys);
        names[i] = (struct str){ memory_copy((struct str){ key, (size_t)length }), (size_t)length };
    }
    return names;
}

static void bench_map(size_t keys, size_t rounds)
{
    struct map *map = map_new();
    struct str *names = make_names(keys);
    uint64_t start = cpu_ns();
    for (size_t i = 0; i < keys; i++)
        map_put(map, names[i], map);
    uint64_t put = cpu_ns() - start;
    printf("a map of %zu keys\n", keys);
    report("  put", 0, keys, put);
    size_t found = 0;
    start = cpu_ns();
    for (size_t i = 0; i < rounds; i++)
        found += map_get(map, names[i * 31 % keys]) != NULL;
    report("  get", 0, rounds, cpu_ns() - start);
    start = cpu_ns();
    for (size_t i = 0; i < rounds; i++)
        found += map_after(map, names[i * 31 % keys]) != NULL;
    report("  seek", 0, rounds, cpu_ns() - start);
    if (found < rounds)
        puts("  keys are missing");
    map_free(map, NULL);
    for (size_t i = 0; i < keys; i++)
        free((char *)(uintptr_t)names[i].at);
    free(names);
}

static void bench_digest(size_t rounds)
{
    struct hmac_key *key = hmac_key_new(STR("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    unsigned char digest[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1];
    struct str text = STR("AWS4-HMAC-SHA256\n20261122T091508Z\n20261122/us-east-1/states/aws4_request\n"
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    puts("digests of 137 bytes");
    uint64_t start = cpu_ns();
    for (size_t i = 0; i < rounds; i++)
        digest_sha256_hex(text, hex);
    report("  sha256", 0, rounds, cpu_ns() - start);
    start = cpu_ns();
    for (size_t i = 0; i < rounds; i++)
        hmac_key_sign(key, text, digest);
    report("  hmac, key ready", 0, rounds, cpu_ns() - start);
    hmac_key_free(key);
}

int main(void)
{
    bench_document(100 * 1000, 2000);
    bench_document(600, 200000);
    bench_map(1000, 2000000);
    bench_map(1000000, 1000000);
    bench_digest(500000);
    return 0;
}
