-- Finds since when no worker has served the queues. A heartbeat of the future is from before Redis' clock was
-- set back, so it shows nothing.
--
-- ARGV       3.. queues
-- Returns    now in ms, then of each queue the last heartbeat of its workers in ms (0: none is known)
-- Touches    last_beats
-- Called by  WorkerReports.lastServed

local answer = {NOW}
for i = 3, #ARGV do
  local last = tonumber(redis.call('HGET', last_beats_key(), ARGV[i]) or '0')
  answer[#answer + 1] = last <= NOW and last or 0
end
return answer
