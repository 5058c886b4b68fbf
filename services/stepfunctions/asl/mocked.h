/* A test case of the mock configuration (mock_file.h) while an execution runs it: which Task states are answered by it, and how
 * often each was. As in Step Functions Local a state's calls are counted through the whole execution, whatever loop, retry
 * or iteration they come from; the executions of a distributed Map count for themselves. */
#ifndef ASL_MOCKED_H
#define ASL_MOCKED_H

#include "services/stepfunctions/asl/engine.h"

struct mocked;

/* What the execution's row says; NULL: nothing. */
struct mocked *mocked_new(const cJSON *execution_row);
void mocked_free(struct mocked *mocked_or_null);
/* Answers the task that begins, with the events of a real one; false: it is to do its work. */
bool mocked_answers(struct branch *branch);
/* The counts are a member of the top branch's row. */
void mocked_save(const struct mocked *mocked, struct buf *row);
void mocked_load(struct mocked *mocked, const cJSON *row);

#endif
