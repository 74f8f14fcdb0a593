-- Notes which connectors a worker found down, and which are back. ARGV: .., stage, consumer, how many are down, then
-- those, then those that are back. The note ends with the worker, whose sweeps prolong it.
local stage, consumer, down = ARGV[3], ARGV[4], tonumber(ARGV[5])
local gates = gates_key(stage, consumer)
drains()
for i = 6, 5 + down do redis.call('SADD', gates, ARGV[i]) end
for i = 6 + down, #ARGV do
  local connector = ARGV[i]
  redis.call('SREM', gates, connector)
  if redis.call('ZREM', gated_key(stage), connector) == 1 then line_up(stage, connector) end
end
redis.call('PEXPIRE', gates, 4 * SET_ASIDE_MS)
return 1
