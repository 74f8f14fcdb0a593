-- Records, for the scripts that store or delete them.

-- A record as JSON begins with its number. Java cannot know it and writes -1.
local NO_NUMBER = '{"id":-1'
local function numbered(json, seq) return '{"id":' .. seq .. string.sub(json, #NO_NUMBER + 1) end

-- The parts of the index: an outcome each, and the records whose item action failed or is unconfirmed.
-- Benign files have none, so the index costs nothing for them.
local INDEXES = {'malicious', 'unknown', 'unsupported', 'not_scanned', 'non_compliant', 'failed', 'cancelled',
  'action_failed', 'action_unconfirmed'}

local FAILED_ACTION = 'action attempted, but failed'
local SUCCEEDED_ACTION = 'action succeeded'

-- The status of a record; the last one in its JSON, because its action's outcome has a status, too.
local function status_of(json) return string.match(json, '.*"status":"([^"]*)"') or '' end

-- Status and message of the action's outcome. It is the last match: what comes before is from the scanner and
-- from clients.
local function action_of(json)
  return string.match(json, '.*"item_action":{"status":"([^"]*)","message":"([^"]*)"')
end

-- Whether nobody knows if the action took effect.
local function is_unconfirmed(json)
  local status, message = action_of(json)
  return status == 'nothing' and message == 'outcome unconfirmed'
end

-- The counter of a job for a record's item action; nil while the action has no outcome.
local function counter_of_action(json)
  local status = status_of(json)
  return status == SUCCEEDED_ACTION and 'actions_succeeded' or status == FAILED_ACTION and 'actions_failed'
    or is_unconfirmed(json) and 'actions_unconfirmed' or nil
end

-- Counts an item action whose record changed its state. A job that had actions before these counters were
-- introduced has none of them: a part of its actions would look like all.
local function recount_action(job, before, after)
  if before == after or redis.call('HEXISTS', job_key(job), 'actions_failed') == 0 then return end
  if before then redis.call('HINCRBY', job_key(job), before, -1) end
  if after then redis.call('HINCRBY', job_key(job), after, 1) end
end

-- Whether the file may be where it was found although an action was tried.
local function is_in_doubt(json) return status_of(json) == FAILED_ACTION or is_unconfirmed(json) end

-- Whether nothing was done, neither now nor by an earlier action on the same file.
local function took_no_action(json)
  local status, message = action_of(json)
  return status == 'nothing' and message ~= 'outcome unconfirmed'
    and not string.find(message, '^already acted on by ')
end

-- A record, or an event of the SIEM, with the time of recording of the record that it follows: that is when
-- the file was found.
local function recorded_as(known, json)
  local at = string.match(known, '.*"recorded_at":"([^"]*)"')
  local head, tail = string.match(json, '^(.*"recorded_at": ?)"[^"]*"(.*)$')
  if not at or not head then return json end
  return head .. '"' .. at .. '"' .. tail
end

-- Puts a changed record into the part of the index that fits the state of its action.
local function index_action(seq, json)
  local part = status_of(json) == FAILED_ACTION and 'action_failed'
    or is_unconfirmed(json) and 'action_unconfirmed' or ''
  for _, name in ipairs({'action_failed', 'action_unconfirmed'}) do
    if name == part then redis.call('ZADD', index_key(name), seq, seq)
    else redis.call('ZREM', index_key(name), seq) end
  end
end

-- Adds an event for the SIEM. Its number shows the receiver when events were dropped.
local function add_siem_event(json)
  local number_of_event = redis.call('INCR', siem_seq_key())
  redis.call('XADD', siem_key(), 'MAXLEN', '~', SIEM_KEPT, '*', 'n', number_of_event, 'e', json)
  redis.call('EXPIRE', siem_key(), JOB_TTL_S)
end

-- A record as the notification of an action's outcome has it: the file was counted before.
local function amended(json) return string.sub(json, 1, -2) .. ',"amended":true}' end

-- Deletes the oldest records beyond `retain` (negative: keeps all), at most `most` in one call. Returns how
-- many. Goes from the oldest upward, so that no record is skipped when `retain` becomes smaller.
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
      -- A file that was replayed from the dead letters may have a newer record.
      if task and redis.call('GET', result_of_key(task)) == tostring(oldest) then
        redis.call('DEL', result_of_key(task))
      end
    end
    oldest = oldest + 1
    gone = gone + 1
  end
  if gone > 0 then redis.call('SET', oldest_key(), string.format('%.0f', oldest)) end
  return gone
end

local MIXED_S = 600    -- after the last trace of a version without the index

-- Notes that the index has this new record. If the one before it is not covered, a process of a version
-- without the index wrote that, and may write or change more: the index is not used until `reindex` begins
-- again, when none of them was seen for a while. Equals what `Format` does with data of such a version.
local function cover(seq)
  local before = redis.call('SET', covered_key(), string.format('%.0f', seq), 'GET')
  if tonumber(before or '0') == seq - 1 then return end
  redis.call('SET', mixed_key(), '1', 'EX', MIXED_S)
  redis.call('DEL', indexed_key())
end

-- Stores a record under the next number, and deletes the oldest beyond `retain` (negative: keeps all). A
-- file that was replayed from the dead letters keeps its record's number, and moves to the part of the index
-- of its new outcome (`column`). Returns the record with its number.
local function record(job, task, column, json, retain)
  local seq = redis.call('GET', result_of_key(task))
  local known = seq and redis.call('GET', result_key(seq))
  -- An action's outcome is newer than the verdict.
  if known and (string.find(status_of(known), '^action') or is_unconfirmed(known)) then return known end
  if not known then
    seq = redis.call('INCR', seq_key())
    cover(seq)
  end
  json = numbered(json, seq)
  if known then
    for _, name in ipairs(INDEXES) do redis.call('ZREM', index_key(name), seq) end
  end
  if column ~= 'benign' then redis.call('ZADD', index_key(column), seq, seq) end
  if known then
    redis.call('SET', result_key(seq), json)
    return json
  end
  redis.call('MSET', result_key(seq), json, result_of_key(task), seq)
  -- A deleted job gets no list of records. The list of a finished job is deleted with the job.
  local job_id, finished_at = unpack(redis.call('HMGET', job_key(job), 'job_id', 'finished_at'))
  if job_id then
    redis.call('RPUSH', job_results_key(job), seq)
    if finished_at then redis.call('EXPIRE', job_results_key(job), JOB_TTL_S) end
  end
  prune(retain, 4)
  return json
end
