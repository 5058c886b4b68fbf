/* A Task while it is under way: its call, what it waits for, and the answer once there is one. */
#ifndef ASL_TASK_H
#define ASL_TASK_H

#include "services/stepfunctions/asl/engine.h"
#include "world/bus.h"

enum task_answer { ANSWER_NONE, ANSWER_SUCCESS, ANSWER_FAILURE };
enum activity_stage { ACTIVITY_NONE, ACTIVITY_WAITING, ACTIVITY_TAKEN };

#define TASK_NONCE_LENGTH 32

struct task {
    struct call *call; /* under way; NULL: none */
    bool call_answered;
    struct json *payload; /* of the call under way: it is made again after a restart; of an activity: its input */
    char *role_arn;       /* whom it runs as, where Credentials say so; NULL: the execution's role */
    char nonce[TASK_NONCE_LENGTH + 1]; /* of the token; "": it has none */
    char *child_arn;                   /* .sync: the execution that is waited for */
    bool child_ended;
    struct listener listener; /* to its end */
    enum activity_stage activity;
    char *queued;                     /* where it stands among the tasks of its activity */
    int64_t timeout_s, heartbeat_s;   /* 0: none */
    int64_t timeout_ms, heartbeat_ms; /* deadlines; 0: none */
    enum task_answer answer;
    struct json *output; /* SUCCESS */
    char *error, *cause; /* FAILURE; NULL: none */
};

void task_begin(struct branch *branch);
void task_resume(struct branch *branch);
void task_free(struct branch *branch); /* forgets it: call, listener and all */
/* It was broken off: a child that was waited for is stopped too, as AWS does as well as it can. */
void task_cancel(struct branch *branch);
void task_save(const struct branch *branch, struct buf *row); /* its members of the branch's row */
void task_load(struct branch *branch, const cJSON *row);
/* From outside of the step: */
void task_answer_success(struct branch *branch, struct json *output_taken);
void task_answer_failure(struct branch *branch, struct str error_or_none, struct str cause_or_none);
void task_heartbeat(struct branch *branch);
void task_take_activity(struct branch *branch, struct str worker_or_none);

#endif
