import { html } from '../lib/preact.js';
import { live } from '../base/live.js';
import { peak } from '../base/series.js';
import { useStore } from '../base/store.js';
import { bytes, count, day as dayOf, epoch, hourMinute, zone } from '../base/format.js';
import { Icon } from '../components/icon.js';
import { Bars } from '../components/chart.js';
import { Loaded } from '../components/states.js';
import { Path, shown } from '../components/path.js';
import { Ago } from '../components/time.js';
import { State } from '../components/verdict.js';
import { ofTheDay } from './overview-counters.js';
import { actionOf, connectorName, connectorOf, isDemo, locationOf, sizeOf, threatOf } from './result-words.js';

const ROWS = [
  { key: 'malicious', look: 'malicious', word: 'Malicious', fill: 'f-malicious' },
  { key: 'no_verdict', look: 'unscanned', word: 'No verdict', pattern: 'p-unscanned' },
  { key: 'failed', look: 'failed', word: 'Failed', pattern: 'p-failed' },
  { key: 'benign', look: 'benign', word: 'Benign', fill: 'f-benign' },
];
const HOURS = 24;

/** What was found in 24 hours, a bar an hour; each outcome on its own scale. */
export function Found({ day, figures }) {
  const demo = useStore(live, (value) => value.status?.scanner?.demo === true);
  return html`<section class="card c-6" aria-labelledby="vd-h">
    <div class="card-head"><h2 id="vd-h">What was found</h2><span class="note">24 hours, a bar an hour, each row on its own scale</span></div>
    <${Loaded} data=${day} what="What was found" lines=${4}>${() => html`<div class="card-body">
      <ul class="strips">${ROWS.map((row) => html`<${Strip} key=${row.key} row=${row} values=${day.found.rows[row.key]} sum=${ofTheDay(row.key, figures, day.found)} demo=${demo} />`)}</ul>
      <${Axis} at=${day.found.at} /></div>`}</${Loaded}></section>`;
}

function Strip({ row, values, sum, demo }) {
  const bars = padded(values.bars.map((bar) => bar.value));
  const most = peak(bars);
  const label = `${row.word} files per hour: ${sum !== null ? `${count(sum)} in 24 hours${most > 0 ? `, at most ${count(most)} in an hour` : ''}` : 'not known'}`;
  return html`<li>
    <a class=${`v v-${row.look}`} href=${`/results?outcome=${row.key}&since=86400`}><${Icon} name=${`v-${row.look}`} />${row.word}${demo && row.key === 'benign' ? ' (demo)' : ''}</a>
    <${Bars} values=${bars} fill=${row.fill} pattern=${row.pattern} label=${label} />
    <span class="sum num">${count(sum)}<small>${sum !== null ? (most > 0 ? html`peak ${count(most)}${row.key === 'malicious' && html`<span class="hide-sm"> an hour</span>`}` : 'none') : 'not known yet'}</small></span></li>`;
}

/** A server that has run for less than a day has nothing at the left. */
const padded = (bars) => [...Array.from({ length: Math.max(0, HOURS - bars.length) }, () => null), ...bars].slice(-HOURS);

function Axis({ at }) {
  if (at.length === 0) return null;
  const end = at.at(-1);
  const ago = (hours) => hourMinute(end - hours * 3600);
  return html`<p class="axis" aria-hidden="true"><span><span class="hide-sm">${dayOf(end - HOURS * 3600)} </span>${ago(24)}</span><span class="hide-sm">${ago(18)}</span><span>${ago(12)}</span><span class="hide-sm">${ago(6)}</span><span>now, ${zone()}</span></p>`;
}

/** The newest malicious files, and what became of them. */
export function Findings({ day, figures }) {
  const known = ofTheDay('malicious', figures, day.found);
  return html`<section class="card c-6" aria-labelledby="fi-h">
    <div class="card-head"><h2 id="fi-h">Latest malicious files</h2>
      <div class="acts"><a class="btn btn-sm btn-quiet" href="/results?outcome=malicious">${known > 0 ? `All, ${count(known)} in 24 h` : 'All'}<${Icon} name="right" /></a></div></div>
    <${Loaded} data=${figures.latest} what="The latest malicious files" lines=${5}>
      ${(records) => (records.length === 0 ? html`<p class="card-body muted">No malicious file is recorded.</p>` : html`<ul class="findings">${records.map((record) => html`<${Finding} key=${record.id} record=${record} />`)}</ul>`)}
    </${Loaded}></section>`;
}

function Finding({ record }) {
  const action = actionOf(record, 'malicious');
  const size = sizeOf(record);
  const facts = [
    [threatOf(record), isDemo(record) && '(demo)'].filter(Boolean).join(' ') || null,
    connectorName(connectorOf(record)),
    size === null ? null : bytes(size),
  ].filter(Boolean);
  const link = `/results?outcome=malicious&open=${encodeURIComponent(record.scan_request_task_id)}`;
  return html`<li><${Icon} name="v-malicious" /><${Path} location=${locationOf(record)} href=${link} />
    <span class="meta">${shown(facts.join(' · '))}</span>
    <span class="right">${action.icon ? html`<${State} tone=${action.tone} icon=${action.icon}>${action.state === 'pending' ? 'Action waits' : action.word}</${State}>` : action.word}<br /><${Ago} at=${epoch(record.recorded_at)} /></span></li>`;
}
