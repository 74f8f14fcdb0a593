-- Ends listings that give no sign of life any more; a bounded number in one call.
--
-- ARGV       seconds without a sign after which a listing ends: 3 when it did not begin, 4 when its connector
--            is not registered any more, 5 otherwise
-- Returns    how many listings it ended
-- Touches    job, job_lanes, job_express, job_origins, job_results, job_series, active, idle, listing,
--            api_back, finished, connector
-- Called by  Listings.endSilent

drains()
local not_begun_s, gone_s, silent_s = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local CHECK_INTERVAL_MS = 5000
local MAX_LISTINGS = 100
local now_s = math.floor(NOW / 1000)

-- Why a listing ends; nil while it goes on.
local function why_ended(job)
  local paused, begun, uuid, announced_at, last_enqueued_at, listing_at = unpack(redis.call('HMGET',
    job_key(job), 'paused', 'begun', 'connector_uuid', 'announced_at', 'last_enqueued_at', 'listing_at'))
  -- No sign can arrive while the core is unavailable, and none is due while the job is paused.
  local heard_s = tonumber(redis.call('GET', api_back_key()) or '0')
  for _, at in ipairs({announced_at, last_enqueued_at, listing_at}) do
    heard_s = math.max(heard_s, tonumber(at or '0'))
  end
  if paused == '1' then
    redis.call('HSET', job_key(job), 'listing_at', seconds())
    heard_s = now_s
  end
  local quiet_s = now_s - heard_s
  if begun ~= '1' and not last_enqueued_at then
    return quiet_s >= not_begun_s and 'its connector never began to list' or nil
  elseif quiet_s >= silent_s then
    return 'its connector stopped listing without a report, and was silent for '
      .. math.floor(silent_s / 60) .. ' minutes'
  elseif quiet_s >= gone_s and redis.call('EXISTS', connector_key(uuid or '')) == 0 then
    return 'its connector became unavailable while it listed'
  end
end

local ended = 0
for _, job in ipairs(redis.call('ZRANGEBYSCORE', listing_key(), '-inf', NOW, 'LIMIT', 0, MAX_LISTINGS)) do
  local key = job_key(job)
  local status, finished_at, enqueue_done =
    unpack(redis.call('HMGET', key, 'status', 'finished_at', 'enqueue_done'))
  if not status or finished_at or enqueue_done == '1' then
    redis.call('ZREM', listing_key(), job)
  else
    local why = why_ended(job)
    if why then
      redis.call('HSET', key, 'listing_lost', why, 'enqueue_done', '1', 'last_update', seconds())
      redis.call('ZREM', listing_key(), job)
      settle(job)
      ended = ended + 1
    else
      redis.call('ZADD', listing_key(), NOW + CHECK_INTERVAL_MS, job)
    end
  end
end
return ended
