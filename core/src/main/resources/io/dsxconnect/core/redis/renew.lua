-- Renews leases. ARGV: .., stage, consumer, then lane, id, token of each. Answers the places, from 0, of those
-- that are lost: lanes may have equal ids.
local stage, consumer = ARGV[3], ARGV[4]
local lost = {}
for i = 5, #ARGV, 3 do
  if owns(stage, ARGV[i], ARGV[i + 1], consumer, ARGV[i + 2]) then
    -- JUSTID starts the idle time anew and leaves the delivery count, our fencing token, alone.
    redis.call('XCLAIM', lane_key(stage, ARGV[i]), GROUP, consumer, 0, ARGV[i + 1], 'JUSTID')
  else
    lives_after_all(stage, ARGV[i], ARGV[i + 1], consumer)
    lost[#lost + 1] = (i - 5) / 3
  end
end
return lost
