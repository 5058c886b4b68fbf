-- A slot type lost its synonyms (FAULTS LX21).
local ready = require "gameday.ready"
local lex = require "gameday.faults.lex"

local function type_of(team, p)
  local draft = lex.draft(team, p)
  for _, one in ipairs(team.lexv2.ListSlotTypes(draft).slotTypeSummaries) do
    if one.slotTypeName == p.slot_type then
      draft.slotTypeId = one.slotTypeId
      return team.lexv2.DescribeSlotType(draft)
    end
  end
  error("the locale " .. p.locale .. " has no slot type " .. p.slot_type, 0)
end

local function edit(team, p, change)
  local found = type_of(team, p)
  found.creationDateTime, found.lastUpdatedDateTime = nil, nil
  for _, value in ipairs(found.slotTypeValues) do change(value) end
  team.lexv2.UpdateSlotType(found)
  lex.publish(team, p)
end

-- What the bot makes of the value that a customer says.
local function value(team, p, session)
  lex.say(team, p, session, p.text)
  local slot = (lex.say(team, p, session, p.said).sessionState.intent.slots or {})[p.slot]
  return type(slot) == "table" and type(slot.value) == "table" and slot.value.interpretedValue or nil
end

return ready.fault {
  title = { en = "Never heard of it", ko = "처음 듣는 이름" },
  what = "Takes the synonyms out of a slot type and publishes that: the bot does not know what customers call things.",
  parameters = lex.with {
    slot_type = { "the slot type", needed = "City" },
    text = { "what a customer begins with, so that the slot is asked for first", needed = "I want to book a unicorn" },
    slot = { "the slot", needed = "City" },
    said = { "what a customer says then: a synonym", needed = "Hanyang" },
    meant = { "the value that it should become", needed = "Seoul" },
  },
  shown_by = { "lex:DescribeSlotType", "lex:RecognizeText" },
  breaks = function(team, p) edit(team, p, function(one) one.synonyms = nil end) end,
  mended = function(team, p)
    local got = value(team, p, "judge-" .. host.now())
    return got == p.meant, { en = p.said .. " becomes " .. tostring(got), ko = p.said .. "이(가) " .. tostring(got) .. "(으)로 풀립니다" }
  end,
  every = "10s",
  hints = {
    { en = "What do customers say for {slot}, and what does the bot make of it (interpretedValue, resolvedValues)?",
      ko = "고객은 {slot} 슬롯에 뭐라고 말하고, 봇은 그것을 무엇으로 푸나요(interpretedValue, resolvedValues)?" },
    { en = "The slot type {slot_type} knows its values, but no other names for them (describe-slot-type).",
      ko = "{slot_type} 슬롯 유형에는 값만 있고 다른 이름이 없습니다(describe-slot-type)." },
    { en = "Give {meant} the synonym {said} again (update-slot-type), build, make a version, and let {alias} lead to it.",
      ko = "{meant} 값에 {said} 동의어를 다시 넣고(update-slot-type) 빌드한 뒤 버전을 만들어 {alias} 별칭이 가리키게 하세요." },
  },
  learnt = {
    en = "TopResolution answers with the value that is meant; without synonyms it knows only what it was told.",
    ko = "TopResolution은 뜻하는 값으로 답합니다. 동의어가 없으면 들은 그대로만 알아요.",
  },
  stage = lex.stage,
  works = function(team, p)
    local got = value(team, p, "c-" .. host.now())
    return got == p.meant, { en = p.said .. " became " .. tostring(got), ko = p.said .. "이(가) " .. tostring(got) .. "(으)로 풀렸습니다" }
  end,
  shows = function(team, p) return type_of(team, p) end,
  repair = function(team, p)
    edit(team, p, function(one)
      local synonyms = {}
      for i, word in ipairs(lex.cities[one.sampleValue.value] or {}) do synonyms[i] = { value = word } end
      one.synonyms = #synonyms > 0 and synonyms or nil
    end)
  end,
}
