-- What an archived job says. ARGV: .., job. Answers its record's number (0: none) and for how many seconds it is still
-- kept, then its fields and values; nothing when it is not archived.
local fields, record = archived(ARGV[3])
if not fields then return {} end
local answer = {tonumber(record or '0'), math.max(0, tonumber(fields.finished_at) + JOB_TTL_S - math.floor(NOW / 1000))}
for field, value in pairs(fields) do
  answer[#answer + 1] = field
  answer[#answer + 1] = value
end
return answer
