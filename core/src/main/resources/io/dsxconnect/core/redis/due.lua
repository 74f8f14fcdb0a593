-- Finds the buckets of the time series that are over and have no row yet. A bucket that ended too long ago,
-- by half of its length, stays without one; a series without any row is always due.
--
-- ARGV       3.. lengths of buckets in seconds
-- Returns    of each bucket its length, its end in seconds, and the scans by engine time that were noted at
--            the end of the bucket before ('' when they are unknown), in turn
-- Touches    platform_series, scan_times
-- Called by  Sampler.sample

local now_s = math.floor(NOW / 1000)
local answer = {}
for i = 3, #ARGV do
  local step = tonumber(ARGV[i])
  local at = math.floor(now_s / step) * step
  local last = redis.call('LINDEX', platform_series_key(step), -1)
  if not last or now_s - at <= step / 2 and tonumber(string.match(last, '^%d+')) ~= at then
    local noted = redis.call('HGET', scan_times_key(), step) or ''
    local noted_at, times = string.match(noted, '^(%d+) (.*)$')
    local known = noted_at and tonumber(noted_at) == at - step
    for _, value in ipairs({step, at, known and times or ''}) do answer[#answer + 1] = value end
  end
end
return answer
