import { useEffect, useRef, useState } from '../lib/preact.js';
import { live, onLive } from '../base/live.js';
import { onShown } from '../base/shown.js';
import { useStore } from '../base/store.js';
import { withSnapshot } from './job-model.js';

const MAX_SNAPSHOTS = 500;
const MAX_STATUSES = 2000;
const DRAW_MS = 500; // the figures come four times a second, and nobody reads them that fast

/** The state of the scanner, null when it is not known. */
export const useScannerState = () => useStore(live, (value) => value.status?.scanner?.state ?? null);

/** Sets the newest value at the end, and forgets the oldest beyond `most`. */
function setLast(map, key, value, most) {
  map.delete(key);
  map.set(key, value);
  while (map.size > most) map.delete(map.keys().next().value);
}

/**
 * The newest figures of jobs from the live messages, drawn at most twice a second, and in a hidden tab not at all.
 * Returns `overlay(job, readAt)`: the job with what arrived after `readAt` (of performance.now(), when its reading
 * began), and `asOf`, when its figures were true.
 */
export function useSnapshots() {
  const known = useRef(new Map());
  const [, render] = useState(0);
  useEffect(() => {
    let timer = null;
    let missed = false;
    let drawnAt = -Infinity;
    const draw = () => {
      timer = null;
      missed = document.hidden;
      if (missed) return;
      drawnAt = performance.now();
      render((n) => n + 1);
    };
    const stop = onLive((message) => {
      if (message.type === 'resync') known.current.clear();
      if (message.type !== 'pulse' || !message.jobs?.length) return;
      for (const snapshot of message.jobs) setLast(known.current, snapshot.job_id, { snapshot, at: performance.now() }, MAX_SNAPSHOTS);
      if (document.hidden) missed = true;
      else timer ??= setTimeout(draw, Math.max(0, drawnAt + DRAW_MS - performance.now()));
    });
    const stopShown = onShown(() => missed && draw());
    return () => {
      clearTimeout(timer);
      stop();
      stopShown();
    };
  }, []);
  return (job, readAt) => {
    const newer = known.current.get(job.id);
    return newer && newer.at > readAt ? { ...withSnapshot(job, newer.snapshot), asOf: newer.at } : { ...job, asOf: readAt };
  };
}

/** The last known status of each job, from readings and from live messages: says when a list must be read again. */
export function useStatuses() {
  const statuses = useRef(new Map());
  return useRef({
    /** Takes the jobs that were read. */
    read(jobs) {
      for (const job of jobs) setLast(statuses.current, job.id, job.status, MAX_STATUSES);
    },
    /** Whether a pulse has a job that is new, or whose status is another one. */
    changedBy(message) {
      let changed = false;
      for (const snapshot of message.jobs ?? []) {
        changed ||= statuses.current.get(snapshot.job_id) !== snapshot.status;
        setLast(statuses.current, snapshot.job_id, snapshot.status, MAX_STATUSES);
      }
      return changed || message.more_jobs === true;
    },
  }).current;
}
