-- Cancels a job: its waiting files are counted as cancelled and set aside, to be recorded later. Files that
-- are being scanned are finished and counted with their outcome.
--
-- ARGV       3 job, 4 reason; absent when there is none to store
-- Returns    'ok', 'unknown' or 'finished'
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, active, idle, listing,
--            finished, archive, lane, later, laters, lanes, line, turn, cancelled, aside, asides, stats
-- Called by  Jobs.steer

local job = ARGV[3]
local key = job_key(job)
local refusal = not_steerable(job)
if refusal then return refusal end
drains()

local MAX_IN_WORK = 100000    -- tasks in work that are looked up in a lane
local MAX_RETRIES = 1000      -- waiting retries of an express lane that are looked through

-- The job's files in express lanes, one by one.
local express = {}
for _, noted in ipairs(redis.call('LRANGE', job_express_key(job), 0, -1)) do
  local id, lane = string.match(noted, '^(%S+) (.*)$')
  local stream = lane_key(SCAN, lane)
  local fields = fields_at(stream, id)
  local entry = fields and decode(fields)
  -- After a step of the clock the same id may be that of another job's file.
  if entry and entry.job == job and #redis.call('XPENDING', stream, GROUP, id, id, 1) == 0 then
    redis.call('XDEL', stream, id)
    set_aside_cancelled(lane, entry)
    close_if_empty(SCAN, lane)
  end
  express[lane] = true
end
for lane in pairs(express) do
  for _, packed in ipairs(redis.call('ZRANGE', later_key(SCAN, lane), 0, MAX_RETRIES - 1)) do
    local entry = decode_retry(packed)
    if entry and entry.job == job then
      redis.call('ZREM', later_key(SCAN, lane), packed)
      set_aside_cancelled(lane, entry)
    end
  end
  close_if_empty(SCAN, lane)
end

-- Renames a key, so that everything in it waits for its record at once.
local function rename_aside(of)
  local aside = aside_key(redis.call('INCR', turn_key('aside')))
  redis.call('RENAME', of, aside)
  return aside
end

-- Sets the waiting entries of a lane aside as one, and keeps those in work in the lane with their owners.
local function set_aside_waiting(lane)
  local stream = lane_key(SCAN, lane)
  if redis.call('EXISTS', stream) == 0 then return end
  local in_work = redis.call('XPENDING', stream, GROUP, '-', '+', MAX_IN_WORK)
  local fields = {}
  for i, delivery in ipairs(in_work) do
    local id = delivery[1]
    fields[i] = fields_at(stream, id)
    redis.call('XDEL', stream, id)
  end
  local waiting = redis.call('XLEN', stream)
  local aside = rename_aside(stream)
  if waiting > 0 then redis.call('RPUSH', asides_key(), aside) else redis.call('DEL', aside) end
  count(job, 'cancelled', waiting)
  if #in_work == 0 then
    redis.call('SREM', lanes_key(SCAN), lane)
    return
  end
  for i, delivery in ipairs(in_work) do redis.call('XADD', stream, delivery[1], unpack(fields[i])) end
  redis.call('XGROUP', 'CREATE', stream, GROUP, '$')
  for _, delivery in ipairs(in_work) do
    local id, owner, idle_ms, deliveries = unpack(delivery)
    redis.call('XCLAIM', stream, GROUP, owner, 0, id, 'IDLE', idle_ms, 'RETRYCOUNT', deliveries, 'FORCE',
      'JUSTID')
  end
end

local function set_aside_retries(lane)
  local later = later_key(SCAN, lane)
  local retries = redis.call('ZCARD', later)
  if retries == 0 then return end
  redis.call('RPUSH', asides_key(), rename_aside(later))
  count(job, 'cancelled', retries)
  redis.call('ZREM', laters_key(SCAN), lane)
  if redis.call('EXISTS', lane_key(SCAN, lane)) == 0 then redis.call('SREM', lanes_key(SCAN), lane) end
end

local reason = ARGV[4]
if reason then redis.call('HSET', key, 'reason', reason) end
redis.call('HDEL', key, 'paused')
redis.call('HSET', key, 'cancel', '1', 'status', 'cancelled')
for _, lane in ipairs(own_lanes(job)) do
  deactivate(SCAN, lane)
  set_aside_waiting(lane)
  set_aside_retries(lane)
end
settle(job)
redis.call('HSET', key, 'last_update', seconds())
return 'ok'
