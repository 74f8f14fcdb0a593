-- Reads a job, archived or not. Both in one call: a job may be archived or unpacked between two.
--
-- ARGV       3 job
-- Returns    number of its record (0: none, -1: the job is not archived), seconds of its remaining lifetime
--            (-1: without end), then its fields and values in turn; an empty list when there is no such job
-- Touches    job, archive
-- Called by  StoredJob.find

local job = ARGV[3]
local ttl_s = redis.call('TTL', job_key(job))
if ttl_s >= -1 then return {-1, ttl_s, unpack(redis.call('HGETALL', job_key(job)))} end
local fields, record = archived(job)
if not fields then return {} end
local remaining_s = math.max(0, tonumber(fields.finished_at) + JOB_TTL_S - math.floor(NOW / 1000))
return {tonumber(record or '0'), remaining_s, unpack(in_turn(fields))}
