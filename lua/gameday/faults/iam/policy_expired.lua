-- A condition on the time has passed.
local ready = require "gameday.ready"
local iam = require "gameday.faults.iam"

return ready.fault {
  title = { en = "Best before yesterday", ko = "어제까지 유효" },
  what = "Puts a condition on the statements that allow {action}: only until an hour ago.",
  says = "AccessDenied: User: …is not authorized to perform: {action} on resource: …because no identity-based policy allows the {action} action",
  parameters = iam.parameters, shown_by = iam.shown_by,
  breaks = function(team, p)
    local until_ = host.iso(host.now() - 3600000)
    iam.edit_statements(team, p.role, p.action, function(statement)
      statement.Condition = { DateLessThan = { ["aws:CurrentTime"] = until_ } }
    end)
  end,
  mended = iam.is_allowed,
  hints = {
    { en = "Action and resource are right. What else may a statement ask?", ko = "작업도 리소스도 맞습니다. Statement가 또 무엇을 따질 수 있을까요?" },
    { en = "The statement of {role} that allows {action} has a Condition on aws:CurrentTime. What time is it?",
      ko = "{role} 역할에서 {action} 작업을 허용하는 Statement에 aws:CurrentTime 조건이 있습니다. 지금은 몇 시인가요?" },
    { en = "Put the policy back without the Condition, or with a date to come (aws iam put-role-policy).",
      ko = "조건을 빼거나 앞으로의 날짜로 바꿔 정책을 다시 올리세요(aws iam put-role-policy)." },
  },
  learnt = {
    en = "Access for a while ends at night. Who gives it should leave a reminder with those who live on it.",
    ko = "한시적인 권한은 하필 밤에 끝납니다. 주는 사람이 쓰는 사람에게 미리 알려야 해요.",
  },
  stage = iam.stage, works = iam.works, shows = iam.shows,
  repair = function(team, p) iam.edit_statements(team, p.role, p.action, function(statement) statement.Condition = nil end) end,
}
