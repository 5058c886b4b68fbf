-- A step that is taken from the cache learns nothing new, and nothing is red (FAULTS SM24).
local gameday = require "gameday"
local cto = require "cto"
local vip = require "vip"

return gameday.fault {
  id = "vip-yesterday",
  title = { en = "Yesterday's customers", ko = "어제의 고객" },
  points = { detection = 30, recovery = 90 },
  shown_by = { "sagemaker:ListPipelineExecutionSteps" },
  breaks = function(team)
    vip.set_cache(team, { Enabled = true, ExpireAfter = "P30D" })
    vip.run_pipeline(team)
    vip.deliver(team, team:recall "vip.season" == "" and "autumn-" or "")
    team:remember("vip.yesterday", gameday.now())
    cto.says(team, "vip-yesterday")
  end,
  mended = function(team) return vip.learnt_since(team, team:recall "vip.yesterday") end,
  every = "15s",
  hints = {
    { en = "Every night ends well, and the concierge invites the wrong people. Is the new model new? Look at the steps of the newest execution one by one.",
      ko = "매일 밤 잘 끝나는데 컨시어지는 엉뚱한 사람을 초대합니다. 새 모델이 정말 새것인가요? 가장 최근 실행의 단계를 하나씩 보세요." },
    { en = "Train has a CacheHitResult: it was not run at all. The cache compares the step's arguments, and not what lies in S3.",
      ko = "Train 단계에 CacheHitResult가 있습니다. 아예 실행되지 않은 거예요. 캐시는 S3의 내용이 아니라 단계의 인수만 비교합니다." },
    { en = "Take CacheConfig out of the step Train (or set Enabled to false), update the pipeline and run vip-retrain.",
      ko = "Train 단계에서 CacheConfig를 빼거나 Enabled를 false로 바꾸고, 파이프라인을 업데이트한 뒤 vip-retrain을 실행하세요." },
  },
  learnt = {
    en = "A cache hit is green. Where data change under the same name, a step must not be cached, or the name must change with the data.",
    ko = "캐시 적중은 초록색입니다. 같은 이름 아래에서 데이터가 바뀐다면 캐시를 쓰지 말거나 데이터와 함께 이름을 바꾸세요.",
  },
}
