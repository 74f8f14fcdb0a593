-- The library in front of every script. `Script` puts the names of the queues (SCAN, ACTION, RESULT, NOTIFY)
-- and the functions that make the keys' names (`job_key(id)`, ...) in front of it.
--
-- ARGV of every script:
--   1  prefix of the partition's keys
--   2  milliseconds to add to the clock; 0 except in tests
--
-- Times are those of Redis' clock, because the clocks of a platform's machines differ.

local time = redis.call('TIME')     -- seconds since the epoch, microseconds
local CLOCK_MS = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local NOW = CLOCK_MS + tonumber(ARGV[2])
local GROUP = 'workers'             -- the consumer group of every lane
local FORMAT = 4                    -- of the stored data; a process with a lower one stops working
local EXPRESS_SHARE = 10            -- files of an unannounced job that may use its connector's express lane
local JOB_TTL_S = 30 * 86400        -- lifetime of a finished job
local EVENTS_KEPT = 10000           -- past events that a client can read again
local SIEM_KEPT = 100000            -- events that wait while the collector is unavailable
local DEAD_KEPT = 100000            -- dead letters of a stage; at this number the stage stops
local NOTIFICATIONS_KEPT = 10000    -- waiting notifications of recorded results; no more are added
local AHEAD = 2000                  -- files of a lane that may be scanned and not yet recorded
-- How long a connector that is down is set aside, unless a live worker reports otherwise.
local SET_ASIDE_MS = 15000

local DEAD = {[SCAN] = 'scan_request', [ACTION] = 'verdict_action', [RESULT] = 'scan_result'}

-- Milliseconds on a clock that is never set back: `sweep` notices when Redis' clock is, and adds the loss.
local function steady() return NOW + tonumber(redis.call('HGET', beat_key(), 'lost') or '0') end

-- Lets a script run while Redis is full, because the script frees memory sooner or later. Redis refuses a
-- script for lack of memory only at its first write; this first write needs no memory and has no effect.
local function drains() redis.call('DEL', probe_key() .. ':drains') end

local function seconds() return tostring(math.floor(NOW / 1000)) end

local function milliseconds() return string.format('%.0f', NOW) end

-- ---- Lanes ----

-- The job of a lane; nil for an express lane.
local function job_of(lane) return string.match(lane, '/(.*)$') end

local function connector_of(lane) return string.match(lane, '^[^/]+') end

-- Puts a connector in `turns`, with its turn as score. Not while it is set aside: in `gated` because it is
-- down, or in `held` because the recording of its files is behind.
local function line_up(stage, connector)
  if redis.call('ZSCORE', gated_key(stage), connector) then return end
  if stage == SCAN and redis.call('SISMEMBER', held_key(), connector) == 1 then return end
  if redis.call('ZADD', turns_key(stage), 'NX', redis.call('INCR', turn_key(stage)), connector) == 1
     and redis.call('LLEN', wake_key(stage)) == 0 then
    redis.call('RPUSH', wake_key(stage), '1')
  end
end

-- Puts a lane in its connector's line. A lane is there while it may hold tasks that no worker took.
local function activate(stage, lane)
  local job, connector = job_of(lane), connector_of(lane)
  -- A paused job is not scanned. Its scanned files are recorded and notified, also replayed ones.
  if stage == SCAN and job and redis.call('HGET', job_key(job), 'paused') == '1' then return end
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

local function close_if_empty(stage, lane)
  local key = lane_key(stage, lane)
  if redis.call('XLEN', key) == 0 then
    redis.call('DEL', key)
    deactivate(stage, lane)
    if redis.call('EXISTS', later_key(stage, lane)) == 0 then
      redis.call('SREM', lanes_key(stage), lane)
      redis.call('ZREM', laters_key(stage), lane)
    end
  end
end

-- ---- Tasks ----

-- Adds a task to a lane. The order of the fields is fixed; `decode` relies on it. `tries` is the number of
-- attempts that were used up, followed by `:` and the number of refusals unless that is 0.
local function put(stage, lane, task, job, tries, origin, body)
  local id = redis.call('XADD', open_lane(stage, lane), '*', 't', task, 'j', job, 'n', tries, 'o', origin,
    'b', body, 'v', FORMAT)
  if stage == NOTIFY then redis.call('INCR', notifications_key()) end
  -- An express lane holds files of many jobs: the cancellation of a job must find its own.
  if stage == SCAN and not job_of(lane) then
    redis.call('RPUSH', job_express_key(job), id .. ' ' .. lane)
    redis.call('LTRIM', job_express_key(job), -4 * EXPRESS_SHARE, -1)
  end
end

-- The fields of a lane's entry by name. An entry that was not written by `put` may lack some.
local function decode(fields)
  return {task = fields[2], job = fields[4], tries = fields[6], origin = fields[8], body = fields[10]}
end

