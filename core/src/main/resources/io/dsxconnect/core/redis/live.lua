-- Lists the live workers.
--
-- ARGV       3 milliseconds after which a worker is silent
-- Returns    of each worker, in turn: its last heartbeat in ms, its report
-- Touches    worker_reports, worker_beats
-- Called by  WorkerReports.live

local found = {}
local silent = NOW - tonumber(ARGV[3])
local live = redis.call('ZRANGEBYSCORE', worker_beats_key(), '(' .. silent, '+inf', 'WITHSCORES')
for i = 1, #live, 2 do
  local report = redis.call('HGET', worker_reports_key(), live[i])
  if report then
    found[#found + 1] = live[i + 1]
    found[#found + 1] = report
  end
end
return found
