-- Puts a dead letter's task back into its queue and its file back into its job's ledger.
--
-- ARGV       3 kind of dead letter, 4 id of the entry, 5 queue
-- Returns    'ok', 'gone' (another caller was faster) or 'unreadable' (it stays where it is)
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, jobs, active, sampled, idle,
--            finished, archive, archived, lane, lanes, turns, line, gated, turn, wake, held, dead,
--            notifications, stats
-- Called by  DeadLetters.requeue

local kind, id, stage = ARGV[3], ARGV[4], ARGV[5]
local fields = fields_at(dead_key(kind), id)
if not fields then return 'gone' end
local read, item = pcall(cjson.decode, fields[2])
if not read or type(item.meta) ~= 'table' or not item.meta.job or not item.payload.body then
  return 'unreadable'
end
local job, origin, lane = item.meta.job, item.meta.origin, item.meta.lane
local task = item.chain.scan_request_task_id
local column = item.meta.column or 'failed'
redis.call('XDEL', dead_key(kind), id)
restore(job)
local forgotten = redis.call('EXISTS', job_key(job)) == 0
reopen(job)
redis.call('HSETNX', job_origins_key(job), origin, item.meta.connector)
-- The file of an action, or of an action's outcome, is counted already.
if kind == DEAD[ACTION] or kind == DEAD[RESULT] and has_action_outcome(item.payload.body) then
  redis.call('HINCRBY', job_key(job), 'actions_pending', 1)
else
  if forgotten then redis.call('HINCRBY', job_key(job), 'accepted', 1)
  else redis.call('HINCRBY', job_key(job), column, -1) end
  redis.call('HINCRBY', job_key(job), 'pending', 1)
  redis.call('HINCRBY', stats_key(), 'files', -1)
  redis.call('HINCRBY', stats_key(), column, -1)
  -- It was counted with 0 bytes and no time.
  redis.call('HINCRBY', stats_key(), 'size:0', -1)
  redis.call('HINCRBY', stats_key(), 'time:0', -1)
end
if job_of(lane) and stage == SCAN then redis.call('SADD', job_lanes_key(job), lane) end
put(stage, lane, task, job, 0, origin, item.payload.body)
activate(stage, lane)
touch(job)
return 'ok'
