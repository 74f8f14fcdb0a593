-- Reads a page of the list of jobs, archived or not. It leaves out jobs that do not match; the caller applies
-- the filter once more, because names beyond ASCII are not compared here.
--
-- ARGV       3 'asc' or 'desc' by start, 4 job after which to go on ('': from the first), 5 its rank, where
--            to go on when it is gone (-1: nowhere), 6 maximum of jobs to return
--            the filter, '' for any: 7 connector's uuid, 8 status in lower case, or
--            'active' for running and paused, 9 part of the id or name in
--            lower case, 10 second of the earliest start, 11 second before which it started
-- Returns    the job after which to go on ('': the list ended), its rank, then of each job a list of its
--            fields and values in turn
-- Touches    job, jobs, active, archive
-- Called by  Jobs.find

local ascending, after, rank, max = ARGV[3] == 'asc', ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local connector, status, text = unpack(ARGV, 7, 9)
local since, before = tonumber(ARGV[10]), tonumber(ARGV[11])
local MAX_LOOKED_AT = 500
local RUNNABLE = {running = true, paused = true}    -- what the status 'active' stands for
local BEYOND_ASCII = '[\128-\255]'
local packed_connector = packed_uuid(connector)

local function may_contain_text(value)
  return value and (string.find(value, BEYOND_ASCII) or string.find(string.lower(value), text, 1, true))
end

local function may_match(job, started, of_status, of_connector, name)
  of_status = string.lower(of_status)
  return (status == '' or of_status == status or status == 'active' and RUNNABLE[of_status])
    and (connector == '' or of_connector)
    and (not since or started >= since) and (not before or started < before)
    and (text == '' or may_contain_text(job) or may_contain_text(name))
end

-- The fields and values of an archived job in turn; false when it does not match.
local function read_archived(job, packed)
  local p = cmsgpack.unpack(packed)
  return may_match(job, p[1], 'completed', p[AT_UUID] == packed_connector, p[AT_NAME])
    and in_turn(unpacked_job(job, packed))
end

-- The same of any job; false or nil also when it is gone. Most jobs are archived.
local function read(job)
  local packed = (status == '' or status == 'completed') and archived_as(job)
  if packed then return read_archived(job, packed) end
  local key = job_key(job)
  local id, started, of_status, uuid, name =
    unpack(redis.call('HMGET', key, 'job_id', 'started_at', 'status', 'connector_uuid', 'job_name'))
  return id
    and may_match(job, tonumber(started or '0') or 0, of_status or 'running', uuid == connector, name)
    and redis.call('HGETALL', key)
end

-- Few jobs are active. Both sets have the same scores, so the order is the same.
local only_active = status == 'active' or RUNNABLE[status]
local listed = only_active and active_key() or jobs_key()

-- The rank in `listed` after which to go on; nil when the job is gone.
local function rank_of(job)
  local at = redis.call(ascending and 'ZRANK' or 'ZREVRANK', listed, job)
  if at or not only_active then return at end
  -- It has ended since, so its start has to do.
  local start = redis.call('ZSCORE', jobs_key(), job)
  if not start then return nil end
  local min, max_start = '-inf', '(' .. start
  if not ascending then min, max_start = '(' .. start, '+inf' end
  local passed = redis.call('ZCOUNT', listed, min, max_start)
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', listed, start, start, 'LIMIT', 0, MAX_LOOKED_AT)) do
    if ascending and other < job or not ascending and other > job then passed = passed + 1 end
  end
  return passed - 1
end

local from = 0
if after ~= '' then
  local at = rank_of(after)
  if at then from = at + 1 elseif rank >= 0 then from = rank else return {'', -1} end
end
local page = redis.call(ascending and 'ZRANGE' or 'ZREVRANGE', listed, from, from + MAX_LOOKED_AT - 1)
local answer = {'', -1}
for i, job in ipairs(page) do
  answer[#answer + 1] = read(job) or nil
  if #answer - 2 == max or i == MAX_LOOKED_AT then
    answer[1], answer[2] = job, from + i - 1
    break
  end
end
return answer
