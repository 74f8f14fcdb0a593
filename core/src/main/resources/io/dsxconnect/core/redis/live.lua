-- Lists the live workers. A heartbeat far in the future is from before Redis' clock was set back.
--
-- ARGV       3 milliseconds after which a worker is silent
-- Returns    of each worker, in turn: its last heartbeat in ms, its report
-- Touches    worker_reports, worker_beats
-- Called by  WorkerReports.live

local found = {}
local silent_ms = tonumber(ARGV[3])
local from, to = '(' .. NOW - silent_ms, NOW + silent_ms
local live = redis.call('ZRANGEBYSCORE', worker_beats_key(), from, to, 'WITHSCORES')
for i = 1, #live, 2 do
  local report = redis.call('HGET', worker_reports_key(), live[i])
  if report then
    found[#found + 1] = live[i + 1]
    found[#found + 1] = report
  end
end
return found
