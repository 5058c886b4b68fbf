-- Access goes by tags, and the tag of the role is gone.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "A badge that fell off", ko = "떨어진 이름표" },
  what = "Takes the tag {tag} off a role whose policy wants it (aws:PrincipalTag).",
  says = "AccessDenied: User: …is not authorized to perform: {action} on resource: …because no identity-based policy allows the {action} action",
  parameters = {
    role = iam.parameters.role, action = iam.parameters.action, resource = iam.parameters.resource,
    tag = { "the tag's key", needed = "department" },
    value = { "the value that the policy wants; only hints tell it", needed = "shop" },
  },
  shown_by = { "iam:GetRole", "iam:ListRoleTags", "iam:GetRolePolicy", "iam:ListRolePolicies", "s3:GetObject" },
  breaks = function(team, p) team.iam.UntagRole { RoleName = p.role, TagKeys = { p.tag } } end,
  mended = iam.is_allowed,
  hints = {
    { en = "No policy was changed. What else may decide who somebody is?", ko = "정책은 바뀌지 않았습니다. 누구인지를 정하는 것이 또 무엇이 있을까요?" },
    { en = "The policy of {role} allows {action} only to who wears a certain tag (aws:PrincipalTag). Which tags does the role have?",
      ko = "{role} 역할의 정책은 어떤 태그가 붙은 주체에게만 {action} 작업을 허용합니다(aws:PrincipalTag). 역할에 어떤 태그가 있나요?" },
    { en = "aws iam tag-role --role-name {role} --tags Key={tag},Value={value}",
      ko = "aws iam tag-role --role-name {role} --tags Key={tag},Value={value}" },
  },
  learnt = {
    en = "Where tags decide about access, a tag is a permission. Who may untag may take away.",
    ko = "태그로 접근을 정하면 태그가 곧 권한입니다. 태그를 뗄 수 있는 사람은 권한도 뺏을 수 있어요.",
  },
  stage = function(team, p)
    iam.stage(team)
    team.iam.TagRole { RoleName = p.role, Tags = { { Key = p.tag, Value = p.value } } }
    iam.edit_statements(team, p.role, p.action, function(statement)
      statement.Condition = { StringEquals = { ["aws:PrincipalTag/" .. p.tag] = p.value } }
    end)
  end,
  works = iam.works,
  shows = function(team, p)
    team.iam.ListRoleTags { RoleName = p.role }
    return iam.shows(team, p)
  end,
  repair = function(team, p) team.iam.TagRole { RoleName = p.role, Tags = { { Key = p.tag, Value = p.value } } } end,
}
