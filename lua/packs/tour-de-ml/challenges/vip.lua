-- Invite the VIPs: a pipeline that learns whom, a state machine that puts it to work every night, an endpoint that the concierge asks.
local gameday = require "gameday"
local vip = require "vip"

return gameday.challenge {
  id = "vip",
  title = { en = "Invite the VIPs", ko = "VIP를 초대하라" },
  brief = {
    en = "Every night the state machine `vip-retrain` has the pipeline `vip-model` learn which customers belong into the VIP service, and " ..
         "puts the new model behind the endpoint `vip`. The concierge asks that endpoint all day. Since the former team left, no night has " ..
         "ended well and the endpoint is not even there. Each night that ends well and each customer judged rightly earns points.",
    ko = "매일 밤 상태 머신 `vip-retrain`이 파이프라인 `vip-model`을 시작해 어떤 고객을 VIP 서비스에 초대할지 학습하고, 새 모델을 엔드포인트 `vip`에 " ..
         "올립니다. 컨시어지는 하루 종일 이 엔드포인트에 물어봐요. 예전 팀이 떠난 뒤로는 하룻밤도 제대로 끝나지 않았고 엔드포인트도 없습니다. 잘 끝난 밤과 " ..
         "올바르게 판단한 고객마다 점수를 얻습니다.",
  },
  guide = { en = "guides/vip.en.md", ko = "guides/vip.ko.md" },
  points = 300,
  setup = vip.build,

  gameday.probe {
    id = "vip-nightly",
    title = { en = "The list is learnt anew", ko = "VIP 명단을 새로 학습합니다" },
    every = "2m", earns = 15, costs = 5,
    shows = "stepfunctions list-executions --state-machine-arn {stateMachineArn} --status-filter FAILED --max-items 3",
    run = vip.nightly,
  },
  gameday.probe {
    id = "vip-concierge",
    title = { en = "The concierge asks whom to invite", ko = "컨시어지가 누구를 초대할지 묻습니다" },
    every = "30s", earns = 10, costs = 3,
    shows = "sagemaker describe-endpoint --endpoint-name vip",
    run = vip.concierge,
  },

  require "faults.vip.lost-path",
  require "faults.vip.nothing-to-pass",
  require "faults.vip.too-large",
  require "faults.vip.empty-prefix",
  require "faults.vip.locked-bucket",
  require "faults.vip.other-report",
  require "faults.vip.label-last",
  require "faults.vip.unapproved",
  require "faults.vip.rush-hour",
  require "faults.vip.yesterday",
  require "faults.vip.second-edition",
  require "faults.vip.no-room",
}
