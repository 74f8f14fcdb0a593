import { html, useEffect, useRef, useState } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useConnectorNames } from '../base/connector-names.js';
import { useData } from '../base/data.js';
import { count, counted } from '../base/format.js';
import { live } from '../base/live.js';
import { useKeys } from '../base/keys.js';
import { navigate, setQuery, useLocation, withQuery } from '../base/router.js';
import { useStore } from '../base/store.js';
import { Icon } from '../components/icon.js';
import { Choice } from '../components/menu.js';
import { useRows } from '../components/rows.js';
import { PageHead } from '../components/shell.js';
import { Empty, Loaded } from '../components/states.js';
import { useSnapshots } from './job-live.js';
import { isFinished, jobPath, joinIds, splitIds, toJob } from './job-model.js';
import { JobRow } from './job-row.js';

const PAGE = 50;
const TYPING_MS = 300;
const MAX_CHOSEN = 8;

const STATES = [
  { value: 'active', label: 'Active' },
  { value: 'running', label: 'Running' },
  { value: 'paused', label: 'Paused' },
  { value: 'completed', label: 'Completed' },
  { value: 'incomplete', label: 'Incomplete' },
  { value: 'cancelled', label: 'Cancelled' },
];
const SINCE = [
  { value: '3600', label: 'last hour' },
  { value: '86400', label: 'last 24 hours' },
  { value: '604800', label: 'last 7 days' },
  { value: '2592000', label: 'last 30 days' },
];
const FILTERS = ['text', 'status', 'connector', 'since'];

/** The page of the list that the URL names: after a job (`cursor`), or before one (`before`). */
async function readPage(query, signal) {
  const ascending = query.get('order') === 'asc';
  const before = query.get('before');
  const cursor = before ?? query.get('cursor');
  const since = Number(query.get('since'));
  const readAt = performance.now();
  const answer = await get('/scan/jobs', {
    limit: PAGE + 1, // one more shows whether there are more
    order: ascending !== (before !== null) ? 'asc' : 'desc',
    cursor,
    text: query.get('text'),
    status: query.get('status'),
    connector: query.get('connector'),
    since: since > 0 ? Math.floor(Date.now() / 1000 - since) : null,
  }, signal);
  const more = answer.length > PAGE;
  const jobs = answer.slice(0, PAGE).map(toJob);
  if (before !== null) jobs.reverse();
  return { jobs, readAt, first: before !== null ? !more : cursor === null, last: before === null && !more };
}

/** Whether a pulse says what the figures of the listed jobs do not: a new job, another state, the end of a listing. */
function changesList(message, page) {
  if (message.type !== 'pulse' || !message.jobs) return false;
  if (!page) return true;
  const known = new Map(page.jobs.map((job) => [job.id, job]));
  return message.jobs.some((snapshot) => {
    const job = known.get(snapshot.job_id);
    if (!job) return page.first;
    return job.status !== snapshot.status || job.listed !== (snapshot.enqueue_done === '1') || isFinished(job) || (snapshot.ledger && Number(snapshot.ledger.pending) === 0);
  });
}

export function Jobs() {
  const { query } = useLocation();
  const active = useStore(live, (value) => value.status?.jobs?.active ?? null);
  const names = useConnectorNames();
  const overlay = useSnapshots();
  const latest = useRef(null);
  const chosen = splitIds(query.get('chosen'));
  const asked = ['order', 'cursor', 'before', ...FILTERS].map((name) => query.get(name));
  const data = useData((signal) => readPage(query, signal), asked, { when: (message) => changesList(message, latest.current) });
  latest.current = data.value ?? null;

  const lost = data.error?.status === 422 && Boolean(query.get('cursor') || query.get('before'));
  const filtered = FILTERS.some((name) => query.get(name));
  const choose = (id) => {
    const now = splitIds(new URLSearchParams(location.search).get('chosen')); // keys may be faster than the page
    const next = now.includes(id) ? now.filter((other) => other !== id) : [...now, id].slice(-MAX_CHOSEN);
    setQuery({ chosen: next.length === 0 ? null : joinIds(next) }, { replace: true });
  };
  return html`<${PageHead} title="Jobs" sub=${active === null ? null : active === 0 ? 'none active' : `${count(active)} active`}>
      <${CompareLink} chosen=${chosen} />
      <a class="btn btn-primary" href="/connectors"><${Icon} name="play" />Start a scan</a>
    </${PageHead}>
    <div class="card">
      <${Filters} query=${query} names=${names} filtered=${filtered} />
      ${lost ? html`<${Lost} />` : html`<${Loaded} data=${data} what="The list of jobs" lines=${8}>
        ${(page) => (page.jobs.length === 0
          ? html`<${Nothing} filtered=${filtered} paged=${Boolean(query.get('cursor') || query.get('before'))} />`
          : html`<${List} jobs=${page.jobs.map((job) => overlay(job, page.readAt))} names=${names} chosen=${chosen} choose=${choose} ascending=${query.get('order') === 'asc'} />`)}
      </${Loaded}>`}
      ${!lost && data.value?.jobs.length > 0 && html`<${Pages} page=${data.value} ascending=${query.get('order') === 'asc'} />`}
    </div>`;
}

