/* Images of a pack: containers that Lua runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toy_cloud.h"

#include "pack_fixture.h"

#include "aws/container.h"

#define ACCOUNT "000000000001"

static bool answered_now;

static void note_answer(struct question *question, enum verdict verdict)
{
    answered_now = verdict == VERDICT_CHANGED;
}

static const struct {
    const char *image;
    enum container_task task;
    enum verdict verdict;
    int exit_code, status;
    const char *output, *text, *log, *why;
} containers[] = {
    { "111122223333.dkr.ecr.us-east-1.amazonaws.com/trainer:7", CONTAINER_TRAIN, VERDICT_CHANGED, 0, 200,
      "/opt/ml/model/m.txt=1,2 of job", NULL, "train\t3\n", "by its repository: files in, files out, a log" },
    { "trainer", CONTAINER_TRAIN, VERDICT_CHANGED, 0, 200, "/opt/ml/model/m.txt=1,2 of job", NULL, "train\t3\n",
      "by its bare name" },
    { "111122223333.dkr.ecr.us-east-1.amazonaws.com/full:1", CONTAINER_PROCESS, VERDICT_CHANGED, 4, 200, NULL,
      "no rows", "", "by its whole URI; a failure and its exit code" },
    { "111122223333.dkr.ecr.us-east-1.amazonaws.com/full:2", CONTAINER_PROCESS, VERDICT_PASS, 0, 0, NULL, NULL, "",
      "another tag of a URI that names one" },
    { "raiser", CONTAINER_PROCESS, VERDICT_CHANGED, 1, 500, NULL, "oops", "oops\n", "what it raises is the reason" },
    { "trainer", CONTAINER_PING, VERDICT_CHANGED, 0, 0, NULL, NULL, "", "somebody serves it" },
    { "nobody", CONTAINER_PING, VERDICT_PASS, 0, 0, NULL, NULL, "", "nobody does" },
    { "trainer", CONTAINER_SERVE, VERDICT_CHANGED, 0, 201, NULL, NULL, "", "a request: body, type and status" },
};

static const char pack[] = PACK(
    "") "gameday.image('trainer', function(job)\n"
        "  if job.task == 'serve' then return { body = job.body .. '!', content_type = 'text/plain', status = 201 } "
        "end\n"
        "  print(job.task, #job.files['/opt/ml/input/data/train/t.csv'])\n"
        "  return { files = { ['/opt/ml/model/m.txt'] = job.files['/opt/ml/input/data/train/t.csv'] .. ' of ' .. "
        "job.name,\n"
        "                     ['/etc/passwd'] = 'no' } } end),\n"
        "gameday.image('111122223333.dkr.ecr.us-east-1.amazonaws.com/full:1', function(job)\n"
        "  return { failure = 'no rows', exit_code = 4 } end),\n"
        "gameday.image('raiser', function(job) error('oops', 0) end) }";

static void set_up(struct container *container, size_t i)
{
    static const char *const folders[] = { "/opt/ml/model", NULL };
    struct buf bytes = BUF_EMPTY;
    container_init(container);
    container->scope = (struct scope){ ACCOUNT, "us-east-1" };
    container->task = containers[i].task;
    container->image = containers[i].image;
    container->name = "job";
    container->arn = "arn:aws:sagemaker:us-east-1:" ACCOUNT ":training-job/job";
    container->role_arn = "arn:aws:iam::" ACCOUNT ":role/actor";
    container->output_folders = folders;
    container->body = container->content_type = container->accept = STR("hello");
    buf_add_text(&bytes, "1,2");
    container_give(container, STR("/opt/ml/input/data/train/t.csv"), &bytes);
}

static void check_output(const struct container *container, const char *wanted)
{
    struct buf text = BUF_EMPTY;
    for (struct list *link = container->output.next; link != &container->output; link = link->next) {
        const struct container_file *file = LIST_ITEM(link, struct container_file, link);
        buf_printf(&text, "%s=%s", file->path, file->bytes.at);
    }
    assert_string_equal(buf_str(&text).at, wanted ? wanted : "");
    buf_release(&text);
}

static void containers_run(void **state)
{
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++) {
        struct theatre theatre;
        struct container container;
        open_pack(&theatre, pack);
        if (theatre.loads != 1)
            fail_msg("%s", theatre.log.at);
        set_up(&container, i);
        struct question question = { .point = HOOK_CONTAINER,
                                     .account = ACCOUNT,
                                     .region = "us-east-1",
                                     .service = "sagemaker",
                                     .operation = container.image,
                                     .role = "actor",
                                     .resource = container.arn,
                                     .made_by = "",
                                     .subject = &container,
                                     .resumed = note_answer };
        answered_now = false;
        enum verdict verdict = hook_ask(theatre.stage.world, &question);
        world_settle(theatre.stage.world, 60000);
        if (verdict == VERDICT_PARKED && answered_now)
            verdict = VERDICT_CHANGED;
        if (verdict != containers[i].verdict)
            fail_msg("%s: verdict %d", containers[i].why, verdict);
        assert_int_equal(container.exit_code, containers[i].exit_code);
        if (containers[i].task != CONTAINER_PING)
            assert_int_equal(container.status, containers[i].status);
        if (containers[i].task == CONTAINER_SERVE)
            assert_string_equal(container.reply.at, "hello!");
        check_output(&container, containers[i].output);
        assert_string_equal(container.reason, containers[i].text ? containers[i].text : "");
        assert_string_equal(buf_str(&container.log).at, containers[i].log);
        container_release(&container);
        strike_theatre(&theatre);
    }
}

int main(int count, char **words)
{
    become_pack_host(count, words);
    const struct CMUnitTest tests[] = { cmocka_unit_test(containers_run) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
