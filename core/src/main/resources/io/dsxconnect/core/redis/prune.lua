-- Forgets what is kept too long; a little in one call. ARGV: .., records kept (negative: all), finished jobs kept of each
-- kind, archived jobs kept, seconds for which jobs and dead letters are kept, rank from which `jobs` is looked through.
-- Answers 1 when there is more to do, the rank for the next call, how many dead letters were too old, and 1
-- when so many notifications wait that more are not told.
local retain, most, most_archived = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local seconds_kept, rank = tonumber(ARGV[6]), tonumber(ARGV[7])
local ARCHIVED_AFTER_S, ARCHIVED_AT_ONCE = 60, 100
local AT_ONCE = 500
drains()
local more = prune(retain, AT_ONCE) == AT_ONCE

local function forget(job)
  drop_archived(job)
  redis.call('DEL', job_key(job), job_lanes_key(job), job_express_key(job), job_origins_key(job), job_results_key(job))
  redis.call('ZREM', jobs_key(), job)
end

-- Jobs of single files that ended a while ago are archived, as far as they can be.
local function archive_ended()
  local list = finished_key('single')
  for _ = 1, ARCHIVED_AT_ONCE do
    local at, job = string.match(redis.call('LINDEX', list, 0) or '', '^(%d+) (.*)$')
    if not at or tonumber(at) > NOW / 1000 - ARCHIVED_AFTER_S then return false end
    redis.call('LPOP', list)
    if redis.call('HGET', job_key(job), 'finished_at') == at and not archive(job) then
      redis.call('RPUSH', finished_key('unannounced'), at .. ' ' .. job)
    end
  end
  return true
end
more = archive_ended() or more

-- A job stands in the list once for each time it ended; only the last of them is its end.
local function too_many_or_old(kind)
  local list = finished_key(kind)
  for _ = 1, AT_ONCE do
    local at, job = string.match(redis.call('LINDEX', list, 0) or '', '^(%d+) (.*)$')
    if not at then return false end
    if redis.call('LLEN', list) <= most and tonumber(at) > NOW / 1000 - seconds_kept then return false end
    redis.call('LPOP', list)
    if redis.call('HGET', job_key(job), 'finished_at') == at then forget(job) end
  end
  return true
end
for _, kind in ipairs({'announced', 'unannounced'}) do more = too_many_or_old(kind) or more end

-- Jobs that ran out are in the list of jobs still, and of those that are archived some are too many or too old.
local surplus = tonumber(redis.call('GET', archived_key()) or '0') - most_archived
local function is_due(job)
  if redis.call('EXISTS', job_key(job)) == 1 then return false end
  local fields = archived(job)
  if not fields then return true end
  surplus = surplus - 1
  return surplus >= 0 or tonumber(fields.finished_at) <= NOW / 1000 - seconds_kept
end
local looked = redis.call('ZRANGE', jobs_key(), rank, rank + AT_ONCE - 1)
rank = #looked < AT_ONCE and 0 or rank + AT_ONCE
for _, job in ipairs(looked) do
  if is_due(job) then
    forget(job)
    if rank > 0 then rank = rank - 1 end
  end
end
more = surplus > 0 or more

local too_old = 0
for _, kind in pairs(DEAD) do
  local before = string.format('%.0f', math.max(0, NOW - seconds_kept * 1000))
  too_old = too_old + redis.call('XTRIM', dead_key(kind), 'MINID', before)
end

-- What the counter says of the notifications becomes true, whichever version left them there.
local waiting = 0
local lanes = redis.call('SMEMBERS', lanes_key(NOTIFY))
if #lanes <= 256 then
  for _, lane in ipairs(lanes) do
    waiting = waiting + redis.call('XLEN', lane_key(NOTIFY, lane))
  end
  redis.call('SET', notifications_key(), waiting)
end
return {more and 1 or 0, rank, too_old, waiting >= NOTIFICATIONS_KEPT and 1 or 0}
