-- Queues the item action of a malicious file once more. The job waits for its outcome: a finished one runs
-- again until then, as after the replay of an action's dead letter, so that an end of a job always means that
-- nothing of it is in work. Its files are counted already, so its ledger does not change.
--
-- ARGV       3 task, 4 its record as the caller read it, 5 the record with the action pending, 6 job,
--            7 lane, 8 digest of the origin, 9 origin as JSON, 10 body of the action's task
-- Returns    'ok'; 'changed' when the record is not the one that the caller read, or 'job_gone' when the job
--            was deleted or expired: then nothing is done
-- Touches    job, job_lanes, job_express, job_origins, job_results, jobs, idle, finished, archive, archived,
--            lane, lanes, turns, line, gated, turn, wake, held, notifications, result, result_of, index
-- Called by  ActionRetry.retry

local task, before, pending, job = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local lane, origin, connector, body = ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local seq = redis.call('GET', result_of_key(task))
if not seq or redis.call('GET', result_key(seq)) ~= before then return 'changed' end
restore(job)
if redis.call('EXISTS', job_key(job)) == 0 then return 'job_gone' end
redis.call('SET', result_key(seq), pending)
recount_action(job, counter_of_action(before), nil)
redis.call('ZREM', index_key('action_failed'), seq)
redis.call('ZREM', index_key('action_unconfirmed'), seq)
reopen_for_action(job)
redis.call('HSETNX', job_origins_key(job), origin, connector)
redis.call('HINCRBY', job_key(job), 'actions_pending', 1)
put(ACTION, lane, task, job, 0, origin, body)
activate(ACTION, lane)
touch(job)
return 'ok'
