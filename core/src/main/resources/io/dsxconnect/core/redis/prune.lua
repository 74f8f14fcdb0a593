-- Applies the retention: deletes records, jobs and dead letters that are too many or too old, and archives
-- finished jobs of single files. One call does a bounded part of it.
--
-- ARGV       3 records to keep (negative: all), 4 finished jobs to keep of each kind, 5 archived jobs to
--            keep, 6 lifetime of jobs and dead letters in seconds, 7 rank in `jobs` at which to go on with
--            jobs that are gone or too old, 8 the same with archived jobs that are too many
-- Returns    1 when there is more to do, the two ranks for the next call, number of dead letters that were
--            too old, 1 when no more notifications are queued because too many wait
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, jobs, active, sampled,
--            charted, finished, archive, archived, lane, lanes, dead, notifications, seq, oldest, result,
--            result_of, index
-- Called by  Retention.upkeep

local retain, max_jobs, max_archived = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local kept_s, rank, surplus_rank = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local ARCHIVE_AFTER_S = 60
local MAX_ARCHIVED = 100          -- jobs to archive in one call
local MAX_PRUNED = 500            -- records, and jobs of each kind, to look at in one call
local MAX_COUNTED_LANES = 256     -- lanes of notifications that are counted
drains()
local more = prune(retain, MAX_PRUNED) == MAX_PRUNED

-- Hand-offs delete records, too, and leave their entries in the index to this call.
local first = redis.call('GET', oldest_key())
if first then
  for _, name in ipairs(INDEXES) do redis.call('ZREMRANGEBYSCORE', index_key(name), '-inf', '(' .. first) end
end

-- The oldest in a list of finished jobs: when it ended, in seconds as text, and its id; nil at the end.
local function oldest(list)
  return string.match(redis.call('LINDEX', list, 0) or '', '^(%d+) (.*)$')
end

-- A job is in a list once for each time it ended. Only the last of these is its end.
local function ended_at(job, at) return redis.call('HGET', job_key(job), 'finished_at') == at end

local forgotten = 0
local function forget(job)
  forgotten = forgotten + 1
  drop_archived(job)
  delete_job(job)
end

local function archive_finished()
  local list = finished_key('single')
  for _ = 1, MAX_ARCHIVED do
    local at, job = oldest(list)
    if not at or tonumber(at) > NOW / 1000 - ARCHIVE_AFTER_S then return false end
    redis.call('LPOP', list)
    if ended_at(job, at) and not archive(job) then
      redis.call('RPUSH', finished_key('unannounced'), at .. ' ' .. job)
    end
  end
  return true
end
more = archive_finished() or more

local function forget_finished(kind)
  local list = finished_key(kind)
  for _ = 1, MAX_PRUNED do
    local at, job = oldest(list)
    if not at then return false end
    if redis.call('LLEN', list) <= max_jobs and tonumber(at) > NOW / 1000 - kept_s then return false end
    redis.call('LPOP', list)
    if ended_at(job, at) then forget(job) end
  end
  return true
end
for _, kind in ipairs({'announced', 'unannounced'}) do more = forget_finished(kind) or more end

-- Forgets jobs of a page of `jobs`, the oldest first. Returns the rank at which to go on; 0 at the end.
local function forget_due(from, is_due)
  local page, kept = redis.call('ZRANGE', jobs_key(), from, from + MAX_PRUNED - 1), 0
  for _, job in ipairs(page) do
    if is_due(job) then forget(job) else kept = kept + 1 end
  end
  return #page < MAX_PRUNED and 0 or from + kept
end

-- `jobs` still lists jobs whose key expired, and archived jobs that are too old.
rank = forget_due(rank, function(job)
  if redis.call('EXISTS', job_key(job)) == 1 then return false end
  local fields = archived(job)
  return not fields or tonumber(fields.finished_at) <= NOW / 1000 - kept_s
end)

-- Archived jobs that are too many. Each surplus is looked for from the oldest job on; jobs that this call
-- has forgotten may have been before the rank.
local surplus = tonumber(redis.call('GET', archived_key()) or '0') - max_archived
if surplus > 0 then
  surplus_rank = forget_due(math.max(0, surplus_rank - forgotten), function(job)
    if surplus <= 0 or redis.call('EXISTS', job_key(job)) == 1 or not archived_as(job) then return false end
    surplus = surplus - 1
    return true
  end)
  more = surplus > 0 and surplus_rank > 0 or more
end
if surplus <= 0 then surplus_rank = 0 end

local dead_too_old = 0
for _, kind in pairs(DEAD) do
  local before = string.format('%.0f', math.max(0, NOW - kept_s * 1000))
  dead_too_old = dead_too_old + redis.call('XTRIM', dead_key(kind), 'MINID', before)
end

-- Corrects the counter of notifications, which other versions may have left wrong.
local waiting = 0
local lanes = redis.call('SMEMBERS', lanes_key(NOTIFY))
if #lanes <= MAX_COUNTED_LANES then
  for _, lane in ipairs(lanes) do waiting = waiting + redis.call('XLEN', lane_key(NOTIFY, lane)) end
  redis.call('SET', notifications_key(), waiting)
end
return {more and 1 or 0, rank, surplus_rank, dead_too_old, waiting >= NOTIFICATIONS_KEPT and 1 or 0}
