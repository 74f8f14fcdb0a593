-- Counts refused scan requests of a job, which ends incomplete. Ignores a job that is unknown or finished.
--
-- ARGV       3 job, 4 number of requests, 5 why the first was refused
-- Returns    1 when they were counted, else 0
-- Touches    job
-- Called by  Jobs.refused

drains()
local key = job_key(ARGV[3])
local known, finished_at = unpack(redis.call('HMGET', key, 'job_id', 'finished_at'))
if not known or finished_at then return 0 end
redis.call('HINCRBY', key, 'refused_items', ARGV[4])
redis.call('HSETNX', key, 'refused_reason', ARGV[5])
return 1
