-- Shared by every script; Script.java puts it in front of each. ARGV[1] is the partition's key prefix,
-- ARGV[2] is added to the time, in milliseconds: zero but in tests. Time is that of Redis, in milliseconds since the
-- epoch, because the machines of a platform rarely agree on it.
local P = ARGV[1]
local time = redis.call('TIME')
local NOW = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[2])
local GROUP = 'workers'
local FORMAT = 2                    -- of what is stored; an older process works no more when it becomes higher
local EXPRESS_SHARE = 10            -- requests of an unannounced job that may use its connector's express lane
local JOB_TTL_S = 30 * 86400        -- a finished job is kept so long
local EVENTS_KEPT = 10000           -- events that can be told again
local SIEM_KEPT = 100000            -- events that wait for a collector which is away
local DEAD_KEPT = 100000            -- dead letters of a stage; with so many it stops
local NOTIFICATIONS_KEPT = 10000    -- recorded results that wait to be told; more are not told
local AHEAD = 2000                  -- files of a lane that may be scanned and not yet recorded
local SET_ASIDE_MS = 15000          -- so long a connector that is down is left alone, unless a worker that lives says otherwise

-- Milliseconds by a clock that is never set back: `sweep` notices when that of Redis is, and adds what it lost.
local function steady() return NOW + tonumber(redis.call('HGET', beat_key(), 'lost') or '0') end

local DEAD = {scan_request_queue = 'scan_request', verdict_action_queue = 'verdict_action', scan_result_queue = 'scan_result'}

-- Lets a script run in a Redis that is full, for what it does frees memory sooner or later. Redis refuses a script for
-- lack of memory only at its first write; this one needs none, and does nothing.
local function drains() redis.call('DEL', probe_key() .. ':drains') end

local function seconds() return tostring(math.floor(NOW / 1000)) end

local function job_of(lane) return string.match(lane, '/(.*)$') end

local function connector_of(lane) return string.match(lane, '^[^/]+') end

-- A connector is in `turns` while one of its lanes is in its line, unless it is set aside: in `gated` because it is
-- down, or in `held` because recording its files is behind. Its score is its turn.
local function line_up(stage, connector)
  if redis.call('ZSCORE', gated_key(stage), connector) then return end
  if stage == 'scan_request_queue' and redis.call('SISMEMBER', held_key(), connector) == 1 then return end
  if redis.call('ZADD', turns_key(stage), 'NX', redis.call('INCR', turn_key(stage)), connector) == 1
     and redis.call('LLEN', wake_key(stage)) == 0 then
    redis.call('RPUSH', wake_key(stage), '1')
  end
end

-- A lane is in its connector's line while it may hold files that nobody has taken.
local function activate(stage, lane)
  local job, connector = job_of(lane), connector_of(lane)
  if job and redis.call('HGET', job_key(job), 'paused') == '1' then return end
  if redis.call('ZADD', line_key(stage, connector), 'NX', redis.call('INCR', turn_key(stage)), lane) == 1 then
    line_up(stage, connector)
  end
end

local function deactivate(stage, lane) redis.call('ZREM', line_key(stage, connector_of(lane)), lane) end

local function open_lane(stage, lane)
  local key = lane_key(stage, lane)
  if redis.call('EXISTS', key) == 0 then
    redis.call('XGROUP', 'CREATE', key, GROUP, '0', 'MKSTREAM')
    redis.call('SADD', lanes_key(stage), lane)
  end
  return key
end

-- An entry's fields, always in this order: task, job, tries used, origin, body, format (from 2 on).
local function put(stage, lane, task, job, tries, origin, body)
  local id = redis.call('XADD', open_lane(stage, lane), '*', 't', task, 'j', job, 'n', tries, 'o', origin, 'b', body,
    'v', FORMAT)
  if stage == 'scan_result_notification_queue' then redis.call('INCR', notifications_key()) end
  -- An express lane holds files of many jobs: a job that is cancelled must find its own few again.
  if stage == 'scan_request_queue' and not job_of(lane) then
    redis.call('RPUSH', job_express_key(job), id .. ' ' .. lane)
    redis.call('LTRIM', job_express_key(job), -4 * EXPRESS_SHARE, -1)
  end
