-- The connector has listed everything. ARGV: .., job, total it says (-1: nothing said), skipped, errors.
local job, total, skipped, errors = unpack(ARGV, 3, 6)
local key = job_key(job)
if redis.call('HSETNX', key, 'started_at', seconds()) == 1 then
  redis.call('HSET', key, 'job_id', job, 'status', 'running')
  redis.call('ZADD', jobs_key(), NOW, job)
end
redis.call('HSET', key, 'enqueue_done', '1', 'enqueue_finished_at', seconds(), 'last_update', seconds(),
  'listing_skipped', skipped, 'listing_errors', errors)
if tonumber(total) > 0 then redis.call('HSET', key, 'announced_total', total) end
settle(job)
return 1
