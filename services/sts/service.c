#include "services/sts/service.h"

#include "services/sts/session.h"
#include "services/sts/sts_model.h"

static const operation_fn handlers[STS_OPERATIONS] = {
    [STS_ASSUME_ROLE] = assume_role,
    [STS_DECODE_AUTHORIZATION_MESSAGE] = decode_authorization_message,
    [STS_GET_ACCESS_KEY_INFO] = get_access_key_info,
    [STS_GET_FEDERATION_TOKEN] = get_federation_token,
    [STS_GET_SESSION_TOKEN] = get_session_token,
    [STS_GET_CALLER_IDENTITY] = get_caller_identity,
};

static const struct table_def *const tables[] = { NULL };

static const struct context_member context[] = { { "sts:ExternalId", "ExternalId" },
                                                 { "sts:RoleSessionName", "RoleSessionName" },
                                                 { "sts:SourceIdentity", "SourceIdentity" },
                                                 { "sts:TransitiveTagKeys", "TransitiveTagKeys" },
                                                 { 0 } };

const struct service sts_service = { .model = &sts_model, .handlers = handlers, .tables = tables, .context = context };
