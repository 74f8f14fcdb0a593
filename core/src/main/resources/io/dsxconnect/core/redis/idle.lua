-- Ends unannounced jobs that had no work for a while. ARGV: .., idle for so many ms. Answers how many.
drains()
local ended = 0
for _, job in ipairs(redis.call('ZRANGEBYSCORE', idle_key(), '-inf', NOW - tonumber(ARGV[3]), 'LIMIT', 0, 500)) do
  if number(job, 'pending') == 0 and number(job, 'actions_pending') == 0 then
    redis.call('HSET', job_key(job), 'enqueue_done', '1', 'ended_idle', '1')
    settle(job)
    ended = ended + 1
  end
  redis.call('ZREM', idle_key(), job)
end
return ended
