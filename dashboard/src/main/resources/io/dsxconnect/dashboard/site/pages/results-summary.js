import { useEffect, useRef, useState } from '../lib/preact.js';
import { get } from '../base/api.js';
import { onLive } from '../base/live.js';
import { onShown } from '../base/shown.js';
import { filterParams, isFiltered } from './results-query.js';

const LEAST_MS = 1000;
const MOST_MS = 20_000;
const FAILED_MS = 5000;
const SHARE = 10; // counting takes at most about a tenth of the time

/**
 * What the filter matches, counted again while results come in: often where that is quick, seldom where the API reads
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
    let counted = null;
    let newest = 0;

    /** What was counted, and the records since: every one of them is kept, where none is pruned. */
    function show() {
      const more = Math.max(0, newest - counted.newest_id);
      const grows = counted.pruned === 0 && !latest.current.job;
      const matches = grows && counted.complete && !isFiltered(latest.current);
      setState({ key: filterKey, value: { ...counted, kept: counted.kept + (grows ? more : 0), count: counted.count + (matches ? more : 0) } });
    }

    async function read() {
      timer = null;
      reading = true;
      stale = false;
      const start = performance.now();
      let wait = null;
      try {
        counted = await get('/scan/results/summary', filterParams(latest.current), controller.signal);
        show();
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
      if (!reading && timer === null && !document.hidden) timer = setTimeout(read, Math.max(0, allowedAt - performance.now()));
    }

    read();
    const stop = onLive((message) => {
      if (message.type === 'resync') {
        newest = 0; // the store may be another one
        allowedAt = 0;
        clearTimeout(timer);
        timer = null;
        soon();
      }
      if (message.type !== 'pulse' || message.events === 0) return;
      newest = Math.max(newest, message.newest_id ?? 0);
      if (newest > (counted?.newest_id ?? 0) || message.malicious?.length > 0) soon();
      if (counted !== null) show();
    });
    const stopShown = onShown(() => {
      if (stale) soon();
    });
    return () => {
      controller.abort();
      clearTimeout(timer);
      stop();
      stopShown();
    };
  }, [filterKey]);
  return state.key === filterKey ? state.value : null;
}
