-- Stores a text for a connector.
--
-- ARGV       3 uuid, 4 field, 5 text, 6 maximum of fields, 7 maximum of bytes of all fields and texts,
--            8 lifetime in seconds
-- Returns    'ok', 'unknown' (no connector with this uuid is registered) or 'full'
-- Touches    connector, states
-- Called by  ConnectorState.put

local uuid, field, text, max_fields, max_bytes, life_s = unpack(ARGV, 3, 8)
local key = states_key(uuid)
if redis.call('EXISTS', connector_key(uuid)) == 0 and redis.call('EXISTS', key) == 0 then return 'unknown' end
local fields, bytes = 1, #field + #text
for _, other in ipairs(redis.call('HKEYS', key)) do
  if other ~= field then
    fields = fields + 1
    bytes = bytes + #other + redis.call('HSTRLEN', key, other)
  end
end
if fields > tonumber(max_fields) or bytes > tonumber(max_bytes) then return 'full' end
redis.call('HSET', key, field, text)
redis.call('EXPIRE', key, life_s)
return 'ok'
