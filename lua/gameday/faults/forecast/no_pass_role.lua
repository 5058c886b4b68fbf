-- Who imports may not pass on the role that Forecast reads as (FAULTS FC25).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local forecast = require "gameday.faults.forecast"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "The hat stays here", ko = "모자는 두고 가세요" },
  what = "Takes iam:PassRole out of the inline policies of the role that makes imports.",
  says = "AccessDeniedException: User: …is not authorized to perform: iam:PassRole on resource: …{role}",
  parameters = {
    dataset = forecast.parameters.dataset, bucket = forecast.parameters.bucket, key = forecast.parameters.key, role = forecast.parameters.role,
    planner = { "the role of who imports", needed = "PlannerRole" },
  },
  shown_by = { "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:SimulatePrincipalPolicy" },
  breaks = function(team, p) iam.take(team, p.planner, "iam:PassRole") end,
  mended = function(team, p)
    return team:allows(p.planner, "iam:PassRole", team.role(p.role)), p.planner .. " may not pass " .. p.role
  end,
  hints = {
    { en = "No import job is even made. Which action is refused to whom?", ko = "가져오기 작업이 만들어지지도 않습니다. 누구의 어떤 작업이 거부되나요?" },
    { en = "{planner} hands {role} to Forecast. That is an action of its own: iam:PassRole.",
      ko = "{planner} 역할은 {role} 역할을 Forecast에 넘깁니다. 그 자체가 하나의 작업, iam:PassRole이에요." },
    { en = "Allow {planner} iam:PassRole on {role} (aws iam put-role-policy).", ko = "{planner} 역할에 {role} 역할에 대한 iam:PassRole을 허용하세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "Without PassRole anybody could borrow a mightier role by way of a service.",
    ko = "PassRole이 없다면 누구나 서비스를 거쳐 더 강한 역할을 빌려 쓸 수 있겠지요.",
  },
  stage = function(team, p)
    forecast.stage(team, p)
    stage.role(team, p.planner, "lambda.amazonaws.com", { stage.allow("forecast:*", "*"), stage.allow("iam:PassRole", team.role(p.role)) })
  end,
  works = function(team, p) return forecast.works(team:as(p.planner), p) end,
  shows = function(team, p)
    team.iam.ListRolePolicies { RoleName = p.planner }
    return forecast.import(team:as(p.planner), p)
  end,
  repair = function(team, p) iam.allow_again(team, p.planner, "iam:PassRole", team.role(p.role)) end,
}
