-- Forgets a connector unless it has registered again meanwhile. ARGV: .., uuid. Answers 1 to whoever is first.
if redis.call('EXISTS', connector_key(ARGV[3])) == 1 then return 0 end
return redis.call('SREM', connectors_key(), ARGV[3])
