-- Lists the registered connectors with the time at which each registration expires unless it is renewed.
--
-- ARGV       none
-- Returns    now in ms, when the core was last noticed to have been unavailable in s (0 if never), then of
--            each connector its uuid and that time in ms
-- Touches    connector, connectors, api_back
-- Called by  Presences.all

local answer = {CLOCK_MS, tonumber(redis.call('GET', api_back_key()) or '0')}
for _, uuid in ipairs(redis.call('SMEMBERS', connectors_key())) do
  local left_ms = redis.call('PTTL', connector_key(uuid))
  if left_ms >= 0 then
    answer[#answer + 1] = uuid
    answer[#answer + 1] = CLOCK_MS + left_ms
  end
end
return answer
