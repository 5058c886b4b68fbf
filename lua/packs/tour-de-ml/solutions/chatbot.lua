-- How a good team mends the chatbot: it talks to the bot, reads, and changes one thing.
local chatbot = require "chatbot"

-- A player's own try, and what it tells.
local function talk(team, locale, text)
  return pcall(team.lexv2runtime.RecognizeText, {
    botId = chatbot.bot(team), botAliasId = chatbot.alias(team), localeId = locale, sessionId = "player", text = text,
  })
end

return {
  { mends = "no-entry", after = "40s", function(team)
    talk(team, "en_US", "cancel booking 1234")
    talk(team, "en_US", "yes")
    pcall(team.lambda.GetPolicy, { FunctionName = "unicorn-desk" })
    chatbot.permit(team, "lex-live", chatbot.alias(team))
  end },
  { mends = "old-reply", after = "40s", function(team)
    talk(team, "en_US", "cancel booking 1234")
    talk(team, "en_US", "yes")
    team.lambda.GetFunctionConfiguration { FunctionName = "unicorn-desk" }
    chatbot.configure(team, { REPLY_FORMAT = "2" })
  end },
  { mends = "few-words", after = "60s", function(team)
    talk(team, "en_US", "I need another day")
    chatbot.find_intent(team, "en_US", "Change")
    chatbot.teach(team, "en_US", "Change")
    chatbot.build_locale(team, "en_US")
    chatbot.lead(team, chatbot.make_version(team, { "en_US" }), { "en_US" })
  end },
  { mends = "no-priority", after = "60s", function(team)
    team.lexv2.DescribeBotLocale(chatbot.draft(team, "ko_KR"))
    local intent = chatbot.find_intent(team, "ko_KR", "Book")
    local has = {}
    for _, priority in ipairs(intent.slotPriorities) do has[priority.slotId] = true end
    chatbot.edit_intent(team, "ko_KR", "Book", function(edited)
      for _, slot in ipairs(chatbot.slots_of(team, "ko_KR", intent.intentId)) do
        if not has[slot.slotId] then
          local list = edited.slotPriorities
          list[#list + 1] = { priority = #list + 1, slotId = slot.slotId }
        end
      end
    end)
  end },
  { mends = "never-built", after = "40s", function(team)
    team.lexv2.DescribeBotLocale(chatbot.draft(team, "ko_KR"))
    chatbot.build_locale(team, "ko_KR")
  end },
  { mends = "old-version", after = "40s", function(team)
    talk(team, "ko_KR", "안녕하세요")
    team.lexv2.DescribeBotAlias { botId = chatbot.bot(team), botAliasId = chatbot.alias(team) }
    chatbot.publish(team)
  end },
  { mends = "paper-ledger", after = "60s", function(team)
    talk(team, "en_US", "cancel booking 1234")
    talk(team, "en_US", "yes")
    team.lambda.UpdateFunctionConfiguration { FunctionName = "unicorn-desk", Timeout = 10 }
  end },
  { mends = "too-sure", after = "60s", function(team)
    talk(team, "en_US", "I need a unicorn")
    local draft = chatbot.draft(team, "en_US")
    team.lexv2.DescribeBotLocale(draft)
    draft.nluIntentConfidenceThreshold = 0.4
    team.lexv2.UpdateBotLocale(draft)
    chatbot.build_locale(team, "en_US")
    chatbot.publish(team)
  end },
  { mends = "forgetful", after = "4m", function(team)
    team.lexv2.DescribeBot { botId = chatbot.bot(team) }
    chatbot.set_patience(team, 300)
    chatbot.publish(team)
  end },
  { mends = "new-words", after = "60s", function(team)
    talk(team, "en_US", "I need a unicorn")
    chatbot.find_intent(team, "en_US", "Cancel")
    chatbot.teach(team, "en_US", "Cancel")
    chatbot.teach(team, "en_US", "Book")
    chatbot.build_locale(team, "en_US")
    chatbot.publish(team)
  end },
  { mends = "empty-desk", after = "60s", function(team)
    talk(team, "ko_KR", "유니콘을 예약하고 싶어요")
    chatbot.find_intent(team, "ko_KR", "Book")
    chatbot.edit_intent(team, "ko_KR", "Book", function(intent) intent.fulfillmentCodeHook = { enabled = true } end)
    chatbot.build_locale(team, "ko_KR")
    chatbot.publish(team)
  end },
  { mends = "one-at-a-time", after = "90s", function(team)
    team.lambda.GetFunctionConcurrency { FunctionName = "unicorn-desk" }
    chatbot.set_chairs(team, nil)
  end },
}
