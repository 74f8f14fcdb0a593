-- Notes for which connectors a worker's circuit breakers are open. The note expires with the worker, whose
-- sweeps prolong it.
--
-- ARGV       3 queue, 4 consumer, 5 number of connectors that are down
--            6.. the connectors that are down, then those that are up again
-- Returns    1
-- Touches    turns, gated, gates, turn, wake, held
-- Called by  RedisStageQueue.take

local stage, consumer, down = ARGV[3], ARGV[4], tonumber(ARGV[5])
local FIRST = 6
local gates = gates_key(stage, consumer)
drains()
for i = FIRST, FIRST - 1 + down do redis.call('SADD', gates, ARGV[i]) end
for i = FIRST + down, #ARGV do
  local connector = ARGV[i]
  redis.call('SREM', gates, connector)
  if redis.call('ZREM', gated_key(stage), connector) == 1 then line_up(stage, connector) end
end
redis.call('PEXPIRE', gates, 4 * SET_ASIDE_MS)
return 1
