-- The things a pack is made of. Each constructor checks its fields where the author wrote them and returns a thing that
-- knows its kind and its place; `gameday.pack` (pack.lua) puts them together.
local fields = require "gameday.fields"
local operations = require "gameday.operations"
local wire = require "gameday.wire"

local things = {}
local images = {} -- URI or repository → thing
local lambdas = {} -- name → thing, in whatever file it stands

local mark = {} -- key of a thing's kind: nobody else can make one

-- A file that ends with `return gameday.fault { … }` has left the stack by now: its place is line 1.
local function thing(kind, read)
  local file, line = host.place()
  if line == 1 then line = host.line_of(file, 1, "return gameday." .. kind) end
  read[mark] = kind
  read.at = { file = file, line = line }
  return read
end

function things.kind(value) return type(value) == "table" and rawget(value, mark) or nil end

-- Refuses what is written without a name unless it is one of these kinds; returns them by kind.
local function with_article(kind) return (string.find(kind, "^[aeiou]") and "an " or "a ") .. kind end

local function take_positional(what, given, ...)
  local allowed, taken = { ... }, {}
  for _, kind in ipairs(allowed) do taken[kind] = host.list {} end
  for i, one in ipairs(given) do
    local kind = things.kind(one)
    if hollows[one] then
      local wanted = what == "challenge" and "fault" or allowed[1]
      raise { message = hollows[one] .. " returns nothing: it should end with `return gameday." .. wanted .. " { … }`",
              word = string.gsub(string.gsub(hollows[one], "%.lua$", ""), "/", ".") }
    end
    if not kind or not taken[kind] then
      local names = {}
      for place, one_of in ipairs(allowed) do names[place] = with_article(one_of) end
      raise {
        message = what .. ": what stands at place " .. i .. " is " .. with_article(kind or type(one)) .. ", not " ..
                  table.concat(names, " or "),
        word = "gameday." .. (kind or what),
      }
    end
    table.insert(taken[kind], one)
  end
  return taken
end

-- ---- curves ----

-- How points fall between `full` and `none`: "linear", "late" (slowly at first), "exponential" (half of them goes every `half`), or
-- steps: { ["5m"] = 0.5, ["10m"] = 0.2 }, the share that is left from then on.
local function read_steps(given)
  local steps = {}
  for time, share in pairs(given) do
    steps[#steps + 1] = {
      after_ms = fields.value("curve", "a step's time", "duration", time), share = fields.value("curve", "a step", "share", share),
    }
  end
  table.sort(steps, function(a, b) return a.after_ms < b.after_ms end)
  return host.list(steps)
end

-- What is said of a curve, for the game.
local function curve_of(what, read)
  local steps = type(read.curve) == "table" and read_steps(read.curve) or nil
  local curve = steps and "steps" or fields.value(what, "curve", { "linear", "late", "exponential" }, read.curve)
  if curve == "exponential" and not read.half then
    raise { message = what .. ': a curve that is exponential says after what time half is left: half = "5m"', word = "curve" }
  end
  return { full_ms = read.full, none_ms = read.none, curve = curve, half_ms = read.half, steps = steps }
end

-- Something that falls with time: { full = "2s", none = "10s", curve = … }, or "10s": from the beginning to nothing by then.
local function read_fall(what, given)
  if given == nil then return nil end
  if type(given) ~= "table" then given = { none = given } end
  return curve_of(what, fields.read(what, given, {
    full = { "duration", default = 0 }, none = { "duration", required = true }, curve = { "any", default = "linear" },
    half = { "duration" },
  }))
end

-- ---- hints and messages ----

-- A hint: "text", { en = …, ko = …, price = 10 } or gameday.hint { text = …, price = 10 }.
function things.hint(given)
  if type(given) == "string" then given = { text = given } end
  if type(given) == "table" and given.en then
    given = { text = { en = given.en, ko = given.ko }, price = given.price, falls = given.falls }
  end
  local read = fields.read("hint", given, {
    text = { "text", required = true }, price = { "count" }, falls = { "any" }, -- its price, with the time since it could be seen
  })
  read.falls = read_fall("falls", read.falls)
  return thing("hint", read)
