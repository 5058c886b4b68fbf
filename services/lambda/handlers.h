/* Every handler of the service, by the file in which it stands; service.c lists them. Where another service has an operation
 * of the same name, ours begins with lambda_. */
#ifndef LAMBDA_HANDLERS_H
#define LAMBDA_HANDLERS_H

#include "aws/call.h"

/* function.c */
enum outcome create_function(struct call *call);
enum outcome delete_function(struct call *call);
enum outcome get_function(struct call *call);
enum outcome get_function_configuration(struct call *call);
enum outcome list_functions(struct call *call);
enum outcome update_function_code(struct call *call);
enum outcome update_function_configuration(struct call *call);
/* function_code.c */
enum outcome get_function_code(struct call *call);
/* function_version.c */
enum outcome publish_version(struct call *call);
enum outcome list_versions_by_function(struct call *call);
/* function_alias.c */
enum outcome create_alias(struct call *call);
enum outcome update_alias(struct call *call);
enum outcome get_alias(struct call *call);
enum outcome delete_alias(struct call *call);
enum outcome list_aliases(struct call *call);
/* permission.c */
enum outcome add_permission(struct call *call);
enum outcome lambda_get_policy(struct call *call);
enum outcome remove_permission(struct call *call);
/* concurrency.c */
enum outcome put_function_concurrency(struct call *call);
enum outcome get_function_concurrency(struct call *call);
enum outcome delete_function_concurrency(struct call *call);
enum outcome get_account_settings(struct call *call);
/* function_tag.c */
enum outcome lambda_tag_resource(struct call *call);
enum outcome lambda_untag_resource(struct call *call);
enum outcome list_tags(struct call *call);
/* event_invoke.c */
enum outcome put_function_event_invoke_config(struct call *call);
enum outcome update_function_event_invoke_config(struct call *call);
enum outcome get_function_event_invoke_config(struct call *call);
enum outcome delete_function_event_invoke_config(struct call *call);
enum outcome list_function_event_invoke_configs(struct call *call);
/* runtime.c, feature.c */
enum outcome get_runtime_management_config(struct call *call);
enum outcome get_function_recursion_config(struct call *call);
enum outcome put_function_recursion_config(struct call *call);
enum outcome get_function_code_signing_config(struct call *call);
/* invoke.c */
enum outcome invoke(struct call *call);
enum outcome invoke_async(struct call *call);

#endif
