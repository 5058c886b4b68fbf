/* Sessions: of roles, of users and root, of federated users. */
#ifndef STS_SESSION_H
#define STS_SESSION_H

#include "aws/call.h"

enum outcome assume_role(struct call *call);
enum outcome get_session_token(struct call *call);
enum outcome get_federation_token(struct call *call);
enum outcome get_access_key_info(struct call *call);
enum outcome decode_authorization_message(struct call *call);
enum outcome get_caller_identity(struct call *call);

#endif
