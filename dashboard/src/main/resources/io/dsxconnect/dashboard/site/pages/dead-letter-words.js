// The words of dead letters: queues and reasons as docs/wire.md names them.

import { shownText } from '../components/path.js';
import { briefId } from './job-model.js';

export const QUEUES = [
  { key: 'scan_request', one: 'Scan request', many: 'Scan requests', meaning: 'failed in the ledger, not scanned' },
  { key: 'verdict_action', one: 'Verdict action', many: 'Verdict actions', meaning: 'malicious, the action is not confirmed', icon: 'v-malicious' },
  { key: 'scan_result', one: 'Result', many: 'Results', meaning: 'the outcome is known, its record is missing' },
];

const REASONS = {
  max_retries_exceeded: ['All attempts failed', 'The connector or the scanner gave no usable answer. Replay them when it works again'],
  validation_error: ['The task is not valid', 'It cannot be read as what its queue holds. Look at one before you decide'],
  dsxa_server: ['The scanner failed', 'It answered with an error of its own. Replay them when it works again'],
  dsxa_client_4xx: ['The scanner refused the request', 'Its answer says why; a replay fails again unless that changed'],
  bad_payload: ['The task cannot be read', 'It was written by something else, or damaged'],
  unknown_error: ['An unexpected error', 'Look at the error of the last attempt'],
};

/** What a reason means, and what to think of it. */
export function reasonWords(group) {
  const [title, hint] = REASONS[group.reason] ?? [isAbsent(group.reason) ? 'No reason is recorded' : shownText(String(group.reason)), ''];
  return { title, hint };
}

/** A group's place in a URL. Its facts may hold any characters. */
export const idOf = (group) => [group.queue_type, group.reason, group.connector_uuid, group.job_id].map((part) => encodeURIComponent(part ?? '')).join('~');

// The facts of a group, as the API calls them in a filter and as the group has them.
const FACTS = [
  { without: 'reason', filter: 'reason', of: 'reason' },
  { without: 'connector', filter: 'connector', of: 'connector_uuid' },
  { without: 'job', filter: 'job_id', of: 'job_id' },
];

const isAbsent = (value) => value === null || value === undefined;

/** What the API needs to find the letters of a group again: the facts that they have, and those that they lack. */
export function filterOf(group) {
  const filter = { queue_type: group.queue_type };
  for (const fact of FACTS) if (!isAbsent(group[fact.of])) filter[fact.filter] = group[fact.of];
  const lacking = FACTS.filter((fact) => isAbsent(group[fact.of])).map((fact) => fact.without);
  if (lacking.length > 0) filter.without = lacking.join(',');
  return filter;
}

/** The job of a group in a sentence: `job 3f2a91c4`, `no known job`. */
export const jobInText = (id) => (isAbsent(id) ? 'no known job' : `job ${shownText(briefId(id))}`);