-- The raw fields of one entry of a stream; nil when it is gone.
local function fields_at(stream, id)
  local found = redis.call('XRANGE', stream, id, id)
  return found[1] and found[1][2]
end

-- A task that waits for its retry is a member of `later`: a JSON array.
local function encode_retry(task, job, tries, origin, body)
  return cjson.encode({task, job, tries, origin, body})
end

-- Its parts by name; nil when it is not an array in JSON.
local function decode_retry(packed)
  local read, parts = pcall(cjson.decode, packed)
  if not read or type(parts) ~= 'table' then return nil end
  return {task = parts[1], job = parts[2], tries = parts[3], origin = parts[4], body = parts[5]}
end

-- Whether an entry has all fields of `put`. One that was written by hand may lack some, and must not stop
-- the work on others.
local function readable(entry)
  local tries = entry.tries
  if type(entry.task) ~= 'string' or type(entry.job) ~= 'string' or type(tries) ~= 'string'
     or type(entry.origin) ~= 'string' or type(entry.body) ~= 'string' then
    return false
  end
  if tries == '0' then return true end    -- most are; a match costs more
  local attempts, refusals = string.match(tries, '^(%d+):?(%d*)$')
  return attempts and #attempts < 10 and #refusals < 10 and (refusals ~= '' or attempts == tries)
end

-- Whether a message to the result stage carries an action's outcome; such a file is counted already.
local function has_action_outcome(body) return string.sub(body, 1, 1) == 'A' end

-- Whether the caller still owns this delivery: it is the consumer, and nobody claimed the task in between.
local function owns(stage, lane, id, consumer, token)
  local pending = redis.pcall('XPENDING', lane_key(stage, lane), GROUP, id, id, 1)
  if pending.err or #pending == 0 then return false end
  return pending[1][2] == consumer and tostring(pending[1][4]) == token
end

-- Takes back the blame when a worker that was believed dead asks for a task that it lost: it was only
-- frozen, and the file that it ran alone killed no worker.
local function absolve(stage, lane, id, consumer)
  local found = redis.pcall('XRANGE', lane_key(stage, lane), id, id)
  local task = found[1] and decode(found[1][2]).task
  if not task or redis.call('HGET', alone_key(stage), 'blamed:' .. task) ~= consumer then return end
  redis.call('HDEL', alone_key(stage), 'blamed:' .. task)
  if redis.call('HINCRBY', deaths_key(stage), task, -1) <= 0 then
    redis.call('HDEL', deaths_key(stage), task)
  end
end

-- Whether more files of a lane are scanned and not recorded than memory should hold.
local function ahead(lane) return redis.call('XLEN', lane_key(RESULT, lane)) > AHEAD end

-- Acknowledges and deletes entries.
local function drop(stage, lane, ...)
  local key = lane_key(stage, lane)
  redis.call('XACK', key, GROUP, ...)
  local gone = redis.call('XDEL', key, ...)
  if stage == NOTIFY and gone > 0 then redis.call('DECRBY', notifications_key(), gone) end
  -- `take` left this connector out in the meantime.
  if stage == RESULT and redis.call('SISMEMBER', held_key(), lane) == 1 and not ahead(lane) then
    redis.call('SREM', held_key(), lane)
    line_up(SCAN, lane)
  end
end

-- ---- Jobs ----

local function keys_of_job(job)
  return {job_key(job), job_lanes_key(job), job_express_key(job), job_origins_key(job), job_results_key(job),
    job_series_key(job)}
end

local function number(job, field) return tonumber(redis.call('HGET', job_key(job), field) or '0') end

