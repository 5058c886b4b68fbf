#include "services/lexv2runtime/service.h"

#include "services/lexv2/resource_policy.h"
#include "services/lexv2runtime/handlers.h"
#include "services/lexv2runtime/lexv2runtime_model.h"
#include "services/lexv2runtime/session.h"

static const operation_fn handlers[LEXV2RUNTIME_OPERATIONS] = {
    [LEXV2RUNTIME_DELETE_SESSION] = delete_session,
    [LEXV2RUNTIME_GET_SESSION] = get_session,
    [LEXV2RUNTIME_PUT_SESSION] = put_session,
    [LEXV2RUNTIME_RECOGNIZE_TEXT] = recognize_text,
    [LEXV2RUNTIME_RECOGNIZE_UTTERANCE] = recognize_utterance,
};

static const struct table_def *const tables[] = { &lexv2_session_table, NULL };

const struct service lexv2runtime_service = {
    .model = &lexv2runtime_model, .handlers = handlers, .tables = tables, .guard = lexv2_policy_guard
};
