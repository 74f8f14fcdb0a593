-- Ends a delivery and does all that follows from it, at once; does nothing (0) when the caller no longer
-- owns it. ARGV: .., stage, lane, id, consumer, token, then operations, each its name, the number of its
-- arguments, and those.
local stage, lane, id, consumer, token = unpack(ARGV, 3, 7)
if not owns(stage, lane, id, consumer, token) then return 0 end

local ops = {}

function ops.put(to, to_lane, task, job, origin, body)
  put(to, to_lane, task, job, 0, origin, body)
  activate(to, to_lane)
end

-- The same file again at a later time, one try the poorer.
function ops.later(task, job, tries, origin, body, due)
  if redis.call('HGET', job_key(job), 'cancel') == '1' then
    -- Taking it again is what counts it as cancelled; that need not wait.
    put(stage, lane, task, job, tries, origin, body)
    activate(stage, lane)
    return
  end
  redis.call('SADD', lanes_key(stage), lane)
  redis.call('ZADD', later_key(stage, lane), due, cjson.encode({task, job, tries, origin, body}))
  redis.call('ZADD', laters_key(stage), 'LT', due, lane)
end

-- Back to where it came from; no try is used up.
function ops.back(task, job, tries, origin, body)
  put(stage, lane, task, job, tries, origin, body)
  activate(stage, lane)
end

function ops.action_due(job) redis.call('HINCRBY', job_key(job), 'actions_pending', 1) end

function ops.action_dropped(job)
  redis.call('HINCRBY', job_key(job), 'actions_pending', -1)
  touch(job)
  settle(job)
end

function ops.dead(kind, item) redis.call('XADD', dead_key(kind), '*', 'item', item) end

-- The outcome of a file: its record, its column in the job's ledger, the totals. Once a file.
function ops.outcome(job, task, origin, column, bytes, micros, encrypted, request_ms, read_ms, location, json, retain)
  record(job, task, lane, origin, json, tonumber(retain))
  count(job, column, 1)
  local key = job_key(job)
  redis.call('HINCRBY', key, 'total_bytes', bytes)
  redis.call('HINCRBY', key, 'total_scan_time_us', micros)
  redis.call('HINCRBYFLOAT', key, 'total_request_elapsed_ms', request_ms)
  redis.call('HINCRBYFLOAT', key, 'total_read_elapsed_ms', read_ms)
  redis.call('HSETNX', key, 'first_terminal_at', seconds())
  redis.call('HSET', key, 'last_terminal_at', seconds())
  local stats = stats_key()
  redis.call('HINCRBY', stats, 'files', 1)
  redis.call('HINCRBY', stats, column, 1)
  redis.call('HINCRBY', stats, 'bytes', bytes)
  redis.call('HINCRBY', stats, 'micros', micros)
  redis.call('HINCRBY', stats, 'encrypted', encrypted)
  redis.call('HINCRBY', stats, 'size:' .. math.floor(8 * math.log(tonumber(bytes) + 1) / math.log(2)), 1)
  redis.call('HINCRBY', stats, 'time:' .. math.floor(8 * math.log(tonumber(micros) + 1) / math.log(2)), 1)
  if tonumber(micros) > tonumber(redis.call('HGET', stats, 'longest_micros') or '-1') then
    redis.call('HSET', stats, 'longest_micros', micros, 'longest_file', location, 'longest_bytes', bytes)
  end
  touch(job)
  settle(job)
end

-- What became of the action: changes the record, counts nothing.
function ops.amend(job, task, origin, json)
  local seq = redis.call('GET', result_of_key(task))
  if seq and redis.call('EXISTS', result_key(seq)) == 1 then
    json = '{"id":' .. seq .. string.sub(json, 9)
    redis.call('SET', result_key(seq), json)
  end
  put('scan_result_notification_queue', lane, task, job, 0, origin, json)
  activate('scan_result_notification_queue', lane)
  redis.call('HINCRBY', job_key(job), 'actions_pending', -1)
  touch(job)
  settle(job)
end

function ops.unsuspect(task)
  redis.call('HDEL', alone_key(stage), task)
  redis.call('HDEL', deaths_key(stage), task)
end

local at = 8
while at <= #ARGV do
  local op, n = ARGV[at], tonumber(ARGV[at + 1])
  ops[op](unpack(ARGV, at + 2, at + 1 + n))
  at = at + 2 + n
end
drop(stage, lane, id)
close_if_empty(stage, lane)
return 1
