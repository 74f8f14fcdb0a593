-- A connector that lists saw that its job is paused: it leaves the file out and never names it. ARGV: .., job.
-- Answers 1 when that was counted.
local key = job_key(ARGV[3])
local v = redis.call('HMGET', key, 'paused', 'enqueue_done', 'finished_at')
if v[1] ~= '1' or v[2] == '1' or v[3] then return 0 end
redis.call('HINCRBY', key, 'skipped_while_paused', 1)
return 1
