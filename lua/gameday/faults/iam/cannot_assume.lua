-- One role may not step into another any more.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local iam = require "gameday.faults.iam"

local function trust(team, p, principal)
  team.iam.UpdateAssumeRolePolicy {
    RoleName = p.target, PolicyDocument = stage.document { { Effect = "Allow", Principal = { AWS = principal }, Action = "sts:AssumeRole" } },
  }
end

local function assume(team, p)
  return team:as(p.role).sts.AssumeRole { RoleArn = team.role(p.target), RoleSessionName = "shift" }
end

return ready.fault {
  title = { en = "The guest list", ko = "초대받지 못한 손님" },
  what = "Lets the role {target} trust another role, and {role} no more.",
  says = "AccessDenied: User: …assumed-role/{role}/…is not authorized to perform: sts:AssumeRole on resource: …role/{target}",
  parameters = {
    role = { "the role that steps into the other", needed = "ClerkRole" },
    target = { "the role that it steps into", needed = "LedgerRole" },
    other = { "the role that is trusted instead; it must exist", needed = "AuditRole" },
  },
  shown_by = { "iam:GetRole", "sts:AssumeRole" },
  breaks = function(team, p) trust(team, p, team.role(p.other)) end,
  mended = function(team, p)
    local ok, problem = pcall(assume, team, p)
    return ok, not ok and tostring(problem) or nil
  end,
  every = "10s",
  hints = {
    { en = "Two sides must agree before a role is assumed. Which of them says no?", ko = "역할을 맡으려면 양쪽이 동의해야 합니다. 어느 쪽이 거절하나요?" },
    { en = "{role} is allowed to ask. Whom does {target} trust? (aws iam get-role)", ko = "{role} 역할은 요청할 권한이 있습니다. {target} 역할은 누구를 신뢰하나요?(aws iam get-role)" },
    { en = "Name {role} as Principal in the trust policy of {target} (aws iam update-assume-role-policy).",
      ko = "{target} 역할의 신뢰 정책 Principal에 {role} 역할을 넣으세요(aws iam update-assume-role-policy)." },
  },
  learnt = {
    en = "update-assume-role-policy replaces the whole list of guests.",
    ko = "update-assume-role-policy는 손님 명단 전체를 바꿔 버립니다.",
  },
  stage = function(team, p)
    for _, name in ipairs { p.role, p.other, p.target } do
      stage.role(team, name, "lambda.amazonaws.com", { stage.allow("sts:AssumeRole", team.role(p.target)) })
    end
    trust(team, p, team.role(p.role))
  end,
  works = function(team, p) return assume(team, p).Credentials ~= nil end,
  shows = function(team, p)
    team.iam.GetRole { RoleName = p.target }
    return assume(team, p)
  end,
  repair = function(team, p) trust(team, p, team.role(p.role)) end,
}