function CompareLink({ chosen }) {
  const href = `/jobs/compare${chosen.length > 0 ? `?jobs=${encodeURIComponent(joinIds(chosen))}` : ''}`;
  return html`<a class="btn" href=${href}><${Icon} name="scales" />${chosen.length === 0 ? 'Compare' : `Compare ${chosen.length} chosen`}</a>
    ${chosen.length > 0 && html`<button class="btn btn-quiet" type="button" onClick=${() => setQuery({ chosen: null }, { replace: true })}>Choose none</button>`}`;
}

function Filters({ query, names, filtered }) {
  const change = (changes, options) => setQuery({ ...changes, cursor: null, before: null }, options);
  const connectors = [...names].map(([value, { name, state }]) => ({ value, label: name, hint: state === 'gone' || state === 'unregistered' ? state : null })).sort((a, b) => a.label.localeCompare(b.label));
  return html`<div class="tools" role="group" aria-label="Filters">
    <${Search} value=${query.get('text') ?? ''} onChange=${(text) => change({ text }, { replace: true })} />
    <${Choice} name="State" value=${query.get('status')} options=${STATES} onChange=${(status) => change({ status })} />
    <${Choice} name="Connector" value=${query.get('connector')} options=${connectors} any="all" onChange=${(connector) => change({ connector })} />
    <${Choice} name="Started" value=${query.get('since')} options=${SINCE} any="any time" onChange=${(since) => change({ since })} />
    ${filtered && html`<button class="btn btn-quiet push" type="button" onClick=${() => change(Object.fromEntries(FILTERS.map((name) => [name, null])))}>Clear filters</button>`}
  </div>`;
}

function Search({ value, onChange }) {
  const [text, setText] = useState(value);
  const timer = useRef(null);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (event) => {
    const next = event.target.value;
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim()), TYPING_MS);
  };
  return html`<form class="search" role="search" aria-label="Jobs" onSubmit=${(event) => { event.preventDefault(); clearTimeout(timer.current); onChange(text.trim()); }}>
    <label class="sr" for="jq">Search jobs</label><${Icon} name="search" /><input id="jq" type="search" placeholder="Job id or name" maxlength="256" value=${text} onInput=${type} /></form>`;
}

function List({ jobs, names, chosen, choose, ascending }) {
  const rows = useRows((id) => navigate(jobPath(id)));
  useKeys({
    x: () => {
      const id = document.activeElement?.closest('[data-row]')?.dataset.row;
      return id !== undefined && rows.ref.current?.contains(document.activeElement) ? choose(id) : false;
    },
  });
  return html`<div class="scroll"><table class="table cardy jobs-table">
    <caption class="sr">Jobs, ${ascending ? 'oldest' : 'newest'} first. Up and down move between rows, Enter opens one, x chooses it to compare.</caption>
    <thead><tr>
      <th scope="col" class="hide-sm"><span class="sr">Compare</span></th><th scope="col">Job</th><th scope="col">State</th><th scope="col">Progress, then ledger</th>
      <th scope="col" class="n">Malicious</th><th scope="col" class="n">No verdict</th><th scope="col" class="n">Failed</th><th scope="col" class="n hide-md" title="Average over the job's time">Files/s</th>
      <th scope="col" class="n" aria-sort=${ascending ? 'ascending' : 'descending'}><a href=${withQuery({ order: ascending ? null : 'asc', cursor: null, before: null })}>Started<${Icon} name="sortd" className=${ascending ? 'turned' : ''} /></a></th>
      <th scope="col" class="n">Took</th></tr></thead>
    <tbody ref=${rows.ref}>${jobs.map((job) => html`<${JobRow} key=${job.id} row=${rows.row(job.id, chosen.includes(job.id))} job=${job} names=${names} chosen=${chosen.includes(job.id)} onChoose=${() => choose(job.id)} />`)}</tbody>
  </table></div>`;
}

function Pages({ page, ascending }) {
  const previous = page.first ? null : withQuery({ before: page.jobs[0].id, cursor: null });
  const next = page.last ? null : withQuery({ cursor: page.jobs.at(-1).id, before: null });
  const step = (href, word) => (href ? html`<a class="btn btn-sm" href=${href}>${word}</a>` : html`<span class="btn btn-sm" role="link" aria-disabled="true">${word}</span>`);
  return html`<div class="card-foot"><span>${counted(page.jobs.length, 'job')} shown, ${ascending ? 'oldest' : 'newest'} first</span>
    ${!(page.first && page.last) && html`<span class="acts">${step(previous, ascending ? 'Older' : 'Newer')}${step(next, ascending ? 'Newer' : 'Older')}</span>`}</div>`;
}

const Lost = () => html`<${Empty} title="That place in the list is not kept any more" icon="jobs"><p>Its job was deleted or is too old. <a href=${withQuery({ cursor: null, before: null })}>Back to the first page</a></p></${Empty}>`;

function Nothing({ filtered, paged }) {
  if (paged) return html`<${Empty} title="There are no more jobs here" icon="jobs"><p><a href=${withQuery({ cursor: null, before: null })}>Back to the first page</a></p></${Empty}>`;
  if (filtered) return html`<${Empty} title="No job matches"><p>Other words or a longer time may find more. <a href="/jobs">Show all jobs</a></p></${Empty}>`;
  return html`<${Empty} title="No job yet" icon="jobs"><p>A job begins with a full scan of a connector, or when a connector sends a file that has just appeared.</p><a class="btn btn-primary" href="/connectors"><${Icon} name="play" />Start a scan</a></${Empty}>`;
}
