-- Puts files whose time has come back into their lanes and claims what a dead worker left. ARGV: .., stage,
-- consumer, lease in ms (0: claim nothing), most to claim. Answers
-- {lane, id, token, task, job, tries, origin, body, deaths} of each claimed file.
local stage, consumer, lease, most = ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
drains()

for _, lane in ipairs(redis.call('ZRANGEBYSCORE', laters_key(stage), '-inf', NOW, 'LIMIT', 0, 64)) do
  local later = later_key(stage, lane)
  for _, packed in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', NOW, 'LIMIT', 0, 256)) do
    put(stage, lane, unpack(cjson.decode(packed)))
    redis.call('ZREM', later, packed)
  end
  local next = redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')
  if next[2] then redis.call('ZADD', laters_key(stage), next[2], lane) else redis.call('ZREM', laters_key(stage), lane) end
  activate(stage, lane)
end

local claimed = {}
if lease == 0 then return claimed end
for _, lane in ipairs(redis.call('SMEMBERS', lanes_key(stage))) do
  if #claimed >= most then break end
  local key = lane_key(stage, lane)
  local stale = redis.pcall('XPENDING', key, GROUP, 'IDLE', lease, '-', '+', most - #claimed)
  if not stale.err then
    for _, p in ipairs(stale) do
      local id, owner, deliveries = p[1], p[2], p[4]
      local got = redis.call('XCLAIM', key, GROUP, consumer, lease, id)
      if got[1] then
        local f = got[1][2]
        -- Only a death while nothing else ran says that this file is the cause.
        if redis.call('HGET', alone_key(stage), f[2]) == owner then
          redis.call('HINCRBY', deaths_key(stage), f[2], 1)
          redis.call('HDEL', alone_key(stage), f[2])
        end
        local deaths = redis.call('HGET', deaths_key(stage), f[2]) or '0'
        claimed[#claimed + 1] = {lane, id, tostring(deliveries + 1), f[2], f[4], f[6], f[8], f[10], deaths}
      end
    end
  end
end
return claimed