-- Why a job is not complete although its listing ended and every file has an outcome; nil when it is.
local function why_incomplete(job)
  local lost, core_away, offers_again, errors, refused, refused_reason, skipped, accepted, announced, again =
    unpack(redis.call('HMGET', job_key(job), 'listing_lost', 'core_away', 'offers_again', 'listing_errors',
      'refused_items', 'refused_reason', 'skipped_while_paused', 'accepted', 'announced_total',
      'scanned_again'))
  local function n(text) return tonumber(text or '0') end
  local why = {}
  if lost then why[#why + 1] = lost end
  if core_away and offers_again ~= '1' then
    why[#why + 1] = 'the core was unavailable during the listing, '
      .. 'and the connector does not repeat what was refused then'
  end
  -- Connectors that repeat refused requests count them among the files that could not be offered.
  local not_listed = offers_again == '1' and math.max(0, n(errors) - n(refused)) or n(errors)
  if not_listed > 0 then why[#why + 1] = not_listed .. ' could not be listed or offered' end
  if n(refused) > 0 then
    why[#why + 1] = refused .. ' scan requests were refused, the first because of ' .. (refused_reason or '')
  end
  if n(skipped) > 0 then
    why[#why + 1] = skipped .. ' files or batches were left out while the job was paused'
  end
  local taken = n(accepted) - n(again)
  if n(announced) > taken then
    why[#why + 1] = 'the connector offered ' .. announced .. ' files and ' .. taken .. ' arrived'
  end
  return #why > 0 and table.concat(why, '; ') or nil
end

-- Stores how a job ended that was not cancelled.
local function conclude(job)
  local key, why = job_key(job), why_incomplete(job)
  redis.call('HSET', key, 'status', why and 'incomplete' or 'completed')
  if why then redis.call('HSET', key, 'reason', why) else redis.call('HDEL', key, 'reason') end
end

-- Ends a job when all of its files have an outcome. Called after each change that may be the last.
local function settle(job)
  local key = job_key(job)
  local status, finished_at, pending, actions_pending, enqueue_done =
    unpack(redis.call('HMGET', key, 'status', 'finished_at', 'pending', 'actions_pending', 'enqueue_done'))
  if not status or finished_at then return end
  if tonumber(pending or '0') ~= 0 or tonumber(actions_pending or '0') ~= 0 then return end
  if status ~= 'cancelled' then
    if enqueue_done ~= '1' then return end
    conclude(job)
    redis.call('HDEL', key, 'paused')
  else
    redis.call('HSETNX', key, 'reason', 'it was cancelled')
  end
  redis.call('HSET', key, 'finished_at', seconds(), 'last_update', seconds())
  redis.call('ZREM', idle_key(), job)
  redis.call('ZREM', listing_key(), job)
  redis.call('ZREM', active_key(), job)
  for _, k in ipairs(keys_of_job(job)) do redis.call('EXPIRE', k, JOB_TTL_S) end
  -- Records and dead letters carry their connectors; only cancelled files still need them here.
  if status ~= 'cancelled' then
    redis.call('DEL', job_lanes_key(job), job_express_key(job), job_origins_key(job))
  end
  local kind = redis.call('HGET', key, 'announced') == '1' and 'announced' or 'single'
  redis.call('RPUSH', finished_key(kind), seconds() .. ' ' .. job)
end

local function touch(job)
  redis.call('HSET', job_key(job), 'last_update', seconds())
  if redis.call('HGET', job_key(job), 'announced') ~= '1' then redis.call('ZADD', idle_key(), NOW, job) end
end

-- Gives `files` pending files of a job an outcome.
local function count(job, column, files)
  if files == 0 then return end  -- Lua writes -0, which Redis does not accept as a number
  redis.call('HINCRBY', job_key(job), column, files)
  redis.call('HINCRBY', job_key(job), 'pending', -files)
  redis.call('HINCRBY', stats_key(), column, files)
end

-- Notes an item action whose outcome will never come: `LostActions` records it as failed later. The task is
-- '' when it is not known.
local function lose_action(job, task)
  redis.call('XADD', lost_actions_key(), 'MAXLEN', '~', DEAD_KEPT, '*', 'j', job, 't', task)
end

-- The task of an unreadable entry of an action, also from JSON whose quotes are escaped; '' if unknown.
local function task_in(fields, item)
  if fields[1] == 't' and type(fields[2]) == 'string' then return fields[2] end
  return string.match(item, 'scan_request_task_id[\\"]+:[\\"]+([^\\"]+)') or ''
end

-- Keeps an unreadable entry as a dead letter, and ends its file in the job's ledger when the job is known.
local function set_aside(stage, lane, fields)
  local read, item = pcall(cjson.encode, fields)
  item = read and item or ''
  if DEAD[stage] then redis.call('XADD', dead_key(DEAD[stage]), '*', 'item', item) end
  redis.call('HINCRBY', stats_key(), 'unreadable', 1)
  local entry = decode(fields)
  local job = job_of(lane) or entry.job
  local of_action = stage == ACTION or stage == RESULT and has_action_outcome(tostring(entry.body))
  if of_action then lose_action(type(job) == 'string' and job or '', task_in(fields, item)) end
  if type(job) ~= 'string' or redis.call('EXISTS', job_key(job)) == 0 then return end
  if of_action then
    redis.call('HINCRBY', job_key(job), 'actions_pending', -1)
  elseif stage ~= NOTIFY then
    count(job, 'failed', 1)
  end
  settle(job)
end

-- Counts a file of a cancelled job; `CancelledFiles` records it later.
local function set_aside_cancelled(lane, entry)
  redis.call('XADD', cancelled_key(), '*', 't', entry.task, 'j', entry.job, 'l', lane, 'o', entry.origin,
    'b', entry.body)
  count(entry.job, 'cancelled', 1)
end

-- Whether a notification of a recorded result can be queued. There may be no worker that sends them, and a
-- client that connects later receives a limited number of past results anyway.
local function may_notify()
  if tonumber(redis.call('GET', notifications_key()) or '0') < NOTIFICATIONS_KEPT then return true end
  redis.call('HINCRBY', stats_key(), 'unnotified', 1)
  return false
end
