-- Takes tasks from the connectors whose turn it is, and of a connector from the lanes whose turn it is.
--
-- ARGV       3 queue, 4 consumer, 5 maximum of tasks, 6 tasks of one connector that may be in work while
--            others have tasks waiting, 7 the same while no other has
--            8.. of each connector with tasks in work: connector, number of these tasks
-- Returns    of each task {lane, id, token, task, job, tries, origin, body}, or {lane, id} of an unreadable
--            one, which was set aside
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, active, idle, listing,
--            finished, lane, later, laters, lanes, turns, line, gated, gates, workers, busy, turn, wake,
--            held, dead, lost_actions, cancelled, notifications, stats, format
-- Called by  RedisStageQueue.take

local stage, consumer, max = ARGV[3], ARGV[4], tonumber(ARGV[5])
local max_shared, max_alone = tonumber(ARGV[6]), tonumber(ARGV[7])
local MAX_CONNECTORS = 64    -- to look at in one call
local MAX_WORKERS = 16       -- to ask whether a connector is down; with more, none is set aside
local taken, states, in_work = {}, {}, {}
for i = 8, #ARGV, 2 do in_work[ARGV[i]] = tonumber(ARGV[i + 1]) end
local format = redis.call('GET', format_key())
if format and tonumber(format) > FORMAT then
  return redis.error_reply('FORMAT ' .. format .. ' is newer than ' .. FORMAT)
end
-- Without room for dead letters nothing is started, until an operator replays or discards some.
if DEAD[stage] and redis.call('XLEN', dead_key(DEAD[stage])) >= DEAD_KEPT then return {} end
drains()

local function state(job)
  if not states[job] then
    local paused, cancel = unpack(redis.call('HMGET', job_key(job), 'paused', 'cancel'))
    states[job] = {paused = paused == '1', cancelled = cancel == '1'}
  end
  return states[job]
end

local NO_STATE = {}    -- of jobs whose tasks of other stages go on, whatever the job's state

local function back_in_turn(connector)
  redis.call('ZADD', turns_key(stage), redis.call('INCR', turn_key(stage)), connector)
end

-- Adds one entry to `taken`, unless it is unreadable or its job is cancelled or paused.
local function take(lane, id, fields)
  local entry = decode(fields)
  if not readable(entry) then
    drop(stage, lane, id)
    set_aside(stage, lane, fields)
    taken[#taken + 1] = {lane, id}
    return
  end
  local job = entry.job
  -- An express lane holds files of many jobs, so that each file's job is checked.
  local of_job = stage == SCAN and state(job) or NO_STATE
  if of_job.cancelled then
    drop(stage, lane, id)
    set_aside_cancelled(lane, entry)
    settle(job)
  elseif of_job.paused and not job_of(lane) then
    local own = lane .. '/' .. job
    drop(stage, lane, id)
    put(stage, own, entry.task, job, entry.tries, entry.origin, entry.body)
    redis.call('SADD', job_lanes_key(job), own)
  else
    taken[#taken + 1] = {lane, id, '1', entry.task, job, entry.tries, entry.origin, entry.body}
    if stage == SCAN and not of_job.noted then
      of_job.noted = true
      if redis.call('HSETNX', job_key(job), 'first_scan_started_at', seconds()) == 1 then
        redis.call('HSET', job_key(job), 'first_scan_started_ms', milliseconds())
      end
      redis.call('HSET', job_key(job), 'last_scan_started_at', seconds())
    end
  end
end

-- Takes up to `want` tasks of a lane, and puts it back into its line if there may be more.
local function read(lane, want)
  local key = lane_key(stage, lane)
  if redis.call('EXISTS', key) == 0 then return end
  local found = redis.call('XREADGROUP', 'GROUP', GROUP, consumer, 'COUNT', want, 'STREAMS', key, '>')
  local entries = found and found[1][2] or {}
  if #entries > 0 then redis.call('SADD', busy_key(stage), lane) end
  for _, entry in ipairs(entries) do take(lane, entry[1], entry[2]) end
  if #entries == want then
    redis.call('ZADD', line_key(stage, connector_of(lane)), redis.call('INCR', turn_key(stage)), lane)
  else
    close_if_empty(stage, lane)
  end
end

-- Takes up to `want` tasks of a connector. Returns whether it may have more.
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

-- Whether no live worker reaches a connector. Only then is it set aside: the network of one worker may be
-- the cause.
local function nobody_reaches(connector)
  local workers =
    redis.call('ZRANGEBYSCORE', workers_key(stage), NOW - SET_ASIDE_MS, '+inf', 'LIMIT', 0, MAX_WORKERS + 1)
  if #workers > MAX_WORKERS then return false end
  for _, worker in ipairs(workers) do
    if worker ~= consumer and redis.call('SISMEMBER', gates_key(stage, worker), connector) == 0 then
      return false
    end
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
local rounds = math.min(waiting, MAX_CONNECTORS)
local share = math.ceil(max / math.max(1, rounds))
local more = {}    -- connectors that may have more tasks
while max > 0 and rounds > 0 do
  rounds = rounds - 1
  local connector = redis.call('ZPOPMIN', turns_key(stage))[1]
  if not left_out(connector) then
    local want = math.min(max, share, max_shared - (in_work[connector] or 0))
    local has_more
    if want > 0 then has_more = serve(connector, want)
    else has_more = redis.call('EXISTS', line_key(stage, connector)) == 1 end
    if has_more then
      more[#more + 1] = connector
      back_in_turn(connector)
    end
  end
end
-- The rest of `max` goes to the connectors that have more; a connector that waits alone may have all of it.
local limit = #more == 1 and waiting <= MAX_CONNECTORS and max_alone or max_shared
-- Whether this call leaves tasks that another worker could take. When `rounds` is above 0, `max` was reached
-- before every connector had its turn.
local left = rounds > 0
for _, connector in ipairs(more) do
  local want = math.min(max, limit - (in_work[connector] or 0))
  -- A connector that has its share is left to other workers; to wake this one again would change nothing.
  if want > 0 then left = serve(connector, want) or left elseif max <= 0 then left = true end
end
-- A worker that leaves work behind wakes the next. Work that waits for its connector needs no worker.
if left and redis.call('LLEN', wake_key(stage)) == 0 then
  redis.call('RPUSH', wake_key(stage), '1')
end
return taken
