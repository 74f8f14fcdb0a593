-- Deletes a finished job. Its records stay.
--
-- ARGV       3 job, 4 seconds for which requests of a cancelled job that is still listed are refused
-- Returns    1 deleted, 0 unknown, -1 not finished
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, jobs, active, sampled,
--            charted, listing, forgotten, archive, archived
-- Called by  Jobs.deleteFinished

drains()
local job = ARGV[3]
if archived(job) then
  drop_archived(job)
  redis.call('ZREM', jobs_key(), job)
  return 1
end
local known, finished_at, status, enqueue_done =
  unpack(redis.call('HMGET', job_key(job), 'job_id', 'finished_at', 'status', 'enqueue_done'))
if known and not finished_at then return -1 end
-- Its connector may still list. The files that it sends must not start a new job.
if status == 'cancelled' and enqueue_done ~= '1' then
  redis.call('SET', forgotten_key(job), '1', 'EX', ARGV[4])
end
delete_job(job)
redis.call('ZREM', listing_key(), job)
return known and 1 or 0
