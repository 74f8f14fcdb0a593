-- Records files that were cancelled, which are counted already. ARGV: .., where they were set aside, retain, '1' when
-- only the last of them is to be told, then id, job, task, lane, origin, record of each. An id that is gone was recorded
-- by another.
local aside, retain, quiet = ARGV[3], tonumber(ARGV[4]), ARGV[5] == '1'
local sorted = redis.call('TYPE', aside).ok == 'zset'
drains()
for i = 6, #ARGV, 6 do
  if redis.call(sorted and 'ZREM' or 'XDEL', aside, ARGV[i]) == 1 then
    local job, task, lane, origin, json = unpack(ARGV, i + 1, i + 5)
    local recorded = record(job, task, json, retain)
    if (not quiet or i + 6 > #ARGV) and may_notify() then
      put(NOTIFY, lane, task, job, 0, origin, recorded)
      activate(NOTIFY, lane)
    end
  end
end
if sorted then
  if redis.call('EXISTS', aside) == 0 then redis.call('LREM', asides_key(), 0, aside) end
elseif redis.call('XLEN', aside) == 0 then
  redis.call('DEL', aside)
  redis.call('LREM', asides_key(), 0, aside)
end
return 1
