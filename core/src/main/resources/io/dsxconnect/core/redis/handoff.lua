-- Ends deliveries, each with all that follows from it, at once; does nothing (0) for one that the caller no
-- longer owns. ARGV: .., stage, consumer, then of each delivery lane, id, token, how many of the arguments
-- that follow are its operations, and those: name, number of arguments, arguments. Answers 1 or 0 for each.
local stage, consumer = ARGV[3], ARGV[4]
local lane

-- What many hand-offs share is done once, at the end: a call costs Redis more than what it does.
local counts, stats, ended, open, done_with, longest = {}, {}, {}, {}, {}, nil

local function add(to, field, n) to[field] = (to[field] or 0) + n end

local function job_counts(job)
  counts[job] = counts[job] or {}
  return counts[job]
end

local function put_in(to, to_lane, ...)
  put(to, to_lane, ...)
  open[to .. ' ' .. to_lane] = {to, to_lane}
end

local ops = {}

function ops.put(to, to_lane, task, job, origin, body) put_in(to, to_lane, task, job, 0, origin, body) end

-- The same file again at a later time, one try the poorer.
function ops.later(task, job, tries, origin, body, due)
  if redis.call('HGET', job_key(job), 'cancel') == '1' then
    -- Taking it again is what counts it as cancelled; that need not wait.
    put_in(stage, lane, task, job, tries, origin, body)
    return
  end
  redis.call('SADD', lanes_key(stage), lane)
  redis.call('ZADD', later_key(stage, lane), due, cjson.encode({task, job, tries, origin, body}))
  redis.call('ZADD', laters_key(stage), 'LT', due, lane)
end

-- Back to where it came from; no try is used up.
function ops.back(task, job, tries, origin, body) put_in(stage, lane, task, job, tries, origin, body) end

function ops.action_due(job) add(job_counts(job), 'actions_pending', 1) end

function ops.action_dropped(job)
  add(job_counts(job), 'actions_pending', -1)
  ended[job] = ended[job] or 'action'
end

function ops.dead(kind, item) redis.call('XADD', dead_key(kind), '*', 'item', item) end

-- The outcome of a file: its record, its column in the job's ledger, the totals. Once a file.
function ops.outcome(job, task, origin, column, bytes, micros, encrypted, request_ms, read_ms, location, json, retain)
  put_in('scan_result_notification_queue', lane, task, job, 0, origin, record(job, task, json, tonumber(retain)))
  local of = job_counts(job)
  add(of, column, 1)
  add(of, 'pending', -1)
  add(of, 'total_bytes', bytes)
  add(of, 'total_scan_time_us', micros)
  add(of, 'total_request_elapsed_ms', request_ms)
  add(of, 'total_read_elapsed_ms', read_ms)
  add(stats, 'files', 1)
  add(stats, column, 1)
  add(stats, 'bytes', bytes)
  add(stats, 'micros', micros)
  add(stats, 'encrypted', encrypted)
  add(stats, 'size:' .. math.floor(8 * math.log(tonumber(bytes) + 1) / math.log(2)), 1)
  add(stats, 'time:' .. math.floor(8 * math.log(tonumber(micros) + 1) / math.log(2)), 1)
  if not longest or tonumber(micros) > tonumber(longest[1]) then longest = {micros, location, bytes} end
  ended[job] = 'file'
end

-- What became of the action: changes the record, counts nothing.
function ops.amend(job, task, origin, json)
  local seq = redis.call('GET', result_of_key(task))
  if seq and redis.call('EXISTS', result_key(seq)) == 1 then
    json = '{"id":' .. seq .. string.sub(json, 9)
    redis.call('SET', result_key(seq), json)
  end
  put_in('scan_result_notification_queue', lane, task, job, 0, origin, json)
  ops.action_dropped(job)
end

function ops.event(channel, json)
  redis.call('PUBLISH', channel, json)
  redis.call('XADD', events_key(), 'MAXLEN', '~', EVENTS_KEPT, '*', 'e', json)
end

-- An event for the SIEM; its number shows the receiver's side when some had to be dropped.
function ops.siem(json)
  redis.call('XADD', siem_key(), 'MAXLEN', '~', SIEM_KEPT, '*', 'n', redis.call('INCR', siem_seq_key()), 'e', json)
end

function ops.unsuspect(task)
  redis.call('HDEL', alone_key(stage), task)
  redis.call('HDEL', deaths_key(stage), task)
end

local answers, at = {}, 5
while at <= #ARGV do
  local id, token, last = ARGV[at + 1], ARGV[at + 2], at + 3 + tonumber(ARGV[at + 3])
  lane = ARGV[at]
  at = at + 4
  local mine = owns(stage, lane, id, consumer, token)
  while at <= last do
    local n = tonumber(ARGV[at + 1])
    if mine then ops[ARGV[at]](unpack(ARGV, at + 2, at + 1 + n)) end
    at = at + 2 + n
  end
  if mine then
    done_with[lane] = done_with[lane] or {}
    table.insert(done_with[lane], id)
  end
  answers[#answers + 1] = mine and 1 or 0
end

local function increase(key, fields)
  for field, n in pairs(fields) do
    if string.match(field, '_elapsed_ms$') then redis.call('HINCRBYFLOAT', key, field, string.format('%.3f', n))
    else redis.call('HINCRBY', key, field, string.format('%.0f', n)) end
  end
end

for job, fields in pairs(counts) do increase(job_key(job), fields) end
increase(stats_key(), stats)
if longest and tonumber(longest[1]) > tonumber(redis.call('HGET', stats_key(), 'longest_micros') or '-1') then
  redis.call('HSET', stats_key(), 'longest_micros', longest[1], 'longest_file', longest[2], 'longest_bytes', longest[3])
end
for _, o in pairs(open) do activate(o[1], o[2]) end
for from, ids in pairs(done_with) do
  drop(stage, from, unpack(ids))
  close_if_empty(stage, from)
end
for job, what in pairs(ended) do
  if what == 'file' then
    redis.call('HSETNX', job_key(job), 'first_terminal_at', seconds())
    redis.call('HSET', job_key(job), 'last_terminal_at', seconds())
  end
  touch(job)
  settle(job)
end
return answers
