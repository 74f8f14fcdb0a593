-- Notes that a worker is alive and what it reports of itself, or removes it. Removes silent workers.
-- The last heartbeat of each queue stays, so that it is known since when no worker serves it.
--
-- ARGV       3 worker, 4 report as JSON, '' to remove the worker, 5 milliseconds after which a worker is
--            silent, 6 maximum of workers, 7 queue of the worker
-- Returns    1, or 0 when there are too many workers
-- Touches    worker_reports, worker_beats, last_beats
-- Called by  WorkerReports.publish, WorkerReports.remove

drains()
local worker, report, silent_ms, max = ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local queue = ARGV[7]
local reports, beats = worker_reports_key(), worker_beats_key()

local function remove(id)
  redis.call('ZREM', beats, id)
  redis.call('HDEL', reports, id)
end

for _, silent in ipairs(redis.call('ZRANGEBYSCORE', beats, '-inf', NOW - silent_ms)) do remove(silent) end
for _, future in ipairs(redis.call('ZRANGEBYSCORE', beats, NOW + silent_ms, '+inf')) do remove(future) end
if report == '' then
  remove(worker)
  return 1
end
redis.call('HSET', last_beats_key(), queue, NOW)
if not redis.call('ZSCORE', beats, worker) and redis.call('ZCARD', beats) >= max then return 0 end
redis.call('ZADD', beats, NOW, worker)
redis.call('HSET', reports, worker, report)
redis.call('PEXPIRE', beats, 2 * silent_ms)
redis.call('PEXPIRE', reports, 2 * silent_ms)
return 1
