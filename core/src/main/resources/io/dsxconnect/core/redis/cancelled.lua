-- Records cancelled files, which are counted already. Skips a file whose id is gone: another process
-- recorded it.
--
-- ARGV       3 key of the files that were set aside: a stream, or a sorted set of retries
--            4 records to keep (negative: all), 5 '1' to notify only of the last of these files
--            6.. of each file: id, job, task, lane, origin, record as JSON
-- Returns    1
-- Touches    job, job_express, job_results, lane, lanes, turns, line, gated, turn, wake, held, cancelled,
--            aside, asides, notifications, seq, oldest, result, result_of, index,
--            indexed, covered, mixed, stats
-- Called by  CancelledFiles.recordAll

local files, retain, quiet = ARGV[3], tonumber(ARGV[4]), ARGV[5] == '1'
local PER_FILE = 6
local sorted = redis.call('TYPE', files).ok == 'zset'
drains()
for i = 6, #ARGV, PER_FILE do
  if redis.call(sorted and 'ZREM' or 'XDEL', files, ARGV[i]) == 1 then
    local job, task, lane, origin, json = unpack(ARGV, i + 1, i + 5)
    local recorded = record(job, task, 'cancelled', json, retain)
    if (not quiet or i + PER_FILE > #ARGV) and may_notify() then
      put(NOTIFY, lane, task, job, 0, origin, recorded)
      activate(NOTIFY, lane)
    end
  end
end
if sorted then
  if redis.call('EXISTS', files) == 0 then redis.call('LREM', asides_key(), 0, files) end
elseif redis.call('XLEN', files) == 0 then
  redis.call('DEL', files)
  redis.call('LREM', asides_key(), 0, files)
end
return 1
