-- The alias that customers use leads to an old version.
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local lambda = require "gameday.faults.lambda"

local function lead(team, p, version)
  team.lambda.UpdateAlias { FunctionName = p.function_name, Name = p.alias, FunctionVersion = version }
end

return ready.fault {
  title = { en = "Yesterday's desk", ko = "어제의 창구" },
  what = "Lets an alias of a function lead to the version {version}, an older one: no error, old behaviour.",
  parameters = {
    function_name = { "the function", needed = "desk" },
    alias = { "its alias", needed = "live" },
    version = { "the old version", needed = "1" },
  },
  shown_by = { "lambda:GetAlias", "lambda:ListAliases", "lambda:ListVersionsByFunction", "lambda:GetFunctionConfiguration" },
  breaks = function(team, p) lead(team, p, p.version) end,
  -- Nobody who comes by the alias may land at the old version.
  mended = function(team, p)
    local alias = team.lambda.GetAlias { FunctionName = p.function_name, Name = p.alias }
    local also = (alias.RoutingConfig or {}).AdditionalVersionWeights or {}
    return alias.FunctionVersion ~= p.version and not also[p.version], {
      en = "the alias " .. p.alias .. " still leads to version " .. p.version,
      ko = p.alias .. " 별칭이 아직 버전 " .. p.version .. "을(를) 가리킵니다",
    }
  end,
  hints = {
    { en = "The function is right when you call it, and wrong for customers. By which name do they call it?",
      ko = "직접 부르면 맞는데 고객에게는 틀립니다. 고객은 어떤 이름으로 부르나요?" },
    { en = "They use the alias {alias}. To which version does it lead, and which is the newest? (aws lambda get-alias, list-versions-by-function)",
      ko = "고객은 {alias} 별칭을 씁니다. 어느 버전을 가리키고, 가장 새 버전은 무엇인가요?(aws lambda get-alias, list-versions-by-function)" },
    { en = "aws lambda update-alias --function-name {function_name} --name {alias} --function-version NEWEST",
      ko = "aws lambda update-alias --function-name {function_name} --name {alias} --function-version 최신버전" },
  },
  learnt = {
    en = "What was deployed and what is served are two things; between them stands an alias.",
    ko = "배포한 것과 서비스되는 것은 다릅니다. 그 사이에 별칭이 있어요.",
  },
  stage = function(team, p)
    stage.desk(team, p.function_name, { RATE = "80" })
    team.lambda.PublishVersion { FunctionName = p.function_name }
    lambda.set_variable(team, p, "RATE", "90")
    local newest = team.lambda.PublishVersion { FunctionName = p.function_name }.Version
    team.lambda.CreateAlias { FunctionName = p.function_name, Name = p.alias, FunctionVersion = newest }
  end,
  works = function(team, p)
    local total = lambda.ask(team, p, nil, p.alias).total
    return total == 180, "the desk asked for " .. tostring(total)
  end,
  shows = function(team, p) return team.lambda.GetAlias { FunctionName = p.function_name, Name = p.alias } end,
  says = '"FunctionVersion":"{version}"',
  repair = function(team, p) lead(team, p, "2") end,
}
