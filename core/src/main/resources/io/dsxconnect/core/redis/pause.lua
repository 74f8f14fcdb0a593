-- Pauses a job: its waiting files are not scanned. Files that are being scanned are finished.
--
-- ARGV       3 job
-- Returns    'ok', 'unknown' or 'finished'
-- Touches    job, job_lanes, archive, line
-- Called by  Jobs.steer

local job = ARGV[3]
local refusal = not_steerable(job)
if refusal then return refusal end
drains()
redis.call('HSET', job_key(job), 'paused', '1', 'status', 'paused')
for _, lane in ipairs(own_lanes(job)) do deactivate(SCAN, lane) end
redis.call('HSET', job_key(job), 'last_update', seconds())
return 'ok'
