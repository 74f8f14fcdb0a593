-- Records files that were cancelled, which are counted already. ARGV: .., stream, retain, then id, job, task,
-- lane, origin, record of each. An id that is gone was recorded by another.
local stream, retain = ARGV[3], tonumber(ARGV[4])
for i = 5, #ARGV, 6 do
  if redis.call('XDEL', stream, ARGV[i]) == 1 then
    local job, task, lane, origin, json = unpack(ARGV, i + 1, i + 5)
    put('scan_result_notification_queue', lane, task, job, 0, origin, record(job, task, json, retain))
    activate('scan_result_notification_queue', lane)
  end
end
if redis.call('XLEN', stream) == 0 then
  redis.call('DEL', stream)
  redis.call('LREM', asides_key(), 0, stream)
end
return 1
