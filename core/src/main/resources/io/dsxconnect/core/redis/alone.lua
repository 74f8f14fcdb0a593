-- Notes that the caller now runs this file and nothing else. ARGV: .., stage, task, consumer.
drains()
redis.call('HSET', alone_key(ARGV[3]), ARGV[4], ARGV[5])
return 1
