-- A connector that lists saw that its job is paused: it leaves the file out and never names it. ARGV: .., job.
-- Answers 1 when that was counted. Not counted is a look at a job that nobody lists, or whose connector offers
-- again what was refused: then it was somebody else who looked.
drains()
local key = job_key(ARGV[3])
local v = redis.call('HMGET', key, 'paused', 'enqueue_done', 'finished_at', 'announced', 'offers_again')
if v[1] ~= '1' or v[2] == '1' or v[3] or v[4] ~= '1' or v[5] == '1' then return 0 end
redis.call('HINCRBY', key, 'skipped_while_paused', 1)
redis.call('HSET', key, 'begun', '1')
return 1
