-- All requests go to the variant that should get none (FAULTS SM15).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

local function weigh(team, p, good, bad)
  team.sagemaker.UpdateEndpointWeightsAndCapacities {
    EndpointName = p.endpoint,
    DesiredWeightsAndCapacities = { { VariantName = p.good, DesiredWeight = good }, { VariantName = p.bad, DesiredWeight = bad } },
  }
  sagemaker.in_service(team, p.endpoint)
end

return ready.fault {
  title = { en = "The wrong end of the scales", ko = "기울어진 저울" },
  what = "Turns the weights of an endpoint's two variants: the old one gets all the requests.",
  says = "ModelError: Received client error (4…) from …",
  parameters = {
    endpoint = sagemaker.endpoint_parameters.endpoint,
    good = { "the variant that should get the requests", needed = "New" },
    bad = { "the variant that should get none", needed = "Old" },
  },
  shown_by = { "sagemaker:DescribeEndpoint" },
  breaks = function(team, p) weigh(team, p, 0, 1) end,
  mended = function(team, p)
    local weights = {}
    for _, variant in ipairs(team.sagemaker.DescribeEndpoint { EndpointName = p.endpoint }.ProductionVariants) do
      weights[variant.VariantName] = variant.CurrentWeight
    end
    return (weights[p.bad] or 0) == 0 and (weights[p.good] or 0) > 0, "the variant " .. p.bad .. " still gets requests"
  end,
  hints = {
    { en = "Which variant answered? InvokedProductionVariant and the sentence both tell.", ko = "어느 변형이 응답했나요? InvokedProductionVariant와 오류 문장에 나옵니다." },
    { en = "describe-endpoint shows a CurrentWeight for each variant. Where do the requests go?",
      ko = "describe-endpoint에 변형마다 CurrentWeight가 나옵니다. 요청은 어디로 가나요?" },
    { en = "aws sagemaker update-endpoint-weights-and-capacities: weight 1 for {good}, 0 for {bad}.",
      ko = "aws sagemaker update-endpoint-weights-and-capacities로 {good}의 가중치를 1, {bad}의 가중치를 0으로 바꾸세요." },
  },
  learnt = {
    en = "Weights change where requests go within minutes, and nothing is deployed. That cuts both ways.",
    ko = "가중치는 배포 없이 몇 분 만에 요청의 방향을 바꿉니다. 좋은 쪽으로도, 나쁜 쪽으로도요.",
  },
  stage = function(team, p) sagemaker.stage_endpoint(team, { endpoint = p.endpoint, config = "vip-both" }) end,
  works = sagemaker.works_endpoint,
  shows = function(team, p)
    team.sagemaker.DescribeEndpoint { EndpointName = p.endpoint }
    return sagemaker.ask(team, p)
  end,
  repair = function(team, p) weigh(team, p, 1, 0) end,
}
