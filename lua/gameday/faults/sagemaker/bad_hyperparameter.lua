-- A hyperparameter has a value that the algorithm refuses (FAULTS SM8).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

return ready.fault {
  title = { en = "As many rounds as it takes", ko = "될 때까지 돌려 주세요" },
  what = "Sets a hyperparameter of a training step to {value}, which its algorithm refuses.",
  says = "ClientError: Hyperparameter {hyperparameter}: could not parse value",
  parameters = sagemaker.with {
    hyperparameter = { "the hyperparameter", default = "num_round" },
    value = { "the value that is refused", default = "many" },
    good = { "a value that is not; only hints tell it", default = "5" },
  },
  shown_by = sagemaker.shown_by,
  breaks = sagemaker.editor(function(arguments, p) arguments.HyperParameters[p.hyperparameter] = p.value end),
  mended = sagemaker.is_succeeded,
  hints = {
    { en = "The job started and gave up. Read its FailureReason: which value does the algorithm not take?",
      ko = "작업은 시작했다가 포기했습니다. FailureReason을 읽어 보세요. 알고리즘이 받지 않는 값은 무엇인가요?" },
    { en = "Look at the HyperParameters of {step}. All are texts, but {hyperparameter} must be one that can be read as a number.",
      ko = "{step} 단계의 HyperParameters를 보세요. 모두 문자열이지만 {hyperparameter} 하이퍼파라미터는 숫자로 읽혀야 합니다." },
    { en = "Set {hyperparameter} to {good}, and update the pipeline {pipeline}.",
      ko = "{hyperparameter} 하이퍼파라미터를 {good} 값으로 고치고 {pipeline} 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "Hyperparameters are checked by the algorithm, not by the API: a bad one costs a start of instances.",
    ko = "하이퍼파라미터는 API가 아니라 알고리즘이 검사합니다. 잘못된 값 하나가 인스턴스 시작 비용을 날려요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = sagemaker.editor(function(arguments, p) arguments.HyperParameters[p.hyperparameter] = p.good end),
}
