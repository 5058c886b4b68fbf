-- The label is not in the first column: XGBoost learns nonsense without a complaint.
local ready = require "gameday.ready"
local sagemaker = require "gameday.faults.sagemaker"

local function uri(p) return "s3://" .. p.bucket .. "/" .. p.key end

-- Every row anew, as `pattern` and `with` say.
local function turn(team, p, pattern, with)
  local lines = {}
  for line in string.gmatch(team:download(uri(p)), "[^\n]+") do lines[#lines + 1] = string.gsub(line, pattern, with) end
  team:upload(uri(p), table.concat(lines, "\n") .. "\n")
end

-- Does the first column hold nothing but the two labels?
local function is_label_first(team, p)
  for line in string.gmatch(team:download(uri(p)), "[^\n]+") do
    local label = string.match(line, "^%s*([^,]+)")
    if tonumber(label) ~= 0 and tonumber(label) ~= 1 then return false, "the first column is not the label" end
  end
  return true
end

return ready.fault {
  title = { en = "The export that looked better", ko = "보기 좋게 정리한 내보내기" },
  what = "Puts the first column of a training file, the label of two classes, behind the last: what is learnt is nonsense, or an error.",
  says = "{step}: ",
  parameters = sagemaker.with {
    bucket = { "the bucket of the training data", default = "models-{account}" },
    key = { "the training file: CSV, no header, labels 0 and 1 in its first column", needed = "train/customers.csv" },
  },
  shown_by = { "sagemaker:ListPipelineExecutionSteps", "sagemaker:DescribeTrainingJob", "s3:GetObject" },
  breaks = function(team, p) turn(team, p, "^([^,]*),(.*)$", "%2,%1") end,
  mended = is_label_first,
  every = "20s",
  hints = {
    { en = "The definition of the pipeline has not changed, and yesterday it worked. What else goes into a training?",
      ko = "파이프라인 정의는 그대로이고 어제는 됐습니다. 학습에 들어가는 것이 또 무엇이 있나요?" },
    { en = "For CSV the algorithm takes the first column for the label. What is in the first column of {key}, and what in the last?",
      ko = "CSV에서 이 알고리즘은 첫 번째 열을 레이블로 봅니다. {key}의 첫 열과 마지막 열에는 무엇이 있나요?" },
    { en = "Put the last column of {key} first again, and upload the file.", ko = "{key}의 마지막 열을 맨 앞으로 옮겨 다시 올리세요." },
  },
  learnt = {
    en = "An algorithm trains on whatever stands where the label should be. Suspect the data before the code.",
    ko = "알고리즘은 레이블 자리에 있는 것이 무엇이든 학습합니다. 코드보다 데이터를 먼저 의심하세요.",
  },
  stage = sagemaker.stage, works = sagemaker.works, shows = sagemaker.why,
  repair = function(team, p) turn(team, p, "^(.*),([^,]*)$", "%2,%1") end,
}
