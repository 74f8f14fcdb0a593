// What the overview reads. Series are read again when the stream shows that time goes on; everything else when a live
// message says that it has changed.

import { useMemo, useRef } from '../lib/preact.js';
import { get } from '../base/api.js';
import { serverNow } from '../base/clock.js';
import { findResults } from '../base/results.js';
import { useData } from '../base/data.js';
import { live } from '../base/live.js';
import { grouped, pick, sum, total } from '../base/series.js';
import { NO_VERDICT, OUTCOMES } from '../components/verdict.js';
import { isFinished, toJob } from './job-model.js';
import { useSnapshots, useStatuses } from './job-live.js';

const HOUR_S = 3600;
const DAY_S = 86_400;
const FINE_S = 10;
const MINUTE_S = 60;
const BAR_MINUTES = 60;
const LATE_MS = 500; // a message that comes a little early still counts
const MAX_JOBS = 20;
const LAST_JOBS = 3;
const LATEST = 5;

const nowSeconds = () => Math.floor(serverNow());

function useSeries(params, seconds) {
  const readAt = useRef(-Infinity);
  const load = (signal) => {
    readAt.current = performance.now();
    return get('/timeseries', params(), signal);
  };
  return useData(load, [], { when: () => !document.hidden && performance.now() - readAt.current > seconds * 1000 - LATE_MS });
}

/** The last hour in buckets of 10 s. */
export function useHour() {
  return useSeries(
    () => ({ metric: 'dsx_files_total,dsx_scanned_bytes_total,dsx_queue_backlog,dsx_worker_limit', step: FINE_S, from: nowSeconds() - HOUR_S }),
    FINE_S,
  );
}

/** Files of one outcome, or of several; a bucket is a gap when nobody sampled. */
export const filesOf = (series, outcomes) => sum(outcomes.map((outcome) => pick(series, 'dsx_files_total', { outcome })).filter((values) => values.length > 0));

const RECORDED = OUTCOMES.map(({ key }) => key).filter((key) => key !== 'pending');
export const allFiles = (series) => filesOf(series, RECORDED);

const GROUPS = { malicious: ['malicious'], no_verdict: NO_VERDICT, failed: ['failed'], benign: ['benign'] };

/**
 * The last 24 hours: minutes as the API has them, and per outcome its sum and its bars, one an hour. What came after
 * the last minute is taken from the finer series.
 */
export function useDay(hour) {
  const data = useSeries(() => ({ metric: 'dsx_files_total,dsx_scanned_bytes_total', step: MINUTE_S, from: nowSeconds() - DAY_S }), MINUTE_S);
  const found = useMemo(() => data.value && summary(data.value, hour), [data.value, hour]);
  return useMemo(() => ({ ...data, found }), [data, found]);
}

function summary(day, hour) {
  const end = day.at.at(-1) ?? 0;
  const rows = Object.entries(GROUPS).map(([key, outcomes]) => {
    const values = filesOf(day, outcomes);
    const bars = values.length === 0 ? [] : grouped(day.at, values, BAR_MINUTES);
    const late = since(hour, outcomes, end);
    if (bars.length > 0 && late > 0) bars.at(-1).value = (bars.at(-1).value ?? 0) + late;
    return [key, { bars, sum: total(values) + late, known: late > 0 || [...values, ...filesOf(hour, outcomes)].some((value) => value !== null) }];
  });
  const files = allFiles(day);
  return { at: day.at, rows: Object.fromEntries(rows), files: total(files) + since(hour, RECORDED, end) };
}

function since(hour, outcomes, end) {
  if (!hour) return 0;
  const values = filesOf(hour, outcomes);
  return hour.at.reduce((all, at, i) => (at - FINE_S >= end ? all + (values[i] ?? 0) : all), 0);
}

/** The attention list: read at once when the live status says that it is another one. */
export function useAttention() {
  const key = useRef(live.get().status?.attention?.key ?? null);
  return useData((signal) => get('/attention', {}, signal), [], {
    every: 250,
    when: (message) => {
      if (message.type !== 'status') return false;
      const changed = (message.attention?.key ?? null) !== key.current;
      key.current = message.attention?.key ?? null;
      return changed;
    },
  });
}

const lastDay = () => nowSeconds() - DAY_S;
const has = (message, outcomes) => message.type === 'pulse' && outcomes.some((outcome) => (message.outcomes?.[outcome] ?? 0) > 0);
const findsMalware = (message) => has(message, ['malicious']) || (message.type === 'pulse' && message.malicious?.length > 0);

/** What the records of 24 hours say of the two counters, and the latest malicious files. */
export function useFigures() {
  const malicious = useData((signal) => get('/scan/results/summary', { outcome: 'malicious', since: lastDay() }, signal), [], { when: findsMalware, every: 2000 });
  const noVerdict = useData((signal) => get('/scan/results/summary', { outcome: 'no_verdict', since: lastDay() }, signal), [], { when: (message) => has(message, NO_VERDICT), every: 5000 });
  const latest = useData((signal) => findResults({ outcome: 'malicious', limit: LATEST }, signal), [], { when: findsMalware });
  return useMemo(() => ({ malicious, noVerdict, latest }), [malicious, noVerdict, latest]);
}

/**
 * The active jobs, with the figures of the live messages; when none is active, the last that have ended. Read again
 * when a job begins or ends.
 *
 * @returns {{value: {active: object[], last: object[]}|undefined, error: Error|null, reload: () => void}}
 */
export function useRunning() {
  const readAt = useRef(0);
  const statuses = useStatuses();
  const ending = useRef(false); // a cancelled job is among the last ones before its files are given up
  const overlay = useSnapshots();
  const load = async (signal) => {
    const began = performance.now();
    const active = (await get('/scan/jobs', { status: 'active', limit: MAX_JOBS }, signal)).map(toJob);
    const last = active.length > 0 ? [] : (await get('/scan/jobs', { limit: LAST_JOBS }, signal)).map(toJob);
    readAt.current = began;
    statuses.read([...active, ...last]);
    ending.current = last.some((job) => !isFinished(job));
    return { active, last };
  };
  const when = (message) => (message.type === 'pulse' && statuses.changedBy(message)) || (ending.current && (message.type === 'pulse' || message.type === 'status'));
  const data = useData(load, [], { when });
  const value = data.value && { active: data.value.active.map((job) => overlay(job, readAt.current)).filter((job) => !isFinished(job)), last: data.value.last };
  return { ...data, value };
}
