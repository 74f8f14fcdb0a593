-- Ends deliveries, each with all that follows from it, at once; does nothing (0) for one that the caller no
-- longer owns. ARGV: .., stage, consumer, then of each delivery lane, id, token, how many of the arguments
-- that follow are its operations, and those: name, number of arguments, arguments. Answers 1 or 0 for each, or
-- why Redis refused an operation: that delivery stays with its owner, and the others are not touched by it.
local stage, consumer = ARGV[3], ARGV[4]
drains()
local lane

local LARGEST = 2 ^ 53 - 1          -- of one file's numbers; up to there every whole number is exact
local FULL = '9223372036854775807'  -- of a sum

-- What many hand-offs share is done once, at the end: a call costs Redis more than what it does.
local counts, stats, ended, open, done_with, longest = {}, {}, {}, {}, {}, nil

-- What one delivery will have changed when all its operations are done: a job's field, or a total's (false).
local changes = {}
local function add(job, field, n) changes[#changes + 1] = {job, field, n} end

local function commit()
  for _, c in ipairs(changes) do
    local job, field, n = c[1], c[2], c[3]
    local to = stats
    if job then
      counts[job] = counts[job] or {}
      to = counts[job]
    end
    to[field] = (to[field] or 0) + n
  end
end

-- A number that others measured, made one that can be counted.
local function measure(text)
  local n = tonumber(text)
  if not n or n ~= n or n < 0 then return 0 end
  return math.min(n, LARGEST)
end

local function put_in(to, to_lane, ...)
  put(to, to_lane, ...)
  open[to .. ' ' .. to_lane] = {to, to_lane}
end

local function notify(...)
  if may_notify() then put_in(NOTIFY, lane, ...) end
end

local ops = {}
local recorded, early -- the malicious file that this delivery recorded; what became of its action, if that came first

function ops.put(to, to_lane, task, job, origin, body) put_in(to, to_lane, task, job, 0, origin, body) end

-- The same file again after a while, in milliseconds, one try the poorer.
function ops.later(task, job, tries, origin, body, after)
  -- Taking it again is what counts it as cancelled; that need not wait. Actions are not cancelled.
  if stage == SCAN and redis.call('HGET', job_key(job), 'cancel') == '1' then
    put_in(stage, lane, task, job, tries, origin, body)
    return
  end
  local due = steady() + tonumber(after)
  redis.call('SADD', lanes_key(stage), lane)
  redis.call('ZADD', later_key(stage, lane), due, cjson.encode({task, job, tries, origin, body}))
  redis.call('ZADD', laters_key(stage), 'LT', due, lane)
end

-- Back to where it came from; no try is used up.
function ops.back(task, job, tries, origin, body) put_in(stage, lane, task, job, tries, origin, body) end

function ops.action_due(job, task)
  redis.call('HSET', unrecorded_key(), task, '')
  add(job, 'actions_pending', 1)
end

function ops.action_dropped(job)
  add(job, 'actions_pending', -1)
  ended[job] = ended[job] or 'action'
end

-- One more file of the job, which still waits for the action's outcome and so cannot have ended.
function ops.scan_again(task, job, origin, body)
  local own = lane .. '/' .. job
  redis.call('SADD', job_lanes_key(job), own)
  put_in(SCAN, own, task, job, 0, origin, body)
  add(job, 'accepted', 1)
  add(job, 'scanned_again', 1)
  add(job, 'pending', 1)
end

function ops.dead(kind, item) redis.call('XADD', dead_key(kind), '*', 'item', item) end

-- The outcome of a file: its record, its column in the job's ledger, the totals. Once a file.
function ops.outcome(job, task, origin, column, bytes, micros, encrypted, request_ms, read_ms, location, json, retain)
  notify(task, job, 0, origin, record(job, task, json, tonumber(retain)))
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

-- An event for the SIEM; its number shows the receiver's side when some had to be dropped.
function ops.siem(json)
  redis.call('XADD', siem_key(), 'MAXLEN', '~', SIEM_KEPT, '*', 'n', redis.call('INCR', siem_seq_key()), 'e', json)
  redis.call('EXPIRE', siem_key(), JOB_TTL_S)
end

-- What became of the action: changes the record, counts nothing.
local function change(job, task, origin, json, event)
  local seq = redis.call('GET', result_of_key(task))
  if seq and redis.call('EXISTS', result_key(seq)) == 1 then
    json = '{"id":' .. seq .. string.sub(json, 9)
    redis.call('SET', result_key(seq), json)
  end
  notify(task, job, 0, origin, json)
  if event ~= '' then ops.siem(event) end
  ops.action_dropped(job)
end

-- What became of actions of a file whose verdict is not recorded: more than one when a dead letter was replayed.
local function waiting(early)
  if early == '' then return {} end
  local changes_due = cjson.decode(early)
  return type(changes_due[1]) == 'table' and changes_due or {changes_due}  -- format 2 kept one
end

-- Before the verdict is recorded it waits for that, so that all who listen hear of the verdict first.
function ops.amend(job, task, origin, json, event)
  local before = redis.call('HGET', unrecorded_key(), task)
  if not before then return change(job, task, origin, json, event) end
  local all = waiting(before)
  all[#all + 1] = {job, task, origin, json, event}
  redis.call('HSET', unrecorded_key(), task, cjson.encode(all))
end

local function change_all(early)
  for _, c in ipairs(waiting(early)) do change(unpack(c)) end
end

function ops.event(channel, json)
  redis.call('PUBLISH', channel, json)
  redis.call('XADD', events_key(), 'MAXLEN', '~', EVENTS_KEPT, '*', 'e', json)
end

-- It ended, so it is none of those that kill their worker. What was refused has not ended.
local cleared
function ops.unsuspect(task) cleared = task end

-- Why it failed, as text; nil when it did not.
local function failure(f, ...)
  local ok, why = pcall(f, ...)
  if ok then return nil end
  return type(why) == 'table' and why.err or tostring(why)
end

local answers, at, seen = {}, 5, {}
while at <= #ARGV do
  local id, token, last = ARGV[at + 1], ARGV[at + 2], at + 3 + tonumber(ARGV[at + 3])
  lane = ARGV[at]
  at = at + 4
  changes, cleared, recorded, early = {}, nil, nil, nil
  local first = not seen[lane .. ' ' .. id]
  local mine = first and owns(stage, lane, id, consumer, token)
  if first and not mine then lives_after_all(stage, lane, id, consumer) end
  local refused
  while at <= last do
    local n = tonumber(ARGV[at + 1])
    if mine and not refused then refused = failure(ops[ARGV[at]], unpack(ARGV, at + 2, at + 1 + n)) end
    at = at + 2 + n
  end
  if recorded and early ~= '' and not refused then refused = failure(change_all, early) end
  if mine and not refused then
    seen[lane .. ' ' .. id] = true
    commit()
    done_with[lane] = done_with[lane] or {}
    table.insert(done_with[lane], id)
    if recorded then redis.call('HDEL', unrecorded_key(), recorded) end
    if cleared then
      redis.call('HDEL', alone_key(stage), cleared, 'blamed:' .. cleared)
      redis.call('HDEL', deaths_key(stage), cleared)
    end
  end
  answers[#answers + 1] = refused or (mine and 1 or 0)
end

-- From here on nothing may stop the script: what is done must be acknowledged and counted.
for from, ids in pairs(done_with) do drop(stage, from, unpack(ids)) end

-- A sum without room for more stays full.
local function increase(key, fields)
  for field, n in pairs(fields) do
    local float = string.match(field, '_elapsed_ms$')
    local sum = redis.pcall(float and 'HINCRBYFLOAT' or 'HINCRBY', key, field, string.format(float and '%.3f' or '%.0f', n))
    if type(sum) == 'table' and sum.err then redis.pcall('HSET', key, field, FULL) end
  end
end

for job, fields in pairs(counts) do increase(job_key(job), fields) end
increase(stats_key(), stats)
local function keep_longest()
  if longest[1] <= tonumber(redis.call('HGET', stats_key(), 'longest_micros') or '-1') then return end
  redis.call('HSET', stats_key(), 'longest_micros', string.format('%.0f', longest[1]), 'longest_file', longest[2],
    'longest_bytes', string.format('%.0f', longest[3]))
end
if longest then failure(keep_longest) end
for _, o in pairs(open) do failure(activate, o[1], o[2]) end
for from in pairs(done_with) do close_if_empty(stage, from) end
local function end_of(job, what)
  if what == 'file' then
    redis.call('HSETNX', job_key(job), 'first_terminal_at', seconds())
    redis.call('HSET', job_key(job), 'last_terminal_at', seconds())
  end
  touch(job)
  settle(job)
end
for job, what in pairs(ended) do failure(end_of, job, what) end
return answers
