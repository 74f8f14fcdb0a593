-- Resumes a paused job.
--
-- ARGV       3 job
-- Returns    'ok', 'unknown' or 'finished'
-- Touches    job, job_lanes, archive, lane, turns, line, gated, turn, wake, held
-- Called by  Jobs.steer

local job = ARGV[3]
local refusal = not_steerable(job)
if refusal then return refusal end
drains()
redis.call('HDEL', job_key(job), 'paused')
redis.call('HSET', job_key(job), 'status', 'running')
for _, lane in ipairs(own_lanes(job)) do
  if redis.call('EXISTS', lane_key(SCAN, lane)) == 1 then activate(SCAN, lane) end
end
redis.call('HSET', job_key(job), 'last_update', seconds())
return 'ok'
