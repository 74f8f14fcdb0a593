-- Puts a dead letter back to work and its file back into its job's ledger. ARGV: .., kind, entry, stage.
-- Answers 'ok', 'gone' (another was faster) or 'unreadable' (it is left where it is).
local kind, id, stage = ARGV[3], ARGV[4], ARGV[5]
local found = redis.call('XRANGE', dead_key(kind), id, id)
if not found[1] then return 'gone' end
local read, item = pcall(cjson.decode, found[1][2][2])
if not read or type(item.meta) ~= 'table' or not item.meta.job or not item.payload.body then return 'unreadable' end
local job, origin, lane = item.meta.job, item.meta.origin, item.meta.lane
local task = item.chain.scan_request_task_id
local column = item.meta.column or 'failed'
redis.call('XDEL', dead_key(kind), id)
restore(job)
local forgotten = redis.call('EXISTS', job_key(job)) == 0
reopen(job)
redis.call('HSETNX', job_origins_key(job), origin, item.meta.connector)
-- An action, or what became of one: its file is counted already.
if kind == 'verdict_action' or kind == 'scan_result' and string.sub(item.payload.body, 1, 1) == 'A' then
  redis.call('HINCRBY', job_key(job), 'actions_pending', 1)
else
  if forgotten then redis.call('HINCRBY', job_key(job), 'accepted', 1)
  else redis.call('HINCRBY', job_key(job), column, -1) end
  redis.call('HINCRBY', job_key(job), 'pending', 1)
  redis.call('HINCRBY', stats_key(), 'files', -1)
  redis.call('HINCRBY', stats_key(), column, -1)
  -- It was counted with no bytes and no time.
  redis.call('HINCRBY', stats_key(), 'size:0', -1)
  redis.call('HINCRBY', stats_key(), 'time:0', -1)
end
if job_of(lane) and stage == SCAN then redis.call('SADD', job_lanes_key(job), lane) end
put(stage, lane, task, job, 0, origin, item.payload.body)
activate(stage, lane)
touch(job)
return 'ok'