end

local prices = { 5, 10, 20 }

local function read_hints(given)
  if type(given) ~= "table" then given = { given } end
  if #given > 3 then
    raise { message = "a fault has up to three hints: where to look, what it is, how to mend it", word = "hints" }
  end
  local list = {}
  for i, one in ipairs(given) do
    local hint = things.kind(one) == "hint" and one or things.hint(one)
    list[i] = { text = hint.text, price = hint.price or prices[i], falls = hint.falls }
  end
  return host.list(list)
end

-- A message: "text", or { text = …, from = "cto", level = "info" }.
function things.message(given)
  if type(given) == "string" then given = { text = given } end
  if type(given) == "table" and given.en then
    given = { text = { en = given.en, ko = given.ko }, from = given.from, level = given.level }
  end
  return thing("message", fields.read("message", given, {
    text = { "text", required = true },
    from = { "id", default = "cto" },
    level = { { "info", "warning", "good", "bad" }, default = "info" },
  }))
end

function things.plain_message(given)
  if given == nil then return nil end
  local message = things.kind(given) == "message" and given or things.message(given)
  return { text = message.text, from = message.from, level = message.level }
end

-- ---- probes ----

-- Customers who come several at a time, more and fewer of them: { most = 8, least = 1, wave = "10m", shape = "sine" }.
local function read_load(given)
  if given == nil then return nil end
  if type(given) == "number" then given = { most = given, least = given } end
  local read = fields.read("load", given, {
    most = { "count", required = true }, least = { "count", default = 1 }, wave = { "duration", default = 600000 },
    shape = { { "sine", "ramp", "square" }, default = "sine" },
  })
  if read.most < 1 or read.most > 32 or read.least > read.most then
    raise { message = "load: most is 1 to 32, least no more than most", word = "load" }
  end
  return { most = read.most, least = read.least, wave_ms = math.max(read.wave, 1), shape = read.shape }
end

function things.probe(given)
  local read = fields.read("probe", given, {
    id = { "id", required = true },
    title = { "text" },
    every = { "duration", default = 20000 },
    earns = { "number", default = 10 },
    costs = { "number", default = 5 },
    starts = { "duration", default = 0 }, -- after its challenge
    on = { "operations" },                -- also whenever such a call of the team has succeeded
    shows = { "words" },                  -- the call that shows why it fails
    load = { "any" },                     -- so many come at a time
    latency = { "any" },                  -- a good answer earns less the longer it took: "10s", or a curve
    patience = { "any" },                 -- an error costs nothing at first, more and more, and all of it in the end
    run = { "function", required = true },
  })
  read.load = read_load(read.load)
  read.latency, read.patience = read_fall("latency", read.latency), read_fall("patience", read.patience)
  read.on = operations.check("probe '" .. read.id .. "'", read.on, true)
  if read.shows and not string.find(read.shows, "%s") then -- else a line of the CLI
    read.shows = operations.check("probe '" .. read.id .. "': shows", { read.shows }, true)[1]
  end
  return thing("probe", read)
end

-- ---- faults ----

local function read_points(given)
  if type(given) == "number" then given = { recovery = given } end
  local read = fields.read("points", given or {}, {
    detection = { "count", default = 20 },
    recovery = { "count", default = 60 },
    full = { "duration", default = 120000 },  -- all of it until then
    none = { "duration", default = 1800000 }, -- nothing from then on
    curve = { "any", default = "linear" },
    half = { "duration" },
  })
  local points = curve_of("points", read)
  points.detection, points.recovery = read.detection, read.recovery
  return points
end

