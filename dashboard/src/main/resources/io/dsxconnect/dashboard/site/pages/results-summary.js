import { useEffect, useRef, useState } from '../lib/preact.js';
import { get } from '../base/api.js';
import { onLive } from '../base/live.js';
import { filterParams } from './results-query.js';

const LEAST_MS = 1000;
const MOST_MS = 60_000;
const FAILED_MS = 5000;
const SHARE = 20; // counting takes at most a twentieth of the time

/**
 * What the filter matches, counted anew while results come in: often where that is quick, seldom where the API reads
 * every record for it.
 *
 * @returns the answer of the API; null while it is not known
 */
export function useSummary(wanted, filterKey) {
  const [state, setState] = useState({ key: null, value: null });
  const latest = useRef(wanted);
  latest.current = wanted;
  useEffect(() => {
    const controller = new AbortController();
    let timer = null;
    let reading = false;
    let stale = false;
    let allowedAt = 0;
    let upTo = 0;

    async function read() {
      timer = null;
      reading = true;
      stale = false;
      const start = performance.now();
      let wait = null;
      try {
        const value = await get('/scan/results/summary', filterParams(latest.current), controller.signal);
        upTo = value.newest_id;
        setState({ key: filterKey, value });
      } catch {
        if (controller.signal.aborted) return;
        stale = true; // too many searches, or away: the list says so if it stays
        wait = FAILED_MS;
      }
      const took = performance.now() - start;
      allowedAt = performance.now() + (wait ?? Math.min(MOST_MS, Math.max(LEAST_MS, SHARE * took)));
      reading = false;
      if (stale) soon();
    }

    function soon() {
      stale = true;
      if (!reading && timer === null) timer = setTimeout(read, Math.max(0, allowedAt - performance.now()));
    }

    read();
    const stop = onLive((message) => {
      if (message.type === 'resync') soon();
      if (message.type === 'pulse' && message.events > 0 && ((message.newest_id ?? 0) > upTo || message.malicious?.length > 0)) soon();
    });
    return () => {
      controller.abort();
      clearTimeout(timer);
      stop();
    };
  }, [filterKey]);
  return state.key === filterKey ? state.value : null;
}
