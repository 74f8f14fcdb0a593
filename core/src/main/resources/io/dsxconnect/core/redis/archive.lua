-- Archived jobs, for the scripts that make, read, change or delete finished jobs.
--
-- A job is archived when it ended with the outcome of its single file and has nothing else to report. It is
-- packed into a field of a hash that it shares with others: some 240 bytes with its entry in `jobs`, instead
-- of 0.9 KB. Positions in the packed array, `false` where there is no value:
--    1      started_at, seconds
--    2..9   ARCHIVED_TIMES, seconds after started_at
--   10      outcome, as a position in ARCHIVED_OUTCOMES
--   11      total_bytes
--   12      total_scan_time_us
--   13, 14  ARCHIVED_DECIMALS, microseconds
--   15      connector_uuid, 16 bytes if it is a UUID
--   16      number of its record
--   17      flags: 1 when its connector offers again, 2 when it had an action; plus 4 * position in
--           ARCHIVED_ACTIONS of its counted action; plus 16 * (1 + 1000 * a + b) when its ARCHIVED_MS are
--           known, a and b their last three digits
--   18      job_name
local ARCHIVED_TIMES = {'first_enqueued_at', 'last_enqueued_at', 'first_scan_started_at',
  'last_scan_started_at', 'first_terminal_at', 'last_terminal_at', 'last_update', 'finished_at'}
local ARCHIVED_OUTCOMES =
  {'benign', 'malicious', 'unknown', 'unsupported', 'not_scanned', 'non_compliant', 'failed'}
local ARCHIVED_ACTIONS = {'actions_succeeded', 'actions_failed', 'actions_unconfirmed'}
-- Times in milliseconds, and the field that has the same time in seconds.
local ARCHIVED_MS =
  {{'first_scan_started_ms', 'first_scan_started_at'}, {'last_terminal_ms', 'last_terminal_at'}}
local ARCHIVED_DECIMALS = {'total_request_elapsed_ms', 'total_read_elapsed_ms'}
local AT_OUTCOME, AT_BYTES, AT_SCAN_TIME, AT_DECIMALS, AT_UUID, AT_RECORD, AT_FLAGS, AT_NAME =
  10, 11, 12, 12, 15, 16, 17, 18

-- Redis stores a hash densely while no field or value is longer than this, in bytes. Longer ones go to
-- hashes for long ones.
local ARCHIVED_DENSE = 64

-- Milliseconds with up to three digits behind the point, none of them a trailing 0.
local function decimal(micros)
  return (string.gsub(string.gsub(string.format('%.3f', micros / 1000), '0+$', ''), '%.$', ''))
end

local function archive_of(job, dense)
  return archive_key((dense and '' or 'long-') .. string.sub(redis.sha1hex(job), 1, 2))
end

local function is_dense(job, packed) return #job <= ARCHIVED_DENSE and #packed <= ARCHIVED_DENSE end

