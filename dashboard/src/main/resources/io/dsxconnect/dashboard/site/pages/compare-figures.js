// The figures of the comparison: how each is computed, written, and which value is the best.

import { bytes, count, duration, rough } from '../base/format.js';
import { averageBytes, averageRate, endOf, jobTime, kindOf, noVerdict, stateOf, titleOf, workedOn } from './job-model.js';

const GB = 2 ** 30;
const TB = 2 ** 40;
const MILLION = 1_000_000;
const LEAST = { files: 100, seconds: 5 }; // of a sample that says something about a larger store

const rate = (value) => (value === null ? '–' : `${bytes(value)}/s`);
const millis = (value) => (value === null ? '–' : `${rough(value)} ms`);
const seconds = (value) => (value === null ? '–' : duration(value));
const share = (value) => (value === null ? '–' : value === 100 ? '100%' : `${Math.floor(value * 10) / 10}%`);
const positive = (value) => (value !== null && value > 0 ? value : null);

/** Time for an amount at a rate; null when the rate is not known. */
const at = (amount, perSecond) => (amount === null || positive(perSecond) === null ? null : amount / perSecond);
const withVerdict = (job) => job.ledger.benign + job.ledger.malicious;
const percentOf = (part, job) => (job.processed > 0 && part !== null ? (100 * part) / job.processed : null);
/** Item actions in a state; null when the job did not count them. */
const actionsIn = (job, state) => job.actions?.[state] ?? (job.ledger.malicious === 0 ? 0 : null);
const million = (job) => (positive(job.fileBytes) === null ? null : MILLION * job.fileBytes);

const PROJECTED = [
  { key: '1_gb', label: '1 GB', amount: () => GB },
  { key: '1_tb', label: '1 TB', amount: () => TB },
  { key: '1_million_files', label: '1 million files', amount: million, files: true },
];

const PACES = [
  { key: 'job_time', title: 'Job time, with as much at once as it had', of: (job) => averageBytes(job), files: (job) => averageRate(job), lacks: 'no bytes were scanned' },
  { key: 'request_time', title: 'Job time, one file after the other', of: (job) => job.requestRate, lacks: 'no time from taking a file to its verdict was measured' },
  { key: 'scanner_time', title: 'Scanner time', of: (job) => job.scanRate, lacks: 'the scanner reported no time of its own' },
];

const isShort = (job) => workedOn(job) < LEAST.files || (jobTime(job) ?? 0) < LEAST.seconds;
const SHORT = `the sample is too short; a projection needs ${LEAST.files} files and ${LEAST.seconds} s`;

/** The time that a job's pace gives for an amount; null when it is not known. */
function projected(pace, { amount, files }, job) {
  if (isShort(job)) return null;
  // Files per second are measured; only where they are not, the average size stands for a file.
  return files && pace.files ? at(MILLION, pace.files(job)) : at(amount(job), pace.of(job));
}

const projections = (pace) => PROJECTED.map(({ key, label, ...what }) => ({
  key: `${pace.key}_${key}_s`,
  label,
  value: (job) => projected(pace, what, job),
  write: seconds,
  best: 'least',
}));

/**
 * The groups of rows: `{title, rows, lacks}`; a row is `{key, label, value(job) number or null, write, best: least|most|null,
 * title, look}`. `lacks(job)` says why a group of projections cannot be computed.
 */
