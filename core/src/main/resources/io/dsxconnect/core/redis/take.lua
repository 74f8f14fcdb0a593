-- Takes up to `max` files from the connectors whose turn it is, and of a connector from the lanes whose turn it is.
-- ARGV: .., stage, consumer, max, how many files one connector may have in work while another has files waiting, how many
-- while no other has, then pairs of connectors and how many they have in work now.
-- Answers {lane, id, token, task, job, tries, origin, body} each; {lane, id} of one that was not readable.
local stage, consumer, max, most, most_alone = ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local LOOKS = 64  -- connectors looked at in one call
local taken, standing, in_work = {}, {}, {}
for i = 8, #ARGV, 2 do in_work[ARGV[i]] = tonumber(ARGV[i + 1]) end
local format = redis.call('GET', format_key())
if format and tonumber(format) > FORMAT then return redis.error_reply('FORMAT ' .. format .. ' is newer than ' .. FORMAT) end
-- Without room for what may fail nothing is begun: it waits until the dead letters are replayed or discarded.
if DEAD[stage] and redis.call('XLEN', dead_key(DEAD[stage])) >= DEAD_KEPT then return {} end
drains()

local function state(job)
  if not standing[job] then standing[job] = redis.call('HMGET', job_key(job), 'paused', 'cancel') end
  return standing[job]
end

local function back_in_turn(connector)
  redis.call('ZADD', turns_key(stage), redis.call('INCR', turn_key(stage)), connector)
end

-- Takes up to `want` files of a lane, and puts it back into its line if there may be more.
local function read(lane, want)
  local key = lane_key(stage, lane)
  if redis.call('EXISTS', key) == 0 then return end
  local found = redis.call('XREADGROUP', 'GROUP', GROUP, consumer, 'COUNT', want, 'STREAMS', key, '>')
  local entries = found and found[1][2] or {}
  if #entries > 0 then redis.call('SADD', busy_key(stage), lane) end
  for _, entry in ipairs(entries) do
    local id, f = entry[1], entry[2]
    local job = f[4]
    -- An express lane holds files of many jobs, so each is asked.
    local reads = readable(f)
    local s = reads and stage == SCAN and state(job) or {}
    if not reads then
      drop(stage, lane, id)
      set_aside(stage, lane, f)
      taken[#taken + 1] = {lane, id}
    elseif s[2] == '1' then
      drop(stage, lane, id)
      redis.call('XADD', cancelled_key(), '*', 't', f[2], 'j', job, 'l', lane, 'o', f[8], 'b', f[10])
      count(job, 'cancelled', 1)
      settle(job)
    elseif s[1] == '1' and not job_of(lane) then
      local own = lane .. '/' .. job
      drop(stage, lane, id)
      put(stage, own, unpack({f[2], job, f[6], f[8], f[10]}))
      redis.call('SADD', job_lanes_key(job), own)
    else
      taken[#taken + 1] = {lane, id, '1', f[2], job, f[6], f[8], f[10]}
      if stage == SCAN and not s.seen then
        s.seen = true
        redis.call('HSETNX', job_key(job), 'first_scan_started_at', seconds())
        redis.call('HSET', job_key(job), 'last_scan_started_at', seconds())
      end
    end
  end
  if #entries == want then
    redis.call('ZADD', line_key(stage, connector_of(lane)), redis.call('INCR', turn_key(stage)), lane)
  else
    close_if_empty(stage, lane)
  end
end

-- Takes up to `want` files of a connector; answers whether it may have more.
local function serve(connector, want)
  local line, before = line_key(stage, connector), #taken
  local lanes = redis.call('ZCARD', line)
  local share = math.ceil(want / math.max(1, lanes))
  while lanes > 0 and #taken - before < want do
    lanes = lanes - 1
    read(redis.call('ZPOPMIN', line)[1], math.min(want - (#taken - before), share))
  end
  max = max - (#taken - before)
  in_work[connector] = (in_work[connector] or 0) + #taken - before
  return redis.call('EXISTS', line) == 1
end

-- Whether no worker that lives can reach it. Only then is it set aside: what one cannot reach another may.
local function nobody_reaches(connector)
  local workers = redis.call('ZRANGEBYSCORE', workers_key(stage), NOW - SET_ASIDE_MS, '+inf', 'LIMIT', 0, 17)
  if #workers > 16 then return false end
  for _, worker in ipairs(workers) do
    if worker ~= consumer and redis.call('SISMEMBER', gates_key(stage, worker), connector) == 0 then return false end
  end
  return true
end

local function left_out(connector)
  if redis.call('SISMEMBER', gates_key(stage, consumer), connector) == 1 then
    if nobody_reaches(connector) then
      redis.call('ZADD', gated_key(stage), NOW + SET_ASIDE_MS, connector)
    else
      back_in_turn(connector)
    end
    return true
  end
  if stage == SCAN and ahead(connector) then
    redis.call('SADD', held_key(), connector)
    return true
  end
  return false
end

local waiting = redis.call('ZCARD', turns_key(stage))
local rounds = math.min(waiting, LOOKS)
local share = math.ceil(max / math.max(1, rounds))
local more = {}
while max > 0 and rounds > 0 do
  rounds = rounds - 1
  local connector = redis.call('ZPOPMIN', turns_key(stage))[1]
  if not left_out(connector) then
    local want = math.min(max, share, most - (in_work[connector] or 0))
    if want > 0 and serve(connector, want) or want <= 0 and redis.call('EXISTS', line_key(stage, connector)) == 1 then
      more[#more + 1] = connector
      back_in_turn(connector)
    end
  end
end
-- What the others left over: a connector that waits alone may have more of it.
local may_have = #more == 1 and waiting <= LOOKS and most_alone or most
local left = rounds > 0
for _, connector in ipairs(more) do
  local want = math.min(max, may_have - (in_work[connector] or 0))
  -- One that has its share is left to other workers; waking this one again would change nothing.
  if want > 0 then left = serve(connector, want) or left elseif max <= 0 then left = true end
end
-- Whoever leaves work behind wakes the next; for work that waits for its connector nobody need wake.
if left and redis.call('LLEN', wake_key(stage)) == 0 then
  redis.call('RPUSH', wake_key(stage), '1')
end
return taken
