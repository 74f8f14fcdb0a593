-- Puts a dead letter's task back into its queue and its file back into its job's ledger.
--
-- ARGV       3 kind of dead letter, 4 id of the entry, 5 queue
-- Returns    'ok', 'gone' (another caller was faster), or why it stays where it is: 'unreadable', or
--            'job_gone' when its job was deleted or expired, so that no ledger counts its file,
--            'job_cancelled' when its job was, so that its file would not be scanned
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, jobs, active, sampled, idle,
--            finished, archive, archived, lane, lanes, turns, line, gated, turn, wake, held, dead,
--            notifications, result_of, stats
-- Called by  DeadLetters.requeue, DeadLetterSearch.replay

local kind, id, stage = ARGV[3], ARGV[4], ARGV[5]
local fields = fields_at(dead_key(kind), id)
if not fields then return 'gone' end
local read, item = pcall(cjson.decode, fields[2])

-- Whether a value is a table whose fields of these names are texts.
local function has_texts(value, ...)
  if type(value) ~= 'table' then return false end
  for _, name in ipairs({...}) do
    if type(value[name]) ~= 'string' then return false end
  end
  return true
end

if not read or not has_texts(item) or not has_texts(item.meta, 'job', 'origin', 'connector', 'lane')
   or not has_texts(item.payload, 'body') or not has_texts(item.chain, 'scan_request_task_id') then
  return 'unreadable'
end
local job, origin, lane = item.meta.job, item.meta.origin, item.meta.lane
local task = item.chain.scan_request_task_id
local column = item.meta.column or 'failed'
restore(job)
if redis.call('EXISTS', job_key(job)) == 0 then return 'job_gone' end
if stage == SCAN and redis.call('HGET', job_key(job), 'cancel') == '1' then return 'job_cancelled' end
redis.call('XDEL', dead_key(kind), id)
-- The file of an action, or of an action's outcome, is counted already.
local of_action = kind == DEAD[ACTION] or kind == DEAD[RESULT] and has_action_outcome(item.payload.body)
if of_action then reopen_for_action(job) else reopen(job) end
redis.call('HSETNX', job_origins_key(job), origin, item.meta.connector)
if of_action then
  redis.call('HINCRBY', job_key(job), 'actions_pending', 1)
  -- The new outcome replaces the one in the record. Where that is gone, it is that of the letter.
  if not redis.call('GET', result_of_key(task)) then
    local gone = stage == RESULT and counter_of_action(item.payload.body) or 'actions_failed'
    if number(job, gone) > 0 then recount_action(job, gone, nil) end
  end
else
  redis.call('HINCRBY', job_key(job), column, -1)
  redis.call('HINCRBY', job_key(job), 'pending', 1)
  redis.call('HINCRBY', stats_key(), 'files', -1)
  redis.call('HINCRBY', stats_key(), column, -1)
  redis.call('HINCRBY', stats_key(), 'replayed:' .. column, 1)
  -- It was counted with 0 bytes and no time.
  redis.call('HINCRBY', stats_key(), 'size:0', -1)
  redis.call('HINCRBY', stats_key(), 'time:0', -1)
end
if job_of(lane) and stage == SCAN then redis.call('SADD', job_lanes_key(job), lane) end
put(stage, lane, task, job, 0, origin, item.payload.body)
activate(stage, lane)
touch(job)
return 'ok'
