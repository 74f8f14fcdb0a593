-- Counts a file that a connector leaves out because it saw that its job is paused. Does not count when the
-- job is not being listed, or its connector repeats refused requests: then another client looked at the job.
--
-- ARGV       3 job
-- Returns    1 when it was counted, else 0
-- Touches    job
-- Called by  Jobs.skippedWhilePaused

drains()
local key = job_key(ARGV[3])
local paused, enqueue_done, finished_at, announced, offers_again = unpack(redis.call('HMGET', key, 'paused',
  'enqueue_done', 'finished_at', 'announced', 'offers_again'))
if paused ~= '1' or enqueue_done == '1' or finished_at or announced ~= '1' or offers_again == '1' then
  return 0
end
redis.call('HINCRBY', key, 'skipped_while_paused', 1)
redis.call('HSET', key, 'begun', '1')
return 1
