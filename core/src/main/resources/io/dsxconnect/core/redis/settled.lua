-- Removes dead letters of item actions that have succeeded since: after a retry of the record's action, or
-- after the replay of another letter of the same file.
--
-- ARGV       3 id of the letter after which to go on; '' for the oldest, 4 how many letters to look at
-- Returns    id of the last letter that was looked at ('' when no more follow), number of removed letters
-- Touches    dead, result, result_of
-- Called by  SettledLetters.upkeep

local after, most = ARGV[3], tonumber(ARGV[4])
drains()

local CHAIN_BYTES = 1000    -- at the end of a letter, which may have 200 KB

-- The record of a letter's file; nil when it is deleted or the letter does not end with its task.
local function record_of(letter)
  local chain = string.sub(letter[2] or '', -CHAIN_BYTES)
  local task = string.match(chain, '.*"chain":{"scan_request_task_id":"([^"]+)"')
  local seq = task and redis.call('GET', result_of_key(task))
  return seq and redis.call('GET', result_key(seq))
end

local letters = dead_key(DEAD[ACTION])
local page = redis.call('XRANGE', letters, after == '' and '-' or '(' .. after, '+', 'COUNT', most)
local removed = 0
for _, entry in ipairs(page) do
  local record = record_of(entry[2])
  if record and status_of(record) == SUCCEEDED_ACTION then
    removed = removed + redis.call('XDEL', letters, entry[1])
  end
end
return {#page == most and page[#page][1] or '', removed}
