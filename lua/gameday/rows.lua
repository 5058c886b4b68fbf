-- Rows out of text and back: CSV as spreadsheets write it (RFC 4180) and JSON lines. A row is a table by column; what a CSV holds is
-- text, whatever it looks like.
local rows = {}

local BLOCK = 32768 -- patterns look at 64 KiB at most

-- An iterator over lines without their ends ("\n" or "\r\n").
local function lines_of(text)
  local at, rest, next_whole = 1, "", nil
  local function next_line()
    local line = next_whole and next_whole()
    if line then return line end
    if at > #text then
      line, rest, next_whole = rest, nil, nil
      return line ~= "" and line or nil
    end
    local whole, behind = string.match(rest .. string.sub(text, at, at + BLOCK - 1), "^(.*\n)(.*)$")
    if not whole then rest = rest .. string.sub(text, at, at + BLOCK - 1) end
    at = at + BLOCK
    next_whole, rest = whole and string.gmatch(whole, "([^\n]*)\n"), behind or rest
    return next_line()
  end
  return function()
    local line = rest and next_line()
    return line and string.byte(line, -1) == 13 and string.sub(line, 1, -2) or line
  end
end

local function split(line, fields)
  for value in string.gmatch(line .. ",", "([^,]*),") do fields[#fields + 1] = value end
end

-- A quote opens a field, two are one of its characters; line breaks may stand inside.
local function split_quoted(line, fields, next_line)
  local at, open, parts = 1, false, {}
  while true do
    if open then
      local stop = string.find(line, '"', at, true)
      parts[#parts + 1] = string.sub(line, at, stop and stop - 1 or nil)
      if not stop then
        line, at = next_line(), 1
        if not line then raise { message = "the CSV ends inside of a quoted field" } end
        parts[#parts + 1] = "\n"
      elseif string.sub(line, stop + 1, stop + 1) == '"' then
        parts[#parts + 1] = '"'
        at = stop + 2
      else
        open, at = false, stop + 1
      end
    elseif string.sub(line, at, at) == '"' and #parts == 0 then
      open, at = true, at + 1
    else
      local stop = string.find(line, ",", at, true)
      parts[#parts + 1] = string.sub(line, at, stop and stop - 1 or nil)
      fields[#fields + 1] = table.concat(parts)
      parts = {}
      if not stop then return end
      at = stop + 1
    end
  end
end

local function record(line, next_line)
  local fields = {}
  if string.find(line, '"', 1, true) then split_quoted(line, fields, next_line) else split(line, fields) end
  return fields
end

local function skip_mark(text) return string.sub(text, 1, 3) == "\xEF\xBB\xBF" and string.sub(text, 4) or text end

-- Returns the rows and the columns in their order.
function rows.from_csv(text)
  local next_line, list = lines_of(skip_mark(text)), {}
  local first = next_line()
  local columns = first and record(first, next_line) or {}
  for line in next_line do
    if line ~= "" then
      local fields, row = record(line, next_line), {}
      for i, column in ipairs(columns) do row[column] = fields[i] end
      list[#list + 1] = row
    end
  end
  return list, columns
end

local function columns_of(list)
  local columns = {}
  for name in pairs(list[1] or {}) do columns[#columns + 1] = name end
  return columns -- pairs goes through names in order
end

local function quoted(value)
  local text = value == nil and "" or tostring(value)
  if string.find(text, '[",\r\n]') then return '"' .. string.gsub(text, '"', '""') .. '"' end
  return text
end

function rows.to_csv(list, columns)
  columns = columns or columns_of(list)
  local lines, fields = {}, {}
  for i, column in ipairs(columns) do fields[i] = quoted(column) end
  lines[1] = table.concat(fields, ",")
  for n, row in ipairs(list) do
    for i, column in ipairs(columns) do fields[i] = quoted(row[column]) end
    lines[n + 1] = table.concat(fields, ",")
  end
  return table.concat(lines, "\n") .. "\n"
end

function rows.from_lines(text)
  local list = {}
  for line in lines_of(text) do
    if line ~= "" then
      local value, why = host.decode(line)
      if value == nil then raise { message = "line " .. #list + 1 .. " is no JSON: " .. why } end
      list[#list + 1] = value
    end
  end
  return list
end

function rows.to_lines(list)
  local lines = {}
  for i, row in ipairs(list) do lines[i] = host.encode(row) end
  return table.concat(lines, "\n") .. "\n"
end

-- By what the name says, or the text itself.
local function is_lines(uri, text)
  return string.find(uri, "%.jsonl?$") or string.find(uri, "%.ndjson$") or text and string.sub(text, 1, 1) == "{"
end

function rows.read(uri, text) if is_lines(uri, text) then return rows.from_lines(text) end return rows.from_csv(text) end
function rows.write(uri, list, columns)
  if is_lines(uri) then return rows.to_lines(list) end
  return rows.to_csv(list, columns)
end

return rows