-- A packed job and the key of its hash; nil when the job is not archived.
local function archived_as(job)
  for _, dense in ipairs({#job <= ARCHIVED_DENSE, false}) do
    local key = archive_of(job, dense)
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
  return table.concat({string.sub(hex, 1, 8), string.sub(hex, 9, 12), string.sub(hex, 13, 16),
    string.sub(hex, 17, 20), string.sub(hex, 21)}, '-')
end

-- The flag for the counter of its action; 0 when none of the counters is 1.
local function packed_action(fields)
  for i, counter in ipairs(ARCHIVED_ACTIONS) do
    if fields[counter] == '1' then return 4 * i end
  end
  return 0
end

local function unpack_action(fields, flags)
  local counted = math.floor(flags / 4) % 4
  for i, counter in ipairs(ARCHIVED_ACTIONS) do
    if counted > 0 then fields[counter] = i == counted and '1' or '0' end
  end
end

-- The flag that has the last three digits of both times in milliseconds; 0 when they are not known.
local function packed_ms(fields)
  local digits = 0
  for _, names in ipairs(ARCHIVED_MS) do
    local ms, s = tonumber(fields[names[1]]), tonumber(fields[names[2]])
    if not ms or not s or math.floor(ms / 1000) ~= s then return 0 end
    digits = 1000 * digits + ms % 1000
  end
  return 16 * (1 + digits)
end

local function unpack_ms(fields, flags)
  if flags < 16 then return end
  local digits = math.floor(flags / 16) - 1
  for i, names in ipairs(ARCHIVED_MS) do
    local of_this = i == 1 and math.floor(digits / 1000) or digits % 1000
    fields[names[1]] = string.format('%.0f', 1000 * tonumber(fields[names[2]]) + of_this)
  end
end

local function packed_job(fields, record)
  local started = tonumber(fields.started_at)
  if not started then return nil end
  local p = {started}
  for _, field in ipairs(ARCHIVED_TIMES) do
    p[#p + 1] = fields[field] and tonumber(fields[field]) - started or false
  end
  local outcome = false
  for i, column in ipairs(ARCHIVED_OUTCOMES) do
    if fields[column] == '1' then outcome = i end
  end
  p[AT_OUTCOME] = outcome
  p[AT_BYTES] = tonumber(fields.total_bytes) or false
  p[AT_SCAN_TIME] = tonumber(fields.total_scan_time_us) or false
  for i, field in ipairs(ARCHIVED_DECIMALS) do
    p[AT_DECIMALS + i] = fields[field] and math.floor(tonumber(fields[field]) * 1000 + 0.5) or false
  end
  p[AT_UUID] = fields.connector_uuid and packed_uuid(fields.connector_uuid) or false
  p[AT_RECORD] = tonumber(record) or false
  p[AT_FLAGS] = (fields.offers_again == '1' and 1 or 0) + (fields.actions_pending == '0' and 2 or 0)
    + packed_action(fields) + packed_ms(fields)
  p[AT_NAME] = fields.job_name
  return cmsgpack.pack(p)
end

-- The fields of a packed job, and the number of its record or nil.
local function unpacked_job(job, packed)
  local p = cmsgpack.unpack(packed)
  local fields = {job_id = job, status = 'completed', accepted = '1', pending = '0', enqueue_done = '1',
    ended_idle = '1'}
  local function whole(field, n) if n then fields[field] = string.format('%.0f', n) end end
  whole('started_at', p[1])
  for i, field in ipairs(ARCHIVED_TIMES) do whole(field, p[1 + i] and p[1] + p[1 + i]) end
  if p[AT_OUTCOME] then fields[ARCHIVED_OUTCOMES[p[AT_OUTCOME]]] = '1' end
  whole('total_bytes', p[AT_BYTES])
  whole('total_scan_time_us', p[AT_SCAN_TIME])
  for i, field in ipairs(ARCHIVED_DECIMALS) do
    if p[AT_DECIMALS + i] then fields[field] = decimal(p[AT_DECIMALS + i]) end
  end
  if p[AT_UUID] then fields.connector_uuid = unpacked_uuid(p[AT_UUID]) end
  if p[AT_FLAGS] % 2 == 1 then fields.offers_again = '1' end
  if math.floor(p[AT_FLAGS] / 2) % 2 == 1 then fields.actions_pending = '0' end
  unpack_action(fields, p[AT_FLAGS])
  unpack_ms(fields, p[AT_FLAGS])
  fields.job_name = p[AT_NAME]
  return fields, p[AT_RECORD] and string.format('%.0f', p[AT_RECORD]) or nil
end

-- The fields of an archived job, and the number of its record or nil; nil when it is not archived.
local function archived(job)
  local packed = archived_as(job)
  if packed then return unpacked_job(job, packed) end
end

-- Fields and their values in turn.
local function in_turn(fields)
  local list = {}
  for field, value in pairs(fields) do
    list[#list + 1] = field
    list[#list + 1] = value
  end
  return list
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

-- Archives a finished job. Returns false, and leaves the job as it is, when packing would lose a field.
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
  local archive_of_it = archive_of(job, is_dense(job, packed))
  redis.call('INCRBY', archived_key(), redis.call('HSET', archive_of_it, job, packed))
  redis.call('DEL', key, job_results_key(job), job_series_key(job))
  redis.call('ZREM', charted_key(), job)
  return true
end

local function drop_archived(job)
  local _, key = archived_as(job)
  if key then redis.call('DECRBY', archived_key(), redis.call('HDEL', key, job)) end
end

-- Unpacks an archived job, so that it can change.
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

-- Creates a job unless it is there.
local function create_job(job)
  local key = job_key(job)
  if redis.call('HSETNX', key, 'started_at', seconds()) == 1 then
    redis.call('HSET', key, 'job_id', job, 'status', 'running')
    redis.call('ZADD', jobs_key(), NOW, job)
    redis.call('ZADD', active_key(), NOW, job)
  end
end

-- Lets the sampler of the time series find a job that has a lane of its own. Smaller ones are not sampled:
-- their times and their ledger say enough.
local function sample_from_now(job) redis.call('ZADD', sampled_key(), 'NX', 0, job) end

-- Makes a job run, whether it is new, running or finished.
local function reopen(job)
  local key = job_key(job)
  local status = redis.call('HGET', key, 'status')
  if not status then
    redis.call('HSET', key, 'job_id', job, 'started_at', seconds())
    redis.call('ZADD', jobs_key(), NOW, job)
    redis.call('ZADD', active_key(), NOW, job)
  else
    redis.call('ZADD', active_key(), redis.call('ZSCORE', jobs_key(), job) or NOW, job)
    if redis.call('HGET', key, 'announced') == '1' or number(job, 'accepted') > EXPRESS_SHARE then
      sample_from_now(job)
    end
  end
  if status ~= 'paused' and status ~= 'cancelled' then redis.call('HSET', key, 'status', 'running') end
  redis.call('HDEL', key, 'finished_at', 'first_finished_at', 'actions_retried_at', 'reason')
  -- A job that ended for lack of work was not announced to be complete: more may follow.
  if redis.call('HDEL', key, 'ended_idle') == 1 then redis.call('HDEL', key, 'enqueue_done') end
  for _, k in ipairs(keys_of_job(job)) do redis.call('PERSIST', k) end
end

-- Makes a job run for an item action that is carried out again. Its files stay settled, so the end of the
-- work on them is kept, also over several such actions.
local function reopen_for_action(job)
  local key = job_key(job)
  local first, finished = unpack(redis.call('HMGET', key, 'first_finished_at', 'finished_at'))
  reopen(job)
  if first or finished then
    redis.call('HSET', key, 'first_finished_at', first or finished, 'actions_retried_at', seconds())
  end
end

-- Deletes everything that is stored of a job but its records.
local function delete_job(job)
  redis.call('DEL', unpack(keys_of_job(job)))
  redis.call('ZREM', jobs_key(), job)
  redis.call('ZREM', active_key(), job)
  redis.call('ZREM', sampled_key(), job)
  redis.call('ZREM', charted_key(), job)
end
