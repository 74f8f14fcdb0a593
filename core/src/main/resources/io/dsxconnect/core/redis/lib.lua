-- Shared by every script; Script.java puts it in front of each. ARGV[1] is the partition's key prefix,
-- ARGV[2] is added to the time, in milliseconds: zero but in tests. Time is that of Redis, in milliseconds since the
-- epoch, because the machines of a platform rarely agree on it.
local P = ARGV[1]
local time = redis.call('TIME')
local NOW = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[2])
local GROUP = 'workers'
local FORMAT = 3                    -- of what is stored; an older process works no more when it becomes higher
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

local DEAD = {[SCAN] = 'scan_request', [ACTION] = 'verdict_action', [RESULT] = 'scan_result'}

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
  if stage == SCAN and redis.call('SISMEMBER', held_key(), connector) == 1 then return end
  if redis.call('ZADD', turns_key(stage), 'NX', redis.call('INCR', turn_key(stage)), connector) == 1
     and redis.call('LLEN', wake_key(stage)) == 0 then
    redis.call('RPUSH', wake_key(stage), '1')
  end
end

-- A lane is in its connector's line while it may hold files that nobody has taken.
local function activate(stage, lane)
  local job, connector = job_of(lane), connector_of(lane)
  -- A paused job is not scanned; what was scanned is recorded and told, also when it was replayed meanwhile.
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

-- An entry's fields, always in this order: task, job, tries used, origin, body, format (from 2 on).
local function put(stage, lane, task, job, tries, origin, body)
  local id = redis.call('XADD', open_lane(stage, lane), '*', 't', task, 'j', job, 'n', tries, 'o', origin, 'b', body,
    'v', FORMAT)
  if stage == NOTIFY then redis.call('INCR', notifications_key()) end
  -- An express lane holds files of many jobs: a job that is cancelled must find its own few again.
  if stage == SCAN and not job_of(lane) then
    redis.call('RPUSH', job_express_key(job), id .. ' ' .. lane)
    redis.call('LTRIM', job_express_key(job), -4 * EXPRESS_SHARE, -1)
  end
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

-- Whether the caller still owns this delivery: same consumer, and nobody claimed it in between.
local function owns(stage, lane, id, consumer, token)
  local pending = redis.pcall('XPENDING', lane_key(stage, lane), GROUP, id, id, 1)
  if pending.err or #pending == 0 then return false end
  return pending[1][2] == consumer and tostring(pending[1][4]) == token
end

-- A worker that was taken for dead speaks of what it has lost: it was frozen, and the file that it ran alone has
-- killed nobody.
local function lives_after_all(stage, lane, id, consumer)
  local found = redis.pcall('XRANGE', lane_key(stage, lane), id, id)
  local task = found[1] and found[1][2][2]
  if not task or redis.call('HGET', alone_key(stage), 'blamed:' .. task) ~= consumer then return end
  redis.call('HDEL', alone_key(stage), 'blamed:' .. task)
  if redis.call('HINCRBY', deaths_key(stage), task, -1) <= 0 then redis.call('HDEL', deaths_key(stage), task) end
end

-- Whether scanning a lane would run too far ahead of recording it: what is scanned and not recorded takes memory.
local function ahead(lane) return redis.call('XLEN', lane_key(RESULT, lane)) > AHEAD end

