-- Stores rows of the time series, one per bucket: a bucket that has its row keeps it. With a row of 10 s it
-- also stores one of each active job with a separate lane, for a bounded number of jobs. A series
-- without rows begins with a row of zeros before the first job, so that the increase in its first buckets is
-- known.
--
-- ARGV       3 values of a row before the first file, 4.. of each bucket: its length in seconds, number of
--            rows to keep, its end in seconds, values of its row, scans by engine time until its end
-- Returns    number of rows that were stored, jobs not counted
-- Touches    job, job_series, jobs, sampled, charted, platform_series, scan_times
-- Called by  Sampler.sample

local JOB_STEP_S = 10         -- length of a job's first buckets
local MAX_POINTS = 360        -- of a job; its step is doubled rather than exceed them
local MAX_SAMPLED = 200       -- jobs in one call, those that wait longest first
local MAX_CHARTED = 1000      -- jobs whose rows are kept
local JOB_FIELDS = {'status', 'finished_at', 'started_at', 'pending', 'total_bytes', 'benign', 'malicious',
  'unknown', 'unsupported', 'not_scanned', 'non_compliant', 'failed', 'cancelled'}
local FIRST_VALUE = 4         -- of JOB_FIELDS that is stored
local ZEROS = ARGV[3]
drains()

local function at_of(row) return row and tonumber(string.match(row, '^%d+')) end

-- Adds a row unless the bucket has one. Rows of the future are from before Redis' clock was set back.
local function append(key, at, values)
  local last = at_of(redis.call('LINDEX', key, -1))
  while last and last > at do
    redis.call('RPOP', key)
    last = at_of(redis.call('LINDEX', key, -1))
  end
  if last == at then return false end
  redis.call('RPUSH', key, string.format('%.0f,%s', at, values))
  return true
end

local function drop_until(key, at)
  while (at_of(redis.call('LINDEX', key, 0)) or math.huge) <= at do redis.call('LPOP', key) end
end

-- `JobSeries` shows the same step, or a longer one.
local function step_of(started, at)
  local step = JOB_STEP_S
  while math.floor(at / step) - math.floor(started / step) > MAX_POINTS do step = 2 * step end
  return step
end

-- Keeps the rows of the longer buckets only.
local function thin(key, step)
  local kept = {}
  for _, row in ipairs(redis.call('LRANGE', key, 0, -1)) do
    if at_of(row) % step == 0 then kept[#kept + 1] = row end
  end
  redis.call('DEL', key)
  for _, row in ipairs(kept) do redis.call('RPUSH', key, row) end
  redis.call('LTRIM', key, -MAX_POINTS, -1)
end

local function sample_job(job, at)
  local fields = redis.call('HMGET', job_key(job), unpack(JOB_FIELDS))
  local status, finished_at, started_at = unpack(fields, 1, FIRST_VALUE - 1)
  if not status then
    redis.call('ZREM', sampled_key(), job)
    return
  end
  redis.call('ZADD', sampled_key(), at, job)
  local step = step_of(tonumber(started_at) or at, at)
  if at % step ~= 0 then return end
  local values = {}
  for i = FIRST_VALUE, #JOB_FIELDS do values[#values + 1] = fields[i] or '0' end
  local key = job_series_key(job)
  append(key, at, table.concat(values, ','))
  -- The row after its end is the last one: nothing of it changes any more.
  if finished_at then redis.call('ZREM', sampled_key(), job) end
  if redis.call('LLEN', key) > MAX_POINTS then thin(key, step) end
  redis.call('ZADD', charted_key(), at, job)
  if redis.call('ZCARD', charted_key()) > MAX_CHARTED then
    redis.call('DEL', job_series_key(redis.call('ZPOPMIN', charted_key())[1]))
  end
end

-- The end of the bucket in which a row of zeros is true; nil without a job.
local function end_before_first_job(step, at)
  local started_ms = tonumber(redis.call('ZRANGE', jobs_key(), 0, 0, 'WITHSCORES')[2])
  return started_ms and math.min(math.floor(started_ms / 1000 / step) * step, at)
end

-- Begins a series without rows, unless there is no job yet: then its first row is that of the bucket.
local function begin(key, step, at, times)
  local first = end_before_first_job(step, at)
  if not first then return end
  append(key, first, ZEROS)
  if first == at then redis.call('HSET', scan_times_key(), step, string.format('%.0f %s', at, times)) end
end

local stored = 0
for i = 4, #ARGV, 5 do
  local step, kept, at = tonumber(ARGV[i]), tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local values, times = ARGV[i + 3], ARGV[i + 4]
  local key = platform_series_key(step)
  if redis.call('EXISTS', key) == 0 then begin(key, step, at, times) end
  local timely = NOW - at * 1000 <= step * 500 or redis.call('EXISTS', key) == 0
  if at * 1000 <= NOW and timely and append(key, at, values) then
    stored = stored + 1
    drop_until(key, at - kept * step)
    redis.call('HSET', scan_times_key(), step, string.format('%.0f %s', at, times))
    if step == JOB_STEP_S then
      for _, job in ipairs(redis.call('ZRANGE', sampled_key(), 0, MAX_SAMPLED - 1)) do sample_job(job, at) end
    end
  end
end
return stored
