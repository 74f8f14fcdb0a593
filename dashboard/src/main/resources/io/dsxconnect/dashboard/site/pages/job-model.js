// A job of the API in numbers; what it is called, its state, and its progress.

import { NO_VERDICT } from '../components/verdict.js';
import { duration, epoch } from '../base/format.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const LEAST_S = 0.1; // of an average
const LEAST_FILES = 2;
const ID_CHARS = 24; // of an id that a client chose

/** A number of a text or number; null when there is none. */
export function figure(value) {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

const whole = (value) => figure(value) ?? 0;

/** Seconds from the first scan to the last outcome: to the millisecond, or whole ones of a job that an older version scanned. Null when not known. */
export function windowOf(view) {
  const millis = figure(view.processing_window_ms);
  return millis === null ? figure(view.processing_window_secs) : millis / 1000;
}

/** Item actions by state, `{succeeded, failed, unconfirmed}`; null when none was needed, or an older version did not count them. */
export function actionsOf(view) {
  const [succeeded, failed, unconfirmed] = [view.actions_succeeded, view.actions_failed, view.actions_unconfirmed].map(figure);
  return failed === null ? null : { succeeded: succeeded ?? 0, failed, unconfirmed: unconfirmed ?? 0 };
}

const LEDGER = ['accepted', 'benign', 'malicious', 'unknown', 'unsupported', 'not_scanned', 'non_compliant', 'failed', 'cancelled', 'pending'];

function ledgerOf(given = {}) {
  const ledger = Object.fromEntries(LEDGER.map((column) => [column, whole(given[column])]));
  return { ...ledger, balanced: given.balanced !== false };
}

/** A job of `GET scan/jobs` with numbers; what the API does not know is null. Averages leave out cancelled files: nobody worked on them. */
export function toJob(view) {
  const ledger = ledgerOf(view.ledger);
  const processed = figure(view.processed_count) ?? ledger.accepted - ledger.pending;
  const worked = processed - ledger.cancelled;
  const each = (sum) => (worked > 0 && figure(sum) > 0 ? Number(sum) / worked : null);
  return {
    id: view.job_id,
    name: view.job_name || null,
    connector: view.connector_uuid ?? null,
    status: view.status ?? 'running',
    reason: view.reason ?? null,
    announced: view.announced === '1',
    listed: view.enqueue_done === '1',
    begun: view.begun === '1',
    asked: {
      asset: view.scan_asset ?? null,
      filter: view.scan_filter ?? null,
      limit: figure(view.scan_limit),
      by: view.started_by ?? null,
    },
    ledger,
    processed,
    expected: Math.max(whole(view.expected_total), ledger.accepted),
    succeeded: figure(view.succeeded_count),
    actionsPending: figure(view.actions_pending),
    actions: actionsOf(view),
    seconds: figure(view.duration_secs),
    window: windowOf(view),
    eta: figure(view.eta_secs),
    bytes: figure(view.total_bytes),
    fileBytes: each(view.total_bytes),
    requestMs: each(view.total_request_elapsed_ms),
    readMs: each(view.total_read_elapsed_ms),
    engineMs: each(figure(view.total_scan_time_us) / 1000),
    scanMicrosPerByte: figure(view.scan_us_per_byte),
    scanRate: figure(view.scan_bytes_per_sec),
    requestRate: figure(view.request_bytes_per_sec),
    listing: {
      announced: figure(view.announced_total),
      skipped: whole(view.listing_skipped),
      errors: whole(view.listing_errors),
      samples: Array.isArray(view.listing_error_samples) ? view.listing_error_samples : [],
      leftOut: view.left_out ?? null,
      refused: whole(view.refused_items),
      refusedReason: view.refused_reason ?? null,
      missedWhilePaused: whole(view.skipped_while_paused),
      lost: view.listing_lost ?? null,
      coreAway: epoch(view.core_away),
      repeats: view.offers_again === '1',
    },
    at: {
      announced: epoch(view.announced_at),
      started: epoch(view.started_at),
      firstAccepted: epoch(view.first_enqueued_at),
      listed: epoch(view.enqueue_finished_at),
      firstScan: epoch(view.first_scan_started_at),
      firstOutcome: epoch(view.first_terminal_at),
      lastOutcome: epoch(view.last_terminal_at),
      finished: epoch(view.finished_at),
      firstFinished: epoch(view.first_finished_at),
      actionsRetried: epoch(view.actions_retried_at),
    },
  };
}

/** A job with the newer figures of a live message. */
export function withSnapshot(job, snapshot) {
  const ledger = snapshot.ledger ? ledgerOf(snapshot.ledger) : job.ledger;
  return {
    ...job,
    status: snapshot.status ?? job.status,
    listed: snapshot.enqueue_done === '1' || job.listed,
    ledger,
    processed: figure(snapshot.processed_count) ?? job.processed,
    expected: Math.max(job.expected, ledger.accepted),
    actionsPending: figure(snapshot.actions_pending) ?? job.actionsPending,
    actions: actionsOf(snapshot) ?? job.actions,
    seconds: figure(snapshot.duration_secs) ?? job.seconds,
    window: windowOf(snapshot) || job.window,
    eta: figure(snapshot.eta_secs),
  };
}

export const isFinished = (job) => job.at.finished !== null || job.status === 'completed' || job.status === 'incomplete';
/** When the work on the job's files ended, in seconds; actions that are tried again later are not part of it. Null while it goes on. */
export const endOf = (job) => job.at.firstFinished ?? job.at.finished;
export const isSingle = (job) => !job.announced && job.ledger.accepted === 1;
export const noVerdict = (job) => NO_VERDICT.reduce((sum, column) => sum + job.ledger[column], 0);

/** An id in short: the first part of a UUID, the begin of another text. */
export function briefId(id) {
  if (UUID.test(id)) return id.slice(0, 8);
  const chars = [...id];
  return chars.length <= ID_CHARS ? id : `${chars.slice(0, ID_CHARS - 1).join('')}…`;
}

/** Files expected; null while the connector still lists. */
export const totalOf = (job) => (job.announced && !job.listed ? null : job.expected);

/** Whether files may still be added: nobody announced the job, and it has not ended. */
export const isOpen = (job) => !job.announced && !isFinished(job) && job.status !== 'cancelled';

/** `Full scan`, `Single file`, `Single files`. */
export const kindOf = (job) => (job.announced ? 'Full scan' : isSingle(job) ? 'Single file' : 'Single files');

/** What the job is called: its name, its connector's, or what it is. */
export function titleOf(job, names) {
  return job.name ?? names.get(job.connector)?.name ?? (job.connector ? `Connector ${briefId(job.connector)}` : kindOf(job));
}

/** `job 3f2a91c4 of Finance share`, for sentences. */
export const calledInText = (job, names) => `job ${briefId(job.id)} of ${titleOf(job, names)}`;

/**
 * Why the files of the job wait for its connector or the scanner, as a part of a sentence; null when they do not.
 * `scanner`: its state, null when it is not known.
 */
export function heldBy(job, names, scanner) {
  if (job.ledger.pending === 0) return null;
  const connector = names.get(job.connector);
  if (connector?.state === 'gone') return 'its connector is gone';
  if (connector?.state === 'silent') return 'its connector does not answer';
  if (connector?.setAside) return 'the recording of its results is behind';
  if (scanner === 'unavailable') return 'the scanner does not answer';
  return scanner === 'not_configured' ? 'no scanner is configured' : null;
}

/** The state in one word, with its colour and shape. `held`: its files wait for its connector or the scanner. */
export function stateOf(job, held = false) {
  if (job.status === 'cancelled') {
    return isFinished(job) ? { key: 'cancelled', word: 'Cancelled', tone: 'cancelled', icon: 'v-cancelled' } : { key: 'cancelling', word: 'Cancelling', tone: 'pending', icon: 's-busy' };
  }
  if (job.status === 'completed') return { key: 'completed', word: 'Completed', tone: 'benign', icon: 'check' };
  if (job.status === 'incomplete') return { key: 'incomplete', word: 'Incomplete', tone: 'unscanned', icon: 'v-unscanned' };
  if (job.status === 'paused') return { key: 'paused', word: 'Paused', tone: 'pending', icon: 'pause' };
  if (held) return { key: 'waits', word: 'Waits', tone: 'pending', icon: 'clock' };
  if (job.announced && !job.listed) return { key: 'listing', word: 'Listing', tone: 'run', icon: 's-run' };
  if (job.ledger.pending > 0) return { key: 'scanning', word: 'Scanning', tone: 'run', icon: 's-run' };
  if (job.actionsPending > 0) return { key: 'acting', word: 'Acting', tone: 'run', icon: 's-run' };
  return { key: 'open', word: 'Open', tone: 'pending', icon: 'clock' };
}

/** Seconds that the work took: first scan to last outcome, else start to end. Null when neither is known. */
export const jobTime = (job) => (job.window > 0 ? job.window : tookOf(job));

/** Seconds that a job takes or took; one that nobody announced ends only 60 s after its last file, which is not its work. */
export function tookOf(job) {
  const { started, lastOutcome } = job.at;
  const seconds = !job.announced && started !== null && lastOutcome !== null ? Math.max(0, lastOutcome - started) : job.seconds;
  return seconds === null ? null : Math.max(seconds, job.window ?? 0); // start and end are whole seconds, the window is exact
}

/** What a job took, in words; `–` unknown. */
export function tookInWords(job) {
  const seconds = tookOf(job);
  return seconds === 0 ? '< 1 s' : duration(seconds);
}

/** Files with an outcome that were not cancelled: nobody worked on those. */
export const workedOn = (job) => job.processed - job.ledger.cancelled;

/** Seconds over which an average is taken; null when the job has too little of them. */
function measuredTime(job) {
  const seconds = jobTime(job);
  return seconds !== null && seconds >= LEAST_S && workedOn(job) >= LEAST_FILES ? seconds : null;
}

/** Settled files per second over the job's time, without cancelled ones; null for one file, and below a tenth of a second. */
export function averageRate(job) {
  const seconds = measuredTime(job);
  return seconds === null ? null : workedOn(job) / seconds;
}

/** Bytes per second over the job's time; null as `averageRate`. */
export function averageBytes(job) {
  const seconds = measuredTime(job);
  return seconds === null || job.bytes === null ? null : job.bytes / seconds;
}

/** Seconds until the last file is settled at the average rate; null when that cannot be said, for example while the connector lists. */
export function averageLeft(job) {
  const rate = averageRate(job);
  return job.eta === null || rate === null ? job.eta : (job.expected - job.processed) / rate;
}

/** The page of a job. Its id may hold any characters; one is called like the page beside it. */
export const jobPath = (id) => `/jobs/${id === 'compare' ? '%63ompare' : encodeURIComponent(id)}`;

/** The list of the job's files with this outcome; all of them when it is null. */
export function resultsPath(id, outcome = null) {
  const query = new URLSearchParams({ job: id });
  if (outcome) query.set('outcome', outcome);
  return `/results?${query}`;
}

/** Ids in one parameter; an id may hold commas. */
export const joinIds = (ids) => ids.map(encodeURIComponent).join(',');

export function splitIds(text) {
  const ids = (text ?? '').split(',').filter((part) => part !== '').map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return [...new Set(ids)];
}
