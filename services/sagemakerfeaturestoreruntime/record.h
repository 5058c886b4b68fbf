/* Records of feature groups. What is latest by event time stands in the online store; every one goes to the offline store. */
#ifndef SAGEMAKERFEATURESTORERUNTIME_RECORD_H
#define SAGEMAKERFEATURESTORERUNTIME_RECORD_H

#include "aws/call.h"

enum outcome batch_get_record(struct call *call);
enum outcome delete_record(struct call *call);
enum outcome get_record(struct call *call);
enum outcome put_record(struct call *call);

#endif
