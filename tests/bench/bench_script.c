/* What a pack costs: a call that no fault of it concerns, one that its Lua answers, a function that it runs, a callback, a load.
 * Medians of many, one line a figure, with the loop and the child process as in a game. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/toy_cloud.h"

#include "aws/invocation.h"
#include "tests/unit/pack_fixture.h"

#define ROUNDS 4000

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static long child;

static long find_child(void)
{
    char command[64], line[64] = "";
    snprintf(command, sizeof command, "pgrep -o -P %d", (int)getpid());
    FILE *children = popen(command, "r");
    if (children && !fgets(line, sizeof line, children))
        line[0] = '\0';
    if (children)
        pclose(children);
    return strtol(line, NULL, 10);
}

/* Processor time of both processes: what else the machine does matters less to it. */
static double used_us(void)
{
    struct timespec own, its = { 0 };
    clockid_t clock;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    if (child > 0 && clock_getcpuclockid((pid_t)child, &clock) == 0)
        clock_gettime(clock, &its);
    return (double)(own.tv_sec + its.tv_sec) * 1e6 + (double)(own.tv_nsec + its.tv_nsec) / 1e3;
}

static double used_before_us;

static void begin(void)
{
    used_before_us = used_us();
}

static void report(const char *what, uint64_t *taken_ns, size_t count)
{
    double used = used_us() - used_before_us;
    qsort(taken_ns, count, sizeof *taken_ns, compare);
    printf("%-44s %8.2f us  p99 %8.2f us  processor %8.2f us\n", what, (double)taken_ns[count / 2] / 1000,
           (double)taken_ns[count * 99 / 100] / 1000, used / (double)count);
}

/* A loop without the fixture's ticker, which would wake it all the time. */
static void turn_until(struct theatre *theatre, const int *count, int wanted)
{
    while (*count < wanted)
        uv_run(theatre->loop, UV_RUN_ONCE);
}

static void bench_calls(struct theatre *theatre, const char *what)
{
    static uint64_t taken[ROUNDS];
    begin();
    for (size_t i = 0; i < ROUNDS; i++) {
        uint64_t start = uv_hrtime();
        if (call_toy(&theatre->stage, "TEAM", "CreateThing", "{\"name\":\"x\",\"count\":3}") == CALL_PARKED)
            turn_until(theatre, &answered, 1);
        taken[i] = uv_hrtime() - start;
    }
    report(what, taken, ROUNDS);
}

static int runs;

static void note_run(struct question *question, enum verdict verdict)
{
    runs++;
}

static void bench_invocations(struct theatre *theatre)
{
    static uint64_t taken[ROUNDS];
    begin();
    for (size_t i = 0; i < ROUNDS; i++) {
        struct invocation invocation = { .scope = { "000000000001", "us-east-1" },
                                         .function_name = "fn",
                                         .runtime = "provided.lua",
                                         .handler = "echo",
                                         .role_arn = "arn:aws:iam::000000000001:role/actor",
                                         .request_id = "r-1",
                                         .payload = STR("{\"order\":{\"unicorn\":\"Sparkle\",\"nights\":3}}") };
        struct question question = { .point = HOOK_INVOKE,
                                     .account = "000000000001",
                                     .service = "lambda",
                                     .operation = "fn",
                                     .role = "actor",
                                     .resource = "",
                                     .made_by = "",
                                     .subject = &invocation,
                                     .resumed = note_run };
        uint64_t start = uv_hrtime();
        runs = 0;
        hook_ask(theatre->stage.world, &question);
        turn_until(theatre, &runs, 1);
        taken[i] = uv_hrtime() - start;
        invocation_release(&invocation);
    }
    report("an invocation", taken, ROUNDS);
}

static void bench_callbacks(struct theatre *theatre, const char *name, const char *what)
{
    static uint64_t taken[ROUNDS];
    begin();
    for (size_t i = 0; i < ROUNDS; i++) {
        uint64_t start = uv_hrtime();
        script_call(theatre->script, name, "000000000001", NULL, write_answer, theatre);
        turn_until(theatre, &theatre->answers, theatre->answers + 1);
        taken[i] = uv_hrtime() - start;
    }
    report(what, taken, ROUNDS);
}

