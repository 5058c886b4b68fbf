/* The operations, each in the file of its noun. */
#ifndef LEXV2_HANDLERS_H
#define LEXV2_HANDLERS_H

#include "aws/call.h"

enum outcome batch_create_custom_vocabulary_item(struct call *call);
enum outcome batch_delete_custom_vocabulary_item(struct call *call);
enum outcome batch_update_custom_vocabulary_item(struct call *call);
enum outcome build_bot_locale(struct call *call);
enum outcome create_bot(struct call *call);
enum outcome create_bot_alias(struct call *call);
enum outcome create_bot_locale(struct call *call);
enum outcome create_bot_version(struct call *call);
enum outcome create_export(struct call *call);
enum outcome create_intent(struct call *call);
enum outcome create_resource_policy_statement(struct call *call);
enum outcome create_slot(struct call *call);
enum outcome create_slot_type(struct call *call);
enum outcome create_upload_url(struct call *call);
enum outcome delete_bot(struct call *call);
enum outcome delete_bot_alias(struct call *call);
enum outcome delete_bot_locale(struct call *call);
enum outcome delete_bot_version(struct call *call);
enum outcome delete_custom_vocabulary(struct call *call);
enum outcome delete_export(struct call *call);
enum outcome delete_import(struct call *call);
enum outcome delete_intent(struct call *call);
enum outcome delete_resource_policy_statement(struct call *call);
enum outcome delete_slot(struct call *call);
enum outcome delete_slot_type(struct call *call);
enum outcome delete_test_set(struct call *call);
enum outcome delete_utterances(struct call *call);
enum outcome describe_bot(struct call *call);
enum outcome describe_bot_alias(struct call *call);
enum outcome describe_bot_locale(struct call *call);
enum outcome describe_bot_version(struct call *call);
enum outcome describe_custom_vocabulary_metadata(struct call *call);
enum outcome describe_export(struct call *call);
enum outcome describe_import(struct call *call);
enum outcome describe_intent(struct call *call);
enum outcome describe_slot(struct call *call);
enum outcome describe_slot_type(struct call *call);
enum outcome describe_test_set(struct call *call);
enum outcome describe_test_set_generation(struct call *call);
enum outcome get_archive(struct call *call);
enum outcome lexv2_create_resource_policy(struct call *call);
enum outcome lexv2_delete_resource_policy(struct call *call);
enum outcome lexv2_describe_resource_policy(struct call *call);
enum outcome lexv2_list_tags_for_resource(struct call *call);
enum outcome lexv2_tag_resource(struct call *call);
enum outcome lexv2_untag_resource(struct call *call);
enum outcome lexv2_update_resource_policy(struct call *call);
enum outcome list_aggregated_utterances(struct call *call);
enum outcome list_bot_aliases(struct call *call);
enum outcome list_bot_locales(struct call *call);
enum outcome list_bot_versions(struct call *call);
enum outcome list_bots(struct call *call);
enum outcome list_built_in_intents(struct call *call);
enum outcome list_built_in_slot_types(struct call *call);
enum outcome list_custom_vocabulary_items(struct call *call);
enum outcome list_exports(struct call *call);
enum outcome list_imports(struct call *call);
enum outcome list_intents(struct call *call);
enum outcome list_nothing(struct call *call);
enum outcome list_slot_types(struct call *call);
enum outcome list_slots(struct call *call);
enum outcome list_test_executions(struct call *call);
enum outcome list_test_set_records(struct call *call);
enum outcome list_test_sets(struct call *call);
enum outcome put_archive(struct call *call);
enum outcome start_import(struct call *call);
enum outcome start_test_set_generation(struct call *call);
enum outcome update_bot(struct call *call);
enum outcome update_bot_alias(struct call *call);
enum outcome update_bot_locale(struct call *call);
enum outcome update_export(struct call *call);
enum outcome update_intent(struct call *call);
enum outcome update_slot(struct call *call);
enum outcome update_slot_type(struct call *call);
enum outcome update_test_set(struct call *call);

#endif