-- What a fault may say; ready.lua tells it apart from the parameters of a fault of the shelf.
things.fault_fields = {
  id = { "id", required = true },
  title = { "text", required = true },
  brief = { "text" },
  from_start = { "flag", default = false }, -- it stands when the challenge begins
  needs = { "ids", default = host.list {} }, -- faults that must be mended before
  points = { "any" },
  every = { "duration", default = 5000 }, -- how often `mended` is asked
  during = { "duration" },                -- it goes by itself after that
  hints = { "any" },
  shown_by = { "operations", default = host.list {} },
  learnt = { "text" },
  takes = { "ids" }, -- parameters that a facilitator may give: `breaks` gets them as a table behind the team
  breaks = { "function" },
  mended = { "function" },
  on = { "operations" },
  wire = { "any" }, -- what happens to calls on their way (wire.lua)
  life = { "any" }, -- what happens to jobs, endpoints and the like (wire.lua)
  call = { "function" },
  point = { { "before", "after", "authorise", "transition", "invoke", "lifecycle" }, default = "before" },
  role = { "words" },
  resource = { "words" },
  chance = { "share", default = 1 },
}

function things.fault(given)
  local read = fields.read("fault", given, things.fault_fields)
  read.cloud = read.call ~= nil or read.wire ~= nil or read.life ~= nil
  if read.cloud ~= (read.on ~= nil) then
    raise {
      message = "fault '" .. read.id .. "': a fault of the cloud has `on` and one of `wire`, `life` and `call`",
      word = read.on and "on" or read.call and "call" or read.wire and "wire" or "life",
    }
  end
  if not read.cloud and not read.breaks and not read.from_start then
    raise {
      message = "fault '" .. read.id .. "' needs `breaks` (a fault of the account), or `on` with `wire`, `life` or `call` (one of the cloud)",
    }
  end
  local of_calls = not read.life and (read.point == "before" or read.point == "after" or read.point == "authorise")
  operations.check("fault '" .. read.id .. "'", read.on, of_calls)
  read.shown_by = operations.check("fault '" .. read.id .. "': shown_by", read.shown_by, true)
  if read.wire then read.wire = wire.effects(read.wire) end
  if read.life then read.life = wire.lives(read.life) end
  if not read.mended and not read.during then
    raise { message = "fault '" .. read.id .. "' needs `mended`, a function that says when it is repaired" }
  end
  read.points = read_points(read.points)
  read.hints = read_hints(read.hints or {})
  return thing("fault", read)
end

-- ---- watches ----

-- Told after a row of a kind was written in a team's account.
function things.watch(given)
  local read = fields.read("watch", given, {
    id = { "id", required = true },
    on = { "operations", required = true }, -- kinds of rows: "sagemaker:Endpoint", "s3:*"
    key = { "words" },                      -- only rows of that key ('*' as wildcard)
    what = { "ids" },                       -- "made", "changed", "gone"; all where it is not said
    run = { "function", required = true },
  })
  operations.check_kinds("watch '" .. read.id .. "'", read.on)
  for _, deed in ipairs(read.what or {}) do
    fields.value("watch", "what", { "made", "changed", "gone" }, deed)
  end
  return thing("watch", read)
end

-- ---- challenges ----

-- "start" (with the game), "hand", "00:10" (a time), { score = 500 }, { after = "vip" }
local function read_unlock(given)
  if given == nil or given == "start" then return { by = "start" } end
  if given == "hand" then return { by = "hand" } end
  if type(given) ~= "table" then
    return { by = "at", at_ms = fields.value("challenge", "unlock", "moment", given) }
  end
  local read = fields.read("unlock", given, { after = { "ids" }, at = { "moment" }, score = { "number" } })
  if read.after then return { by = "after", after = read.after } end
  if read.at then return { by = "at", at_ms = read.at } end
  if read.score then return { by = "score", score = read.score } end
  raise { message = "unlock is { after = … }, { at = … } or { score = … }", word = "unlock" }
end

