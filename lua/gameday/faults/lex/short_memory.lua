-- The bot forgets a conversation too soon (FAULTS LX22).
local ready = require "gameday.ready"
local stage = require "gameday.stage"
local lex = require "gameday.faults.lex"

local function set(team, p, seconds)
  local bot = team.lexv2.DescribeBot { botId = lex.bot(team, p) }
  team.lexv2.UpdateBot {
    botId = bot.botId, botName = bot.botName, roleArn = bot.roleArn, dataPrivacy = bot.dataPrivacy, idleSessionTTLInSeconds = seconds,
  }
  stage.await(function() return team.lexv2.DescribeBot { botId = bot.botId }.botStatus == "Available" end)
  lex.publish(team, p)
end

local function remembers(team, p, session)
  lex.say(team, p, session, p.text)
  require "gameday".wait(p.pause)
  local name = (lex.say(team, p, session, p.answer).sessionState.intent or {}).name
  return name == p.intent, {
    en = "after " .. p.pause .. " s the bot takes the answer for " .. tostring(name),
    ko = p.pause .. "초 뒤에 한 대답을 " .. tostring(name) .. "(으)로 알아듣습니다",
  }
end

return ready.fault {
  title = { en = "Where were we?", ko = "어디까지 얘기했죠?" },
  what = "Sets a bot's session lifetime to {seconds} s and publishes that: who thinks longer has to begin anew.",
  says = '"idleSessionTTLInSeconds":{seconds}',
  parameters = lex.with {
    seconds = { "the lifetime", default = 60 },
    intent = { "an intent with slots", needed = "Book" },
    text = { "what a customer begins with", needed = "I want to book a unicorn" },
    answer = { "what is answered to the first question", needed = "Seoul" },
    pause = { "for how many seconds a customer thinks", default = 90 },
  },
  shown_by = { "lex:DescribeBot", "lex:GetSession" },
  breaks = function(team, p) set(team, p, p.seconds) end,
  mended = function(team, p) return remembers(team, p, "judge-" .. host.now()) end,
  every = "2m",
  hints = {
    { en = "Quick customers get their unicorn, slow ones do not. What happens between two sentences?",
      ko = "빠른 고객은 예약에 성공하고 느린 고객은 실패합니다. 두 마디 사이에 무슨 일이 일어나나요?" },
    { en = "A session lives so long after the last word: idleSessionTTLInSeconds (describe-bot). Here it is {seconds} s.",
      ko = "세션은 마지막 말 뒤로 idleSessionTTLInSeconds만큼만 삽니다(describe-bot). 여기서는 {seconds}초예요." },
    { en = "Set idleSessionTTLInSeconds to 300 (update-bot), make a version of the built draft, and let {alias} lead to it.",
      ko = "idleSessionTTLInSeconds를 300으로 바꾸고(update-bot) 빌드된 초안으로 버전을 만들어 {alias} 별칭이 가리키게 하세요." },
  },
  learnt = {
    en = "People look for their glasses. A lifetime that suits a machine does not suit them.",
    ko = "사람은 안경을 찾느라 시간이 걸립니다. 기계에 맞춘 수명은 사람에게 맞지 않아요.",
  },
  after = "3m", stage = lex.stage,
  works = function(team, p) return remembers(team, p, "c-" .. host.now()) end,
  shows = function(team, p) return team.lexv2.DescribeBot { botId = lex.bot(team, p) } end,
  repair = function(team, p) set(team, p, 300) end,
}
