-- A full scan begins: its files get a lane of their own. ARGV: .., job, connector uuid, scope, force.
-- Answers the job's id, or that of the active job with the same scope unless force is '1', or '' when the listing
-- of a job with this id has ended: its ledger is not that of another scan.
local job, uuid, scope, force = unpack(ARGV, 3, 6)
local before = redis.call('HMGET', job_key(job), 'enqueue_done', 'finished_at')
if before[1] == '1' or before[2] then return '' end
local active = redis.call('GET', scope_key(scope))
if active and active ~= job and force ~= '1' then
  local status = redis.call('HMGET', job_key(active), 'status', 'finished_at')
  if status[1] and not status[2] then return active end
end
redis.call('SET', scope_key(scope), job, 'EX', JOB_TTL_S)
local key = job_key(job)
if redis.call('HSETNX', key, 'started_at', seconds()) == 1 then
  redis.call('HSET', key, 'job_id', job, 'status', 'running')
  redis.call('ZADD', jobs_key(), NOW, job)
end
redis.call('HSET', key, 'announced', '1', 'connector_uuid', uuid, 'last_update', seconds())
redis.call('ZREM', idle_key(), job)
return job