export const GROUPS = [
  {
    title: 'Files',
    rows: [
      { key: 'processed', label: 'Settled', value: (job) => job.processed, write: count },
      { key: 'expected', label: 'Expected', value: (job) => job.expected, write: count },
      { key: 'with_verdict', label: 'With a verdict', title: 'Benign or malicious', value: withVerdict, write: count },
      { key: 'with_verdict_percent', label: 'With a verdict, of settled', value: (job) => percentOf(withVerdict(job), job), write: share, best: 'most' },
      { key: 'succeeded', label: 'Succeeded', title: 'Neither failed, cancelled nor non compliant, whatever the verdict', value: (job) => job.succeeded, write: count },
      { key: 'success_percent', label: 'Succeeded, of settled', value: (job) => percentOf(job.succeeded, job), write: share, best: 'most' },
      { key: 'benign', look: 'benign', label: 'Benign', value: (job) => job.ledger.benign, write: count },
      { key: 'malicious', look: 'malicious', label: 'Malicious', value: (job) => job.ledger.malicious, write: count },
      { key: 'no_verdict', look: 'unscanned', label: 'No verdict', value: noVerdict, write: count, best: 'least' },
      { key: 'non_compliant', label: 'Of these, non compliant', title: 'Too large, encrypted or otherwise not to be scanned', value: (job) => job.ledger.non_compliant, write: count, best: 'least' },
      { key: 'failed', look: 'failed', label: 'Failed', value: (job) => job.ledger.failed, write: count, best: 'least' },
      { key: 'actions_failed', label: 'Actions failed', title: 'Malicious files that are still where they were found', value: (job) => actionsIn(job, 'failed'), write: count, best: 'least' },
      { key: 'actions_unconfirmed', label: 'Actions unconfirmed', title: 'Malicious files that may still be where they were found', value: (job) => actionsIn(job, 'unconfirmed'), write: count, best: 'least' },
      { key: 'cancelled', look: 'cancelled', label: 'Cancelled', value: (job) => job.ledger.cancelled, write: count },
    ],
  },
  {
    title: 'Time and pace',
    rows: [
      { key: 'job_time_s', label: 'Job time', title: 'From the first scan to the last outcome, else from start to end', value: jobTime, write: seconds },
      { key: 'files_per_s', label: 'Files/s', value: averageRate, write: rough, best: 'most' },
      { key: 'bytes', label: 'Bytes', value: (job) => job.bytes, write: bytes },
      { key: 'bytes_per_file', label: 'Bytes a file', value: (job) => job.fileBytes, write: bytes },
      { key: 'job_bytes_per_s', label: 'Bytes/s of the job', title: 'All bytes over the job time', value: averageBytes, write: rate, best: 'most' },
      { key: 'request_bytes_per_s', label: 'Bytes/s of one file after the other', title: 'All bytes over the sum of the times from taking a file to its verdict', value: (job) => job.requestRate, write: rate, best: 'most' },
      { key: 'scan_bytes_per_s', label: 'Bytes/s of the scanner', title: 'All bytes over the engine time that the scanner reports', value: (job) => job.scanRate, write: rate, best: 'most' },
      { key: 'request_ms', label: 'From taken to verdict, a file', value: (job) => job.requestMs, write: millis, best: 'least' },
      { key: 'read_ms', label: 'Reading, a file', title: 'Until the connector begins to answer', value: (job) => job.readMs, write: millis, best: 'least' },
      { key: 'scan_us_per_byte', label: 'Engine time, a byte', value: (job) => job.scanMicrosPerByte, write: (value) => (value === null ? '–' : `${value.toPrecision(3)} µs`), best: 'least' },
    ],
  },
  ...PACES.map((pace) => ({ title: pace.title, projection: true, lacks: (job) => (isShort(job) ? SHORT : pace.lacks), rows: projections(pace) })),
];

/** The positions of the best values of a row; none when all are equal or fewer than two are known. */
export function bestOf(row, jobs) {
  if (!row.best) return new Set();
  const values = jobs.map(row.value);
  const known = values.filter((value) => value !== null);
  if (known.length < 2 || new Set(known).size === 1) return new Set();
  const best = row.best === 'least' ? Math.min(...known) : Math.max(...known);
  return new Set(values.flatMap((value, i) => (value === best ? [i] : [])));
}

/** A cell of CSV; a text that a spreadsheet would take for a formula begins with an apostrophe. */
export function cell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line a job, with plain numbers: seconds, bytes, milliseconds. */
export function csvOf(jobs, names) {
  const texts = [
    ['job_id', (job) => job.id],
    ['job', (job) => titleOf(job, names)],
    ['kind', (job) => kindOf(job).toLowerCase()],
    ['connector', (job) => names.get(job.connector)?.name ?? job.connector],
    ['status', (job) => stateOf(job).key],
    ['started_at', (job) => (job.at.started === null ? null : new Date(job.at.started * 1000).toISOString())],
    ['finished_at', (job) => (endOf(job) === null ? null : new Date(endOf(job) * 1000).toISOString())],
  ];
  const rows = GROUPS.flatMap((group) => group.rows);
  const lines = [[...texts.map(([name]) => name), ...rows.map((row) => row.key)]];
  for (const job of jobs) lines.push([...texts.map(([, value]) => value(job)), ...rows.map((row) => row.value(job))]);
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

