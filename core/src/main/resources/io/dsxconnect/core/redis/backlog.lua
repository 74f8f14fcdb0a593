-- Counts the tasks of some lanes of a queue, and finds the oldest that waits. Tasks of paused jobs wait on
-- purpose, so they are counted only.
--
-- ARGV       3 queue
--            4.. lanes
-- Returns    tasks that wait or are in work, milliseconds since the oldest waiting task came into its lane
--            (-1: none waits)
-- Touches    job, lane, later
-- Called by  Backlogs.of

local stage = ARGV[3]

-- The entry up to which the workers took the tasks of a lane; nil when it cannot be read.
local function last_taken(key)
  local groups = redis.pcall('XINFO', 'GROUPS', key)
  for _, group in ipairs(groups.err and {} or groups) do
    local fields = {}
    for i = 1, #group, 2 do fields[group[i]] = group[i + 1] end
    if fields.name == GROUP then return fields['last-delivered-id'] end
  end
end

local tasks, oldest = 0, nil
for i = 4, #ARGV do
  local lane = ARGV[i]
  local key = lane_key(stage, lane)
  tasks = tasks + redis.call('XLEN', key) + redis.call('ZCARD', later_key(stage, lane))
  local job = stage == SCAN and job_of(lane)
  local taken = not (job and redis.call('HGET', job_key(job), 'paused') == '1') and last_taken(key)
  local waiting = taken and redis.call('XRANGE', key, '(' .. taken, '+', 'COUNT', 1) or {}
  local since = waiting[1] and tonumber(string.match(waiting[1][1], '^%d+'))
  if since and (not oldest or since < oldest) then oldest = since end
end
return {tasks, oldest and math.max(0, NOW - oldest) or -1}
