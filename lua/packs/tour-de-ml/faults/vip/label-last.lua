-- The label is not in the first column: XGBoost learns nonsense without a complaint (GAMEDAY 6).
local gameday = require "gameday"
local vip = require "vip"

return gameday.fault {
  id = "vip-label-last",
  title = { en = "The export that looked better", ko = "보기 좋게 정리한 내보내기" },
  from_start = true,
  needs = "vip-other-report",
  points = { detection = 20, recovery = 80 },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "sagemaker:DescribeTrainingJob", "s3:GetObject" },
  breaks = function(team) vip.turn_data(team, vip.label_last) end,
  mended = function(team) return vip.learnt_since(team) end,
  hints = {
    { en = "Everything runs, but the model is no better than a coin. What does the training job's metric say, and what was it given?",
      ko = "모두 실행되는데 모델은 동전 던지기만도 못합니다. 학습 작업의 지표는 얼마이고, 무엇을 받았나요?" },
    { en = "For CSV the algorithm takes the first column for the label. What is in the first column of customers.csv, and what in the last?",
      ko = "CSV에서 이 알고리즘은 첫 번째 열을 레이블로 봅니다. customers.csv의 첫 열과 마지막 열에는 무엇이 있나요?" },
    { en = "Put the last column first in train/customers.csv and validation/customers.csv (awk -F, '{print $7\",\"$1\",\"$2\",\"$3\",\"$4\",\"$5\",\"$6}').",
      ko = "train/customers.csv와 validation/customers.csv에서 마지막 열을 맨 앞으로 옮기세요(awk -F, '{print $7\",\"$1\",\"$2\",\"$3\",\"$4\",\"$5\",\"$6}')." },
  },
  learnt = {
    en = "An algorithm trains on whatever stands where the label should be. A metric that is too bad, or too good, is a fault in the data first.",
    ko = "알고리즘은 레이블 자리에 있는 것이 무엇이든 학습합니다. 지표가 너무 나쁘거나 너무 좋으면 먼저 데이터를 의심하세요.",
  },
}
