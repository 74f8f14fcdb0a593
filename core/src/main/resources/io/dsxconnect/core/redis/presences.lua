-- Lists the registered connectors with the time at which each registration expires unless it is renewed.
-- Redis has several clocks, so the same time may differ by some milliseconds in the next answer; the number
-- of the registration says exactly whether there was another one.
--
-- ARGV       none
-- Returns    now in ms, when the core was last noticed to have been unavailable in s (0 if never), then of
--            each connector its uuid, that time in ms, and the number of the registration
-- Touches    connector, connectors, registrations, api_back
-- Called by  Presences.all

local answer = {CLOCK_MS, tonumber(redis.call('GET', api_back_key()) or '0')}
for _, uuid in ipairs(redis.call('SMEMBERS', connectors_key())) do
  local left_ms = redis.call('PTTL', connector_key(uuid))
  if left_ms >= 0 then
    answer[#answer + 1] = uuid
    answer[#answer + 1] = CLOCK_MS + left_ms
    answer[#answer + 1] = tonumber(redis.call('HGET', registrations_key(), uuid) or '0')
  end
end
return answer
