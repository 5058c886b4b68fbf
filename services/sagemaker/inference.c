#include "services/sagemaker/inference.h"

#include <stdio.h>

static void run_container(struct inference *inference, struct str body, struct str content_type);

static const struct served_container *container_at(const struct inference *inference, size_t index, size_t *ret_count)
{
    const struct served_container *containers;
    bool direct;
    *ret_count = model_use_containers(inference->use, &containers, &direct);
    return &containers[index];
}

static bool is_last(const struct inference *inference)
{
    size_t count;
    if (inference->hostname || !inference->use->server)
        return true;
    container_at(inference, inference->next, &count);
    return inference->next + 1 == count;
}

/* The reply of one is the request of the next. */
static void took(struct container_run *run)
{
    struct inference *inference = run->owner;
    struct container *container = &run->container;
    if (container->log.length)
        buf_add_str(&inference->log, buf_str(&container->log));
    inference->status = container->refused ? 500 : container->status;
    if (inference->status != 200 || is_last(inference)) {
        inference->ended(inference);
        return;
    }
    inference->next++;
    run_container(inference, buf_str(&container->reply), str_of(container->reply_type));
    container_run_drop(run);
}

static void predict(struct container_run *run)
{
    run->algorithm->predict(run->box->predictor, &run->container);
}

static void answered_at_once(struct timer *timer, void *data)
{
    took(((struct inference *)data)->run);
}

static void run_container(struct inference *inference, struct str body, struct str content_type)
{
    size_t count;
    const struct served_container *served = container_at(inference, inference->next, &count);
    struct container_run *run = container_run_new(inference->world, NULL);
    struct container *container = &run->container;
    inference->run = run;
    inference->container = served->hostname ? served->hostname : count == 1 ? "primary" : "container";
    run->owner = inference;
    run->ended = took;
    container->scope = inference->scope;
    container->task = CONTAINER_SERVE;
    container->arn = inference->arn;
    container->name = inference->name;
    container->image = served->image;
    container->role_arn = model_use_role(inference->use);
    container->environment = served->environment;
    container->model = served->files;
    container->body = arena_str(run->arena, body);
    container->content_type = arena_str(run->arena, content_type);
    container->accept = is_last(inference) ? arena_str(run->arena, inference->accept) : STR("");
    container->is_batch = inference->is_batch;
    container->timeout_ms = inference->timeout_ms;
    int64_t now_ms = clock_now(inference->world->clock);
    if (served->box) {
        run->algorithm = served->box->algorithm;
        run->box = predictor_box_ref(served->box);
        container_run_compute(run, predict, now_ms);
    } else if (container_run_start(run, now_ms)) {
        inference->timer.fire = answered_at_once;
        inference->timer.data = inference;
        timer_start(inference->world->clock, &inference->timer, now_ms);
    }
}

bool inference_begin(struct inference *inference)
{
    size_t count;
    container_at(inference, 0, &count);
    while (inference->hostname && inference->next < count) {
        const char *hostname = container_at(inference, inference->next, &count)->hostname;
        if (hostname && strcmp(hostname, inference->hostname) == 0)
            break;
        inference->next++;
    }
    if (inference->next == count)
        return false;
    run_container(inference, inference->body, inference->content_type);
    return true;
}

void inference_end(struct inference *inference)
{
    if (inference->timer.fire)
        timer_stop(inference->world->clock, &inference->timer);
    container_run_drop(inference->run);
    inference->run = NULL;
    buf_release(&inference->log);
}
