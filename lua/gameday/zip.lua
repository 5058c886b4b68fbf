-- ZIP archives as functions are deployed from: { ["handler.py"] = "…" } becomes bytes. Members are stored as they are, in order of
-- their names; the same files make the same bytes. (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16.)
local crc_of = {}
for byte = 0, 255 do
  local crc = byte
  for _ = 1, 8 do crc = crc & 1 == 1 and (crc >> 1) ~ 0xEDB88320 or crc >> 1 end
  crc_of[byte] = crc
end

local function crc32(text)
  local crc = 0xFFFFFFFF
  for i = 1, #text do crc = (crc >> 8) ~ crc_of[(crc ~ string.byte(text, i)) & 0xFF] end
  return crc ~ 0xFFFFFFFF
end

local made_on = (1980 - 1980) << 9 | 1 << 5 | 1 -- ZIP's first day: nothing here depends on when it was made
local readable = 0x81A4 << 16                    -- a plain file, rw-r--r--

return function(files)
  local names, local_parts, central_parts, offset = {}, {}, {}, 0
  for name in pairs(files) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do
    local content = files[name]
    local facts = string.pack("<I2I2I2I2I4I4I4I2I2", 0, 0, 0, made_on, crc32(content), #content, #content, #name, 0)
    local_parts[i] = string.pack("<I4I2", 0x04034B50, 20) .. facts .. name .. content
    central_parts[i] = string.pack("<I4I2I2", 0x02014B50, 0x0314, 20) .. facts .. string.pack("<I2I2I2I4I4", 0, 0, 0, readable, offset) .. name
    offset = offset + #local_parts[i]
  end
  local central = table.concat(central_parts)
  return table.concat(local_parts) .. central ..
         string.pack("<I4I2I2I2I2I4I4I2", 0x06054B50, 0, 0, #names, #names, #central, offset, 0)
end
