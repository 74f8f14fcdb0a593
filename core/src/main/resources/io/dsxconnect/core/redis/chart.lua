-- Reads a job and the rows of its time series at one moment.
--
-- ARGV       3 job
-- Returns    now in seconds, a list of the job's fields and values in turn, a list of its rows; nothing when
--            there is no such job
-- Touches    job, job_series, archive
-- Called by  JobSeries.of

local job = ARGV[3]
local fields = redis.call('HGETALL', job_key(job))
if #fields == 0 then
  local packed = archived(job)
  if not packed then return {} end
  fields = in_turn(packed)
end
return {math.floor(NOW / 1000), fields, redis.call('LRANGE', job_series_key(job), 0, -1)}
