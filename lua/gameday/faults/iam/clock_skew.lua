-- A fault of the cloud: clocks have drifted apart, and signatures are too old or too new.
local ready = require "gameday.ready"
local stage = require "gameday.stage"

return ready.fault {
  title = { en = "What time is it?", ko = "지금 몇 시인가요?" },
  what = "Puts the cloud's clock {skew} off against everybody who signs requests, for {minutes}; an SDK that corrects its clock gets through at its second try.",
  says = "Signature expired: …",
  parameters = {
    skew = { "how far the cloud's clock is ahead; with a minus before it: behind", default = "20m" },
    minutes = { "for how long", default = "10m" },
  },
  shown_by = { "sts:GetCallerIdentity" },
  on = "*", wire = { skew = "{skew}" }, during = "{minutes}",
  hints = {
    { en = "Every call is refused, whatever it is. What does the sentence say of time?", ko = "무슨 호출이든 모두 거부됩니다. 문장은 시각에 대해 뭐라고 하나요?" },
    { en = "A signature is good for minutes. Compare your clock (date -u) with the Date header of an answer (curl -i).",
      ko = "서명은 몇 분만 유효합니다. 여러분의 시계(date -u)와 응답의 Date 헤더(curl -i)를 비교해 보세요." },
    { en = "Let the SDK correct the offset (it tries a second time by itself), or set the clock by the answer's Date until it passes.",
      ko = "SDK가 차이를 보정하게 두거나(두 번째 시도에서 스스로 고칩니다) 지나갈 때까지 응답의 Date에 시계를 맞추세요." },
  },
  learnt = {
    en = "A wrong clock looks like wrong credentials. Look at the time before you change a key.",
    ko = "틀린 시계는 틀린 자격 증명처럼 보입니다. 키를 바꾸기 전에 시각부터 확인하세요.",
  },
  stage = function(team) stage.bucket(team, team.name "shop") end,
  -- The pack's own calls are not signed: only who comes over the wire is hit.
  works = function(team) return #team.s3.ListBuckets {}.Buckets > 0 end,
  shows = function(team) return team.sts.GetCallerIdentity {} end,
  repair = function() end,
}
