-- Lets the index cover older records, from the newest of them down: records of versions without the index.
--
-- ARGV       3 number of the first record that the index covers, as the caller read it; '' when it covers
--            none, to begin after the last one that a version with the index wrote
--            4 the number from which on it is to cover them
--            5.. of each record between the two: number, SHA-1 of its JSON in hex ('' when it is deleted),
--            its parts of the index separated by spaces
-- Returns    1 done, 0 when nothing was done because something changed since the caller read it
-- Touches    seq, result, index, indexed, covered, mixed
-- Called by  RecordIndexer.upkeep

local first, new_first = ARGV[3], ARGV[4]
local MIXED_S = 600    -- as in `record`
if redis.call('EXISTS', mixed_key()) == 1 then return 0 end
if (redis.call('GET', indexed_key()) or '') ~= first then return 0 end

local newest, covered = redis.call('GET', seq_key()) or '0', redis.call('GET', covered_key()) or '0'
if newest ~= covered then
  redis.call('SET', covered_key(), newest)
  redis.call('SET', mixed_key(), '1', 'EX', MIXED_S)
  redis.call('DEL', indexed_key())
  return 0
end
if first == '' then
  redis.call('SET', indexed_key(), string.format('%.0f', tonumber(covered) + 1))
  return 1
end

for i = 5, #ARGV, 3 do
  local json = redis.call('GET', result_key(ARGV[i]))
  if (json and redis.sha1hex(json) or '') ~= ARGV[i + 1] then return 0 end
end
for i = 5, #ARGV, 3 do
  local number = ARGV[i]
  for part in string.gmatch(ARGV[i + 2], '%S+') do redis.call('ZADD', index_key(part), number, number) end
end
redis.call('SET', indexed_key(), new_first)
return 1
