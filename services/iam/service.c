#include "services/iam/service.h"

#include "services/iam/iam_model.h"
#include "services/iam/managed_policy.h"
#include "services/iam/role.h"

static const operation_fn handlers[IAM_OPERATIONS] = {
    [IAM_ATTACH_ROLE_POLICY] = attach_role_policy,
    [IAM_CREATE_POLICY] = create_policy,
    [IAM_CREATE_POLICY_VERSION] = create_policy_version,
    [IAM_CREATE_ROLE] = create_role,
    [IAM_DELETE_POLICY] = delete_policy,
    [IAM_DELETE_POLICY_VERSION] = delete_policy_version,
    [IAM_DELETE_ROLE] = delete_role,
    [IAM_DELETE_ROLE_POLICY] = delete_role_policy,
    [IAM_DETACH_ROLE_POLICY] = detach_role_policy,
    [IAM_GET_POLICY] = get_policy,
    [IAM_GET_POLICY_VERSION] = get_policy_version,
    [IAM_GET_ROLE] = get_role,
    [IAM_GET_ROLE_POLICY] = get_role_policy,
    [IAM_LIST_ATTACHED_ROLE_POLICIES] = list_attached_role_policies,
    [IAM_LIST_ENTITIES_FOR_POLICY] = list_entities_for_policy,
    [IAM_LIST_INSTANCE_PROFILES_FOR_ROLE] = list_instance_profiles_for_role,
    [IAM_LIST_POLICIES] = list_policies,
    [IAM_LIST_POLICY_TAGS] = list_policy_tags,
    [IAM_LIST_POLICY_VERSIONS] = list_policy_versions,
    [IAM_LIST_ROLE_POLICIES] = list_role_policies,
    [IAM_LIST_ROLES] = list_roles,
    [IAM_LIST_ROLE_TAGS] = list_role_tags,
    [IAM_PUT_ROLE_POLICY] = put_role_policy,
    [IAM_SET_DEFAULT_POLICY_VERSION] = set_default_policy_version,
    [IAM_TAG_POLICY] = tag_policy,
    [IAM_TAG_ROLE] = tag_role,
    [IAM_UNTAG_POLICY] = untag_policy,
    [IAM_UNTAG_ROLE] = untag_role,
    [IAM_UPDATE_ASSUME_ROLE_POLICY] = update_assume_role_policy,
    [IAM_UPDATE_ROLE] = update_role,
    [IAM_UPDATE_ROLE_DESCRIPTION] = update_role_description,
};

static const struct table_def *const tables[] = { &iam_roles, &iam_policies, NULL };

const struct service iam_service = { .model = &iam_model, .handlers = handlers, .tables = tables };
