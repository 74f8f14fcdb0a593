-- Removes a connector from the list unless it registered again in the meantime. A connector whose
-- registration expired is remembered as gone; one that unregistered is forgotten.
--
-- ARGV       3 uuid, 4 '1' when its registration expired, else '0', 5 maximum of connectors that are
--            remembered as gone, 6 milliseconds for which they are
-- Returns    1 to the first caller, else 0
-- Touches    connector, connectors, known, registrations, gone
-- Called by  Registry.unregister, Registry.expired, Registry.sweep

local uuid, expired, max, kept_ms = ARGV[3], ARGV[4] == '1', tonumber(ARGV[5]), tonumber(ARGV[6])
if redis.call('EXISTS', connector_key(uuid)) == 1 then return 0 end
local first = redis.call('SREM', connectors_key(), uuid)

local function forget(connector)
  redis.call('ZREM', gone_key(), connector)
  redis.call('HDEL', known_key(), connector)
  redis.call('HDEL', registrations_key(), connector)
end

if not expired then
  forget(uuid)
elseif first == 1 and redis.call('HEXISTS', known_key(), uuid) == 1 then
  redis.call('ZADD', gone_key(), NOW, uuid)
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', gone_key(), '-inf', NOW - kept_ms)) do forget(old) end
  local excess = redis.call('ZCARD', gone_key()) - max
  if excess > 0 then
    for _, oldest in ipairs(redis.call('ZRANGE', gone_key(), 0, excess - 1)) do forget(oldest) end
  end
end
return first
