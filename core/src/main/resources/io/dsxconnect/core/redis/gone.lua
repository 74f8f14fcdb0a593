-- Removes a connector from the list unless it registered again in the meantime.
--
-- ARGV       3 uuid
-- Returns    1 to the first caller, else 0
-- Touches    connector, connectors
-- Called by  Registry.unregister, Registry.expired, Registry.sweep

if redis.call('EXISTS', connector_key(ARGV[3])) == 1 then return 0 end
return redis.call('SREM', connectors_key(), ARGV[3])
