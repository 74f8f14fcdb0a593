-- A connector lists these jobs. ARGV: .., connector uuid, then jobs. What is not its own, or has ended, is left alone.
drains()
for i = 4, #ARGV do
  local key = job_key(ARGV[i])
  local v = redis.call('HMGET', key, 'connector_uuid', 'enqueue_done', 'finished_at', 'announced')
  if v[1] == ARGV[3] and v[2] ~= '1' and not v[3] and v[4] == '1' then
    redis.call('HSET', key, 'begun', '1', 'listing_at', seconds())
  end
end
return 1
