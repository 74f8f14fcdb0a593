import { html, useEffect, useRef, useState } from '../lib/preact.js';
import { useData, useNow } from '../base/data.js';
import { useStore } from '../base/store.js';
import { live } from '../base/live.js';
import { get } from '../base/api.js';
import { age, count, counted, exact, unbroken } from '../base/format.js';
import { Icon } from '../components/icon.js';
import { Loaded } from '../components/states.js';
import { shown, shownText } from '../components/path.js';

/** Per kind: shape, colour if it is not that of the severity, the word before the sentence, and what its link does. */
const KINDS = {
  malicious_action_failed: { icon: 'v-malicious', tone: 'malicious', word: 'Malicious', act: (item) => (item.count && item.complete !== false ? `View ${counted(item.count, 'file')}` : 'View the files') },
  dead_letters: { icon: 'dead', word: 'Dead letters', act: () => 'Replay or discard' },
  stage_stopped: { icon: 'stop', word: 'Stage', act: () => 'See the dead letters' },
  files_without_verdict: { icon: 'v-unscanned', word: 'No verdict', act: () => 'See why' },
  connector_gone: { icon: 's-gone', word: 'Connector', act: () => 'Diagnose' },
  connector_silent: { icon: 's-gone', word: 'Connector', act: () => 'Diagnose' },
  connector_not_ready: { icon: 'warn', word: 'Connector', act: () => 'Diagnose' },
  scanner_unavailable: { icon: 's-gone', word: 'Scanner', act: () => 'See the scanner' },
  scanner_failing: { icon: 'v-failed', word: 'Scanner', act: () => 'See the scanner' },
  scanner_not_configured: { icon: 'settings', word: 'Scanner', act: () => 'See the settings' },
  scanner_busy: { icon: 's-busy', word: 'Scanner', act: () => 'See the scanner' },
  no_worker: { icon: 'stop', word: 'Workers', act: () => 'See the workers' },
  intake_closed: { icon: 'stop', word: 'Intake', act: () => 'See why' },
  redis_memory_high: { icon: 'warn', word: 'Redis', act: () => 'See the settings' },
  syslog_unavailable: { icon: 's-gone', word: 'Syslog', act: () => 'See the settings' },
  counts_incomplete: { icon: 'clock', word: 'Counts', act: () => 'See the results' },
  job_incomplete: { icon: 'warn', word: 'Job', act: () => 'Open the job' },
};
const MAX_SHOWN = 8;
const TONES = { critical: 'failed', warning: 'unscanned', info: 'pending' };
const OTHER = { icon: 'warn', word: 'Notice', act: () => 'Look' };

const keyOf = (item) => `${item.kind}:${item.object?.type ?? ''}:${item.object?.id ?? ''}`;
const order = (items) => items.map(keyOf).join('\n');
const isPath = (link) => typeof link === 'string' && /^\/(?![/\\])/.test(link);

/** What needs a person, most urgent first; or one calm line. */
export function Attention({ data, jobs, figures }) {
  const items = data.value?.items;
  if (data.value === undefined || data.error) {
    return html`<section class="card" aria-labelledby="need-h"><div class="card-head"><h2 id="need-h">Needs a person</h2></div>
      <${Loaded} data=${data} what="What needs a person" lines=${3}>${(value) => html`<${List} items=${value.items} />`}</${Loaded}></section>`;
  }
  return html`<${News} items=${items} /><${Held} items=${items} calm=${html`<${Calm} jobs=${jobs} figures=${figures} />`} />`;
}

/** Announces a changed list to screen readers, not the first one. */
function News({ items }) {
  const [text, setText] = useState('');
  const before = useRef(order(items));
  useEffect(() => {
    const now = order(items);
    if (now === before.current) return;
    before.current = now;
    setText(items.length === 0 ? 'Nothing needs a person now' : `${counted(items.length, 'matter needs', 'matters need')} a person. First: ${shownText(items[0].summary)}`);
  }, [items]);
  return html`<p class="sr" role="status">${text}</p>`;
}

