-- Compares a page of the index of active jobs with the jobs, and corrects it: processes of older versions do
-- not keep it.
--
-- ARGV       3 rank in `jobs` at which to go on, the newest first, 4 the same in `active`
-- Returns    the two ranks for the next call, 0 at the end
-- Touches    job, jobs, active, sampled
-- Called by  ActiveIndex.repair

local MAX_LOOKED_AT = 500
local jobs_rank, active_rank = tonumber(ARGV[3]), tonumber(ARGV[4])
drains()

local function read(job)
  return unpack(redis.call('HMGET', job_key(job), 'status', 'finished_at', 'announced', 'accepted'))
end

local page = redis.call('ZREVRANGE', jobs_key(), jobs_rank, jobs_rank + MAX_LOOKED_AT - 1, 'WITHSCORES')
for i = 1, #page, 2 do
  local job, start = page[i], page[i + 1]
  local status, finished_at, announced, accepted = read(job)
  if status and not finished_at and redis.call('ZADD', active_key(), 'NX', start, job) == 1
     and (announced == '1' or tonumber(accepted or '0') > EXPRESS_SHARE) then
    redis.call('ZADD', sampled_key(), 'NX', 0, job)
  end
end

local removed = 0
local active = redis.call('ZREVRANGE', active_key(), active_rank, active_rank + MAX_LOOKED_AT - 1)
for _, job in ipairs(active) do
  local status, finished_at = read(job)
  if not status or finished_at then removed = removed + redis.call('ZREM', active_key(), job) end
end

local function next_rank(rank, found, gone) return found < MAX_LOOKED_AT and 0 or rank + found - gone end
return {next_rank(jobs_rank, #page / 2, 0), next_rank(active_rank, #active, removed)}
