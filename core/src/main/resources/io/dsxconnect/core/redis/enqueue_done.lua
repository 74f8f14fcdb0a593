-- Ends the listing of a full scan: the connector has listed all of its files.
--
-- ARGV       3 job, 4 files that the connector offered (-1: it does not report a number), 5 files that it
--            skipped, 6 files that could not be listed or offered, 7 '1' when it repeats refused requests
--            8.. more fields of the job that it reports, each followed by its value
-- Returns    1, or 0 when the job was deleted
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, jobs, active, idle, listing,
--            forgotten, finished, archive, archived
-- Called by  Jobs.enqueueDone

local job, total, skipped, errors, repeats = unpack(ARGV, 3, 7)
local MORE = 8    -- argument with the first of more fields
drains()
local key = job_key(job)
restore(job)
if redis.call('EXISTS', forgotten_key(job)) == 1 then
  redis.call('DEL', forgotten_key(job))
  return 0
end
create_job(job)
redis.call('HSET', key, 'enqueue_done', '1', 'enqueue_finished_at', seconds(), 'last_update', seconds(),
  'listing_skipped', skipped, 'listing_errors', errors)
redis.call('HDEL', key, 'ended_idle')
if repeats == '1' then redis.call('HSET', key, 'offers_again', '1') end
if #ARGV >= MORE then redis.call('HSET', key, unpack(ARGV, MORE)) end
if tonumber(total) > 0 then redis.call('HSET', key, 'announced_total', total) end
redis.call('ZREM', listing_key(), job)
-- A listing that was given up for lack of signs reached its end after all.
if tonumber(total) >= 0 and repeats == '1' then redis.call('HDEL', key, 'listing_lost') end
-- This report may change how the job ended, and not when.
local status, finished_at = unpack(redis.call('HMGET', key, 'status', 'finished_at'))
if not finished_at then settle(job) elseif status ~= 'cancelled' then conclude(job) end
return 1
