-- The function's role may not read what the function needs.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local iam = require "gameday.faults.iam"
local lambda = require "gameday.faults.lambda"

return ready.fault {
  title = { en = "The desk without a key", ko = "열쇠를 잃은 창구" },
  what = "Takes {action} out of the inline policies of a function's role; the function raises.",
  says = "Unhandled: AccessDenied: User: …is not authorized to perform: {action} on resource: …because no identity-based policy allows the {action} action",
  parameters = {
    function_name = { "the function", needed = "desk" },
    role = { "its role's name", needed = "DeskRole" },
    action = { "what the role may do no more", default = "s3:GetObject" },
    resource = { "on which resource", needed = "arn:aws:s3:::prices-{account}/today.txt" },
  },
  shown_by = { "lambda:Invoke", "logs:FilterLogEvents", "iam:GetRolePolicy", "iam:ListRolePolicies", "lambda:GetFunctionConfiguration" },
  breaks = function(team, p) iam.take(team, p.role, p.action) end,
  mended = iam.is_allowed,
  hints = {
    { en = "The function's error names somebody who is not authorized. Is that you, or the function?",
      ko = "함수의 오류에 권한이 없는 누군가가 나옵니다. 여러분인가요, 함수인가요?" },
    { en = "A function acts as its role, {role}. Which of the actions that it needs does the role's policy lack?",
      ko = "함수는 자기 역할인 {role} 역할로 움직입니다. 필요한 작업 가운데 정책에 없는 것은 무엇인가요?" },
    { en = "Allow {role} the action {action} on {resource} (aws iam put-role-policy).",
      ko = "{role} 역할에 {resource}에 대한 {action} 작업을 허용하세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "Your own rights prove nothing: what you may do the function may not.",
    ko = "내 권한으로 된다고 함수도 되는 것은 아닙니다. 함수는 자기 역할로 움직여요.",
  },
  stage = function(team, p)
    local bucket = team.name "prices"
    stage.bucket(team, bucket)
    team:upload("s3://" .. bucket .. "/today.txt", "90")
    stage.desk(team, p.function_name, { TABLE = "s3://" .. bucket .. "/today.txt" },
               { role = p.role, statements = { stage.allow("s3:GetObject", p.resource) } })
  end,
  works = lambda.works, shows = lambda.shows,
  repair = function(team, p) iam.allow_again(team, p.role, p.action, p.resource) end,
}
