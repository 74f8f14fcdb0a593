package io.dsxconnect.core.scan;

import io.dsxconnect.core.connector.ConnectorAddresses;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.RefusalPolicy;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.queue.Slots;
import io.dsxconnect.core.scanner.Scanner;

/**
 * What the scan stage works with.
 *
 * @param turns of a file that the scanner refuses while it takes others
 * @param slots of the worker that runs the stage
 */
public record ScanParts(
    ConnectorClient connectors,
    ConnectorAddresses addresses,
    Scanner scanner,
    Origins origins,
    RetryPolicy retry,
    RefusalPolicy turns,
    CircuitBreakers gates,
    Slots slots) {}
