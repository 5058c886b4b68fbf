-- What the faults of roles and policies share: how a role's policies are changed as somebody would who tidies up, and a stage: the
-- role `ClerkRole`, as which a clerk reads and writes the shop's bucket.
local stage = require "gameday.stage"

local iam = {}

-- ---- inline policies ----

-- Each inline policy of the role as a table; `edit` returns true where it changed it.
function iam.edit_policies(team, role, edit)
  local changed = false
  for _, name in ipairs(team.iam.ListRolePolicies { RoleName = role }.PolicyNames) do
    local policy = stage.policy_of(team.iam.GetRolePolicy { RoleName = role, PolicyName = name }.PolicyDocument)
    if edit(policy) then
      changed = true
      if #policy.Statement == 0 then
        team.iam.DeleteRolePolicy { RoleName = role, PolicyName = name }
      else
        team.iam.PutRolePolicy { RoleName = role, PolicyName = name, PolicyDocument = host.encode(policy) }
      end
    end
  end
  return changed
end

local function as_list(value) return type(value) == "table" and value or { value } end

-- Does the pattern of a policy ("s3:Get*") name the action?
function iam.names(pattern, action)
  local escaped = string.gsub(string.lower(pattern), "[%^%$%(%)%%%.%[%]%+%-]", "%%%0")
  return string.find(string.lower(action), "^" .. string.gsub(string.gsub(escaped, "%*", ".*"), "%?", ".") .. "$") ~= nil
end

local function without(actions, action)
  local left = host.list {}
  for _, one in ipairs(as_list(actions)) do
    if not iam.names(one, action) then left[#left + 1] = one end
  end
  return left, #left < #as_list(actions)
end

-- Takes an action out of what the inline policies allow. A pattern that names it ("s3:*") goes whole.
function iam.take(team, role, action)
  local changed = iam.edit_policies(team, role, function(policy)
    local any, left = false, host.list {}
    if policy.Statement.Effect then policy.Statement = host.list { policy.Statement } end
    for _, statement in ipairs(policy.Statement) do
      if statement.Effect == "Allow" and statement.Action then
        local actions, less = without(statement.Action, action)
        any, statement.Action = any or less, actions
      end
      if not statement.Action or #as_list(statement.Action) > 0 then left[#left + 1] = statement end
    end
    policy.Statement = left
    return any
  end)
  if not changed then error("no inline policy of " .. role .. " allows " .. action, 0) end
end

function iam.put(team, role, name, statement)
  team.iam.PutRolePolicy { RoleName = role, PolicyName = name, PolicyDocument = stage.document { statement } }
end

-- What a good team writes where something is missing.
function iam.allow_again(team, role, action, resource) iam.put(team, role, "Repaired", stage.allow(action, resource or "*")) end

-- Changes the statements of inline policies that allow the action.
function iam.edit_statements(team, role, action, edit)
  local changed = iam.edit_policies(team, role, function(policy)
    local any = false
    if policy.Statement.Effect then policy.Statement = host.list { policy.Statement } end
    for _, statement in ipairs(policy.Statement) do
      for _, one in ipairs(as_list(statement.Effect == "Allow" and statement.Action or {})) do
        if iam.names(one, action) then
          edit(statement)
          any = true
          break
        end
      end
    end
    return any
  end)
  if not changed then error("no inline policy of " .. role .. " allows " .. action, 0) end
end

-- ---- trust ----

function iam.trust(team, role, service)
  team.iam.UpdateAssumeRolePolicy { RoleName = role, PolicyDocument = stage.trust(service) }
end

-- ---- judging ----

function iam.is_allowed(team, p)
  return team:allows(p.role, p.action, p.resource), {
    en = p.role .. " is not allowed " .. p.action .. " on " .. p.resource,
    ko = p.role .. " 역할에는 " .. p.resource .. "에 대한 " .. p.action .. " 권한이 없습니다",
  }
end

function iam.judge(action, resource)
  return function(team, p)
    local what = type(resource) == "function" and resource(team, p) or resource or "*"
    return team:allows(p.role, action, what), {
      en = p.role .. " is not allowed " .. action, ko = p.role .. " 역할에는 " .. action .. " 권한이 없습니다",
    }
  end
end

-- ---- the stage ----

iam.parameters = {
  role = { "the role", needed = "ClerkRole" },
  action = { "what it may do no more", default = "s3:GetObject" },
  resource = { "on which resource", default = "arn:aws:s3:::shop-{account}/*" },
}

function iam.stage(team)
  local bucket = team.name "shop"
  stage.role(team, "ClerkRole", "lambda.amazonaws.com", {
    stage.allow("s3:ListBucket", "arn:aws:s3:::" .. bucket), stage.allow({ "s3:GetObject", "s3:PutObject" }, stage.objects(bucket)),
  })
  stage.bucket(team, bucket)
  team:upload("s3://" .. bucket .. "/prices.txt", "90")
end

local function read(team, p) return team:as(p.role).s3.GetObject { Bucket = team.name "shop", Key = "prices.txt" }.Body end

function iam.works(team, p) return read(team, p) == "90", "the clerk reads another price" end
function iam.shows(team, p)
  team.iam.ListRolePolicies { RoleName = p.role }
  return read(team, p)
end
iam.shown_by = { "s3:GetObject", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:SimulatePrincipalPolicy" }

return iam
