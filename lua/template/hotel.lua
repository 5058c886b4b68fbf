-- What stands in the account, and how a guest uses it. AWS operations and their members have AWS's own names.
local gameday = require "gameday"

local hotel = {}

local function document(value) return gameday.to_json(value) end

function hotel.bucket(team) return team.name "prices" end -- a name that no other team has

-- The policy by which the machine's role reads the prices.
function hotel.permit(team)
  team.iam.PutRolePolicy {
    RoleName = "QuoteRole", PolicyName = "ReadPrices",
    PolicyDocument = document {
      Version = "2012-10-17",
      Statement = { { Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::" .. hotel.bucket(team) .. "/*" } },
    },
  }
end

function hotel.build(team)
  team.s3.CreateBucket { Bucket = hotel.bucket(team) }
  team:upload("s3://" .. hotel.bucket(team) .. "/prices.json", gameday.fixture "prices.json") -- of fixtures/
  team.iam.CreateRole {
    RoleName = "QuoteRole",
    AssumeRolePolicyDocument = document {
      Version = "2012-10-17",
      Statement = { { Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" } },
    },
  }
  hotel.permit(team)
  team.states.CreateStateMachine {
    name = "quote", roleArn = team.role "QuoteRole",
    definition = document {
      StartAt = "Read prices",
      States = {
        ["Read prices"] = {
          Type = "Task", Resource = "arn:aws:states:::aws-sdk:s3:getObject",
          Parameters = { Bucket = hotel.bucket(team), Key = "prices.json" },
          ResultSelector = { ["prices.$"] = "States.StringToJson($.Body)" }, ResultPath = "$.found", Next = "Quote",
        },
        Quote = { Type = "Pass", Parameters = { ["prices.$"] = "$.found.prices", ["unicorn.$"] = "$.unicorn" }, End = true },
      },
    },
  }
end

-- One guest: true, or false and why. What is raised here (an AWS error) costs.
function hotel.ask(team)
  local execution = team:run("quote", { unicorn = "Shadowfax" })
  if execution.status ~= "SUCCEEDED" then
    return false, { en = "A guest got no price: " .. tostring(execution.error), ko = "손님이 가격을 듣지 못했습니다: " .. tostring(execution.error) }
  end
  local quote = gameday.from_json(execution.output)
  return quote.prices[quote.unicorn] == 120, { en = "A guest was told a wrong price.", ko = "손님에게 틀린 가격을 말했습니다." }
end

return hotel
