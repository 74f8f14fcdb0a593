import { html, useCallback, useEffect, useRef, useState } from '../lib/preact.js';
import { live } from '../base/live.js';
import { useStore } from '../base/store.js';
import { useKeys } from '../base/keys.js';
import { closeQuery, navigate, setQuery, withQuery } from '../base/router.js';
import { clock, count, counted } from '../base/format.js';
import { Icon } from '../components/icon.js';
import { useRows } from '../components/rows.js';
import { Empty, Failed, Skeleton } from '../components/states.js';
import { ResultDrawer } from './result-drawer.js';
import { ResultsTable } from './results-table.js';
import { useResults } from './results-tail.js';
import { RetryFailed } from './results-retry.js';
import { inWords } from './result-words.js';
import { SORTS, fromStart, isFiltered, isHead, noFilters } from './results-query.js';

const SCROLLED_PX = 24;
const MOST_SORTED = 10_000; // the API sorts no further

/**
 * Whether the person is reading: the pointer is over the rows, the focus is in them, or the page is scrolled. From the
 * rows the pointer may go on to the bar over them without an end of that, so that its buttons stay what they are.
 *
 * @returns {[boolean, () => void]} and how to end it
 */
function useReading(box, bar) {
  const [reading, setReading] = useState(() => ({ over: false, focus: false, scrolled: scrollY > SCROLLED_PX })); // scrollY makes the browser lay out: not in each rendering
  const set = (name, value) => setReading((old) => (old[name] === value ? old : { ...old, [name]: value }));
  useEffect(() => {
    const [rows, buttons] = [box.current, bar.current];
    const listen = (target, type, listener) => {
      target.addEventListener(type, listener, { passive: true });
      return () => target.removeEventListener(type, listener);
    };
    const stops = [
      listen(rows, 'pointerenter', (event) => event.pointerType !== 'touch' && set('over', true)),
      listen(rows, 'pointerleave', (event) => !buttons.contains(event.relatedTarget) && set('over', false)),
      listen(buttons, 'pointerleave', (event) => !rows.contains(event.relatedTarget) && set('over', false)),
      listen(rows, 'focusin', () => set('focus', true)),
      listen(rows, 'focusout', (event) => set('focus', rows.contains(event.relatedTarget))),
      listen(window, 'scroll', () => set('scrolled', scrollY > SCROLLED_PX)),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);
  const end = () => {
    document.activeElement?.blur();
    scrollTo(0, 0);
    setReading({ over: false, focus: false, scrolled: false });
  };
  return [reading.over || reading.focus || reading.scrolled, end];
}

/** What waits, in words; null when nothing does. */
function waitingWord({ count: files, malicious, atLeast }) {
  if (files === 0) return null;
  if (files === null) return 'New results came';
  const found = malicious === null ? '' : `, ${count(malicious)} of them malicious`;
  return html`<b>${atLeast ? 'At least ' : ''}${count(files)}</b> more${found}`;
}

/** Says whether new results appear, and what waits. It is always there, so that rows never move under the pointer. */
function LiveBar({ head, wanted, results, resting, paused, open, bar, onShow, onLive, onPause }) {
  const word = wanted.until !== null ? null : waitingWord(results.waiting);
  const since = word !== null && results.readAt !== null ? ` since ${clock(results.readAt)}.` : '.';
  const cut = open === false;
  let icon = 'pulse';
  let text = html`<b>Live.</b> New results appear at the top.`;
  if (cut) {
    icon = 'v-unscanned';
    text = html`<b>Not live.</b> New results appear when the stream of events is back.`;
  } else if (wanted.until !== null) {
    icon = 'pause';
    text = html`<b>A range that ends: not live.</b>`;
  } else if (!head) {
    icon = 'pause';
    const why = wanted.sort !== 'id' ? `Sorted by ${SORTS[wanted.sort].word}` : wanted.order === 'asc' ? 'Oldest first' : 'An older page';
    text = html`<b>${why}: not live.</b> ${word === null ? 'Nothing new since it was read.' : html`${word}${since}`}`;
  } else if (resting) {
    icon = 'pause';
    text = html`<b>${paused ? 'Paused.' : 'Paused while you read.'}</b> ${word === null ? 'Nothing new.' : html`${word}${since}`}`;
  }
  return html`<div class="live" ref=${bar}><${Icon} name=${icon} className=${icon === 'pulse' ? 'v-ready' : ''} /><span>${text}</span>
    <span class="acts">${word !== null && (resting || !head) && html`<button class="btn btn-sm" type="button" onClick=${onShow}>Show them</button>`}
      ${!head || resting ? html`<button class="btn btn-sm btn-quiet" type="button" onClick=${onLive}>Go on live</button>` : html`<button class="btn btn-sm btn-quiet" type="button" onClick=${onPause} title="p">Pause</button>`}</span></div>`;
}

/** Where in the whole list these rows are, and the way to the next ones. */
function Foot({ wanted, results, summary }) {
  const { rows, more } = results;
  const sorted = wanted.sort !== 'id';
  // The rows may be newer than the count.
  const all = summary && summary.count >= wanted.offset + rows.length ? `${summary.complete ? '' : 'at least '}${count(summary.count)}` : null;
  const order = sorted ? `by ${SORTS[wanted.sort].word}` : wanted.order === 'asc' ? 'oldest first' : 'newest first';
  const range = sorted && rows.length > 0 ? `${count(wanted.offset + 1)} – ${count(wanted.offset + rows.length)}` : count(rows.length);
  const ids = rows.map((record) => record.id);
  const link = (label, changes, possible, title = null) => html`<button class="btn btn-sm" type="button" disabled=${!possible} title=${title} onClick=${() => { setQuery(fromStart({ ...changes, open: null })); scrollTo(0, 0); }}>${label}</button>`;
  let back;
  let on;
  if (sorted) {
    const next = wanted.offset + rows.length;
    const far = next + rows.length > MOST_SORTED;
    back = link('Previous', { offset: Math.max(0, wanted.offset - rows.length) || null }, wanted.offset > 0);
    on = link('Next', { offset: next }, more && !far, far ? `Only the first ${count(MOST_SORTED)} are sorted: narrow the filter` : null);
  } else {
    const oldestFirst = wanted.order === 'asc';
    const [first, last] = oldestFirst ? [ids.at(-1), ids[0]] : [ids[0], ids.at(-1)];
    const start = wanted.before === null && wanted.after === null;
    // A page that was read towards its start knows whether more lie there; otherwise it came from there.
    const towardsNewer = oldestFirst ? wanted.before === null : wanted.after !== null;
    const newer = towardsNewer ? more : !start || oldestFirst;
    const older = towardsNewer ? !start : more;
    back = link('Newer', { after: first }, newer && ids.length > 0);
    on = link('Older', { before: last }, older && ids.length > 0);
  }
  return html`<div class="card-foot"><span>${range}${all !== null ? ` of ${all}` : ''}, ${order}</span>
    <span class="hide-sm"><kbd>↑</kbd> <kbd>↓</kbd> move <kbd>Enter</kbd> open <kbd>p</kbd> pause</span><span class="acts">${back}${on}</span></div>`;
}

function Nothing({ wanted, summary }) {
  if (isFiltered(wanted)) {
    return html`<${Empty} title="No result matches"><p>${summary?.kept > 0 ? `None of the ${counted(summary.kept, 'record')} kept is what the filter asks for.` : 'No record is what the filter asks for.'}${summary?.pruned > 0 ? ` ${count(summary.pruned)} older ones are not kept any more.` : ''}</p>
      <button class="btn" type="button" onClick=${() => setQuery(noFilters())}>Reset the filter</button></${Empty}>`;
  }
  return html`<${Empty} title="No results yet" icon="results"><p>A file that was scanned appears here the moment its outcome is recorded. Start a full scan at a connector.</p><a class="btn" href="/connectors">Connectors</a></${Empty}>`;
}

/** The rows of the page with the bar over them, the foot, and the drawer of the one that is open. */
export function ResultsList({ wanted, search, filterKey, summary, chosen, dense, limit }) {
  const box = useRef(null);
  const bar = useRef(null);
  const [reading, endReading] = useReading(box, bar);
  const open = useStore(live, (value) => value.open);
  const [paused, setPaused] = useState(false);
  const head = isHead(wanted);
  const resting = paused || reading || wanted.open !== null;
  const placeKey = JSON.stringify([filterKey, wanted.sort, wanted.order, wanted.before, wanted.after, wanted.offset]);
  const results = useResults(wanted, limit, resting, placeKey);

  const show = useCallback((task, options) => setQuery({ open: task }, options), []);
  const rows = useRows(show);
  const byTask = (task) => results.rows?.findIndex((record) => record.scan_request_task_id === task) ?? -1;

  // After the drawer the focus is on the row that it showed.
  const shownTask = useRef(null);
  useEffect(() => {
    if (wanted.open === null && shownTask.current !== null) rows.focus(shownTask.current);
    shownTask.current = wanted.open;
  }, [wanted.open]);

  // A newer page that is not full has reached the newest record: it is the first page, and live.
  const short = results.key === placeKey && wanted.sort === 'id' && results.rows !== null && !results.more && (wanted.order === 'desc' ? wanted.after : wanted.before) !== null;
  useEffect(() => {
    if (short) setQuery(fromStart({}), { replace: true });
  }, [short]);

  const goLive = () => {
    setPaused(false);
    endReading();
    const place = fromStart({ open: null, sort: null, order: null, until: null });
    if (head && wanted.open === null) results.reload();
    else navigate(withQuery(place));
  };
  const showWaiting = () => {
    scrollTo(0, 0);
    if (head) results.reload();
    else setQuery(fromStart({ sort: null, order: null }));
  };
  const leaveRow = () => {
    if (!box.current.contains(document.activeElement)) return false;
    document.activeElement.blur();
    return true;
  };
  useKeys({ p: () => setPaused(!paused), ...(wanted.open === null ? { Escape: leaveRow } : {}) });

  const at = wanted.open === null ? -1 : byTask(wanted.open);
  // By what is open when the key is pressed: the next press may come before this is drawn again.
  const listed = useRef(null);
  listed.current = results.rows;
  const step = (by) => {
    if (at < 0 || !results.rows[at + by]) return null;
    return () => {
      const here = listed.current.findIndex((record) => record.scan_request_task_id === new URLSearchParams(location.search).get('open'));
      const next = here < 0 ? null : listed.current[here + by];
      if (next) show(next.scan_request_task_id, { replace: true });
    };
  };
  return html`<${RetryFailed} wanted=${wanted} summary=${summary} onQueued=${results.reload} />
    <${LiveBar} head=${head} wanted=${wanted} results=${results} resting=${resting} paused=${paused} open=${open} bar=${bar} onShow=${showWaiting} onLive=${goLive} onPause=${() => setPaused(true)} />
    <p class="sr" role="status">${paused ? 'New results wait' : ''}</p>
    ${results.error && html`<div class="card-body"><${Failed} what="The list of results" error=${inWords(results.error)} retry=${results.reload} /></div>`}
    <div class="scroll results-scroll" ref=${(element) => { box.current = element; rows.ref.current = element; }} aria-busy=${results.reading}>
      ${results.rows === null ? !results.error && html`<${Skeleton} lines=${8} />` : results.rows.length === 0 && results.searching ? html`<${Empty} title="Searching" icon="search"><p>Nothing matches yet; the search goes on.</p></${Empty}>` : results.rows.length === 0 ? html`<${Nothing} wanted=${wanted} summary=${summary} />` : html`<${ResultsTable} list=${results.rows} wanted=${wanted} search=${search} chosen=${chosen} dense=${dense} rows=${rows} />`}
    </div>
    ${results.searching && results.rows.length > 0 && html`<p class="card-body muted" role="status">The search goes on; these match so far.</p>`}
    ${results.rows?.length > 0 && !results.searching && html`<${Foot} wanted=${wanted} results=${results} summary=${summary} />`}
    ${wanted.open !== null && html`<${ResultDrawer} task=${wanted.open} listed=${at < 0 ? null : results.rows[at]} onClose=${() => closeQuery({ open: null })} onPrevious=${step(-1)} onNext=${step(1)} onChanged=${results.again} />`}`;
}
