-- An instance type of which the account may have none (FAULTS SM1).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

return ready.fault {
  title = { en = "The large machine", ko = "너무 큰 인스턴스" },
  what = "Lets a training step ask for an instance type whose quota is nought.",
  says = "The account-level service limit '{instance_type} for training job usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances. Please contact AWS support to request an increase for this limit.",
  parameters = sagemaker.with { instance_type = { "the instance type", default = "ml.p3.2xlarge" } },
  shown_by = sagemaker.shown_by,
  breaks = sagemaker.editor(function(arguments, p) arguments.ResourceConfig.InstanceType = p.instance_type end),
  mended = sagemaker.job_made,
  hints = {
    { en = "The step {step} says which limit is nought.", ko = "{step} 단계가 어떤 한도가 0인지 말해 줍니다." },
    { en = "Quotas count by instance type. Which type does {step} ask for, and does it need that?",
      ko = "할당량은 인스턴스 유형별로 셉니다. {step} 단계는 어떤 유형을 요청하고, 그게 꼭 필요한가요?" },
    { en = "Let {step} use ml.m5.xlarge, and update the pipeline {pipeline}.",
      ko = "{step} 단계가 ml.m5.xlarge를 쓰게 고치고 {pipeline} 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "Quotas count by instance type and purpose. A smaller type is there at once, a higher quota after days.",
    ko = "할당량은 인스턴스 유형과 용도별로 셉니다. 작은 유형은 바로 쓸 수 있지만 할당량 증가는 며칠이 걸려요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = sagemaker.editor(function(arguments) arguments.ResourceConfig.InstanceType = "ml.m5.xlarge" end),
}
