-- The training image has a tag that does not exist (FAULTS SM12).
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

return ready.fault {
  title = { en = "An image that nobody built", ko = "아무도 만든 적 없는 이미지" },
  what = "Puts {suffix} behind the repository in the TrainingImage of a step.",
  parameters = sagemaker.with { suffix = { "what is put behind the repository", default = "-v2" } },
  says = "{step}: …{suffix}",
  shown_by = sagemaker.shown_by,
  breaks = sagemaker.editor(function(arguments, p)
    local algorithm = arguments.AlgorithmSpecification
    local repository, tag = string.match(algorithm.TrainingImage, "^(.-)(:?[^:/]*)$")
    algorithm.TrainingImage = repository .. p.suffix .. tag
  end),
  mended = sagemaker.is_succeeded,
  hints = {
    { en = "What could not be found or pulled, and who says so?", ko = "무엇을 찾거나 받지 못했고, 어디에서 그렇게 말하나요?" },
    { en = "The TrainingImage of {step} has {suffix} in its name. Is there such a repository?", ko = "{step} 단계의 TrainingImage 이름에 {suffix} 부분이 들어 있습니다. 그런 리포지토리가 있나요?" },
    { en = "Take {suffix} off the TrainingImage of {step}, and update the pipeline {pipeline}.",
      ko = "{step} 단계의 TrainingImage에서 {suffix} 부분을 지우고 {pipeline} 파이프라인을 업데이트하세요." },
  },
  learnt = {
    en = "An image is a name in somebody else's registry. Pin what you have tried.",
    ko = "이미지는 남의 레지스트리에 있는 이름입니다. 시험해 본 버전을 고정하세요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = sagemaker.editor(function(arguments, p)
    local algorithm = arguments.AlgorithmSpecification
    local at, last = string.find(algorithm.TrainingImage, p.suffix .. ":", 1, true)
    algorithm.TrainingImage = string.sub(algorithm.TrainingImage, 1, at - 1) .. string.sub(algorithm.TrainingImage, last)
  end),
}
