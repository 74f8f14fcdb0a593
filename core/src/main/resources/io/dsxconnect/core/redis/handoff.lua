-- Ends deliveries, each together with everything that follows from it. Skips a delivery that the caller does
-- not own any more. When Redis refuses an operation, its delivery stays with its owner, and the others are
-- not affected. The include operations.lua declares `stage`, `consumer`, `lane`, `changes`, `cleared`,
-- `recorded`, `early`, `counts`, `stats`, `ended`, `opened`, `longest`, `ops`, `commit` and `change_all`.
--
-- ARGV       3 queue, 4 consumer
--            5.. of each delivery: lane, id, token, n; then n arguments with its operations, of each: name
--            (see operations.lua), number of its arguments, arguments
-- Returns    of each delivery: 1 ended, 0 not owned, or the error by which Redis refused an operation
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, active, idle, listing,
--            finished, lane, later, laters, lanes, turns, line, gated, beat, turn, wake, held, alone,
--            deaths, dead, lost_actions, notifications, seq, oldest, result, result_of, index, indexed,
--            covered, mixed, unrecorded, stats, events, siem, siem_seq
-- Called by  RedisStageQueue.complete

drains()

local FULL = '9223372036854775807'    -- of a sum

-- Why a call failed, as text; nil when it did not.
local function failure(f, ...)
  local ok, why = pcall(f, ...)
  if ok then return nil end
  return type(why) == 'table' and why.err or tostring(why)
end

local answers, seen = {}, {}
local done_with = {}    -- lane -> ids of ended deliveries
local at = 5
while at <= #ARGV do
  local id, token, last = ARGV[at + 1], ARGV[at + 2], at + 3 + tonumber(ARGV[at + 3])
  lane = ARGV[at]
  at = at + 4
  changes, cleared, recorded, early = {}, nil, nil, nil
  local first = not seen[lane .. ' ' .. id]
  local mine = first and owns(stage, lane, id, consumer, token)
  if first and not mine then absolve(stage, lane, id, consumer) end
  local refused
  while at <= last do
    local name, n = ARGV[at], tonumber(ARGV[at + 1])
    if mine and not refused then refused = failure(ops[name], unpack(ARGV, at + 2, at + 1 + n)) end
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

-- From here on nothing may stop the script: what was done must be acknowledged and counted.
for from, ids in pairs(done_with) do drop(stage, from, unpack(ids)) end

-- A sum that would overflow stays at its maximum.
local function increase(key, fields)
  for field, n in pairs(fields) do
    local float = string.match(field, '_elapsed_ms$')
    local command, format = float and 'HINCRBYFLOAT' or 'HINCRBY', float and '%.3f' or '%.0f'
    local sum = redis.pcall(command, key, field, string.format(format, n))
    if type(sum) == 'table' and sum.err then redis.pcall('HSET', key, field, FULL) end
  end
end

local function keep_longest()
  local micros, location, bytes = unpack(longest)
  if micros <= tonumber(redis.call('HGET', stats_key(), 'longest_micros') or '-1') then return end
  redis.call('HSET', stats_key(), 'longest_micros', string.format('%.0f', micros), 'longest_file', location,
    'longest_bytes', string.format('%.0f', bytes))
end

local function end_of(job, what)
  if what == 'file' then
    redis.call('HSETNX', job_key(job), 'first_terminal_at', seconds())
    redis.call('HSET', job_key(job), 'last_terminal_at', seconds(), 'last_terminal_ms', milliseconds())
  end
  touch(job)
  settle(job)
end

for job, fields in pairs(counts) do increase(job_key(job), fields) end
increase(stats_key(), stats)
if longest then failure(keep_longest) end
for _, to in pairs(opened) do failure(activate, to[1], to[2]) end
for from in pairs(done_with) do close_if_empty(stage, from) end
for job, what in pairs(ended) do failure(end_of, job, what) end
return answers
