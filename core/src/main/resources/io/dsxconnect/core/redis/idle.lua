-- Ends unannounced jobs that had no work for some time.
--
-- ARGV       3 milliseconds without work
-- Returns    how many jobs it ended
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, active, idle, listing,
--            finished
-- Called by  Jobs.endIdle

local MAX_JOBS = 500
drains()
local ended = 0
local idle_since = NOW - tonumber(ARGV[3])
for _, job in ipairs(redis.call('ZRANGEBYSCORE', idle_key(), '-inf', idle_since, 'LIMIT', 0, MAX_JOBS)) do
  if number(job, 'pending') == 0 and number(job, 'actions_pending') == 0 then
    redis.call('HSET', job_key(job), 'enqueue_done', '1', 'ended_idle', '1')
    settle(job)
    ended = ended + 1
  end
  redis.call('ZREM', idle_key(), job)
end
return ended
