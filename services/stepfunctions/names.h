/* Names and ARNs as Step Functions takes them.
 *
 *     arn:aws:states:us-east-1:000000000000:stateMachine:NAME           [:VERSION or :ALIAS]
 *     arn:aws:states:us-east-1:000000000000:execution:MACHINE:NAME      express:MACHINE:NAME:UUID
 *     arn:aws:states:us-east-1:000000000000:activity:NAME               mapRun:MACHINE/LABEL:UUID
 */
#ifndef STEPFUNCTIONS_NAMES_H
#define STEPFUNCTIONS_NAMES_H

#include "aws/arn.h"
#include "aws/call.h"

/* 1 to 80 characters, no white space, none of <>{}[]?*"#%\^|~`$&,;:/ and no control characters. */
bool name_is_valid(struct str name);
/* Fails the call with "Invalid Name: '…'" where the name is not valid; true: it is. */
bool name_check(struct call *call, struct str name);

/* The pieces of a resource of this service; borrowed from the text. */
struct states_arn {
    struct arn arn;
    struct str type;      /* "stateMachine", "execution", "express", "activity", "mapRun" */
    struct str name;      /* of the state machine or activity */
    struct str qualifier; /* behind the next ':': version, alias, the execution's name; empty: there is none */
};

/* False: it is no ARN of this service. */
bool states_arn_parse(struct str text, struct states_arn *ret_arn);
/* The same for a call, which fails with InvalidArn where it is none ("Invalid Arn: 'Invalid ARN prefix: …'") or of
 * another type ("Invalid Arn: 'Resource type not valid in this context: execution'"). `types`: "stateMachine",
 * "execution express"; a word of them must be the ARN's type. */
bool states_arn_check(struct call *call, struct str text, const char *types, struct states_arn *ret_arn);

#endif
