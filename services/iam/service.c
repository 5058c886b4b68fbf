#include "services/iam/service.h"

#include "services/iam/account.h"
#include "services/iam/group.h"
#include "services/iam/holder.h"
#include "services/iam/iam_model.h"
#include "services/iam/instance_profile.h"
#include "services/iam/managed_policy.h"
#include "services/iam/role.h"
#include "services/iam/simulate.h"
#include "services/iam/user.h"

static const operation_fn handlers[IAM_OPERATIONS] = {
    [IAM_ADD_ROLE_TO_INSTANCE_PROFILE] = add_role_to_instance_profile,
    [IAM_ADD_USER_TO_GROUP] = add_user_to_group,
    [IAM_ATTACH_GROUP_POLICY] = attach_holder_policy,
    [IAM_ATTACH_ROLE_POLICY] = attach_holder_policy,
    [IAM_ATTACH_USER_POLICY] = attach_holder_policy,
    [IAM_CREATE_ACCESS_KEY] = create_access_key,
    [IAM_CREATE_ACCOUNT_ALIAS] = create_account_alias,
    [IAM_CREATE_GROUP] = create_group,
    [IAM_CREATE_INSTANCE_PROFILE] = create_instance_profile,
    [IAM_CREATE_POLICY] = create_policy,
    [IAM_CREATE_POLICY_VERSION] = create_policy_version,
    [IAM_CREATE_ROLE] = create_role,
    [IAM_CREATE_USER] = create_user,
    [IAM_DELETE_ACCESS_KEY] = delete_access_key,
    [IAM_DELETE_ACCOUNT_ALIAS] = delete_account_alias,
    [IAM_DELETE_GROUP] = delete_group,
    [IAM_DELETE_GROUP_POLICY] = delete_holder_policy,
    [IAM_DELETE_INSTANCE_PROFILE] = delete_instance_profile,
    [IAM_DELETE_POLICY] = delete_policy,
    [IAM_DELETE_POLICY_VERSION] = delete_policy_version,
    [IAM_DELETE_ROLE] = delete_role,
    [IAM_DELETE_ROLE_PERMISSIONS_BOUNDARY] = delete_holder_boundary,
    [IAM_DELETE_ROLE_POLICY] = delete_holder_policy,
    [IAM_DELETE_USER] = delete_user,
    [IAM_DELETE_USER_PERMISSIONS_BOUNDARY] = delete_holder_boundary,
    [IAM_DELETE_USER_POLICY] = delete_holder_policy,
    [IAM_DETACH_GROUP_POLICY] = detach_holder_policy,
    [IAM_DETACH_ROLE_POLICY] = detach_holder_policy,
    [IAM_DETACH_USER_POLICY] = detach_holder_policy,
    [IAM_GET_ACCESS_KEY_LAST_USED] = get_access_key_last_used,
    [IAM_GET_ACCOUNT_AUTHORIZATION_DETAILS] = get_account_authorization_details,
    [IAM_GET_ACCOUNT_SUMMARY] = get_account_summary,
    [IAM_GET_CONTEXT_KEYS_FOR_CUSTOM_POLICY] = get_context_keys_for_custom_policy,
    [IAM_GET_CONTEXT_KEYS_FOR_PRINCIPAL_POLICY] = get_context_keys_for_principal_policy,
    [IAM_GET_GROUP] = get_group,
    [IAM_GET_GROUP_POLICY] = get_holder_policy,
    [IAM_GET_INSTANCE_PROFILE] = get_instance_profile,
    [IAM_GET_POLICY] = get_policy,
    [IAM_GET_POLICY_VERSION] = get_policy_version,
    [IAM_GET_ROLE] = get_role,
    [IAM_GET_ROLE_POLICY] = get_holder_policy,
    [IAM_GET_USER] = get_user,
    [IAM_GET_USER_POLICY] = get_holder_policy,
    [IAM_LIST_ACCESS_KEYS] = list_access_keys,
    [IAM_LIST_ACCOUNT_ALIASES] = list_account_aliases,
    [IAM_LIST_ATTACHED_GROUP_POLICIES] = list_attached_holder_policies,
    [IAM_LIST_ATTACHED_ROLE_POLICIES] = list_attached_holder_policies,
    [IAM_LIST_ATTACHED_USER_POLICIES] = list_attached_holder_policies,
    [IAM_LIST_ENTITIES_FOR_POLICY] = list_entities_for_policy,
    [IAM_LIST_GROUPS] = list_groups,
    [IAM_LIST_GROUPS_FOR_USER] = list_groups_for_user,
    [IAM_LIST_GROUP_POLICIES] = list_holder_policies,
    [IAM_LIST_INSTANCE_PROFILES] = list_instance_profiles,
    [IAM_LIST_INSTANCE_PROFILES_FOR_ROLE] = list_instance_profiles_for_role,
    [IAM_LIST_INSTANCE_PROFILE_TAGS] = list_instance_profile_tags,
    [IAM_LIST_POLICIES] = list_policies,
    [IAM_LIST_POLICY_TAGS] = list_policy_tags,
    [IAM_LIST_POLICY_VERSIONS] = list_policy_versions,
    [IAM_LIST_ROLES] = list_roles,
    [IAM_LIST_ROLE_POLICIES] = list_holder_policies,
    [IAM_LIST_ROLE_TAGS] = list_holder_tags,
    [IAM_LIST_USERS] = list_users,
    [IAM_LIST_USER_POLICIES] = list_holder_policies,
    [IAM_LIST_USER_TAGS] = list_holder_tags,
    [IAM_PUT_GROUP_POLICY] = put_holder_policy,
    [IAM_PUT_ROLE_PERMISSIONS_BOUNDARY] = put_holder_boundary,
    [IAM_PUT_ROLE_POLICY] = put_holder_policy,
    [IAM_PUT_USER_PERMISSIONS_BOUNDARY] = put_holder_boundary,
    [IAM_PUT_USER_POLICY] = put_holder_policy,
    [IAM_REMOVE_ROLE_FROM_INSTANCE_PROFILE] = remove_role_from_instance_profile,
    [IAM_REMOVE_USER_FROM_GROUP] = remove_user_from_group,
    [IAM_SET_DEFAULT_POLICY_VERSION] = set_default_policy_version,
    [IAM_SIMULATE_CUSTOM_POLICY] = simulate_custom_policy,
    [IAM_SIMULATE_PRINCIPAL_POLICY] = simulate_principal_policy,
    [IAM_TAG_INSTANCE_PROFILE] = tag_instance_profile,
    [IAM_TAG_POLICY] = tag_policy,
    [IAM_TAG_ROLE] = tag_holder,
    [IAM_TAG_USER] = tag_holder,
    [IAM_UNTAG_INSTANCE_PROFILE] = untag_instance_profile,
    [IAM_UNTAG_POLICY] = untag_policy,
    [IAM_UNTAG_ROLE] = untag_holder,
    [IAM_UNTAG_USER] = untag_holder,
    [IAM_UPDATE_ACCESS_KEY] = update_access_key,
    [IAM_UPDATE_ASSUME_ROLE_POLICY] = update_assume_role_policy,
    [IAM_UPDATE_GROUP] = update_group,
    [IAM_UPDATE_ROLE] = update_role,
    [IAM_UPDATE_ROLE_DESCRIPTION] = update_role_description,
    [IAM_UPDATE_USER] = update_user,
};

static const struct table_def *const tables[] = { &iam_roles,    &iam_users,   &iam_groups,
                                                  &iam_policies, &iam_account, &iam_instance_profiles,
                                                  NULL };

static const struct context_member context[] = {
    { "iam:PermissionsBoundary", "PermissionsBoundary" },
    { "iam:PolicyARN", "PolicyArn" },
    { NULL, NULL },
};

const struct service iam_service = {
    .model = &iam_model, .handlers = handlers, .tables = tables, .resource = holder_resource, .context = context
};
