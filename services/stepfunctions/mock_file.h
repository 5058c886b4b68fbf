/* Mocked service integrations as Step Functions Local has them (developer guide, "Configuration file for mocked service
 * integrations"): the file that SFN_MOCK_CONFIG names in the environment. An execution started as MACHINE_ARN#TEST_CASE is
 * answered by it. What it needs of the file goes into its row when it starts: an edited file counts from the next start on,
 * and a restart changes nothing. */
#ifndef STEPFUNCTIONS_MOCK_FILE_H
#define STEPFUNCTIONS_MOCK_FILE_H

#include "aws/call.h"

/* "ARN#TEST_CASE" into its halves, where a file is named; else all is the ARN and the test case STR_NONE. */
void mock_file_split(struct str text, struct str *ret_arn, struct str *ret_test_case);
/* What answers the states of this machine in that test case, as text of {STATE: {"response": NAME, "answers": object}} in the
 * call's arena. False: the call was failed with ValidationException. */
bool mock_file_find(struct call *call, struct str machine_name, struct str test_case, struct str *ret_mocks);

#endif
