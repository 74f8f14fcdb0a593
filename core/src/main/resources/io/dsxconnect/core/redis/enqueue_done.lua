-- The connector has listed everything. ARGV: .., job, total it says (-1: nothing said), skipped, errors, '1' when it
-- repeats what was refused, then field and value of more that it says. Answers 0 when the job was forgotten.
local job, total, skipped, errors, repeats = unpack(ARGV, 3, 7)
drains()
local key = job_key(job)
restore(job)
if redis.call('EXISTS', forgotten_key(job)) == 1 then
  redis.call('DEL', forgotten_key(job))
  return 0
end
if redis.call('HSETNX', key, 'started_at', seconds()) == 1 then
  redis.call('HSET', key, 'job_id', job, 'status', 'running')
  redis.call('ZADD', jobs_key(), NOW, job)
end
redis.call('HSET', key, 'enqueue_done', '1', 'enqueue_finished_at', seconds(), 'last_update', seconds(),
  'listing_skipped', skipped, 'listing_errors', errors)
redis.call('HDEL', key, 'ended_idle')
if repeats == '1' then redis.call('HSET', key, 'offers_again', '1') end
if #ARGV > 7 then redis.call('HSET', key, unpack(ARGV, 8)) end
if tonumber(total) > 0 then redis.call('HSET', key, 'announced_total', total) end
redis.call('ZREM', listing_key(), job)
-- A listing that was given up, because nothing was heard of it, went on to its end after all.
if tonumber(total) >= 0 and repeats == '1' then redis.call('HDEL', key, 'listing_lost') end
-- What was said just now may change what the job ended as.
local v = redis.call('HMGET', key, 'status', 'finished_at')
if v[2] and v[1] ~= 'cancelled' then
  redis.call('HDEL', key, 'finished_at')
  redis.call('HSET', key, 'status', 'running')
end
settle(job)
return 1
