-- Notes that a connector lists these jobs. Ignores jobs of other connectors and jobs whose listing ended.
--
-- ARGV       3 connector's uuid, 4.. jobs
-- Returns    1
-- Touches    job
-- Called by  Listings.alive

drains()
local uuid = ARGV[3]
for i = 4, #ARGV do
  local key = job_key(ARGV[i])
  local owner, enqueue_done, finished_at, announced =
    unpack(redis.call('HMGET', key, 'connector_uuid', 'enqueue_done', 'finished_at', 'announced'))
  if owner == uuid and enqueue_done ~= '1' and not finished_at and announced == '1' then
    redis.call('HSET', key, 'begun', '1', 'listing_at', seconds())
  end
end
return 1
