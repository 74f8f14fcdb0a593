package io.dsxconnect.redis.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A process that starts a Redis, prints its URL, id and folder, and waits to be killed. */
final class RedisOwner {
  private RedisOwner() {}

  public static void main(String[] args) throws IOException {
    EmbeddedRedis redis =
        args.length == 0 ? EmbeddedRedis.ephemeral() : EmbeddedRedis.durable(Path.of(args[0]));
    System.out.println(redis.url() + " " + redis.pid() + " " + redis.folder());
    System.out.flush();
    System.in.transferTo(OutputStream.nullOutputStream());
  }
}
