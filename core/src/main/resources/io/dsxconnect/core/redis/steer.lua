-- What `pause`, `resume` and `cancel` share.

-- Why a job cannot be steered: 'unknown' or 'finished'; nil when it can.
local function not_steerable(job)
  local status, finished_at, cancel, first_finished_at, pending = unpack(redis.call('HMGET', job_key(job),
    'status', 'finished_at', 'cancel', 'first_finished_at', 'pending'))
  if not status then return archived(job) and 'finished' or 'unknown' end
  -- It runs again only until the outcomes of actions that are tried again: its files have ended, and stay so.
  local only_actions = first_finished_at and pending == '0'
  return (finished_at or cancel == '1' or only_actions) and 'finished' or nil
end

-- The lanes in which only this job's files wait to be scanned.
local function own_lanes(job) return redis.call('SMEMBERS', job_lanes_key(job)) end