end

local function close_if_empty(stage, lane)
  local key = lane_key(stage, lane)
  if redis.call('XLEN', key) == 0 then
    redis.call('DEL', key)
    deactivate(stage, lane)
    if redis.call('EXISTS', later_key(stage, lane)) == 0 then redis.call('SREM', lanes_key(stage), lane) end
  end
end

-- Whether the caller still owns this delivery: same consumer, and nobody claimed it in between.
local function owns(stage, lane, id, consumer, token)
  local pending = redis.pcall('XPENDING', lane_key(stage, lane), GROUP, id, id, 1)
  if pending.err or #pending == 0 then return false end
  return pending[1][2] == consumer and tostring(pending[1][4]) == token
end

-- Whether scanning a lane would run too far ahead of recording it: what is scanned and not recorded takes memory.
local function ahead(lane) return redis.call('XLEN', lane_key('scan_result_queue', lane)) > AHEAD end

local function drop(stage, lane, ...)
  local key = lane_key(stage, lane)
  redis.call('XACK', key, GROUP, ...)
  local gone = redis.call('XDEL', key, ...)
  if stage == 'scan_result_notification_queue' and gone > 0 then redis.call('DECRBY', notifications_key(), gone) end
  -- `take` left this connector out meanwhile.
  if stage == 'scan_result_queue' and redis.call('SISMEMBER', held_key(), lane) == 1 and not ahead(lane) then
    redis.call('SREM', held_key(), lane)
    line_up('scan_request_queue', lane)
  end
end

local function number(job, field) return tonumber(redis.call('HGET', job_key(job), field) or '0') end

