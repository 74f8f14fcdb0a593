-- Steers a job. ARGV: .., job, verb. Answers 'ok', 'unknown' or 'finished'.
local job, verb = ARGV[3], ARGV[4]
local key, stage = job_key(job), SCAN
local v = redis.call('HMGET', key, 'status', 'finished_at', 'cancel')
if not v[1] then return archived(job) and 'finished' or 'unknown' end
if v[2] or v[3] == '1' then return 'finished' end
local lanes = redis.call('SMEMBERS', job_lanes_key(job))
drains()

if verb == 'pause' then
  redis.call('HSET', key, 'paused', '1', 'status', 'paused')
  for _, lane in ipairs(lanes) do deactivate(stage, lane) end
elseif verb == 'resume' then
  redis.call('HDEL', key, 'paused')
  redis.call('HSET', key, 'status', 'running')
  for _, lane in ipairs(lanes) do
    if redis.call('EXISTS', lane_key(stage, lane)) == 1 then activate(stage, lane) end
  end
elseif verb == 'cancel' then
  local function set_aside(lane, task, origin, body)
    redis.call('XADD', cancelled_key(), '*', 't', task, 'j', job, 'l', lane, 'o', origin, 'b', body)
    count(job, 'cancelled', 1)
  end
  local express = {}
  for _, entry in ipairs(redis.call('LRANGE', job_express_key(job), 0, -1)) do
    local id, lane = string.match(entry, '^(%S+) (.*)$')
    local found = redis.call('XRANGE', lane_key(stage, lane), id, id)
    -- The id of an entry comes back after a step of the clock, as that of another job's file.
    if found[1] and found[1][2][4] == job and #redis.call('XPENDING', lane_key(stage, lane), GROUP, id, id, 1) == 0 then
      local f = found[1][2]
      redis.call('XDEL', lane_key(stage, lane), id)
      set_aside(lane, f[2], f[8], f[10])
      close_if_empty(stage, lane)
    end
    express[lane] = true
  end
  for lane in pairs(express) do
    for _, packed in ipairs(redis.call('ZRANGE', later_key(stage, lane), 0, 999)) do
      local f = cjson.decode(packed)
      if f[2] == job then
        redis.call('ZREM', later_key(stage, lane), packed)
        set_aside(lane, f[1], f[4], f[5])
      end
    end
    close_if_empty(stage, lane)
  end
  redis.call('HDEL', key, 'paused')
  redis.call('HSET', key, 'cancel', '1', 'status', 'cancelled')
  for _, lane in ipairs(lanes) do
    local lane_stream = lane_key(stage, lane)
    deactivate(stage, lane)
    if redis.call('EXISTS', lane_stream) == 1 then
      -- What is being scanned is finished and counted as what it is; the rest is set aside whole.
      local held = redis.call('XPENDING', lane_stream, GROUP, '-', '+', 100000)
      local kept = {}
      for i, p in ipairs(held) do
        kept[i] = {p, redis.call('XRANGE', lane_stream, p[1], p[1])[1][2]}
        redis.call('XDEL', lane_stream, p[1])
      end
      local waiting = redis.call('XLEN', lane_stream)
      local aside = aside_key(redis.call('INCR', turn_key('aside')))
      redis.call('RENAME', lane_stream, aside)
      if waiting > 0 then redis.call('RPUSH', asides_key(), aside) else redis.call('DEL', aside) end
      count(job, 'cancelled', waiting)
      for _, k in ipairs(kept) do
        local p, f = k[1], k[2]
        redis.call('XADD', lane_stream, p[1], unpack(f))
      end
      if #kept > 0 then
        redis.call('XGROUP', 'CREATE', lane_stream, GROUP, '$')
        for _, k in ipairs(kept) do
          local p = k[1]
          redis.call('XCLAIM', lane_stream, GROUP, p[2], 0, p[1], 'IDLE', p[3], 'RETRYCOUNT', p[4], 'FORCE', 'JUSTID')
        end
      else
        redis.call('SREM', lanes_key(stage), lane)
      end
    end
    local later = later_key(stage, lane)
    local retries = redis.call('ZCARD', later)
    if retries > 0 then
      local aside = aside_key(redis.call('INCR', turn_key('aside')))
      redis.call('RENAME', later, aside)
      redis.call('RPUSH', asides_key(), aside)
      count(job, 'cancelled', retries)
      redis.call('ZREM', laters_key(stage), lane)
      if redis.call('EXISTS', lane_stream) == 0 then redis.call('SREM', lanes_key(stage), lane) end
    end
  end
  settle(job)
end
redis.call('HSET', key, 'last_update', seconds())
return 'ok'