static void bench_loads(struct theatre *theatre)
{
    child = 0; /* each has another */
    uint64_t taken[50];
    begin();
    for (size_t i = 0; i < 50; i++) {
        uint64_t start = uv_hrtime();
        script_restart(theatre->script);
        script_call(theatre->script, "probe/c/p", "000000000001", NULL, write_answer, theatre);
        turn_until(theatre, &theatre->answers, theatre->answers + 1);
        taken[i] = uv_hrtime() - start;
    }
    report("a process, from start to its first answer", taken, 50);
}

static long kilobytes(const char *path, const char *name)
{
    char line[256];
    long found = 0;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            found = strtol(line + strlen(name), NULL, 10);
    if (file)
        fclose(file);
    return found;
}

static void bench_memory(void)
{
    char path[64];
    child = find_child();
    snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", child);
    printf("%-44s %8ld kB  (parent %ld kB)\n", "memory of its process (its share)", kilobytes(path, "Pss:"),
           kilobytes("/proc/self/smaps_rollup", "Pss:"));
}

static const char pack_text[] = PACK(
    "") "gameday.fault { id = 'near', title = 'F', during = '10m', on = 'toy:DeleteThing', call = print },\n"
        "gameday.fault { id = 'far', title = 'F', during = '10m', on = 'toy:Delete*', wire = { latency = '1s' } },\n"
        "gameday.fault { id = 'wire', title = 'F', during = '10m', on = 'toy:*', wire = { fail = 'Odd', chance = 0 } "
        "},\n"
        "gameday.fault { id = 'f', title = 'F', during = '10m', on = 'toy:CreateThing',\n"
        "  call = function(call) if call:chance(0.5) then call:fail('ThrottlingException', 'Rate exceeded') "
        "end end },\n"
        "gameday.lambda('echo', function(event) return { unicorn = event.order.unicorn, price = "
        "event.order.nights * 70 } end),\n"
        "gameday.challenge { id = 'c', title = 'C', gameday.probe { id = 'p', run = function() return true "
        "end },\n"
        "gameday.probe { id = 'a', run = function(team) return team.toy.DescribeThing { name = 'x' }.arn ~= "
        "nil end } } }";

/* From the moment when an author saves a file until the edit is played, the pause in which editors write again included. */
static void bench_edits(struct theatre *theatre)
{
    uint64_t taken[20];
    begin();
    for (int i = 0; i < 20; i++) {
        struct buf text = BUF_EMPTY;
        buf_printf(&text, "%s -- %d", pack_text, i);
        uint64_t start = uv_hrtime();
        write_pack_file(theatre, "pack.lua", buf_str(&text).at);
        turn_until(theatre, &theatre->reloads, i + 1);
        taken[i] = uv_hrtime() - start;
        buf_release(&text);
    }
    report("an edit, until it is played", taken, 20);
}

/* Other teams' faults and other operations' do not slow a call. */
static void arm_elsewhere(struct theatre *theatre)
{
    for (int i = 0; i < 80; i++) {
        char account[16];
        snprintf(account, sizeof account, "%012d", i + 1);
        script_arm(theatre->script, "far", account);
    }
}

static void bench(void **state)
{
    struct theatre theatre;
    raise_live_theatre(&theatre);
    uv_timer_stop(&theatre.ticker);
    write_pack_file(&theatre, "pack.lua", pack_text);
    open_theatre(&theatre);
    if (theatre.loads != 1)
        fail_msg("%s", theatre.log.at);
    bench_memory();
    bench_calls(&theatre, "a call, nothing armed");
    script_arm(theatre.script, "near", "000000000001");
    bench_calls(&theatre, "a call that no fault matches");
    script_disarm(theatre.script, "near", "000000000001"); /* with it every change is remembered, for stale reads */
    arm_elsewhere(&theatre);
    bench_calls(&theatre, "a call, 80 teams with a fault elsewhere");
    script_arm(theatre.script, "wire", "000000000001");
    bench_calls(&theatre, "a call that the wire lets pass");
    script_arm(theatre.script, "f", "000000000001");
    bench_calls(&theatre, "a call that Lua answers");
    bench_invocations(&theatre);
    bench_callbacks(&theatre, "probe/c/p", "a callback");
    bench_callbacks(&theatre, "probe/c/a", "a callback that makes an AWS call");
    bench_edits(&theatre);
    bench_loads(&theatre);
    strike_theatre(&theatre);
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = { cmocka_unit_test(bench) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
