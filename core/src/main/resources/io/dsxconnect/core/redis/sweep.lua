-- Puts files whose time has come back into their lanes and claims what a dead worker left. ARGV: .., stage,
-- consumer, lease in ms, most to claim. Answers whether more is due now, then of each claimed file
-- {lane, id, token, task, job, tries, origin, body, deaths}, or {lane, id} when it was not readable. Nothing here takes longer the more lanes there are: what
-- has to be looked at is looked at in slices, one a call.
local stage, consumer, lease, most = ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local DUE, SLICE = 500, 128
drains()

-- The next slice of a set.
local function slice(set, field)
  local round = redis.call('HGET', round_key(stage), field) or '0'
  local found = redis.call('SSCAN', set, round, 'COUNT', SLICE)
  redis.call('HSET', round_key(stage), field, found[1])
  return found[2]
end

-- While Redis, or all workers, stood still, nobody renewed a lease, and nobody died: the owners get one lease's time.
-- The same when the clock of Redis is moved, since leases go by it.
local function alive_for_a_lease()
  local beat = redis.call('HMGET', beat_key(), 'at', 'lost', 'quiet')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local at, lost, quiet = tonumber(beat[1] or now), tonumber(beat[2] or '0'), tonumber(beat[3] or '0')
  if now < at then
    lost = lost + at - now
    redis.call('HSET', beat_key(), 'lost', lost)
  end
  if now < at - lease / 2 or now > at + lease / 2 then
    quiet = now + lost + lease
    redis.call('HSET', beat_key(), 'quiet', quiet)
  end
  redis.call('HSET', beat_key(), 'at', now)
  if now < at - lease / 2 then
    -- Their leases would run from a time that is yet to come.
    for _, each in ipairs({SCAN, ACTION, RESULT, NOTIFY}) do
      for _, lane in ipairs(redis.call('SMEMBERS', busy_key(each))) do
        local pending = redis.pcall('XPENDING', lane_key(each, lane), GROUP, '-', '+', 10000)
        for _, p in ipairs(pending.err and {} or pending) do
          redis.call('XCLAIM', lane_key(each, lane), GROUP, p[2], 0, p[1], 'JUSTID')
        end
      end
    end
  end
  return now + lost >= quiet
end

redis.call('ZREMRANGEBYSCORE', workers_key(stage), '-inf', NOW - 4 * SET_ASIDE_MS)
redis.call('ZREMRANGEBYSCORE', workers_key(stage), NOW + 4 * SET_ASIDE_MS, '+inf')
redis.call('ZADD', workers_key(stage), NOW, consumer)
local may_claim = alive_for_a_lease()
redis.call('PEXPIRE', gates_key(stage, consumer), 4 * SET_ASIDE_MS)

-- Set aside, and its worker may be dead.
for _, range in ipairs({{'-inf', NOW}, {NOW + SET_ASIDE_MS + 1, '+inf'}}) do
  for _, connector in ipairs(redis.call('ZRANGEBYSCORE', gated_key(stage), range[1], range[2], 'LIMIT', 0, 256)) do
    redis.call('ZREM', gated_key(stage), connector)
    line_up(stage, connector)
  end
end
if stage == SCAN then
  for _, connector in ipairs(redis.call('SRANDMEMBER', held_key(), 16)) do
    if not ahead(connector) then
      redis.call('SREM', held_key(), connector)
      line_up(stage, connector)
    end
  end
end

local due, budget = steady(), DUE
local function put_back(lane)
  local later = later_key(stage, lane)
  for _, packed in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', due, 'LIMIT', 0, budget)) do
    local decoded, file = pcall(cjson.decode, packed)
    if decoded and type(file) == 'table' and readable({'t', file[1], 'j', file[2], 'n', tostring(file[3]), 'o', file[4], 'b', file[5]}) then
      put(stage, lane, unpack(file))
    else
      set_aside(stage, lane, {'later', packed})
    end
    redis.call('ZREM', later, packed)
    budget = budget - 1
  end
  local next = redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')
  if next[2] then redis.call('ZADD', laters_key(stage), next[2], lane) else redis.call('ZREM', laters_key(stage), lane) end
  activate(stage, lane)
end
for _, lane in ipairs(redis.call('ZRANGEBYSCORE', laters_key(stage), '-inf', due, 'LIMIT', 0, 64)) do
  if budget <= 0 then break end
  put_back(lane)
end
local more = redis.call('ZCOUNT', laters_key(stage), '-inf', due) > 0 and 1 or 0

-- What should be in line is, whatever went wrong before, or whichever version left it there.
for _, lane in ipairs(slice(lanes_key(stage), 'lanes')) do
  local key = lane_key(stage, lane)
  local pending = redis.pcall('XPENDING', key, GROUP)
  if not pending.err then
    if pending[1] > 0 then redis.call('SADD', busy_key(stage), lane) end
    if redis.call('XLEN', key) > pending[1] then
      activate(stage, lane)
      if redis.call('EXISTS', line_key(stage, connector_of(lane))) == 1 then line_up(stage, connector_of(lane)) end
    end
  end
end

local answer = {more}
if most == 0 or not may_claim then return answer end
for _, lane in ipairs(slice(busy_key(stage), 'busy')) do
  local key = lane_key(stage, lane)
  local pending = redis.pcall('XPENDING', key, GROUP)
  if pending.err or pending[1] == 0 then
    redis.call('SREM', busy_key(stage), lane)
  elseif #answer <= most then
    for _, p in ipairs(redis.call('XPENDING', key, GROUP, 'IDLE', lease, '-', '+', most + 1 - #answer)) do
      local id, owner, deliveries = p[1], p[2], p[4]
      local got = redis.call('XCLAIM', key, GROUP, consumer, lease, id)
      local f = got[1] and got[1][2]
      if f and not readable(f) then
        drop(stage, lane, id)
        set_aside(stage, lane, f)
        answer[#answer + 1] = {lane, id}
      elseif f then
        -- Only a death while nothing else ran says that this file is the cause.
        if redis.call('HGET', alone_key(stage), f[2]) == owner then
          redis.call('HINCRBY', deaths_key(stage), f[2], 1)
          redis.call('HDEL', alone_key(stage), f[2])
          redis.call('HSET', alone_key(stage), 'blamed:' .. f[2], owner)
        end
        local deaths = redis.call('HGET', deaths_key(stage), f[2]) or '0'
        answer[#answer + 1] = {lane, id, tostring(deliveries + 1), f[2], f[4], f[6], f[8], f[10], deaths}
      end
    end
  end
end
return answer
