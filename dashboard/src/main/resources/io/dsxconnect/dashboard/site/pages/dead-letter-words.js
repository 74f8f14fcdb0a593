// The words of dead letters: queues and reasons as docs/wire.md names them.

export const QUEUES = [
  { key: 'scan_request', one: 'Scan request', many: 'Scan requests', meaning: 'failed in the ledger, not scanned' },
  { key: 'verdict_action', one: 'Verdict action', many: 'Verdict actions', meaning: 'malicious, the action is not confirmed', icon: 'v-malicious' },
  { key: 'scan_result', one: 'Result', many: 'Results', meaning: 'the outcome is known, its record is missing' },
];

const REASONS = {
  max_retries_exceeded: ['All attempts failed', 'The connector or the scanner did not answer in time. Replay them when it does'],
  validation_error: ['The task is not valid', 'It cannot be read as what its queue holds. Look at one before you decide'],
  dsxa_server: ['The scanner failed', 'It answered with an error of its own. Replay them when it works again'],
  dsxa_client_4xx: ['The scanner refused the request', 'Its answer says why; a replay fails again unless that changed'],
  bad_payload: ['The task cannot be read', 'It was written by something else, or damaged'],
  unknown_error: ['An unexpected error', 'Look at the error of the last attempt'],
};

/** What a reason means, and what to think of it. */
export function reasonWords(group) {
  const [title, hint] = REASONS[group.reason] ?? [String(group.reason ?? 'No reason is recorded'), ''];
  return { title, hint };
}

/** A group's place in a URL. */
export const idOf = (group) => [group.queue_type, group.reason ?? '', group.connector_uuid ?? '', group.job_id ?? ''].join('~');

/** What the API needs to find the letters of a group again. */
export const filterOf = (group) => ({ queue_type: group.queue_type, reason: group.reason, connector: group.connector_uuid, job_id: group.job_id });
