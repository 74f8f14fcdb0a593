-- What `pause`, `resume` and `cancel` share.

-- Why a job cannot be steered: 'unknown' or 'finished'; nil when it can.
local function not_steerable(job)
  local status, finished_at, cancel =
    unpack(redis.call('HMGET', job_key(job), 'status', 'finished_at', 'cancel'))
  if not status then return archived(job) and 'finished' or 'unknown' end
  return (finished_at or cancel == '1') and 'finished' or nil
end

-- The lanes in which only this job's files wait to be scanned.
local function own_lanes(job) return redis.call('SMEMBERS', job_lanes_key(job)) end
