// Live messages for this tab: pulses, status, and the state of the stream.

import { createStore } from './store.js';
import { openLiveSource } from './live-source.js';

/**
 * What the top bar and the pages follow.
 * `open` null: not connected yet; `since`, `retryAt` in ms since the epoch; `status` the last status message.
 */
export const live = createStore({ open: null, since: Date.now(), retryAt: null, lastAt: null, status: null, version: null, newVersion: false });

const listeners = new Set();

/** Calls `listener` with every message; also with `{type: 'resync'}` when the page must read everything again. */
export function onLive(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export let retryLive = () => {};

let wasOpen = false;

function take(message) {
  switch (message.type) {
    case 'connection': {
      const healed = message.open && wasOpen && live.get().open === false;
      wasOpen ||= message.open;
      live.set({ open: message.open, since: message.since, retryAt: message.retryAt });
      // The server repeats what it still knows; what a page shows may be older than that.
      if (healed) emit({ type: 'resync' });
      break;
    }
    case 'hello': {
      const before = live.get().version;
      live.set({ version: message.version, newVersion: live.get().newVersion || (before !== null && before !== message.version) });
      break;
    }
    case 'status':
      live.set({ status: message, lastAt: Date.now() });
      emit(message);
      break;
    case 'gap':
      emit({ type: 'resync' });
      break;
    default:
      live.set({ lastAt: Date.now() });
      emit(message);
  }
}

function emit(message) {
  for (const listener of [...listeners]) listener(message);
}

export function startLive() {
  const address = new URL('./live-worker.js', import.meta.url).href;
  try {
    const worker = new SharedWorker(trusted(address), { type: 'module', name: 'dsx-live' });
    worker.port.onmessage = ({ data }) => take(data);
    retryLive = () => worker.port.postMessage('retry');
    addEventListener('pagehide', () => worker.port.postMessage('bye'));
    // Back and forward may show this page again as it was left: it has missed what happened since.
    addEventListener('pageshow', (event) => {
      if (!event.persisted) return;
      worker.port.postMessage('hi');
      emit({ type: 'resync' });
    });
  } catch {
    // No shared workers here: this tab has a stream of its own.
    const source = openLiveSource(take);
    retryLive = source.retry;
  }
}

/** The policy of the page allows script addresses from here only. */
function trusted(address) {
  return window.trustedTypes ? trustedTypes.createPolicy('dsx', { createScriptURL: (url) => url }).createScriptURL(address) : address;
}
