#include "services/lambda/service.h"

#include "services/lambda/async_event.h"
#include "services/lambda/code.h"
#include "services/lambda/event_invoke.h"
#include "services/lambda/function.h"
#include "services/lambda/function_alias.h"
#include "services/lambda/function_version.h"
#include "services/lambda/handlers.h"
#include "services/lambda/lambda_model.h"
#include "services/lambda/permission.h"

static const operation_fn handlers[LAMBDA_OPERATIONS] = {
    [LAMBDA_ADD_PERMISSION] = add_permission,
    [LAMBDA_CREATE_ALIAS] = create_alias,
    [LAMBDA_CREATE_FUNCTION] = create_function,
    [LAMBDA_DELETE_ALIAS] = delete_alias,
    [LAMBDA_DELETE_FUNCTION] = delete_function,
    [LAMBDA_DELETE_FUNCTION_CONCURRENCY] = delete_function_concurrency,
    [LAMBDA_DELETE_FUNCTION_EVENT_INVOKE_CONFIG] = delete_function_event_invoke_config,
    [LAMBDA_GET_ACCOUNT_SETTINGS] = get_account_settings,
    [LAMBDA_GET_ALIAS] = get_alias,
    [LAMBDA_GET_FUNCTION] = get_function,
    [LAMBDA_GET_FUNCTION_CODE] = get_function_code,
    [LAMBDA_GET_FUNCTION_CODE_SIGNING_CONFIG] = get_function_code_signing_config,
    [LAMBDA_GET_FUNCTION_CONCURRENCY] = get_function_concurrency,
    [LAMBDA_GET_FUNCTION_CONFIGURATION] = get_function_configuration,
    [LAMBDA_GET_FUNCTION_EVENT_INVOKE_CONFIG] = get_function_event_invoke_config,
    [LAMBDA_GET_FUNCTION_RECURSION_CONFIG] = get_function_recursion_config,
    [LAMBDA_GET_POLICY] = lambda_get_policy,
    [LAMBDA_GET_RUNTIME_MANAGEMENT_CONFIG] = get_runtime_management_config,
    [LAMBDA_INVOKE] = invoke,
    [LAMBDA_INVOKE_ASYNC] = invoke_async,
    [LAMBDA_LIST_ALIASES] = list_aliases,
    [LAMBDA_LIST_FUNCTION_EVENT_INVOKE_CONFIGS] = list_function_event_invoke_configs,
    [LAMBDA_LIST_FUNCTIONS] = list_functions,
    [LAMBDA_LIST_TAGS] = list_tags,
    [LAMBDA_LIST_VERSIONS_BY_FUNCTION] = list_versions_by_function,
    [LAMBDA_PUBLISH_VERSION] = publish_version,
    [LAMBDA_PUT_FUNCTION_CONCURRENCY] = put_function_concurrency,
    [LAMBDA_PUT_FUNCTION_EVENT_INVOKE_CONFIG] = put_function_event_invoke_config,
    [LAMBDA_PUT_FUNCTION_RECURSION_CONFIG] = put_function_recursion_config,
    [LAMBDA_REMOVE_PERMISSION] = remove_permission,
    [LAMBDA_TAG_RESOURCE] = lambda_tag_resource,
    [LAMBDA_UNTAG_RESOURCE] = lambda_untag_resource,
    [LAMBDA_UPDATE_ALIAS] = update_alias,
    [LAMBDA_UPDATE_FUNCTION_CODE] = update_function_code,
    [LAMBDA_UPDATE_FUNCTION_CONFIGURATION] = update_function_configuration,
    [LAMBDA_UPDATE_FUNCTION_EVENT_INVOKE_CONFIG] = update_function_event_invoke_config,
};

static const struct table_def *const tables[] = {
    &function_table,
    &function_version_table,
    &function_version_number_table,
    &function_alias_table,
    &code_table,
    &permission_table,
    &event_invoke_table,
    &async_event_table,
    NULL,
};

static const struct lifecycle_def *const lifecycles[] = { &function_lifecycle, NULL };

const struct service lambda_service = {
    .model = &lambda_model,
    .handlers = handlers,
    .tables = tables,
    .lifecycles = lifecycles,
    .recover = async_event_recover,
    .resource = function_resource,
    .guard = permission_guard,
};
