-- Translations: what is written in English once is told in every language that the pack has words for.
--
--   gameday.pack { translations = { ko = require "words.ko" }, … }     words/ko.lua: return { ["Rush hour"] = "혼잡 시간", … }
--   gameday.words("%s is empty", bucket)                               in callbacks: the sentence is looked up, then filled in
local words = {}

local by_language = {} -- language → English → theirs

function words.set(given)
  for language, list in pairs(given) do
    if type(language) ~= "string" or not string.find(language, "^%l%l$") or language == "en" or type(list) ~= "table" then
      raise { message = 'translations are tables by language: { ko = { ["Rush hour"] = "혼잡 시간" } }', word = "translations" }
    end
    for english, theirs in pairs(list) do
      if type(english) ~= "string" or type(theirs) ~= "string" then
        raise { message = "translations." .. language .. " should be texts by their English text", word = "translations" }
      end
    end
  end
  by_language = given
end

-- A text gets the languages that it lacks.
function words.translate(text)
  for language, list in pairs(by_language) do text[language] = text[language] or list[text.en] end
  return text
end

local function is_text(value)
  if type(rawget(value, "en")) ~= "string" then return false end
  for _, one in pairs(value) do if type(one) ~= "string" then return false end end
  return true
end

-- Every text below.
function words.translate_all(value)
  if type(value) ~= "table" or not next(by_language) then return end
  if is_text(value) then words.translate(value) return end
  for _, one in pairs(value) do words.translate_all(one) end
end

-- The sentence in every language, each filled in.
function words.fill(english, ...)
  local text, filled = words.translate { en = english }, {}
  for language, sentence in pairs(text) do filled[language] = string.format(sentence, ...) end
  return filled
end

return words
