-- Takes up to `max` files from the lanes whose turn it is. ARGV: .., stage, consumer, max, then connectors
-- that are left out because they are down. Answers {lane, id, token, task, job, tries, origin, body} each.
local stage, consumer, max = ARGV[3], ARGV[4], tonumber(ARGV[5])
local gated = {}
for i = 6, #ARGV do gated[ARGV[i]] = true end
local format = redis.call('GET', format_key())
if format and tonumber(format) > FORMAT then return redis.error_reply('FORMAT ' .. format .. ' is newer than ' .. FORMAT) end
-- Without room for what may fail nothing is begun: it waits until the dead letters are replayed or discarded.
if DEAD[stage] and redis.call('XLEN', dead_key(DEAD[stage])) >= DEAD_KEPT then return {} end
drains()
local taken, standing, left = {}, {}, false

local function state(job)
  if not standing[job] then standing[job] = redis.call('HMGET', job_key(job), 'paused', 'cancel') end
  return standing[job]
end

local rounds = redis.call('ZCARD', ready_key(stage))
local share = math.max(1, math.ceil(max / math.max(1, rounds)))
while max > 0 and rounds > 0 do
  rounds = rounds - 1
  local lane = redis.call('ZPOPMIN', ready_key(stage))[1]
  local key, connector = lane_key(stage, lane), string.match(lane, '^[^/]+')
  if gated[connector] then
    redis.call('ZADD', ready_key(stage), redis.call('INCR', turn_key(stage)), lane)
  elseif stage == 'scan_request_queue' and ahead(connector) then
    redis.call('SADD', held_key(connector), lane)
  elseif redis.call('EXISTS', key) == 1 then
    local want = math.min(max, share)
    local read = redis.call('XREADGROUP', 'GROUP', GROUP, consumer, 'COUNT', want, 'STREAMS', key, '>')
    local entries = read and read[1][2] or {}
    for _, entry in ipairs(entries) do
      local id, f = entry[1], entry[2]
      local job = f[4]
      -- An express lane holds files of many jobs, so each is asked.
      local s = stage == 'scan_request_queue' and state(job) or {}
      if s[2] == '1' then
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
        max = max - 1
        if stage == 'scan_request_queue' and not s.seen then
          s.seen = true
          redis.call('HSETNX', job_key(job), 'first_scan_started_at', seconds())
          redis.call('HSET', job_key(job), 'last_scan_started_at', seconds())
        end
      end
    end
    if #entries == want then
      redis.call('ZADD', ready_key(stage), redis.call('INCR', turn_key(stage)), lane)
      left = true
    else
      close_if_empty(stage, lane)
    end
  end
end
-- Whoever leaves work behind wakes the next; for work that waits for its connector nobody need wake.
if (left or rounds > 0) and redis.call('LLEN', wake_key(stage)) == 0 then
  redis.call('RPUSH', wake_key(stage), '1')
end
return taken
