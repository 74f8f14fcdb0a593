-- Notes that the caller runs this task and nothing else, so that its death can be blamed on the task.
--
-- ARGV       3 queue, 4 task, 5 consumer
-- Returns    1
-- Touches    alone
-- Called by  RedisStageQueue.markAlone

drains()
redis.call('HSET', alone_key(ARGV[3]), ARGV[4], ARGV[5])
return 1
