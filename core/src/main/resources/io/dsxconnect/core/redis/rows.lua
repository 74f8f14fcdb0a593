-- Reads the newest rows of the time series.
--
-- ARGV       3 length of a bucket in seconds, 4 maximum of rows
-- Returns    now in seconds, then the rows, the oldest first: end of the bucket in seconds, a comma, values
-- Touches    platform_series
-- Called by  Series

local rows = redis.call('LRANGE', platform_series_key(ARGV[3]), -tonumber(ARGV[4]), -1)
return {math.floor(NOW / 1000), unpack(rows)}
