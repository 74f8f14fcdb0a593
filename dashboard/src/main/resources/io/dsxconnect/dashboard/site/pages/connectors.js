import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../lib/preact.js';
import { setQuery, useLocation, withQuery } from '../base/router.js';
import { useKeys } from '../base/keys.js';
import { memo } from '../base/memo.js';
import { count, counted } from '../base/format.js';
import { PageHead } from '../components/shell.js';
import { Icon } from '../components/icon.js';
import { Choice } from '../components/menu.js';
import { Empty, Loaded } from '../components/states.js';
import { useRows } from '../components/rows.js';
import { ConnectorCard } from './connector-card.js';
import { ConnectorDrawer } from './connector-drawer.js';
import { AddDrawer, NoConnector } from './connector-add.js';
import { STATES, chosen, idOf, ordered, summaryText, useActiveJobs, useConnectors } from './connector-model.js';
import { useRates } from './job-rates.js';

const PER_PAGE = 18;
const FIRST = 6; // cards that are drawn at once, about as many as a screen shows
const TYPING_MS = 150;

export function Connectors() {
  const { query } = useLocation();
  const data = useConnectors();
  const jobs = useActiveJobs();
  const wanted = { q: query.get('q') ?? '', state: query.get('state') ?? '' };
  const all = data.value ?? [];
  const inOrder = useMemo(() => ordered(all), [data.value]);
  const list = useMemo(() => chosen(inOrder, wanted), [inOrder, wanted.q, wanted.state]);
  const open = query.get('connector');
  const at = list.findIndex((entry) => idOf(entry) === open);
  const changed = () => {
    data.reload();
    jobs.reload();
  };
  const to = (entry) => entry && (() => setQuery({ connector: idOf(entry) }, { replace: true }));
  return html`<${Head} all=${all} matching=${list.length} query=${query} wanted=${wanted} />
    ${data.value && all.length === 0 ? html`<${NoConnector} />` : html`<${Loaded} data=${data} what="The connectors" lines=${6}>
      ${() => (list.length === 0 ? html`<div class="card"><${Empty} title="No connector matches" icon="search"><p>${count(all.length)} are known. Their name, asset, uuid and address are searched.</p><a class="btn" href=${withQuery({ q: null, state: null, page: null }, query)}>Show all</a></${Empty}></div>`
    : html`<${Cards} list=${list} query=${query} jobs=${jobs} changed=${changed} open=${open} />`)}
    </${Loaded}>`}
    ${open !== null && data.value && html`<${ConnectorDrawer} key="drawer" entry=${all.find((entry) => idOf(entry) === open) ?? null} uuid=${open} jobs=${jobs} changed=${changed} onNewer=${to(list[at - 1])} onOlder=${at < 0 ? null : to(list[at + 1])} />`}
    ${open === null && query.has('add') && html`<${AddDrawer} />`}`;
}

function Head({ all, matching, query, wanted }) {
  const options = [...STATES, { value: 'scanning', label: 'Being scanned' }].map(({ value, label }) => ({
    value,
    label,
    hint: count(all.filter((entry) => (value === 'scanning' ? entry.active_job !== null : entry.state === value)).length),
  }));
  const filtered = wanted.q.trim() !== '' || wanted.state !== '';
  const sub = all.length === 0 ? null : filtered ? html`<span role="status">${count(matching)} of ${counted(all.length, 'connector')}</span>` : html`${counted(all.length, 'connector')}: ${summaryText(all)}`;
  return html`<${PageHead} title="Connectors" sub=${sub}>
    ${all.length > 0 && html`<form class="search" onSubmit=${(event) => event.preventDefault()}><label class="sr" for="cq">Filter connectors</label><${Icon} name="search" /><${Search} value=${wanted.q} /></form>
    <${Choice} name="State" value=${wanted.state || null} options=${options} onChange=${(state) => setQuery({ state, page: null })} />
    <a class="btn btn-primary" href=${withQuery({ add: 1, connector: null, view: null }, query)}><${Icon} name="plus" />Add a connector</a>`}
  </${PageHead}>`;
}

/** Follows what is typed at once, and the list a moment later. */
function Search({ value }) {
  const [text, setText] = useState(value);
  const timer = useRef(null);
  useEffect(() => {
    if (timer.current === null) setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (event) => {
    setText(event.target.value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = null;
      setQuery({ q: event.target.value, page: null }, { replace: true });
    }, TYPING_MS);
  };
  return html`<input id="cq" type="search" placeholder="Name, asset or uuid" maxlength="512" value=${text} onInput=${type} />`;
}

const SHOWN = ['entry', 'job', 'rate', 'here', 'open'];
const QuietCard = memo(ConnectorCard, (before, now) => SHOWN.every((name) => before[name] === now[name]));

/** How many cards to draw: the first ones, so that a turned page is there at once, and after that frame all. */
function useSoonAll(page) {
  const [drawn, setDrawn] = useState(page);
  useEffect(() => setDrawn(page), [page]);
  return drawn === page ? PER_PAGE : FIRST;
}

/** One page of cards. A card is drawn again only when its connector or its job has changed. */
function Cards({ list, query, jobs, changed, open }) {
  const pages = Math.max(1, Math.ceil(list.length / PER_PAGE));
  const page = Math.min(pages, Math.max(1, Number.parseInt(query.get('page') ?? '1', 10) || 1));
  const shown = list.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const latest = useRef(changed);
  latest.current = changed;
  const rows = useRows((id) => setQuery({ connector: id, view: null, add: null }));
  const active = shown.map((entry) => jobs.job(entry.active_job)).filter(Boolean);
  const rate = useRates(active);
  useKeys(open === null ? { '[': () => turn(page - 1, pages), ']': () => turn(page + 1, pages) } : {});
  const before = useRef(page);
  useLayoutEffect(() => {
    if (before.current !== page) scrollTo(0, 0);
    before.current = page;
  }, [page]);
  const here = withQuery({ connector: null, view: null, add: null }, query); // the links of a card set these
  const cards = shown.slice(0, useSoonAll(page)).map((entry) => {
    const id = idOf(entry);
    const job = jobs.job(entry.active_job);
    return html`<${QuietCard} key=${id} entry=${entry} job=${job} rate=${job && rate(job)} here=${here} row=${rows.row(id)} open=${open === id} changed=${() => latest.current()} />`;
  });
  return html`<ul class="cards" ref=${rows.ref}>${cards}</ul>
    ${pages > 1 && html`<nav class="pager" aria-label="Pages of connectors">
      <span class="muted">${count((page - 1) * PER_PAGE + 1)} to ${count(Math.min(list.length, page * PER_PAGE))} of ${count(list.length)}</span>
      ${page > 1 ? html`<a class="btn btn-sm" href=${withQuery({ page: page > 2 ? page - 1 : null }, query)}>Previous</a>` : html`<button class="btn btn-sm" type="button" disabled>Previous</button>`}
      ${page < pages ? html`<a class="btn btn-sm" href=${withQuery({ page: page + 1 }, query)}>Next</a>` : html`<button class="btn btn-sm" type="button" disabled>Next</button>`}
    </nav>`}`;
}

function turn(page, pages) {
  if (page < 1 || page > pages) return false;
  setQuery({ page: page > 1 ? page : null });
  return true;
}
