// Live messages for this tab: pulses, status, and the state of the stream.

import { createStore } from './store.js';
import { setSkew } from './clock.js';
import { openLiveSource } from './live-source.js';
import { reloadWhen } from './router.js';
import { onShown } from './shown.js';

/**
 * What the top bar and the pages follow.
 * `open` null: not connected yet; `since`, `retryAt` in ms since the epoch; `status` the last status message, which a
 * hidden tab takes when it is shown; `version` of the server; `newVersion` whether this page is of another one.
 */
export const live = createStore({ open: null, since: Date.now(), retryAt: null, status: null, version: null, newVersion: false });

const WATCH_MS = 15_000;
const MAX_SILENT_WATCHES = 4; // a worker that lives says something at least every 45 s, also while it is not connected

const listeners = new Set();

/** Calls `listener` with every message; also with `{type: 'resync'}` when the page must read everything again. */
export function onLive(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export let retryLive = () => {};

const pageVersion = document.querySelector('meta[name="dsx-version"]')?.content ?? null;

let wasOpen = false;
let waitingStatus = null;

function take(message) {
  switch (message.type) {
    case 'connection': {
      const healed = message.open && wasOpen && live.get().open === false;
      wasOpen ||= message.open;
      live.set({ open: message.open, since: message.since, retryAt: message.retryAt });
      if (message.ahead !== null) setSkew(message.ahead);
      // The server repeats what it still knows; what a page shows may be older than that.
      if (healed) emit({ type: 'resync' });
      break;
    }
    case 'hello':
      live.set({ version: message.version, newVersion: pageVersion !== null && message.version !== pageVersion });
      break;
    case 'status':
      if (document.hidden && live.get().status !== null) waitingStatus = message;
      else show(message);
      emit(message);
      break;
    case 'gap':
      emit({ type: 'resync' });
      break;
    default:
      emit(message);
  }
}

function show(status) {
  waitingStatus = null;
  live.set({ status });
}

function emit(message) {
  for (const listener of [...listeners]) {
    try {
      listener(message);
    } catch (error) {
      reportError(error); // the others get it all the same
    }
  }
}

export function startLive() {
  const address = new URL('./live-worker.js', import.meta.url).href;
  try {
    const worker = new SharedWorker(trusted(address), { type: 'module', name: 'dsx-live' });
    followWorker(worker);
  } catch {
    followAlone(); // no shared workers here
  }
  reloadWhen(() => live.get().newVersion);
  addEventListener('online', () => retryLive());
  onShown(() => {
    if (waitingStatus !== null) show(waitingStatus);
    if (live.get().open === false) retryLive();
  });
}

function followWorker(worker) {
  const { port } = worker;
  let silent = 0;
  port.onmessage = ({ data }) => {
    silent = 0;
    take(data);
  };
  const bye = () => port.postMessage('bye');
  // Back and forward may show this page again as it was left: it has missed what happened since.
  const again = (event) => {
    if (!event.persisted) return;
    port.postMessage('hi');
    emit({ type: 'resync' });
  };
  retryLive = () => port.postMessage('retry');
  addEventListener('pagehide', bye);
  addEventListener('pageshow', again);
  const leave = () => {
    clearInterval(watch);
    worker.onerror = null;
    port.onmessage = null;
    port.close();
    removeEventListener('pagehide', bye);
    removeEventListener('pageshow', again);
    followAlone();
  };
  // Counts its own turns, because a machine that slept has not been silent.
  const watch = setInterval(() => {
    silent++;
    if (silent > MAX_SILENT_WATCHES) leave();
  }, WATCH_MS);
  worker.onerror = leave; // its script could not be loaded
}

/** This tab has a stream for itself. */
function followAlone() {
  const source = openLiveSource(take);
  retryLive = source.retry;
}

/** The policy of the page allows script addresses from here only. */
function trusted(address) {
  return window.trustedTypes ? trustedTypes.createPolicy('dsx', { createScriptURL: (url) => url }).createScriptURL(address) : address;
}
