package io.dsxconnect.core.api;

import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.record.ActionState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record in answers of REST, for their documentation: a {@link io.dsxconnect.contract.ScanResult}
 * and the state of its item action.
 */
record ShownResult(
    long id,
    String scanRequestTaskId,
    @Nullable String scanJobId,
    @Nullable String metadataTag,
    @Nullable ScanRequest scanRequest,
    @Nullable ScanResponse verdict,
    ItemActionStatus itemAction,
    ScanResultStatus status,
    @Nullable String reason,
    @Nullable String sha256,
    @Nullable String scanner,
    @Nullable String recordedAt,
    @Nullable List<String> earlierActionFailures,
    @Nullable String actionAt,
    ActionState actionState) {}
