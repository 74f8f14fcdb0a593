-- Ends listings of which nobody hears any more; a few in one call. ARGV: .., seconds after which a scan that did not
-- begin, one whose connector is gone, and any other ends. Answers how many.
drains()
local not_begun, gone, silent = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local LOOK_MS = 5000
local now = math.floor(NOW / 1000)
local ended = 0
for _, job in ipairs(redis.call('ZRANGEBYSCORE', listing_key(), '-inf', NOW, 'LIMIT', 0, 100)) do
  local key = job_key(job)
  local v = redis.call('HMGET', key, 'status', 'finished_at', 'enqueue_done', 'paused', 'begun', 'connector_uuid',
    'announced_at', 'last_enqueued_at', 'listing_at')
  if not v[1] or v[2] or v[3] == '1' then
    redis.call('ZREM', listing_key(), job)
  else
    -- Nobody can be heard while the core is away, and nobody needs to speak while the job is paused.
    local heard = tonumber(redis.call('GET', api_back_key()) or '0')
    for i = 7, 9 do heard = math.max(heard, tonumber(v[i] or '0')) end
    if v[4] == '1' then redis.call('HSET', key, 'listing_at', seconds()) heard = now end
    local why
    if v[5] ~= '1' and not v[8] then
      if now - heard >= not_begun then why = 'its connector never began to list' end
    elseif now - heard >= silent then
      why = 'its connector stopped listing without a word, and was silent for ' .. math.floor(silent / 60) .. ' minutes'
    elseif now - heard >= gone and redis.call('EXISTS', connector_key(v[6] or '')) == 0 then
      why = 'its connector went away while it listed'
    end
    if why then
      redis.call('HSET', key, 'listing_lost', why, 'enqueue_done', '1', 'last_update', seconds())
      redis.call('ZREM', listing_key(), job)
      settle(job)
      ended = ended + 1
    else
      redis.call('ZADD', listing_key(), NOW + LOOK_MS, job)
    end
  end
end
return ended
