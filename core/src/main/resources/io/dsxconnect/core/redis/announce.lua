-- A full scan is asked for: its files get a lane of their own. ARGV: .., job, connector uuid, digest of what is asked
-- for, force, milliseconds within which a connector must begin.
-- Answers {'new'}, or {'active', job} when a scan of the same is at work, or why this cannot be: {'used'} (a listing
-- with this id has ended, and its ledger is not that of another scan), {'foreign'} (another connector has the id) or
-- {'differs', job} (another scan of this connector is at work).
local job, uuid, asked, force, patience = unpack(ARGV, 3, 7)

local function begun(of)
  local v = redis.call('HMGET', job_key(of), 'begun', 'first_enqueued_at')
  return v[1] == '1' or v[2]
end

-- Whether a job is at work: one whose connector gave no sign in time is not.
local function at_work(of)
  local v = redis.call('HMGET', job_key(of), 'status', 'finished_at', 'announced_at')
  if not v[1] or v[2] then return false end
  return begun(of) or NOW / 1000 - tonumber(v[3] or '0') <= tonumber(patience) / 1000
end

restore(job)
local key = job_key(job)
local before = redis.call('HMGET', key, 'enqueue_done', 'finished_at', 'connector_uuid', 'announced', 'asked')
if before[1] == '1' or before[2] or redis.call('EXISTS', forgotten_key(job)) == 1 then return {'used'} end
if before[3] and before[3] ~= uuid then return {'foreign'} end
local active = redis.call('GET', scope_key(uuid))
if active and active ~= job and force ~= '1' and at_work(active) then
  return {redis.call('HGET', job_key(active), 'asked') == asked and 'active' or 'differs', active}
end
if before[4] == '1' and begun(job) then
  return {before[5] == asked and 'active' or 'differs', job}
end
redis.call('SET', scope_key(uuid), job, 'EX', JOB_TTL_S)
if redis.call('HSETNX', key, 'started_at', seconds()) == 1 then
  redis.call('HSET', key, 'job_id', job, 'status', 'running')
  redis.call('ZADD', jobs_key(), NOW, job)
end
redis.call('HSET', key, 'announced', '1', 'announced_at', seconds(), 'asked', asked, 'connector_uuid', uuid,
  'last_update', seconds())
redis.call('ZREM', idle_key(), job)
redis.call('ZADD', listing_key(), NOW, job)
return {'new'}