-- Why a job whose listing has ended and whose every file has an outcome is not complete; nil when it is.
local function lack(job)
  local v = redis.call('HMGET', job_key(job), 'listing_lost', 'core_away', 'offers_again', 'listing_errors',
    'refused_items', 'refused_reason', 'skipped_while_paused', 'accepted', 'announced_total', 'scanned_again')
  local function n(i) return tonumber(v[i] or '0') end
  local why = {}
  if v[1] then why[#why + 1] = v[1] end
  if v[2] and v[3] ~= '1' then
    why[#why + 1] = 'the core was away during the listing, and the connector does not repeat what was refused then'
  end
  if n(4) > 0 then why[#why + 1] = v[4] .. ' could not be listed or offered' end
  if n(5) > 0 then why[#why + 1] = v[5] .. ' scan requests were refused, the first because of ' .. (v[6] or '') end
  if n(7) > 0 then why[#why + 1] = v[7] .. ' files or batches were left out while the job was paused' end
  local taken = n(8) - n(10)
  if n(9) > taken then why[#why + 1] = 'the connector offered ' .. v[9] .. ' files and ' .. taken .. ' arrived' end
  return #why > 0 and table.concat(why, '; ') or nil
end

-- Ends a job whose every file has an outcome. Called after every change that may have been the last.
local function settle(job)
  local key = job_key(job)
  local v = redis.call('HMGET', key, 'status', 'finished_at', 'pending', 'actions_pending', 'enqueue_done')
  if not v[1] or v[2] or tonumber(v[3] or '0') ~= 0 or tonumber(v[4] or '0') ~= 0 then return end
  if v[1] ~= 'cancelled' then
    if v[5] ~= '1' then return end
    local why = lack(job)
    redis.call('HSET', key, 'status', why and 'incomplete' or 'completed')
    if why then redis.call('HSET', key, 'reason', why) else redis.call('HDEL', key, 'reason') end
    redis.call('HDEL', key, 'paused')
  else
    redis.call('HSETNX', key, 'reason', 'it was cancelled')
  end
  redis.call('HSET', key, 'finished_at', seconds(), 'last_update', seconds())
  redis.call('ZREM', idle_key(), job)
  redis.call('ZREM', listing_key(), job)
  for _, k in ipairs({key, job_lanes_key(job), job_express_key(job), job_origins_key(job), job_results_key(job)}) do
    redis.call('EXPIRE', k, JOB_TTL_S)
  end
  -- Records and dead letters carry their connectors; only files that were set aside still need them here.
  if v[1] ~= 'cancelled' then redis.call('DEL', job_lanes_key(job), job_express_key(job), job_origins_key(job)) end
  local kind = redis.call('HGET', key, 'announced') == '1' and 'announced' or 'single'
  redis.call('RPUSH', finished_key(kind), seconds() .. ' ' .. job)
end

local function touch(job)
  redis.call('HSET', job_key(job), 'last_update', seconds())
  if redis.call('HGET', job_key(job), 'announced') ~= '1' then redis.call('ZADD', idle_key(), NOW, job) end
end

local function count(job, column, files)
  if files == 0 then return end  -- Lua writes -0, which Redis does not take for a number
  redis.call('HINCRBY', job_key(job), column, files)
  redis.call('HINCRBY', job_key(job), 'pending', -files)
  redis.call('HINCRBY', stats_key(), column, files)
end

-- Forgets the oldest records beyond `retain` (negative: none), at most `most` in one call. Answers how many. They are
-- looked for from the oldest upward, so that none is passed over when `retain` becomes smaller.
local function prune(retain, most)
  if retain < 0 then return 0 end
  local newest = tonumber(redis.call('GET', seq_key()) or '0')
  local oldest = tonumber(redis.call('GET', oldest_key()) or '1')
  local gone = 0
  while gone < most and newest - oldest >= retain do
    local old = redis.call('GET', result_key(oldest))
    if old then
      redis.call('DEL', result_key(oldest))
      local task = string.match(old, '"scan_request_task_id":"([^"]+)"')
      -- A file that came back from the dead letters may have a newer record.
      if task and redis.call('GET', result_of_key(task)) == tostring(oldest) then redis.call('DEL', result_of_key(task)) end
    end
    oldest = oldest + 1
    gone = gone + 1
  end
  if gone > 0 then redis.call('SET', oldest_key(), string.format('%.0f', oldest)) end
  return gone
end

-- Stores a record under the next number, with which it is given back, and forgets the oldest beyond `retain`
-- (negative: none). A file that has a record already, because it came back from the dead letters, keeps its number.
local function record(job, task, json, retain)
  local seq = redis.call('GET', result_of_key(task))
  local known = seq and redis.call('GET', result_key(seq))
  -- What became of an action is newer than the verdict. The last status is the record's own.
  if known and string.find(string.match(known, '.*"status":"([^"]*)"') or '', '^action') then return known end
  if not known then seq = redis.call('INCR', seq_key()) end
  json = '{"id":' .. seq .. string.sub(json, 9)
  if known then
    redis.call('SET', result_key(seq), json)
    return json
  end
  redis.call('MSET', result_key(seq), json, result_of_key(task), seq)
  -- A job that was deleted meanwhile gets no list, and that of one which has ended goes when the job goes.
  local job_of_it = redis.call('HMGET', job_key(job), 'job_id', 'finished_at')
  if job_of_it[1] then
    redis.call('RPUSH', job_results_key(job), seq)
    if job_of_it[2] then redis.call('EXPIRE', job_results_key(job), JOB_TTL_S) end
  end
  prune(retain, 4)
  return json
end

local function reopen(job)
  local key = job_key(job)
  local status = redis.call('HGET', key, 'status')
  if not status then
    redis.call('HSET', key, 'job_id', job, 'started_at', seconds())
    redis.call('ZADD', jobs_key(), NOW, job)
  end
  if status ~= 'paused' and status ~= 'cancelled' then redis.call('HSET', key, 'status', 'running') end
  redis.call('HDEL', key, 'finished_at', 'reason')
  -- That it had no work for a while said nothing about what was to come.
  if redis.call('HDEL', key, 'ended_idle') == 1 then redis.call('HDEL', key, 'enqueue_done') end
  for _, k in ipairs({key, job_lanes_key(job), job_express_key(job), job_origins_key(job), job_results_key(job)}) do
    redis.call('PERSIST', k)
  end
end

-- Whether a recorded result can wait to be told. Nobody may be there to tell it; those who listen are told a limited
-- number of past results anyway.
local function may_notify()
  if tonumber(redis.call('GET', notifications_key()) or '0') < NOTIFICATIONS_KEPT then return true end
  redis.call('HINCRBY', stats_key(), 'unnotified', 1)
  return false
end
