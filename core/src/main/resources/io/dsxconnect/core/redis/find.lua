-- Reads an archived job.
--
-- ARGV       3 job
-- Returns    number of its record (0: none), seconds of its remaining lifetime, then its fields and values in
--            turn; an empty list when the job is not archived
-- Touches    archive
-- Called by  ArchivedJob.find

local fields, record = archived(ARGV[3])
if not fields then return {} end
local remaining_s = math.max(0, tonumber(fields.finished_at) + JOB_TTL_S - math.floor(NOW / 1000))
local answer = {tonumber(record or '0'), remaining_s}
for field, value in pairs(fields) do
  answer[#answer + 1] = field
  answer[#answer + 1] = value
end
return answer
