-- Puts tasks whose delay is over back into their lanes, and claims tasks of dead workers. The duration does
-- not grow with the number of lanes: one call looks at a slice of them.
--
-- ARGV       3 queue, 4 consumer, 5 lease in milliseconds, 6 maximum of tasks to claim
-- Returns    1 when more tasks are due now, else 0; then of each claimed task {lane, id, token, task, job,
--            tries, origin, body, deaths}, or {lane, id} of an unreadable one, which was set aside
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, active, idle, listing,
--            finished, lane, later, laters, lanes, turns, line, gated, gates, workers, busy, round, beat,
--            turn, wake, held, alone, deaths, dead, lost_actions, notifications, stats
-- Called by  RedisStageQueue.sweep

local stage, consumer, lease_ms, max_claims = ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local MAX_DUE = 500           -- tasks to put back in one call
local MAX_DUE_LANES = 64
local SLICE = 128             -- lanes to look at
local MAX_GATED = 256         -- connectors to put back in turn
local MAX_HELD = 16
local MAX_RESTARTED = 10000   -- leases of a lane to restart after a step of the clock
local WORKER_TTL_MS = 4 * SET_ASIDE_MS
drains()

-- The next slice of a set; the field of `round` keeps the position.
local function slice(set, field)
  local round = redis.call('HGET', round_key(stage), field) or '0'
  local cursor, members = unpack(redis.call('SSCAN', set, round, 'COUNT', SLICE))
  redis.call('HSET', round_key(stage), field, cursor)
  return members
end

-- Otherwise the leases of all tasks in work would start in the future.
local function restart_leases()
  for _, each in ipairs({SCAN, ACTION, RESULT, NOTIFY}) do
    for _, lane in ipairs(redis.call('SMEMBERS', busy_key(each))) do
      local pending = redis.pcall('XPENDING', lane_key(each, lane), GROUP, '-', '+', MAX_RESTARTED)
      for _, delivery in ipairs(pending.err and {} or pending) do
        local id, owner = delivery[1], delivery[2]
        redis.call('XCLAIM', lane_key(each, lane), GROUP, owner, 0, id, 'JUSTID')
      end
    end
  end
end

-- Whether leases can be trusted. While Redis or all workers were stopped, no lease was renewed although no
-- worker died, so the owners get the time of one lease to renew. The same applies when Redis' clock is set,
-- because leases use this clock.
local function may_claim_now()
  local beat = redis.call('HMGET', beat_key(), 'at', 'lost', 'quiet')
  local now = CLOCK_MS
  local at, lost, quiet = tonumber(beat[1] or now), tonumber(beat[2] or '0'), tonumber(beat[3] or '0')
  if now < at then
    lost = lost + at - now
    redis.call('HSET', beat_key(), 'lost', lost)
  end
  if now < at - lease_ms / 2 or now > at + lease_ms / 2 then
    quiet = now + lost + lease_ms
    redis.call('HSET', beat_key(), 'quiet', quiet)
  end
  redis.call('HSET', beat_key(), 'at', now)
  if now < at - lease_ms / 2 then restart_leases() end
  return now + lost >= quiet
end

redis.call('ZREMRANGEBYSCORE', workers_key(stage), '-inf', NOW - WORKER_TTL_MS)
redis.call('ZREMRANGEBYSCORE', workers_key(stage), NOW + WORKER_TTL_MS, '+inf')
redis.call('ZADD', workers_key(stage), NOW, consumer)
local may_claim = may_claim_now()
redis.call('PEXPIRE', gates_key(stage, consumer), WORKER_TTL_MS)

-- Connectors that were set aside long enough: the worker that did so may be dead. Also those that were set
-- aside until a time that Redis' clock, since moved back, will not reach soon.
for _, range in ipairs({{'-inf', NOW}, {NOW + SET_ASIDE_MS + 1, '+inf'}}) do
  local connectors =
    redis.call('ZRANGEBYSCORE', gated_key(stage), range[1], range[2], 'LIMIT', 0, MAX_GATED)
  for _, connector in ipairs(connectors) do
    redis.call('ZREM', gated_key(stage), connector)
    line_up(stage, connector)
  end
