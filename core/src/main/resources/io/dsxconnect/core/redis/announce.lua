-- Starts a full scan: marks the job as announced, so that enqueue.lua queues its files in a lane of their
-- own. One full scan per connector is active, unless the
-- caller forces another.
--
-- ARGV       3 job, 4 connector's uuid, 5 digest of the request, 6 '1' to start in spite of an active scan,
--            7 milliseconds within which a connector must begin to list
--            8.. more fields of the job, what it is started with, each followed by its value
-- Returns    {'new'}
--            {'active', job}   an equal scan is active
--            {'differs', job}  another scan of this connector is active
--            {'used'}          a listing with this id has ended; its ledger is not that of another scan
--            {'foreign'}       the id belongs to another connector
-- Touches    job, job_results, job_series, jobs, active, sampled, idle, listing, forgotten, finished,
--            archive, archived, scope
-- Called by  Jobs.announce

local job, uuid, asked, force, patience_ms = unpack(ARGV, 3, 7)
local MORE = 8    -- argument with the first of more fields

local function begun(of)
  local signed, first_enqueued_at = unpack(redis.call('HMGET', job_key(of), 'begun', 'first_enqueued_at'))
  return signed == '1' or first_enqueued_at
end

-- A job is not active when its connector gave no sign in time.
local function is_active(of)
  local status, finished_at, announced_at =
    unpack(redis.call('HMGET', job_key(of), 'status', 'finished_at', 'announced_at'))
  if not status or finished_at then return false end
  return begun(of) or NOW / 1000 - tonumber(announced_at or '0') <= tonumber(patience_ms) / 1000
end

restore(job)
local key = job_key(job)
local enqueue_done, finished_at, owner, announced, asked_before =
  unpack(redis.call('HMGET', key, 'enqueue_done', 'finished_at', 'connector_uuid', 'announced', 'asked'))
if enqueue_done == '1' or finished_at then return {'used'} end
if redis.call('EXISTS', forgotten_key(job)) == 1 then return {'used'} end
if owner and owner ~= uuid then return {'foreign'} end
local active = redis.call('GET', scope_key(uuid))
if active and active ~= job and force ~= '1' and is_active(active) then
  return {redis.call('HGET', job_key(active), 'asked') == asked and 'active' or 'differs', active}
end
if announced == '1' and begun(job) then
  return {asked_before == asked and 'active' or 'differs', job}
end
redis.call('SET', scope_key(uuid), job, 'EX', JOB_TTL_S)
create_job(job)
redis.call('HSET', key, 'announced', '1', 'announced_at', seconds(), 'asked', asked, 'connector_uuid', uuid,
  'last_update', seconds())
if #ARGV >= MORE then redis.call('HSET', key, unpack(ARGV, MORE)) end
redis.call('ZREM', idle_key(), job)
redis.call('ZADD', listing_key(), NOW, job)
sample_from_now(job)
return {'new'}
