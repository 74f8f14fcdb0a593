-- Takes files of one job in. ARGV: .., job, connector key, connector uuid, job name, origin digest, origin,
-- idempotency key, its life in seconds, then task and body of each file.
-- Answers {'accepted', task...}, {'repeated', task...}, {'paused'} or {'cancelled'}.
local job, connector, uuid, name, digest, origin, idempotency, life = unpack(ARGV, 3, 10)
if idempotency ~= '' then
  local before = redis.call('LRANGE', idempotency_key(idempotency), 0, -1)
  if #before > 0 then
    table.insert(before, 1, 'repeated')
    return before
  end
end
local key = job_key(job)
local v = redis.call('HMGET', key, 'paused', 'cancel', 'status', 'announced', 'accepted')
if v[2] == '1' or redis.call('EXISTS', forgotten_key(job)) == 1 then return {'cancelled'} end
if v[1] == '1' then
  -- Whoever names a repeat will repeat; of the others nobody knows, so the listing may lack these.
  if idempotency == '' then redis.call('HINCRBY', key, 'skipped_while_paused', (#ARGV - 10) / 2)
  else redis.call('HSET', key, 'offers_again', '1') end
  return {'paused'}
end
if v[3] ~= 'running' then reopen(job) end
if idempotency ~= '' then redis.call('HSET', key, 'offers_again', '1') end
if uuid ~= '' then redis.call('HSETNX', key, 'connector_uuid', uuid) end
if name ~= '' then redis.call('HSET', key, 'job_name', name) end
redis.call('HSETNX', job_origins_key(job), digest, origin)

local files = (#ARGV - 10) / 2
local accepted = tonumber(v[5] or '0') + files
local stage = 'scan_request_queue'
local lane = connector
if v[4] == '1' or accepted > EXPRESS_SHARE then
  lane = connector .. '/' .. job
  redis.call('SADD', job_lanes_key(job), lane)
end
local answer = {'accepted'}
for i = 11, #ARGV, 2 do
  put(stage, lane, ARGV[i], job, 0, digest, ARGV[i + 1])
  answer[#answer + 1] = ARGV[i]
end
redis.call('HINCRBY', key, 'accepted', files)
redis.call('HINCRBY', key, 'pending', files)
redis.call('HSETNX', key, 'first_enqueued_at', seconds())
redis.call('HSET', key, 'last_enqueued_at', seconds())
touch(job)
activate(stage, lane)
if idempotency ~= '' then
  -- Lua hands over a few thousand values at a time; a batch may have more.
  for i = 2, #answer, 1000 do
    redis.call('RPUSH', idempotency_key(idempotency), unpack(answer, i, math.min(i + 999, #answer)))
  end
  redis.call('EXPIRE', idempotency_key(idempotency), life)
end
return answer
