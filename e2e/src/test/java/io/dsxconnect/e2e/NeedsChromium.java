package io.dsxconnect.e2e;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test class, with the reason, where there is no Chromium. */
final class NeedsChromium implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return Chromium.onPath().isPresent()
        ? ConditionEvaluationResult.enabled("Chromium is on PATH")
        : ConditionEvaluationResult.disabled(
            "the browser tests need Chromium on PATH (Debian: apt-get install chromium)");
  }
}
