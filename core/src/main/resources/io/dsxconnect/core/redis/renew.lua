-- Renews the leases of tasks.
--
-- ARGV       3 queue, 4 consumer
--            5.. of each task: lane, id, token
-- Returns    the positions, from 0, of the tasks that the caller lost (ids of two lanes may be equal)
-- Touches    lane, alone, deaths
-- Called by  RedisStageQueue.renew

local stage, consumer = ARGV[3], ARGV[4]
local FIRST, PER_TASK = 5, 3
local lost = {}
for i = FIRST, #ARGV, PER_TASK do
  local lane, id, token = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if owns(stage, lane, id, consumer, token) then
    -- JUSTID restarts the idle time and keeps the delivery count, which is the fencing token.
    redis.call('XCLAIM', lane_key(stage, lane), GROUP, consumer, 0, id, 'JUSTID')
  else
    absolve(stage, lane, id, consumer)
    lost[#lost + 1] = (i - FIRST) / PER_TASK
  end
end
return lost
