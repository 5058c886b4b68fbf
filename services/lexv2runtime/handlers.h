/* The operations of Lex Runtime V2. */
#ifndef LEXV2RUNTIME_HANDLERS_H
#define LEXV2RUNTIME_HANDLERS_H

#include "aws/call.h"

enum outcome recognize_text(struct call *call);
enum outcome recognize_utterance(struct call *call);
enum outcome put_session(struct call *call);
enum outcome get_session(struct call *call);
enum outcome delete_session(struct call *call);

/* A turn is over: key = the session's row; detail {"requestId", "hook": the code hook that ran last, if any did, "hookMs": how long
 * functions took in all}. */
#define LEXV2_TOPIC_TURN "lexv2runtime.turn"

#endif
