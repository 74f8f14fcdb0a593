import { html, useEffect, useRef, useState } from '../lib/preact.js';
import { get } from '../base/api.js';
import { nameOf, useConnectorList } from '../base/connector-names.js';
import { useData } from '../base/data.js';
import { setQuery } from '../base/router.js';
import { clock, count, day, epoch, moment, short } from '../base/format.js';
import { Icon } from '../components/icon.js';
import { Choice, Menu } from '../components/menu.js';
import { shown, shownText } from '../components/path.js';
import { NO_VERDICT, Verdict } from '../components/verdict.js';
import { ACTIONS, RECORDED, actionsOf, fromStart, isFiltered, isRelative, noFilters, outcomeText, outcomesOf } from './results-query.js';

const TYPING_MS = 300;
const RECENT_JOBS = 15;

const change = (changes, options) => setQuery(fromStart(changes), options);

function Search({ text }) {
  const input = useRef(null);
  const timer = useRef(null);
  useEffect(() => {
    if (document.activeElement !== input.current) input.current.value = text;
  }, [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const go = () => {
    clearTimeout(timer.current);
    change({ text: input.current.value.trim(), open: null }, { replace: true });
  };
  const typed = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(go, TYPING_MS);
  };
  const submit = (event) => {
    event.preventDefault();
    go();
  };
  return html`<form class="search" role="search" aria-label="Results" onSubmit=${submit}><label class="sr" for="rq">Search results</label><${Icon} name="search" />
    <input id="rq" ref=${input} type="search" defaultValue=${text} placeholder="Path, SHA-256, job or task" maxlength="4096" autocomplete="off" spellcheck="false" onInput=${typed} /></form>`;
}

const Tick = ({ checked, onChange, indent = false, children, hint = null }) => html`<li class=${indent ? 'indent' : ''}><label><input type="checkbox" checked=${checked} onChange=${onChange} />${children}${hint !== null && html`<small>${hint}</small>`}</label></li>`;

function VerdictFilter({ text, counts }) {
  const chosen = outcomesOf(text);
  const set = (next) => change({ outcome: outcomeText(next) });
  const flip = (keys, on) => set(on ? [...chosen, ...keys] : chosen.filter((key) => !keys.includes(key)));
  const tick = (key) => html`<${Tick} key=${key} indent=${NO_VERDICT.includes(key)} checked=${chosen.includes(key)} hint=${counts ? count(counts[key] ?? 0) : null} onChange=${(event) => flip([key], event.target.checked)}><${Verdict} outcome=${key} /></${Tick}>`;
  const all = NO_VERDICT.every((key) => chosen.includes(key));
  const others = chosen.filter((key) => !NO_VERDICT.includes(key));
  const known = RECORDED.find(({ key }) => key === chosen[0]);
  const label = chosen.length === 0 ? 'any' : all && others.length === 0 ? 'no verdict' : chosen.length === 1 ? (known?.word.toLowerCase() ?? shown(chosen[0])) : `${chosen.length} of ${RECORDED.length}`;
  const keys = RECORDED.map(({ key }) => key);
  return html`<${Menu} on=${chosen.length > 0} label=${html`Verdict: <b>${label}</b><${Icon} name="down" />`}>
    ${(close) => html`<ul aria-label="Verdict">
      ${keys.filter((key) => ['benign', 'malicious'].includes(key)).map(tick)}
      <${Tick} checked=${all} onChange=${(event) => flip(NO_VERDICT, event.target.checked)}><span class="strong">No verdict</span></${Tick}>
      ${NO_VERDICT.map(tick)}
      ${keys.filter((key) => ['failed', 'cancelled'].includes(key)).map(tick)}
      ${chosen.length > 0 && html`<li class="sep"><button type="button" onClick=${() => { close(); set([]); }}>Any verdict</button></li>`}</ul>`}
  </${Menu}>`;
}

function ActionFilter({ text, counts }) {
  const chosen = actionsOf(text);
  const label = chosen.length === 0 ? 'any' : chosen.length === 1 ? (ACTIONS.find(({ value }) => value === chosen[0])?.label.toLowerCase() ?? shown(chosen[0])) : `${chosen.length} of ${ACTIONS.length}`;
  const flip = (value, on) => {
    const next = ACTIONS.map((action) => action.value).filter((key) => (key === value ? on : chosen.includes(key)));
    change({ action: next.length === ACTIONS.length ? '' : next.join(',') });
  };
  return html`<${Menu} on=${chosen.length > 0} label=${html`Action: <b>${label}</b><${Icon} name="down" />`}>
    ${(close) => html`<ul aria-label="Action">
      ${ACTIONS.map(({ value, label: word }) => html`<${Tick} key=${value} checked=${chosen.includes(value)} hint=${counts ? count(counts[value] ?? 0) : null} onChange=${(event) => flip(value, event.target.checked)}>${word}</${Tick}>`)}
      ${chosen.length > 0 && html`<li class="sep"><button type="button" onClick=${() => { close(); change({ action: null }); }}>Any action</button></li>`}</ul>`}
  </${Menu}>`;
}

/** Registered connectors and gone ones. */
function ConnectorFilter({ uuid }) {
  const { value } = useConnectorList();
  const options = (value ?? [])
    .filter((connector) => connector.uuid)
    .map((connector) => ({ value: connector.uuid, label: html`<span class="clip">${shown(nameOf(connector))}</span>`, hint: connector.state === 'gone' ? 'gone' : short(connector.uuid) }));
  if (uuid && !options.some((option) => option.value === uuid)) options.push({ value: uuid, label: html`<span class="clip">${shown(short(uuid))}</span>`, hint: 'not known' });
  return html`<${Choice} name="Connector" value=${uuid || null} any="all" options=${options} onChange=${(next) => change({ connector: next })} />`;
}

function JobChoices({ job, close }) {
  const { value } = useData((signal) => get('/scan/jobs', { limit: RECENT_JOBS }, signal), []);
  const [text, setText] = useState(job);
  const go = (next) => {
    close();
    change({ job_id: next, job: null });
  };
  const submit = (event) => {
    event.preventDefault();
    go(text.trim());
  };
  return html`<form class="form" onSubmit=${submit}><div class="row"><label for="rjob">Id of the job</label>
      <input id="rjob" class="input mono" value=${text} maxlength="1024" autocomplete="off" spellcheck="false" onInput=${(event) => setText(event.target.value)} /></div></form>
    <ul aria-label="Recent jobs">
      ${job && html`<li><button type="button" onClick=${() => go(null)}>Any job</button></li>`}
      ${(value ?? []).map((each) => html`<li><button type="button" aria-current=${each.job_id === job ? 'true' : null} onClick=${() => go(each.job_id)}>
        <span class="clip">${each.job_name ? shown(each.job_name) : 'Job'} <code>${shown(short(each.job_id))}</code></span><small>${moment(epoch(each.started_at))}</small></button></li>`)}
    </ul>`;
}

const JobFilter = ({ job }) => html`<${Menu} on=${Boolean(job)} label=${html`Job: <b class="clip" title=${shownText(job)}>${job ? shown(short(job)) : 'any'}</b><${Icon} name="down" />`}>
  ${(close) => html`<${JobChoices} job=${job} close=${close} />`}
</${Menu}>`;

const PRESETS = [
  { seconds: 3600, word: 'last hour' },
  { seconds: 86_400, word: 'last 24 h' },
  { seconds: 7 * 86_400, word: 'last 7 days' },
  { seconds: 30 * 86_400, word: 'last 30 days' },
];

const point = (seconds) => `${day(seconds)}, ${clock(seconds).slice(0, 5)}`;

/** The recorded times in words. */
export function rangeWord({ since, until }) {
  if (since === null && until === null) return 'any time';
  if (until === null && isRelative(since)) {
    const preset = PRESETS.find(({ seconds }) => seconds === since);
    return preset ? preset.word : since % 3600 === 0 ? `last ${since / 3600} h` : `last ${Math.ceil(since / 60)} min`;
  }
  const at = (time) => point(isRelative(time) ? Date.now() / 1000 - time : time);
  if (since === null) return `before ${at(until)}`;
  if (until === null) return `since ${at(since)}`;
  const sameDay = at(since).split(', ')[0] === at(until).split(', ')[0];
  return `${at(since)} – ${sameDay ? at(until).split(', ')[1] : at(until)}`;
}

const two = (n) => String(n).padStart(2, '0');

/** Seconds since the epoch as a field of local time wants them. */
function fieldTime(seconds) {
  if (seconds === null || isRelative(seconds)) return '';
  const date = new Date(seconds * 1000);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

const fieldSeconds = (text) => (text === '' || Number.isNaN(Date.parse(text)) ? null : Math.floor(Date.parse(text) / 1000));

function RangeFilter({ wanted }) {
  const preset = wanted.until === null ? wanted.since : null;
  const submit = (close) => (event) => {
    event.preventDefault();
    const [from, to] = ['from', 'to'].map((name) => fieldSeconds(event.target.elements[name].value));
    close();
    change({ since: from, until: to });
  };
  return html`<${Menu} on=${wanted.since !== null || wanted.until !== null} label=${html`Recorded: <b>${rangeWord(wanted)}</b><${Icon} name="down" />`}>
    ${(close) => html`<ul role="listbox" aria-label="Recorded">
        <li role="presentation"><button type="button" role="option" aria-selected=${wanted.since === null && wanted.until === null} onClick=${() => { close(); change({ since: null, until: null }); }}>any time</button></li>
        ${PRESETS.map(({ seconds, word }) => html`<li role="presentation"><button type="button" role="option" aria-selected=${preset === seconds} onClick=${() => { close(); change({ since: seconds, until: null }); }}>${word}</button></li>`)}
      </ul>
      <form class="form sep" onSubmit=${submit(close)}>
        <div class="row"><label for="rfrom">From</label><input class="input" id="rfrom" name="from" type="datetime-local" defaultValue=${fieldTime(wanted.since)} /></div>
        <div class="row"><label for="rto">To, not included</label><input class="input" id="rto" name="to" type="datetime-local" defaultValue=${fieldTime(wanted.until)} /></div>
        <button class="btn btn-sm" type="submit">Show</button>
      </form>`}
  </${Menu}>`;
}

/** The filters over the table. `summary` gives numbers to the choices; null while it is not known. */
export function ResultsFilters({ wanted, summary, children }) {
  // The numbers are those of the filter, so they apply to a choice only where nothing is chosen yet.
  const counts = (chosen, of) => (chosen === '' && summary?.complete ? of : null);
  return html`<div class="tools" role="group" aria-label="Filters">
    <${Search} text=${wanted.text} />
    <${VerdictFilter} text=${wanted.outcome} counts=${counts(wanted.outcome, summary?.by_outcome)} />
    <${ActionFilter} text=${wanted.action} counts=${counts(wanted.action, summary?.by_action)} />
    <${ConnectorFilter} uuid=${wanted.connector} />
    <${JobFilter} job=${wanted.job} />
    <${RangeFilter} wanted=${wanted} />
    ${isFiltered(wanted) && html`<button class="btn btn-quiet btn-sm" type="button" onClick=${() => setQuery(noFilters())}>Reset</button>`}
    <span class="push viewacts">${children}</span>
  </div>`;
}
