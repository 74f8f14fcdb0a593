import { useEffect, useRef } from '../lib/preact.js';
import { averageLeft, workedOn } from './job-model.js';

const WINDOW_MS = 10_000;
const LEAST_MS = 1000;

/**
 * Settled files per second of the last 10 s, without cancelled ones, from the figures of jobs as they arrive.
 *
 * @returns {(job: object) => number|null} null until two figures of the job are known
 */
export function useRates(jobs) {
  const seen = useRef(new Map());
  useEffect(() => {
    const now = performance.now();
    for (const job of jobs) {
      const points = seen.current.get(job.id) ?? [];
      if (points.length === 0 || points.at(-1).done !== workedOn(job) || now - points.at(-1).at > LEAST_MS) points.push({ at: now, done: workedOn(job) });
      while (points.length > 2 && now - points[1].at > WINDOW_MS) points.shift();
      seen.current.set(job.id, points);
    }
    const here = new Set(jobs.map((job) => job.id));
    for (const id of seen.current.keys()) if (!here.has(id)) seen.current.delete(id);
  });
  return (job) => {
    if (job.status === 'paused') return 0;
    const points = seen.current.get(job.id) ?? [];
    const span = points.length > 1 ? points.at(-1).at - points[0].at : 0;
    return span < LEAST_MS ? null : Math.max(0, (1000 * (points.at(-1).done - points[0].done)) / span);
  };
}

/** Seconds until the last file is settled, at the rate of now; by the job's average when there is none. Null unknown, or when the job does not run. */
export function secondsLeft(job, rate) {
  if (job.status !== 'running') return null;
  return rate > 0 ? Math.ceil((job.expected - job.processed) / rate) : averageLeft(job);
}
