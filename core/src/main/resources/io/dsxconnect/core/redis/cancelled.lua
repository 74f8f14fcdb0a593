-- Records files that were cancelled, which are counted already. ARGV: .., stream, retain, then id, job, task,
-- lane, origin, record of each. An id that is gone was recorded by another.
local stream, retain = ARGV[3], tonumber(ARGV[4])
for i = 5, #ARGV, 6 do
  if redis.call('XDEL', stream, ARGV[i]) == 1 then
    record(ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], retain)
  end
end
if redis.call('XLEN', stream) == 0 then
  redis.call('DEL', stream)
  redis.call('LREM', asides_key(), 0, stream)
end
return 1
