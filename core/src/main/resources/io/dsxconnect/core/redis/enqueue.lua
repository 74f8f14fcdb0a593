-- Accepts files of one job: counts them in the job's ledger and queues them for scanning, all or none.
--
-- ARGV       3 job, 4 connector's key, 5 connector's uuid or '', 6 job's name or '', 7 digest of the origin,
--            8 origin as JSON, 9 idempotency key or '', 10 its lifetime in seconds, 11 digest of the bodies
--            12.. of each file: task, body
-- Returns    {'accepted'}
--            {'repeated', task}  the key was used before, with this first task
--            {'reused'}          the key was used before, with other bodies
--            {'paused'}
--            {'cancelled'}
--            {'foreign'}         too many addresses are in use that belong to no registered connector
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, jobs, active, sampled, idle,
--            forgotten, finished, archive, archived, once, foreign, lane, later, lanes, turns, line, gated,
--            turn, wake, held, notifications, connector
-- Called by  Intake.accept

local job, connector, uuid, name, digest, origin, idempotency, life_s, bodies = unpack(ARGV, 3, 11)
local FIRST = 12          -- argument with the first file's task
local MAX_FOREIGN = 64    -- lanes of addresses that belong to no registered connector
if idempotency ~= '' then
  local before = redis.call('GET', once_key(idempotency))
  if before then
    local same_bodies, task = string.match(before, '^(%S+) (.*)$')
    if same_bodies ~= bodies then return {'reused'} end
    return {'repeated', task}
  end
end
local key = job_key(job)
restore(job)
local files = (#ARGV - FIRST + 1) / 2
local paused, cancel, status, announced, accepted, first_end =
  unpack(redis.call('HMGET', key, 'paused', 'cancel', 'status', 'announced', 'accepted', 'first_finished_at'))
if cancel == '1' or redis.call('EXISTS', forgotten_key(job)) == 1 then return {'cancelled'} end
if paused == '1' then
  -- A caller with an idempotency key repeats the request. Another may not, so its listing may lack these.
  if idempotency == '' then redis.call('HINCRBY', key, 'skipped_while_paused', files)
  else redis.call('HSET', key, 'offers_again', '1') end
  return {'paused'}
end

local lane = connector
local own = announced == '1' or tonumber(accepted or '0') + files > EXPRESS_SHARE
if own then lane = connector .. '/' .. job end

local function in_use(of) return redis.call('EXISTS', lane_key(SCAN, of), later_key(SCAN, of)) > 0 end

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

-- A lane of an address that does not answer delays all others, so their number is bounded.
if announced ~= '1' and not in_use(lane) and not registered() then
  if redis.call('SCARD', foreign_key()) >= MAX_FOREIGN then
    for _, other in ipairs(redis.call('SMEMBERS', foreign_key())) do
      if not in_use(other) then redis.call('SREM', foreign_key(), other) end
    end
  end
  if redis.call('SCARD', foreign_key()) >= MAX_FOREIGN
     and redis.call('SISMEMBER', foreign_key(), lane) == 0 then
    return {'foreign'}
  end
  redis.call('SADD', foreign_key(), lane)
end

-- A job that runs for its item actions only has files to scan again.
if status ~= 'running' or first_end then reopen(job) end
if idempotency ~= '' then redis.call('HSET', key, 'offers_again', '1') end
if uuid ~= '' then redis.call('HSETNX', key, 'connector_uuid', uuid) end
if name ~= '' then redis.call('HSET', key, 'job_name', name) end
redis.call('HSETNX', job_origins_key(job), digest, origin)

if own and redis.call('SADD', job_lanes_key(job), lane) == 1 then sample_from_now(job) end
for i = FIRST, #ARGV, 2 do put(SCAN, lane, ARGV[i], job, 0, digest, ARGV[i + 1]) end
redis.call('HINCRBY', key, 'accepted', files)
redis.call('HINCRBY', key, 'pending', files)
redis.call('HSETNX', key, 'first_enqueued_at', seconds())
redis.call('HSET', key, 'last_enqueued_at', seconds())
touch(job)
activate(SCAN, lane)
-- The other tasks follow from the first.
if idempotency ~= '' then
  redis.call('SET', once_key(idempotency), bodies .. ' ' .. ARGV[FIRST], 'EX', life_s)
end
return {'accepted'}
