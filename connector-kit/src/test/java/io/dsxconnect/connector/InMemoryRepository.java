package io.dsxconnect.connector;

import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A repository of small files in memory. */
final class InMemoryRepository implements Repository {
  final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
  final AtomicInteger effects = new AtomicInteger();

  /** Runs before each file is listed, with its number from 0. */
  volatile java.util.function.IntConsumer beforeFile = i -> {};

  /** Whether {@link #list} reports what the filter does not accept. */
  volatile boolean reportLeftOut;

  /** Runs before an action has its effect. */
  volatile Runnable beforeAction = () -> {};

  volatile boolean reachable = true;

  /** Why actions would fail; others would not. */
  final Map<ItemAction, String> obstacles = new java.util.concurrent.ConcurrentHashMap<>();

  static InMemoryRepository of(int files) {
    InMemoryRepository repository = new InMemoryRepository();
    for (int i = 0; i < files; i++) {
      repository.put(String.format("/f%05d", i), "content " + i);
    }
    return repository;
  }

  void put(String location, String content) {
    files.put(location, content.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String asset() {
    return "memory";
  }

  @Override
  public RepoCheck check() {
    return new RepoCheck(reachable, reachable ? "memory is there" : "memory is gone");
  }

  @Override
  public void list(Filter filter, Listing listing) {
    int i = 0;
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      beforeFile.accept(i++);
      String location = file.getKey();
      if (!filter.accepts(location.substring(1))) {
        if (reportLeftOut) {
          listing.leftOut(LeftOut.FILTERED, location);
        }
      } else if (!listing.file(new Listing.Item(location, location, file.getValue().length))) {
        return;
      }
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // another array is another file
  public Opened open(ScanRequest request) {
    byte[] content = files.get(request.location());
    if (content == null) {
      return new Opened.Missing("File not found");
    }
    return new Opened.Content(
        new ByteArrayInputStream(content),
        content.length,
        () -> {
          if (files.get(request.location()) != content) {
            throw new IOException("the file changed while it was read");
          }
        });
  }

  @Override
  public java.util.Optional<String> obstacle(io.dsxconnect.contract.ItemAction action) {
    return java.util.Optional.ofNullable(obstacles.get(action));
  }

  @Override
  public ItemActionStatus act(ScanRequest request, ActionPlan plan) {
    beforeAction.run();
    return switch (plan.action()) {
      case NOTHING ->
          ItemActionStatus.of(Status.NOTHING, "No action taken", null, ItemAction.NOTHING);
      case DELETE -> {
        boolean there = files.remove(request.location()) != null;
        if (there) {
          effects.incrementAndGet();
        }
        yield there
            ? ItemActionStatus.of(Status.SUCCESS, "File deleted", null, ItemAction.DELETE)
            : ItemActionStatus.of(Status.ERROR, "File does not exist", null, ItemAction.DELETE);
      }
      case MOVE, TAG, MOVE_TAG, NOT_IMPLEMENTED ->
          ItemActionStatus.of(Status.ERROR, "not supported", null, ItemAction.NOT_IMPLEMENTED);
    };
  }
}