-- What a team types or chooses: a value to compare, or a function that judges it; or nothing is typed, and it is right as soon as the
-- account's state is what `state` wants.
function things.answer(given)
  local read = fields.read("answer", given, {
    id = { "id", required = true },
    title = { "text", required = true },
    points = { "count", default = 50 },
    value = { "any" },
    tolerance = { "number" },
    tries = { "count" },
    arn = { "flag" },
    right = { "function" },
    state = { "function" },
    every = { "duration", default = 10000 }, -- how often `state` is asked
  })
  local ways = (read.value ~= nil and 1 or 0) + (read.right and 1 or 0) + (read.state and 1 or 0)
  if ways ~= 1 then
    raise { message = "answer '" .. read.id .. "' needs one of `value`, `right` (a function that judges what is typed) and " ..
                      "`state` (a function that judges the account)" }
  end
  read.kind = read.state and "state" or read.right and "lua" or read.arn and "arn" or type(read.value) == "number" and "number" or "text"
  return thing("answer", read)
end

function things.challenge(given)
  local read = fields.read("challenge", given, {
    id = { "id", required = true },
    title = { "text", required = true },
    brief = { "text" },
    guide = { "files" },
    points = { "count", default = 100 },
    unlock = { "any" },
    solved_when = { { "faults", "answers", "named", "hand" }, default = "faults" },
    warm_up = { "flag" },          -- open while the event warms up
    scores_until = { "duration" },         -- since the start: then nothing is scored in it any more
    expires = { "duration" },              -- since the start: then it closes
    setup = { "function" },
  }, true)
  local parts = take_positional("challenge", given, "probe", "fault", "answer", "watch")
  read.unlock = read_unlock(read.unlock)
  read.probes, read.faults, read.answers, read.watches = parts.probe, parts.fault, parts.answer, parts.watch
  return thing("challenge", read)
end

-- ---- stories, functions, solutions ----

-- A step of a story, some time behind the one before it: a message, a function, or both.
function things.step(given)
  local read = fields.read("step", given, {
    id = { "id", required = true }, after = { "duration", default = 0 }, message = { "any" }, run = { "function" },
  })
  if read.message == nil and not read.run then raise { message = "step '" .. read.id .. "' needs `message` or `run`" } end
  read.message = things.plain_message(read.message)
  return thing("step", read)
end

-- A story is its steps; one that is a single message may say so at once.
function things.story(given)
  local read = fields.read("story", given, { id = { "id", required = true }, message = { "any" }, run = { "function" } }, true)
  read.steps = take_positional("story", given, "step").step
  if read.message or read.run then
    table.insert(read.steps, 1, things.step { id = "first", message = read.message, run = read.run })
  end
  if #read.steps == 0 then raise { message = "story '" .. read.id .. "' has no step" } end
  return thing("story", read)
end

-- What a character says to what the team does: each time the next of its messages, until all are told.
function things.reaction(given)
  local read = fields.read("reaction", given, {
    id = { "id", required = true },
    to = { { "detected", "recovered", "solved", "hint", "right", "wrong", "named", "first", "overtaken", "relapse", "astray", "silence" },
           required = true },
    challenge = { "id" },               -- only what is about that one
    from = { "moment", default = 0 },   -- not before
    pause = { "duration", default = 0 }, -- nor so soon after the last time
    after = { "duration", default = 900000 }, -- silence: so long without a change
    count = { "count", default = 15 },  -- astray: so many changes, and nothing is mended
  }, true)
  local messages = host.list {}
  for i, one in ipairs(given) do messages[i] = things.plain_message(one) end
  if #messages == 0 then raise { message = "reaction '" .. read.id .. "' has no message" } end
  if read.count == 0 then raise { message = "reaction '" .. read.id .. "': count is at least 1", word = "count" } end
  read.messages = messages
  return thing("reaction", read)
end

-- gameday.lambda("book-unicorn", function(event, context) … end): the code of functions whose Runtime is "provided.lua" and
-- whose Handler is that name. What it returns is the answer; what it raises is the function's error.
function things.lambda(name, handler)
  name = fields.value("lambda", "its name", "id", name)
  if type(handler) ~= "function" then refuse("lambda '" .. name .. "' wants a function(event, context)") end
  if lambdas[name] then refuse("there are two functions called '" .. name .. "'", name) end
  lambdas[name] = thing("lambda", { name = name, handler = handler })
  return lambdas[name]
