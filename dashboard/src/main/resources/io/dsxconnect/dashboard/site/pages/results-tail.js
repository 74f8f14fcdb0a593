// The rows of the page Results, and how new ones come in. Records are numbered in the order of recording, and a pulse
// names the newest number: all records up to it can be read. So the page knows up to which number it has seen
// everything, and reads from there; nothing is missed and nothing comes twice.

import { useEffect, useRef, useState } from '../lib/preact.js';
import { onLive } from '../base/live.js';
import { findResults } from '../base/results.js';
import { onShown } from '../base/shown.js';
import { outcomeOf } from '../components/verdict.js';
import { filterParams, isFiltered, isHead, pageParams } from './results-query.js';

const TICK_MS = 250;
const FAST_TICK_MS = 1000; // when every row is a new one nobody reads them, and drawing them costs
const REFRESH_MS = 1000; // shown records that may have changed
const PROBE_MS = 2000; // count of what waits for a filtered list
const PROBED = 200;
const MAX_WAITING = 1000;
const AFTER_FAILURE_MS = 3000;

let newest = 0; // number of the newest record that the stream has named

onLive((message) => {
  if (message.type === 'pulse') newest = Math.max(newest, message.newest_id ?? 0);
  if (message.type === 'resync') newest = 0; // the stream names it again; in an emptied store it is smaller
});

const maliciousIn = (records) => records.filter((record) => outcomeOf(record) === 'malicious').length;
const highest = (records) => records.reduce((id, record) => Math.max(id, record.id), 0);

/**
 * Reads one page of records and keeps it up to date until `stop`.
 *
 * @param wanted what the URL asks for
 * @param limit most rows
 * @param onState gets every new state: `{rows, more, error, reading, searching, readAt, waiting: {count, malicious, atLeast}}`;
 *     `rows` is null before the first answer; `searching`: there may be more of them; `waiting.count` null: there are some, and how many is not known
 */
