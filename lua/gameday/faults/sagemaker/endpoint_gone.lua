-- Somebody has deleted the endpoint (FAULTS SM13).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

return ready.fault {
  title = { en = "Saved too much", ko = "너무 많이 아낀 비용" },
  what = "Deletes an endpoint, as somebody does who saves costs; its configuration stays.",
  says = "ValidationError: Endpoint {endpoint} of account {account} not found.",
  parameters = sagemaker.endpoint_parameters,
  shown_by = { "sagemaker:ListEndpoints", "sagemaker:ListEndpointConfigs", "sagemaker:DescribeEndpoint" },
  breaks = function(team, p) team.sagemaker.DeleteEndpoint { EndpointName = p.endpoint } end,
  mended = function(team, p)
    local ok, found = pcall(team.sagemaker.DescribeEndpoint, { EndpointName = p.endpoint })
    return ok and found.EndpointStatus == "InService", "the endpoint " .. p.endpoint .. " is not in service"
  end,
  hints = {
    { en = "Is the endpoint broken, or is it not there? List the endpoints.", ko = "엔드포인트가 고장 났나요, 아예 없나요? 엔드포인트를 나열해 보세요." },
    { en = "The endpoint {endpoint} is gone, but its configurations and models are not (aws sagemaker list-endpoint-configs).",
      ko = "{endpoint} 엔드포인트는 없지만 구성과 모델은 남아 있습니다(aws sagemaker list-endpoint-configs)." },
    { en = "aws sagemaker create-endpoint --endpoint-name {endpoint} --endpoint-config-name …",
      ko = "aws sagemaker create-endpoint --endpoint-name {endpoint} --endpoint-config-name …" },
  },
  learnt = {
    en = "Of an endpoint only the running machines cost money; all that it takes to start it again may stay.",
    ko = "엔드포인트에서 돈이 드는 것은 실행 중인 인스턴스뿐입니다. 다시 시작하는 데 필요한 것은 남겨 두어도 돼요.",
  },
  stage = sagemaker.stage_endpoint, works = sagemaker.works_endpoint,
  shows = function(team, p)
    team.sagemaker.ListEndpoints {}
    return sagemaker.ask(team, p)
  end,
  repair = function(team, p)
    team.sagemaker.CreateEndpoint { EndpointName = p.endpoint, EndpointConfigName = "vip" }
    sagemaker.in_service(team, p.endpoint)
  end,
}
