-- Forgets a job that has ended. ARGV: .., job, seconds for which it is known that a listing was given up. Answers 1
-- when it was forgotten, 0 when nobody knew it, -1 when it is at work and stays.
drains()
local job = ARGV[3]
local key = job_key(job)
if archived(job) then
  drop_archived(job)
  redis.call('ZREM', jobs_key(), job)
  return 1
end
local v = redis.call('HMGET', key, 'job_id', 'finished_at', 'status', 'enqueue_done')
if v[1] and not v[2] then return -1 end
-- Its connector may be listing still; what it sends must not become a job of its own.
if v[3] == 'cancelled' and v[4] ~= '1' then redis.call('SET', forgotten_key(job), '1', 'EX', ARGV[4]) end
redis.call('DEL', key, job_lanes_key(job), job_express_key(job), job_origins_key(job), job_results_key(job))
redis.call('ZREM', jobs_key(), job)
redis.call('ZREM', listing_key(), job)
return v[1] and 1 or 0