export function followResults(wanted, limit, onState) {
  const controller = new AbortController();
  const head = isHead(wanted);
  const filtered = isFiltered(wanted);
  let state = { rows: null, more: false, error: null, reading: true, searching: false, readAt: null, waiting: { count: 0, malicious: 0, atLeast: false } };
  let resting = false;
  let seen = 0; // everything up to this number is shown, is not wanted, or lies below the page
  let malicious = 0; // malicious files in pulses since; null when pulses were missed
  let probe = null; // {upTo, found, malicious, atLeast} of what waits for a filtered list
  let probedAt = -Infinity;
  let load = true;
  let refresh = false;
  let regroup = false; // a record may match now that did not before: its action ended
  let refreshedAt = -Infinity;
  let busy = false;
  let timer = null;
  let notBefore = 0;

  const read = (params, found = null) => findResults(params, controller.signal, found);

  function update(changes) {
    state = { ...state, ...changes };
    onState(state);
  }

  function waiting() {
    const none = { count: 0, malicious: 0, atLeast: false };
    if (newest <= seen) return none;
    if (!filtered) return { count: newest - seen, malicious: malicious === null ? null : Math.max(0, malicious), atLeast: false };
    if (!head) return { count: null, malicious: null, atLeast: false };
    return probe === null ? none : { count: probe.found, malicious: probe.malicious, atLeast: probe.atLeast };
  }

  /** Notes that everything up to `upTo` is known; the stream will still count those of `records` that are newer. */
  function sawAll(upTo, records) {
    seen = Math.max(upTo, highest(records));
    malicious = -maliciousIn(records.filter((record) => record.id > upTo));
    probe = null;
  }

  async function readPage() {
    load = false;
    refresh = false;
    regroup = false;
    const upTo = newest;
    const { params, flip } = pageParams(wanted, limit + 1);
    const shown = (found) => (flip ? found.slice(0, limit).reverse() : found.slice(0, limit));
    const answer = await read(params, (found) => update({ rows: shown(found), more: false, searching: true, error: null }));
    const rows = shown(answer);
    sawAll(upTo, rows);
    refreshedAt = performance.now();
    update({ rows, more: answer.length > limit, searching: false, readAt: Date.now() / 1000 });
  }

  function replaceAll() {
    notBefore = performance.now() + FAST_TICK_MS;
    return readPage();
  }

  async function catchUp() {
    const upTo = newest;
    if (!filtered && upTo - seen >= limit) return replaceAll();
    const answer = await read({ ...filterParams(wanted), order: 'asc', cursor: seen || null, limit });
    if (answer.length >= limit) return replaceAll();
    sawAll(upTo, answer);
    const known = new Set(answer.map((record) => record.id));
    const rows = [...answer.reverse(), ...state.rows.filter((record) => !known.has(record.id))];
    update({ rows: rows.slice(0, limit), more: state.more || rows.length > limit, readAt: Date.now() / 1000 });
  }

  /** Reads the shown records again; their places stay. */
  async function readAgain() {
    refresh = false;
    refreshedAt = performance.now();
    const params = wanted.sort === 'id' ? { ...filterParams(wanted), order: 'desc', cursor: highest(state.rows) + 1, limit: state.rows.length } : pageParams(wanted, limit).params;
    const now = new Map((await read(params)).map((record) => [record.id, record]));
    update({ rows: state.rows.map((record) => now.get(record.id) ?? record) });
  }

  async function count() {
    probedAt = performance.now();
    const upTo = newest;
    const before = probe ?? { upTo: seen, found: 0, malicious: 0, atLeast: false };
    const answer = await read({ ...filterParams(wanted), order: 'asc', cursor: before.upTo || null, limit: PROBED });
    const full = answer.length === PROBED;
    const found = before.found + answer.length;
    probe = { upTo: full ? highest(answer) : Math.max(upTo, highest(answer)), found, malicious: before.malicious + maliciousIn(answer), atLeast: full };
  }

  /** The next thing to do, or how many ms until there may be one; null when there is nothing. */
  function next() {
    if (load) return readPage;
    if (state.rows === null || document.hidden) return null;
    if (head && !resting && newest > seen) return catchUp;
    const now = performance.now();
    if (regroup && head && (!resting || state.rows.length === 0)) return now >= refreshedAt + REFRESH_MS ? readPage : refreshedAt + REFRESH_MS - now;
    if (refresh && state.rows.length > 0) {
      if (now >= refreshedAt + REFRESH_MS) return readAgain;
      return refreshedAt + REFRESH_MS - now;
    }
    if (head && resting && filtered && newest > (probe?.upTo ?? seen) && (probe?.found ?? 0) < MAX_WAITING) {
      return now >= probedAt + PROBE_MS ? count : probedAt + PROBE_MS - now;
    }
    return null;
  }

  async function pump() {
    if (busy || timer !== null || controller.signal.aborted) return;
    const todo = next();
    const wait = typeof todo === 'number' ? todo : notBefore - performance.now();
    if (todo === null) return;
    if (wait > 0) {
      timer = setTimeout(() => {
        timer = null;
        pump();
      }, wait);
      return;
    }
    busy = true;
    notBefore = performance.now() + TICK_MS;
    try {
      await todo();
      if (!controller.signal.aborted) update({ error: null, reading: false, waiting: waiting() });
    } catch (error) {
      if (controller.signal.aborted) return;
      if (todo === readPage) load = true;
      notBefore = performance.now() + AFTER_FAILURE_MS;
      update({ error, reading: false, searching: false });
    }
    busy = false;
    pump();
  }

  /** Does what is new at once: a timer may wait for something less urgent. */
  function now() {
    clearTimeout(timer);
    timer = null;
    pump();
  }

  async function resync() {
    malicious = null;
    probe = null;
    if (!resting || !head) {
      load = true;
      now();
      return;
    }
    refresh = true;
    try {
      const [record] = await read({ limit: 1 });
      newest = Math.max(newest, record?.id ?? 0);
      update({ waiting: waiting() });
    } catch {
      // The next pulse says it.
    }
    now();
  }

  const stop = onLive((message) => {
    if (message.type === 'resync') resync();
    if (message.type !== 'pulse') return;
    if (malicious !== null) malicious += message.outcomes?.malicious ?? 0;
    const first = Object.values(message.outcomes ?? {}).reduce((sum, files) => sum + files, 0);
    if (message.events > first && wanted.action !== '') regroup = true;
    if (message.events > first && state.rows?.some((record) => outcomeOf(record) !== 'benign')) refresh = true;
    if (resting || !head) update({ waiting: waiting() });
    now();
  });

  const stopShown = onShown(now);
  pump();
  return {
    /** While it rests, new records are counted, not shown. */
    rest(value) {
      if (resting === value) return;
      resting = value;
      if (resting) update({ waiting: waiting() });
      now();
    },
    /** Reads the page again. */
    reload() {
      load = true;
      notBefore = 0;
      update({ reading: true });
      now();
    },
    /** Reads the shown records again, for example after an action on one. */
    again() {
      refresh = true;
      refreshedAt = -Infinity;
      now();
    },
    stop() {
      controller.abort();
      clearTimeout(timer);
      stop();
      stopShown();
    },
  };
}

/** The rows that the URL asks for, kept up to date; `key` names what they depend on. While they change, the old ones stay. */
export function useResults(wanted, limit, resting, key) {
  const [state, setState] = useState({ rows: null, more: false, error: null, reading: true, searching: false, readAt: null, waiting: { count: 0, malicious: 0, atLeast: false }, key: null });
  const follower = useRef(null);
  useEffect(() => {
    follower.current = followResults(wanted, limit, (value) => setState((old) => (value.rows === null && old.rows !== null ? { ...old, error: value.error, reading: value.error === null } : { ...value, key })));
    follower.current.rest(resting);
    setState((old) => ({ ...old, reading: true }));
    return () => follower.current.stop();
  }, [key, limit]);
  useEffect(() => follower.current.rest(resting), [resting]);
  return { ...state, reload: () => follower.current.reload(), again: () => follower.current.again() };
}
