-- Takes files of one job in. ARGV: .., job, connector key, connector uuid, job name, origin digest, origin,
-- idempotency key, its life in seconds, digest of the bodies, then task and body of each file.
-- Answers {'accepted'}, {'repeated', the first task}, {'reused'} when other bodies came with the same idempotency key,
-- {'paused'}, {'cancelled'} or {'foreign'} when too many addresses are in use that belong to no registered connector.
local job, connector, uuid, name, digest, origin, idempotency, life, bodies = unpack(ARGV, 3, 11)
local FIRST, FOREIGN = 12, 64
if idempotency ~= '' then
  local before = redis.call('GET', once_key(idempotency))
  if before then
    local same, task = string.match(before, '^(%S+) (.*)$')
    if same ~= bodies then return {'reused'} end
    return {'repeated', task}
  end
end
local key = job_key(job)
restore(job)
local v = redis.call('HMGET', key, 'paused', 'cancel', 'status', 'announced', 'accepted')
if v[2] == '1' or redis.call('EXISTS', forgotten_key(job)) == 1 then return {'cancelled'} end
if v[1] == '1' then
  -- Whoever names a repeat will repeat; of the others nobody knows, so the listing may lack these.
  if idempotency == '' then redis.call('HINCRBY', key, 'skipped_while_paused', (#ARGV - FIRST + 1) / 2)
  else redis.call('HSET', key, 'offers_again', '1') end
  return {'paused'}
end

local files = (#ARGV - FIRST + 1) / 2
local accepted = tonumber(v[5] or '0') + files
local stage = SCAN
local lane = connector
local own = v[4] == '1' or accepted > EXPRESS_SHARE
if own then lane = connector .. '/' .. job end

local function in_use(of) return redis.call('EXISTS', lane_key(stage, of), later_key(stage, of)) > 0 end

local function registered()
  local read, shared = pcall(cjson.decode, origin)
  if not read then return false end
  local url = type(shared.connector) == 'table' and shared.connector.url
  if type(url) ~= 'string' or url == '' then url = shared.connector_url end
  local known = redis.call('GET', connector_key(uuid ~= '' and uuid or 'none:' .. tostring(url)))
  if not known then return false end
  local parsed, connector_known = pcall(cjson.decode, known)
  return parsed and connector_known.url == url
end

-- Each lane may be one where nobody answers, and costs all others a look.
if v[4] ~= '1' and not in_use(lane) and not registered() then
  if redis.call('SCARD', foreign_key()) >= FOREIGN then
    for _, other in ipairs(redis.call('SMEMBERS', foreign_key())) do
      if not in_use(other) then redis.call('SREM', foreign_key(), other) end
    end
  end
  if redis.call('SCARD', foreign_key()) >= FOREIGN and redis.call('SISMEMBER', foreign_key(), lane) == 0 then
    return {'foreign'}
  end
  redis.call('SADD', foreign_key(), lane)
end

if v[3] ~= 'running' then reopen(job) end
if idempotency ~= '' then redis.call('HSET', key, 'offers_again', '1') end
if uuid ~= '' then redis.call('HSETNX', key, 'connector_uuid', uuid) end
if name ~= '' then redis.call('HSET', key, 'job_name', name) end
redis.call('HSETNX', job_origins_key(job), digest, origin)

if own then redis.call('SADD', job_lanes_key(job), lane) end
for i = FIRST, #ARGV, 2 do put(stage, lane, ARGV[i], job, 0, digest, ARGV[i + 1]) end
redis.call('HINCRBY', key, 'accepted', files)
redis.call('HINCRBY', key, 'pending', files)
redis.call('HSETNX', key, 'first_enqueued_at', seconds())
redis.call('HSET', key, 'last_enqueued_at', seconds())
touch(job)
activate(stage, lane)
-- The other tasks follow from the first.
if idempotency ~= '' then redis.call('SET', once_key(idempotency), bodies .. ' ' .. ARGV[FIRST], 'EX', life) end
return {'accepted'}
