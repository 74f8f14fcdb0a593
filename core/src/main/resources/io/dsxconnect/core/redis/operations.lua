-- The operations of hand-offs, and what they collect. Each is called while `handoff` works on one delivery.

local stage, consumer = ARGV[3], ARGV[4]
local lane      -- of the delivery

local MAX_MEASURE = 2 ^ 53 - 1    -- of one file's numbers: integers up to here are exact

-- What many hand-offs share is done once, at the end: the call of a command costs more than its work.
local counts = {}       -- job -> field -> sum
local stats = {}        -- field -> sum
local ended = {}        -- job -> 'file' or 'action', whose end may end the job
local opened = {}       -- lanes that got tasks: {queue, lane}
local longest           -- of the scans: {microseconds, location, bytes}

-- What one delivery changes when all of its operations succeed: {job, or false for the totals; field; n}.
local changes = {}
local function add(job, field, n) changes[#changes + 1] = {job, field, n} end

local function commit()
  for _, change in ipairs(changes) do
    local job, field, n = change[1], change[2], change[3]
    local to = stats
    if job then
      counts[job] = counts[job] or {}
      to = counts[job]
    end
    to[field] = (to[field] or 0) + n
  end
end

-- Clamps an external measurement to 0 .. MAX_MEASURE.
local function measure(text)
  local n = tonumber(text)
  if not n or n ~= n or n < 0 then return 0 end
  return math.min(n, MAX_MEASURE)
end

local function put_in(to, to_lane, ...)
  put(to, to_lane, ...)
  opened[to .. ' ' .. to_lane] = {to, to_lane}
end

local function notify(...)
  if may_notify() then put_in(NOTIFY, lane, ...) end
end

local ops = {}
local recorded    -- the malicious file that this delivery recorded
local early       -- its action's outcome, if that came before the verdict was recorded
local cleared     -- the task that is not a suspect any more

-- The task goes on to another stage.
function ops.put(to, to_lane, task, job, origin, body) put_in(to, to_lane, task, job, 0, origin, body) end

-- The same task again after a delay in milliseconds.
function ops.later(task, job, tries, origin, body, delay_ms)
  -- A task of a cancelled job is counted when it is taken again, which need not wait. Actions are not
  -- cancelled.
  if stage == SCAN and redis.call('HGET', job_key(job), 'cancel') == '1' then
    put_in(stage, lane, task, job, tries, origin, body)
    return
  end
  local due = steady() + tonumber(delay_ms)
  redis.call('SADD', lanes_key(stage), lane)
  redis.call('ZADD', later_key(stage, lane), due, encode_retry(task, job, tries, origin, body))
  redis.call('ZADD', laters_key(stage), 'LT', due, lane)
end

-- The same task again at its lane's next turn.
function ops.back(task, job, tries, origin, body) put_in(stage, lane, task, job, tries, origin, body) end

function ops.action_due(job, task)
  redis.call('HSET', unrecorded_key(), task, '')
  if redis.call('HEXISTS', job_key(job), 'actions_pending') == 0 then
    redis.call('HSET', job_key(job), 'actions_succeeded', 0, 'actions_failed', 0, 'actions_unconfirmed', 0)
  end
  add(job, 'actions_pending', 1)
end

function ops.action_dropped(job)
  add(job, 'actions_pending', -1)
  ended[job] = ended[job] or 'action'
end

-- The action's outcome will never come.
function ops.action_lost(job, task)
  lose_action(job, task)
  ops.action_dropped(job)
end

-- One more file of the job. The job still waits for the action's outcome, so it has not ended.
function ops.scan_again(task, job, origin, body)
  local own = lane .. '/' .. job
  redis.call('SADD', job_lanes_key(job), own)
  redis.call('HDEL', job_key(job), 'first_finished_at', 'actions_retried_at')
  put_in(SCAN, own, task, job, 0, origin, body)
  add(job, 'accepted', 1)
  add(job, 'scanned_again', 1)
  add(job, 'pending', 1)
end

function ops.dead(kind, item) redis.call('XADD', dead_key(kind), '*', 'item', item) end

-- The outcome of a file, once per file: its record, its column in the job's ledger, the totals.
function ops.outcome(job, task, origin, column, bytes, micros, encrypted, request_ms, read_ms, location,
  json, retain)
  notify(task, job, 0, origin, record(job, task, column, json, tonumber(retain)))
  bytes, micros, encrypted = measure(bytes), measure(micros), measure(encrypted)
  add(job, column, 1)
  add(job, 'pending', -1)
  add(job, 'total_bytes', bytes)
  add(job, 'total_scan_time_us', micros)
  add(job, 'total_request_elapsed_ms', measure(request_ms))
  add(job, 'total_read_elapsed_ms', measure(read_ms))
  add(false, 'files', 1)
  add(false, column, 1)
  add(false, 'bytes', bytes)
  add(false, 'micros', micros)
  add(false, 'encrypted', encrypted)
  add(false, 'size:' .. math.floor(8 * math.log(bytes + 1) / math.log(2)), 1)
  add(false, 'time:' .. math.floor(8 * math.log(micros + 1) / math.log(2)), 1)
  if not longest or micros > longest[1] then longest = {micros, location, bytes} end
  if column ~= 'benign' then
    early = redis.call('HGET', unrecorded_key(), task)
    if early then recorded = task end
  end
  ended[job] = 'file'
end

function ops.siem(json) add_siem_event(json) end

-- Puts an action's outcome into the record, and counts it for the job, also when the record is gone. A
-- success stays: a later action on the same file, which an operator queued again, finds that it is gone. A
-- failure stays when a later action, for example of a dead letter, does nothing: the file may still be where
-- it was found.
local function change(job, task, origin, json, event)
  local seq = redis.call('GET', result_of_key(task))
  local known = seq and redis.call('GET', result_key(seq))
  if known then
    local status = status_of(json)
    if status ~= SUCCEEDED_ACTION and status_of(known) == SUCCEEDED_ACTION
       or took_no_action(json) and is_in_doubt(known) then
      return ops.action_dropped(job)
    end
    json = recorded_as(known, numbered(json, seq))
    event = recorded_as(known, event)
    redis.call('SET', result_key(seq), json)
    index_action(seq, json)
  end
  recount_action(job, known and counter_of_action(known), counter_of_action(json))
  notify(task, job, 0, origin, amended(json))
  if event ~= '' then ops.siem(event) end
  ops.action_dropped(job)
end

-- Outcomes of actions that wait for their verdict's record; several when a dead letter was replayed.
local function waiting(text)
  if text == '' then return {} end
  local outcomes = cjson.decode(text)
  return type(outcomes[1]) == 'table' and outcomes or {outcomes}  -- format 2 kept one
end

-- An action's outcome waits for the record of its verdict, so that clients receive the verdict first.
function ops.amend(job, task, origin, json, event)
  local before = redis.call('HGET', unrecorded_key(), task)
  if not before then return change(job, task, origin, json, event) end
  local outcomes = waiting(before)
  outcomes[#outcomes + 1] = {job, task, origin, json, event}
  redis.call('HSET', unrecorded_key(), task, cjson.encode(outcomes))
end

local function change_all(text)
  for _, outcome in ipairs(waiting(text)) do change(unpack(outcome)) end
end

function ops.event(channel, json)
  redis.call('PUBLISH', channel, json)
  redis.call('XADD', events_key(), 'MAXLEN', '~', EVENTS_KEPT, '*', 'e', json)
end

-- The task ended, so it kills no worker. Takes effect unless the hand-off is refused.
function ops.unsuspect(task) cleared = task end