end

function things.lambdas() return lambdas end

-- gameday.image("vip-trainer", function(job) … end): what runs where SageMaker would start a container of that image, named by its URI,
-- by that without the tag, or by its repository alone.
function things.image(name, handler)
  if type(name) ~= "string" or name == "" or #name > 255 then refuse("image wants the URI of an image, or its repository") end
  if type(handler) ~= "function" then refuse("image '" .. name .. "' wants a function(job)") end
  if images[name] then refuse("there are two images called '" .. name .. "'", name) end
  images[name] = thing("image", { name = name, handler = handler })
  return images[name]
end

function things.images() return images end

-- solution.lua: gameday.solution { { mends = "role-lost-s3", after = "30s", function(team) … end }, … }
function things.solution(given)
  local steps = {}
  for i, one in ipairs(type(given) == "table" and given or refuse "solution wants a list of steps") do
    local read = fields.read("step of the solution", one, {
      id = { "id" }, mends = { "id" }, title = { "text" }, after = { "duration", default = 10000 }, run = { "function" },
    }, true)
    read.run = read.run or one[1]
    if type(read.run) ~= "function" then refuse("step " .. i .. " of the solution has no function(team)") end
    read.id = read.id or read.mends or "step-" .. i
    steps[i] = read
  end
  return thing("solution", { steps = steps })
end

-- ---- decks ----

-- Faults that are drawn like cards, in an order of the game's seed, none twice: the timeline says when it begins.
function things.deck(given)
  return thing("deck", fields.read("deck", given, {
    id = { "id", required = true },
    cards = { "ids", required = true },
    every = { "duration", default = 600000 },
    window = { "duration", default = 0 }, -- each comes this much later at most, by the seed
    again = { "flag", default = false },  -- shuffled and begun anew when all were drawn
    solved = { "flag", default = false }, -- a card of a challenge that a team has not solved, or where something stands, comes to it later
    leader = { "count", default = 0 },    -- so many more at a time for the team in front
    ahead = { "count" },                  -- one more for each so many points that a team is ahead of the middle
  }))
end

-- ---- the pack ----

-- How an event goes where the facilitator says nothing else: { warm_up = "10m", lock = "10m", freeze = "15m" }.
local function read_schedule(given)
  if given == nil then return nil end
  local read = fields.read("schedule", given, {
    warm_up = { "duration", default = 0 }, -- before it begins
    lock = { "duration", default = 0 },    -- so long before the end scoring is closed
    freeze = { "duration", default = 0 },  -- so long before the end the board is frozen
  })
  return { warm_up_ms = read.warm_up, lock_ms = read.lock, freeze_ms = read.freeze }
end

function things.pack(given)
  local read = fields.read("pack", given, {
    id = { "id", required = true },
    title = { "text", required = true },
    brief = { "text" },
    duration = { "duration", required = true },
    currency = { "words", default = "points" },
    start = { "instant", default = host.time "2026-11-10T09:00:00Z" },
    durations = { "any" },
    schedule = { "any" },
    story = { "ids", default = host.list {} },
    guide = { "files" },
    timeline = { "any" },
    characters = { "any" },
    translations = { "any", default = {} },
    players = { "ids", default = host.list {} }, -- files like solution.lua, played beside it by `rehearse check`
  }, true)
  read.schedule = read_schedule(read.schedule)
  local parts = take_positional("pack", given, "challenge", "story", "fault", "reaction", "lambda", "image", "deck", "watch")
  read.challenges, read.stories, read.faults, read.decks = parts.challenge, parts.story, parts.fault, parts.deck
  read.reactions, read.watches = parts.reaction, parts.watch
  return thing("pack", read)
end

return things
