-- The data come in a new shape: a header, and a column of words (schema v2).
local gameday = require "gameday"
local cto = require "cto"
local vip = require "vip"

local regions = { "seoul", "busan", "jeju", "gangwon" }

-- label,app,… becomes label,region,app,…
local function widen(row)
  return (string.gsub(row, "^([^,]*),", "%1," .. regions[#row % #regions + 1] .. ","))
end

return gameday.fault {
  id = "vip-second-edition",
  title = { en = "Customers, second edition", ko = "고객 데이터 제2판" },
  points = { detection = 20, recovery = 80 },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "sagemaker:DescribeTrainingJob", "s3:GetObject" },
  breaks = function(team)
    vip.turn_data(team, widen)
    vip.head_data(team, "vip,region,app,years,rentals,nights,spent,complaints")
    team:remember("vip.edition", gameday.now())
    cto.says(team, "vip-second-edition")
  end,
  mended = function(team) return vip.learnt_since(team, team:recall "vip.edition") end,
  every = "15s",
  hints = {
    { en = "The training fails, or learns nothing. What does its FailureReason say, and when were the data last modified?",
      ko = "학습이 실패하거나 아무것도 배우지 못합니다. FailureReason은 뭐라고 하나요? 데이터는 마지막으로 언제 바뀌었나요?" },
    { en = "Download current/train/customers.csv. The algorithm wants numbers only, and no header. What is new in the first two lines?",
      ko = "current/train/customers.csv를 내려받아 보세요. 이 알고리즘은 머리글 없이 숫자만 받습니다. 첫 두 줄에 무엇이 새로 생겼나요?" },
    { en = "In both files take out the first line and the second column (tail -n +2 customers.csv | cut -d, -f1,3-) and upload them again.",
      ko = "두 파일에서 첫 줄과 두 번째 열을 빼고(tail -n +2 customers.csv | cut -d, -f1,3-) 다시 올리세요." },
  },
  learnt = {
    en = "A schema is a contract too. Whoever may change it without a word will: check data where they come in, not where they are learnt.",
    ko = "스키마도 계약입니다. 말없이 바꿀 수 있으면 누군가 바꿉니다. 데이터는 학습할 때가 아니라 들어올 때 확인하세요.",
  },
}
