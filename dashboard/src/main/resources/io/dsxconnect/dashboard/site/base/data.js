import { useEffect, useMemo, useRef, useState } from '../lib/preact.js';
import { onBeat, serverNow } from './clock.js';
import { onLive } from './live.js';
import { onShown } from './shown.js';

/**
 * What a page reads from the API. Keeps the last value while it reads again. Reads when `deps` change, when a live
 * message matters, and once after the stream was broken; never more often than every `every` ms, never twice at once.
 * A hidden tab reads again only when it is shown.
 *
 * @param {(signal: AbortSignal) => Promise<any>} load
 * @param {unknown[]} deps as of useEffect
 * @param {{when?: (message: object) => boolean, every?: number}} options `when` says whether a live message changes the value
 * @returns {{value: any, error: Error|null, loading: boolean, reload: () => void}} value is undefined before the first
 *     answer; the same object until one of them changes
 */
export function useData(load, deps, { when = () => false, every = 1000 } = {}) {
  const [state, setState] = useState({ value: undefined, error: null, loading: true });
  const latest = useRef({ load, when });
  latest.current = { load, when };
  const reloader = useRef(() => {});

  useEffect(() => {
    const controller = new AbortController();
    let reading = false;
    let again = false;
    let missed = false;
    let timer = null;
    let readAt = -Infinity;

    async function read() {
      reading = true;
      again = false;
      readAt = performance.now();
      try {
        const value = await latest.current.load(controller.signal);
        if (!controller.signal.aborted) setState({ value, error: null, loading: false });
      } catch (error) {
        if (!controller.signal.aborted) setState((old) => ({ ...old, error, loading: false }));
      }
      reading = false;
      if (again && !controller.signal.aborted) soon();
    }

    function soon() {
      if (reading) {
        again = true;
      } else if (timer === null) {
        timer = setTimeout(() => {
          timer = null;
          read();
        }, Math.max(0, readAt + every - performance.now()));
      }
    }

    reloader.current = () => {
      readAt = -Infinity;
      clearTimeout(timer);
      timer = null;
      soon();
    };
    setState((old) => ({ ...old, loading: true }));
    read();
    const stop = onLive((message) => {
      if (message.type !== 'resync' && !latest.current.when(message)) return;
      if (document.hidden) missed = true;
      else soon();
    });
    const stopShown = onShown(() => {
      if (missed) soon();
      missed = false;
    });
    return () => {
      controller.abort();
      clearTimeout(timer);
      stop();
      stopShown();
    };
  }, deps);

  return useMemo(() => ({ ...state, reload: () => reloader.current() }), [state]);
}

/** The server's time in seconds since the epoch; moves on every `every` ms while the tab is shown. */
export function useNow(every = 1000) {
  const [now, setNow] = useState(serverNow);
  useEffect(() => onBeat(every, () => setNow(serverNow())), [every]);
  return now;
}
