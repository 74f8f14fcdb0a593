-- Counts scan requests that could not be taken. ARGV: .., job, how many, why the first. Answers 1 when that was
-- counted: not of a job that is unknown or has ended.
drains()
local key = job_key(ARGV[3])
local v = redis.call('HMGET', key, 'job_id', 'finished_at')
if not v[1] or v[2] then return 0 end
redis.call('HINCRBY', key, 'refused_items', ARGV[4])
redis.call('HSETNX', key, 'refused_reason', ARGV[5])
return 1
