/* What rows are called by who names them from outside: the table "stepfunctions.state_machine" holds "states:StateMachine". */
#ifndef AWS_ROW_KIND_H
#define AWS_ROW_KIND_H

#include "aws/service.h"

#define ROW_KIND_ROOM 96

void row_kind_of(const struct service *service, const struct table_def *table, char ret_kind[ROW_KIND_ROOM]);

#endif
