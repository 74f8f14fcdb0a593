-- A replica of the API says that it serves, so that it is known when nobody did: a listing that does not repeat what
-- was refused then lacks files. ARGV: .., 'start', 'beat' or 'bye', replica, milliseconds after which one is missing,
-- then jobs whose requests this replica had to refuse. Answers 1 when the core was away.
drains()
local verb, me, missing = ARGV[3], ARGV[4], tonumber(ARGV[5])
local mine = tonumber(redis.call('ZSCORE', apis_key(), me) or '-1')
local away = false
redis.call('ZREM', apis_key(), me)
for _, other in ipairs(redis.call('ZRANGEBYSCORE', apis_key(), '-inf', NOW - missing)) do
  redis.call('ZREM', apis_key(), other)
  away = true
end
if verb == 'start' then
  -- Its name is still there when it was killed; nobody's is when the last one went.
  away = away or mine >= 0 or redis.call('ZCARD', apis_key()) == 0
elseif verb == 'beat' then
  away = away or NOW - mine > missing
end
if verb ~= 'bye' then redis.call('ZADD', apis_key(), NOW, me) end
local function lacks(job) redis.call('HSET', job_key(job), 'core_away', seconds()) end
if away then
  redis.call('SET', api_back_key(), seconds())
  for _, job in ipairs(redis.call('ZRANGE', listing_key(), 0, 999)) do lacks(job) end
end
for i = 6, #ARGV do
  if redis.call('ZSCORE', listing_key(), ARGV[i]) then lacks(ARGV[i]) end
end
return away and 1 or 0
