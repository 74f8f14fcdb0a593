-- Records that an item action failed whose outcome will never come. Its job does not wait for it any more.
--
-- ARGV       3 task, 4 its record as the caller read it, 5 the record with the failure, 6 job, 7 lane,
--            8 digest of the origin, 9 event for the SIEM or ''
-- Returns    1 done, 0 when the record is not the one that the caller read; then nothing is done
-- Touches    job, job_express, lane, lanes, turns, line, gated, turn, wake, held, notifications, result,
--            result_of, index, stats, siem, siem_seq
-- Called by  LostActions.upkeep

local task, before, failed, job, lane, origin = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local seq = redis.call('GET', result_of_key(task))
if not seq or redis.call('GET', result_key(seq)) ~= before then return 0 end
redis.call('SET', result_key(seq), failed)
index_action(seq, failed)
recount_action(job, counter_of_action(before), 'actions_failed')
if may_notify() then
  put(NOTIFY, lane, task, job, 0, origin, amended(failed))
  activate(NOTIFY, lane)
end
if ARGV[9] ~= '' then add_siem_event(ARGV[9]) end
return 1
