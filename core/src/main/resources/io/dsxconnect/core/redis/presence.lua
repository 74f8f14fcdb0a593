-- Notes that a replica of the API serves, so that a time without any replica is noticed: a listing that does
-- not repeat refused requests then lacks files.
--
-- ARGV       3 'start', 'beat' or 'bye', 4 replica, 5 milliseconds after which a replica is missing
--            6.. jobs whose requests this replica had to refuse
-- Returns    1 when the core was unavailable, else 0
-- Touches    job, listing, apis, api_back
-- Called by  ApiPresence.beat, ApiPresence.close

drains()
local verb, replica, missing_ms = ARGV[3], ARGV[4], tonumber(ARGV[5])
local MAX_LISTINGS = 1000
local last_beat = tonumber(redis.call('ZSCORE', apis_key(), replica) or '-1')
local was_away = false
redis.call('ZREM', apis_key(), replica)
for _, other in ipairs(redis.call('ZRANGEBYSCORE', apis_key(), '-inf', NOW - missing_ms)) do
  redis.call('ZREM', apis_key(), other)
  was_away = true
end
if verb == 'start' then
  -- A replica that was killed is still in the set. The set is empty when the last one ended in order.
  was_away = was_away or last_beat >= 0 or redis.call('ZCARD', apis_key()) == 0
elseif verb == 'beat' then
  was_away = was_away or NOW - last_beat > missing_ms
end
if verb ~= 'bye' then redis.call('ZADD', apis_key(), NOW, replica) end
local function note_missing_files(job) redis.call('HSET', job_key(job), 'core_away', seconds()) end
if was_away then
  redis.call('SET', api_back_key(), seconds())
  local listings = redis.call('ZRANGE', listing_key(), 0, MAX_LISTINGS - 1)
  for _, job in ipairs(listings) do note_missing_files(job) end
end
for i = 6, #ARGV do
  if redis.call('ZSCORE', listing_key(), ARGV[i]) then note_missing_files(ARGV[i]) end
end
return was_away and 1 or 0