end
if stage == SCAN then
  for _, connector in ipairs(redis.call('SRANDMEMBER', held_key(), MAX_HELD)) do
    if not ahead(connector) then
      redis.call('SREM', held_key(), connector)
      line_up(stage, connector)
    end
  end
end

local due, budget = steady(), MAX_DUE
local function put_back(lane)
  local later = later_key(stage, lane)
  for _, packed in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', due, 'LIMIT', 0, budget)) do
    local entry = decode_retry(packed)
    if entry then entry.tries = tostring(entry.tries) end
    if entry and readable(entry) then
      put(stage, lane, entry.task, entry.job, entry.tries, entry.origin, entry.body)
    else
      set_aside(stage, lane, {'later', packed})
    end
    redis.call('ZREM', later, packed)
    budget = budget - 1
  end
  local _, next_due = unpack(redis.call('ZRANGE', later, 0, 0, 'WITHSCORES'))
  if next_due then redis.call('ZADD', laters_key(stage), next_due, lane)
  else redis.call('ZREM', laters_key(stage), lane) end
  activate(stage, lane)
end
local due_lanes = redis.call('ZRANGEBYSCORE', laters_key(stage), '-inf', due, 'LIMIT', 0, MAX_DUE_LANES)
for _, lane in ipairs(due_lanes) do
  if budget <= 0 then break end
  put_back(lane)
end
local more = redis.call('ZCOUNT', laters_key(stage), '-inf', due) > 0 and 1 or 0

-- Repairs lines and turns, whatever went wrong before and whichever version left them.
for _, lane in ipairs(slice(lanes_key(stage), 'lanes')) do
  local key = lane_key(stage, lane)
  local pending = redis.pcall('XPENDING', key, GROUP)
  if not pending.err then
    local in_work = pending[1]
    if in_work > 0 then redis.call('SADD', busy_key(stage), lane) end
    if redis.call('XLEN', key) > in_work then
      activate(stage, lane)
      if redis.call('EXISTS', line_key(stage, connector_of(lane))) == 1 then
        line_up(stage, connector_of(lane))
      end
    end
  end
end

local answer = {more}
if max_claims == 0 or not may_claim then return answer end

local function claim(lane, id, owner, deliveries)
  local claimed = redis.call('XCLAIM', lane_key(stage, lane), GROUP, consumer, lease_ms, id)
  local fields = claimed[1] and claimed[1][2]
  if not fields then return end
  local entry = decode(fields)
  if not readable(entry) then
    drop(stage, lane, id)
    set_aside(stage, lane, fields)
    answer[#answer + 1] = {lane, id}
    return
  end
  local task = entry.task
  -- Only a death while nothing else ran shows that this task is the cause.
  if redis.call('HGET', alone_key(stage), task) == owner then
    redis.call('HINCRBY', deaths_key(stage), task, 1)
    redis.call('HDEL', alone_key(stage), task)
    redis.call('HSET', alone_key(stage), 'blamed:' .. task, owner)
  end
  local deaths = redis.call('HGET', deaths_key(stage), task) or '0'
  answer[#answer + 1] = {lane, id, tostring(deliveries + 1), task, entry.job, entry.tries, entry.origin,
    entry.body, deaths}
end

for _, lane in ipairs(slice(busy_key(stage), 'busy')) do
  local key = lane_key(stage, lane)
  local pending = redis.pcall('XPENDING', key, GROUP)
  if pending.err or pending[1] == 0 then
    redis.call('SREM', busy_key(stage), lane)
  elseif #answer <= max_claims then
    local room = max_claims + 1 - #answer
    for _, delivery in ipairs(redis.call('XPENDING', key, GROUP, 'IDLE', lease_ms, '-', '+', room)) do
      local id, owner, _, deliveries = unpack(delivery)
      claim(lane, id, owner, deliveries)
    end
  end
end
return answer