/** The list does not move while the pointer or the focus is in it. */
function Held({ items, calm }) {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const last = useRef(items);
  const waits = (pointed || focused) && order(items) !== order(last.current);
  if (!waits) last.current = items;
  const list = last.current;
  const hold = {
    onPointerEnter: (event) => event.pointerType === 'mouse' && setPointed(true),
    onPointerLeave: () => setPointed(false),
    onFocusIn: () => setFocused(true),
    onFocusOut: () => setFocused(false),
  };
  useEffect(() => {
    if (list.length > 0) return;
    setPointed(false);
    setFocused(false);
  }, [list.length]);
  if (list.length === 0) return calm;
  return html`<section class="card" aria-labelledby="need-h" ...${hold}>
    <div class="card-head"><h2 id="need-h">Needs a person</h2>
      <span class="note">${waits ? `${count(items.length)} now; the list follows when you leave it` : list.length === 1 ? '1' : `${count(list.length)}, most urgent first`}</span></div>
    <${List} items=${list} /></section>`;
}

/** The most urgent ones; the others on request, so that many connectors that are gone do not push the figures away. */
function List({ items }) {
  const [all, setAll] = useState(false);
  const some = all || items.length <= MAX_SHOWN + 1 ? items : items.slice(0, MAX_SHOWN);
  return html`<ul class="need">${some.map((item) => html`<${Need} key=${keyOf(item)} item=${item} />`)}</ul>
    ${some.length < items.length && html`<div class="card-foot"><button class="btn btn-sm" type="button" onClick=${() => setAll(true)}>Show the other ${count(items.length - some.length)}</button></div>`}`;
}

function Need({ item }) {
  const kind = KINDS[item.kind] ?? OTHER;
  const now = useNow(1000);
  return html`<li>
    <span class=${`shape v-${kind.tone ?? TONES[item.severity] ?? TONES.warning}`}><${Icon} name=${kind.icon} /><span class="sr">${kind.word}:</span></span>
    <h3>${shown(unbroken(item.summary))}</h3>
    <p>${shown(unbroken(item.detail))}</p>
    <span class="age">${item.since && html`<time datetime=${new Date(item.since * 1000).toISOString()} title=${`since ${exact(item.since)}`}>${age(now - item.since)}</time>`}</span>
    <span class="acts">${isPath(item.link) && html`<a class="btn btn-sm" href=${item.link}>${kind.act(item)}<span class="sr">: ${shownText(item.summary)}</span></a>`}</span>
  </li>`;
}

/** `The scanner, Redis and 3 workers answer`; null when nothing does. `status` as in the live messages. */
export function answering(status, workers) {
  const connectors = status?.connectors?.ready ?? 0;
  const parts = [
    status?.scanner?.state === 'ready' && { n: 1, text: status.scanner.demo ? 'the stand-in scanner' : 'the scanner' },
    status?.redis?.up && { n: 1, text: 'Redis' },
    { n: connectors, text: counted(connectors, 'connector') },
    { n: workers, text: counted(workers, 'worker') },
  ].filter((part) => part && part.n > 0);
  if (parts.length === 0) return null;
  return `${joined(parts.map(({ text }) => text))} ${parts.length === 1 && parts[0].n === 1 ? 'answers' : 'answer'}`;
}

function joined(parts) {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** Nothing wrong: what answers, whether the ledgers balance, what was found. */
function Calm({ jobs, figures }) {
  const status = useStore(live, (value) => value.status);
  const workers = useData((signal) => get('/workers', {}, signal), [], { when: (message) => message.type === 'status', every: 30_000 });
  const facts = [
    answering(status, workers.value?.workers?.length ?? 0),
    jobs.value?.active.length > 0 && jobs.value.active.every((job) => job.ledger.balanced) && 'each running ledger balances',
    foundText(figures.malicious.value),
  ].filter(Boolean);
  const text = unbroken(facts.join('; '));
  const alone = status?.connectors?.total === 0;
  return html`<p class="card calm"><${Icon} name="check" className="i-lg" />
    <span><b>Nothing needs you.</b> ${text && `${text.charAt(0).toUpperCase()}${text.slice(1)}.`}${alone && ' No connector has registered yet.'}</span>
    ${alone && html`<a class="btn btn-sm" href="/connectors">Add a connector</a>`}</p>`;
}

function foundText(summary) {
  if (!summary?.complete) return null;
  if (summary.count === 0) return 'no malicious file in 24 h';
  const done = summary.by_action?.succeeded ?? 0;
  return `${counted(summary.count, 'malicious file')} in 24 h${done === summary.count ? `, ${done === 1 ? 'its action' : 'each action'} carried out` : ''}`;
}
