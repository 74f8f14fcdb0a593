-- Keeps a text for a connector. ARGV: .., uuid, field, text, most fields, most bytes of all, life in seconds. Answers
-- 'ok', 'unknown' when no connector with this uuid is registered, or 'full'.
local uuid, field, text, most, bytes, life = unpack(ARGV, 3, 8)
local key = states_key(uuid)
if redis.call('EXISTS', connector_key(uuid)) == 0 and redis.call('EXISTS', key) == 0 then return 'unknown' end
local fields = redis.call('HKEYS', key)
local kept, size = 1, #field + #text
for _, other in ipairs(fields) do
  if other ~= field then
    kept = kept + 1
    size = size + #other + redis.call('HSTRLEN', key, other)
  end
end
if kept > tonumber(most) or size > tonumber(bytes) then return 'full' end
redis.call('HSET', key, field, text)
redis.call('EXPIRE', key, life)
return 'ok'
