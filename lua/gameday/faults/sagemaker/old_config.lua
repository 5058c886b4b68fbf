-- The endpoint was taken back to an old configuration, whose model wants other data (FAULTS SM15).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

local function update(team, p, config)
  team.sagemaker.UpdateEndpoint { EndpointName = p.endpoint, EndpointConfigName = config }
  sagemaker.in_service(team, p.endpoint)
end

return ready.fault {
  title = { en = "Back to the good old days", ko = "좋았던 옛날로" },
  what = "Updates an endpoint to the old configuration {config}, whose model wants other data than customers send.",
  says = "ModelError: Received client error (4…) from …",
  parameters = {
    endpoint = sagemaker.endpoint_parameters.endpoint,
    config = { "the old endpoint configuration", needed = "vip-old" },
  },
  shown_by = { "sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig", "logs:FilterLogEvents" },
  breaks = function(team, p) update(team, p, p.config) end,
  mended = function(team, p)
    local found = team.sagemaker.DescribeEndpoint { EndpointName = p.endpoint }
    return found.EndpointConfigName ~= p.config and found.EndpointStatus == "InService", {
      en = "the endpoint still serves " .. p.config, ko = "엔드포인트가 아직 " .. p.config .. " 구성을 서비스합니다",
    }
  end,
  hints = {
    { en = "The endpoint is InService, and its model answers with an error. Has it always been this model?",
      ko = "엔드포인트는 InService인데 모델이 오류로 답합니다. 원래 이 모델이었나요?" },
    { en = "describe-endpoint tells the configuration and when it was last changed. Compare with the other configurations.",
      ko = "describe-endpoint에 구성과 마지막 변경 시각이 나옵니다. 다른 구성과 비교해 보세요." },
    { en = "aws sagemaker update-endpoint --endpoint-name {endpoint} --endpoint-config-name (a newer one than {config})",
      ko = "aws sagemaker update-endpoint --endpoint-name {endpoint} --endpoint-config-name ({config}보다 새 구성)" },
  },
  learnt = {
    en = "A rollback takes back the model too. What sends data must go back with it, or neither.",
    ko = "롤백하면 모델도 되돌아갑니다. 데이터를 보내는 쪽도 함께 되돌리거나, 둘 다 그대로 둬야 해요.",
  },
  stage = function(team, p) sagemaker.stage_endpoint(team, { endpoint = p.endpoint }) end,
  works = sagemaker.works_endpoint,
  shows = function(team, p)
    team.sagemaker.DescribeEndpoint { EndpointName = p.endpoint }
    return sagemaker.ask(team, p)
  end,
  repair = function(team, p) update(team, p, "vip") end,
}