local function drop(stage, lane, ...)
  local key = lane_key(stage, lane)
  redis.call('XACK', key, GROUP, ...)
  local gone = redis.call('XDEL', key, ...)
  if stage == NOTIFY and gone > 0 then redis.call('DECRBY', notifications_key(), gone) end
  -- `take` left this connector out meanwhile.
  if stage == RESULT and redis.call('SISMEMBER', held_key(), lane) == 1 and not ahead(lane) then
    redis.call('SREM', held_key(), lane)
    line_up(SCAN, lane)
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
  -- Connectors that offer again count what was refused among what could not be offered.
  local errors = v[3] == '1' and math.max(0, n(4) - n(5)) or n(4)
  if errors > 0 then why[#why + 1] = errors .. ' could not be listed or offered' end
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

-- Whether an entry has the fields of `put`: what was written by hand may lack some, and must not spoil others.
local function readable(f)
  for i = 2, 10, 2 do if type(f[i]) ~= 'string' then return false end end
  local tries, turns = string.match(f[6], '^(%d+):?(%d*)$')
  return tries and #tries < 10 and #turns < 10 and (turns ~= '' or tries == f[6])
end

-- Keeps what is not readable as a dead letter, and ends its file in the job's ledger when it is known whose it is.
local function set_aside(stage, lane, f)
  local read, item = pcall(cjson.encode, f)
  if DEAD[stage] then redis.call('XADD', dead_key(DEAD[stage]), '*', 'item', read and item or '') end
  redis.call('HINCRBY', stats_key(), 'unreadable', 1)
  local job = job_of(lane) or f[4]
  if type(job) ~= 'string' or redis.call('EXISTS', job_key(job)) == 0 then return end
  if stage == ACTION or string.sub(tostring(f[10]), 1, 1) == 'A' then
    redis.call('HINCRBY', job_key(job), 'actions_pending', -1)
  elseif stage ~= NOTIFY then
    count(job, 'failed', 1)
  end
  settle(job)
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

-- An archived job is one that ended with the outcome of its single file and has nothing else to say. It is packed into a
-- field of a hash that it shares with others: 0.1 KB instead of 0.9. Positions: started_at, ARCHIVED_TIMES as seconds
-- after it, outcome, bytes, three times of the scan in microseconds, connector, number of its record, flags, name; false
-- where there is none. Flags: 1 when its connector offers again, 2 when it had an action.
local ARCHIVED_TIMES = {'first_enqueued_at', 'last_enqueued_at', 'first_scan_started_at', 'last_scan_started_at',
  'first_terminal_at', 'last_terminal_at', 'last_update', 'finished_at'}
local ARCHIVED_OUTCOMES = {'benign', 'malicious', 'unknown', 'unsupported', 'not_scanned', 'non_compliant', 'failed'}

local ARCHIVED_DECIMALS = {'total_request_elapsed_ms', 'total_read_elapsed_ms'}

local function decimal(micros)
  return (string.gsub(string.gsub(string.format('%.3f', micros / 1000), '0+$', ''), '%.$', ''))
end

-- A hash is dense while nothing in it is longer than 64 bytes: what is longer has hashes of its own.
local ARCHIVED_DENSE = 64
local function archive_of(job, packed)
  local dense = #job <= ARCHIVED_DENSE and (not packed or #packed <= ARCHIVED_DENSE)
  return archive_key((dense and '' or 'long-') .. string.sub(redis.sha1hex(job), 1, 2))
end
local function archived_as(job)
  for _, size in ipairs({'', string.rep('x', ARCHIVED_DENSE + 1)}) do
    local key = archive_of(job, size)
    local packed = redis.call('HGET', key, job)
    if packed then return packed, key end
  end
end

local function packed_uuid(uuid)
  local hex = string.gsub(uuid, '-', '')
  if #hex ~= 32 or string.find(hex, '%X') then return uuid end
  return (string.gsub(hex, '..', function(byte) return string.char(tonumber(byte, 16)) end))
end

local function unpacked_uuid(packed)
  if #packed ~= 16 then return packed end
  local hex = string.gsub(packed, '.', function(byte) return string.format('%02x', string.byte(byte)) end)
  return table.concat({string.sub(hex, 1, 8), string.sub(hex, 9, 12), string.sub(hex, 13, 16), string.sub(hex, 17, 20),
    string.sub(hex, 21)}, '-')
end

local function packed_job(fields, record)
  local started = tonumber(fields.started_at)
  if not started then return nil end
  local p = {started}
  for _, field in ipairs(ARCHIVED_TIMES) do p[#p + 1] = fields[field] and tonumber(fields[field]) - started or false end
  local outcome = false
  for i, column in ipairs(ARCHIVED_OUTCOMES) do
    if fields[column] == '1' then outcome = i end
  end
  p[#p + 1] = outcome
  p[#p + 1] = tonumber(fields.total_bytes) or false
  p[#p + 1] = tonumber(fields.total_scan_time_us) or false
  for _, field in ipairs(ARCHIVED_DECIMALS) do
    p[#p + 1] = fields[field] and math.floor(tonumber(fields[field]) * 1000 + 0.5) or false
  end
  p[#p + 1] = fields.connector_uuid and packed_uuid(fields.connector_uuid) or false
  p[#p + 1] = tonumber(record) or false
  p[#p + 1] = (fields.offers_again == '1' and 1 or 0) + (fields.actions_pending == '0' and 2 or 0)
  p[#p + 1] = fields.job_name
  return cmsgpack.pack(p)
end

-- The fields of a packed job, and the number of its record or nil.
local function unpacked_job(job, packed)
  local p = cmsgpack.unpack(packed)
  local fields = {job_id = job, status = 'completed', accepted = '1', pending = '0', enqueue_done = '1', ended_idle = '1'}
  local function whole(field, n) if n then fields[field] = string.format('%.0f', n) end end
  whole('started_at', p[1])
  for i, field in ipairs(ARCHIVED_TIMES) do whole(field, p[1 + i] and p[1] + p[1 + i]) end
  if p[10] then fields[ARCHIVED_OUTCOMES[p[10]]] = '1' end
  whole('total_bytes', p[11])
  whole('total_scan_time_us', p[12])
  for i, field in ipairs(ARCHIVED_DECIMALS) do
    if p[12 + i] then fields[field] = decimal(p[12 + i]) end
  end
  if p[15] then fields.connector_uuid = unpacked_uuid(p[15]) end
  if p[17] % 2 == 1 then fields.offers_again = '1' end
  if p[17] >= 2 then fields.actions_pending = '0' end
  fields.job_name = p[18]
  return fields, p[16] and string.format('%.0f', p[16]) or nil
end

-- The fields of an archived job, and the number of its record or nil; nil when it is not archived.
local function archived(job)
  local packed = archived_as(job)
  if packed then return unpacked_job(job, packed) end
end

local function same(one, other)
  for field, value in pairs(one) do
    if other[field] ~= value then return false end
  end
  for field in pairs(other) do
    if one[field] == nil then return false end
  end
  return true
end

-- Archives a job that has ended. False when it has something to say that would be lost: then it stays as it is.
local function archive(job)
  local key = job_key(job)
  local list, fields = redis.call('HGETALL', key), {}
  for i = 1, #list, 2 do fields[list[i]] = list[i + 1] end
  -- Redis adds digits behind those that were measured.
  for _, field in ipairs(ARCHIVED_DECIMALS) do
    if fields[field] then fields[field] = decimal(math.floor(tonumber(fields[field]) * 1000 + 0.5)) end
  end
  local records = redis.call('LRANGE', job_results_key(job), 0, 1)
  if #records > 1 then return false end
  local packed = packed_job(fields, records[1])
  if not packed then return false end
  local back, record = unpacked_job(job, packed)
  if record ~= records[1] or not same(fields, back) then return false end
  redis.call('INCRBY', archived_key(), redis.call('HSET', archive_of(job, packed), job, packed))
  redis.call('DEL', key, job_results_key(job))
  return true
end

local function drop_archived(job)
  local _, key = archived_as(job)
  if key then redis.call('DECRBY', archived_key(), redis.call('HDEL', key, job)) end
end

-- Makes an archived job one that can change.
local function restore(job)
  local key = job_key(job)
  if redis.call('EXISTS', key) == 1 then return end
  local fields, record = archived(job)
  if not fields then return end
  for field, value in pairs(fields) do redis.call('HSET', key, field, value) end
  redis.call('EXPIRE', key, JOB_TTL_S)
  if record then
    redis.call('RPUSH', job_results_key(job), record)
    redis.call('EXPIRE', job_results_key(job), JOB_TTL_S)
  end
  drop_archived(job)
  redis.call('RPUSH', finished_key('single'), fields.finished_at .. ' ' .. job)
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
