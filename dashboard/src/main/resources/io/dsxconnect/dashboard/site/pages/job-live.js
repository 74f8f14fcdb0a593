import { useEffect, useRef, useState } from '../lib/preact.js';
import { onLive } from '../base/live.js';
import { withSnapshot } from './job-model.js';

const MAX_SNAPSHOTS = 500;

/**
 * The newest figures of jobs from the live messages. Returns `overlay(job, readAt)`: the job with what arrived after
 * `readAt` (of performance.now(), when its reading began), and `asOf`, when its figures were true.
 */
export function useSnapshots() {
  const known = useRef(new Map());
  const [, render] = useState(0);
  useEffect(() => onLive((message) => {
    if (message.type === 'resync') known.current.clear();
    if (message.type !== 'pulse' || !message.jobs?.length) return;
    for (const snapshot of message.jobs) {
      known.current.delete(snapshot.job_id); // the newest is the last, the oldest goes first
      known.current.set(snapshot.job_id, { snapshot, at: performance.now() });
    }
    while (known.current.size > MAX_SNAPSHOTS) known.current.delete(known.current.keys().next().value);
    render((n) => n + 1);
  }), []);
  return (job, readAt) => {
    const newer = known.current.get(job.id);
    return newer && newer.at > readAt ? { ...withSnapshot(job, newer.snapshot), asOf: newer.at } : { ...job, asOf: readAt };
  };
}
