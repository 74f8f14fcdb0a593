import { html, useMemo } from '../lib/preact.js';
import { bytes, epoch, short } from '../base/format.js';
import { memo } from '../base/memo.js';
import { withQuery } from '../base/router.js';
import { At } from '../components/time.js';
import { Icon } from '../components/icon.js';
import { Path, shown, shownText } from '../components/path.js';
import { State, Verdict, outcomeOf } from '../components/verdict.js';
import { SORTS, fromStart } from './results-query.js';
import { actionOf, connectorName, connectorOf, engineSeconds, hashOf, isDemo, locationOf, measured, sizeOf, sublineOf, typeOf } from './result-words.js';

const None = () => html`<span class="z">–</span>`;

/** The action of a record in one word with its shape. */
export function Action({ record, outcome }) {
  const action = actionOf(record, outcome);
  return action.tone === null ? html`<span class="z">${action.word}</span>` : html`<${State} tone=${action.tone} icon=${action.icon}>${action.word}</${State}>`;
}

function Connector({ record }) {
  const name = connectorName(connectorOf(record));
  return name === null ? html`<${None} />` : html`<span class="clip" title=${shownText(name)}>${shown(name)}</span>`;
}

/**
 * The columns: `fixed` is always shown, `usual` unless it was taken away. `label` is the word of a cell on a phone.
 */
export const COLUMNS = [
  { key: 'verdict', head: 'Verdict', usual: true, fixed: true, className: 'shrink first', cell: ({ record, outcome }) => html`<${Verdict} outcome=${outcome} demo=${isDemo(record)} />` },
  {
    key: 'file', head: 'File and reason', usual: true, fixed: true, sort: 'location', className: 'wide pathcell',
    cell: ({ record, href }) => html`<${Path} location=${locationOf(record)} href=${href} /><span class="sub clip" title=${shownText(sublineOf(record))}>${shown(sublineOf(record).slice(0, 400))}</span>`,
  },
  { key: 'action', head: 'Action', usual: true, label: 'Action', className: 'nowrap two', cell: ({ record, outcome }) => html`<${Action} record=${record} outcome=${outcome} />` },
  { key: 'size', head: 'Size', usual: true, sort: 'size', label: 'Size', className: 'n hide-beside', cell: ({ record }) => (sizeOf(record) === null ? html`<${None} />` : bytes(sizeOf(record))) },
  { key: 'scan', head: 'Scan', usual: true, sort: 'duration', className: 'n hide-md', cell: ({ record }) => (engineSeconds(record) === null ? html`<${None} />` : measured(engineSeconds(record))) },
  { key: 'type', head: 'Type', label: 'Type', className: 'hide-md cliptype', cell: ({ record }) => (typeOf(record) ? html`<span class="clip" title=${shownText(typeOf(record))}>${shown(typeOf(record))}</span>` : html`<${None} />`) },
  { key: 'sha256', head: 'SHA-256', className: 'nowrap hide-md', cell: ({ record }) => (hashOf(record) ? html`<code title=${hashOf(record)}>${short(hashOf(record))}…</code>` : html`<${None} />`) },
  { key: 'connector', head: 'Connector', usual: true, label: 'Connector', className: 'hide-md clipcell', cell: ({ record }) => html`<${Connector} record=${record} />` },
  { key: 'job', head: 'Job', className: 'nowrap hide-md', cell: ({ record }) => (record.scan_job_id ? html`<a href=${`/jobs/${encodeURIComponent(record.scan_job_id)}`} title=${shownText(record.scan_job_id)}><code>${shown(short(record.scan_job_id))}</code></a>` : html`<${None} />`) },
  { key: 'recorded', head: 'Recorded', usual: true, fixed: true, sort: 'id', className: 'n nowrap when', cell: ({ record }) => html`<${At} at=${epoch(record.recorded_at)} />` },
];

export const usualColumns = () => COLUMNS.filter((column) => column.usual).map((column) => column.key);

function Head({ column, wanted, search }) {
  const numeric = /(^| )n( |$)/.test(column.className);
  const className = `${numeric ? 'n' : ''} ${/hide-\w+/.exec(column.className)?.[0] ?? ''}`;
  if (!column.sort) return html`<th scope="col" class=${className}>${column.head}</th>`;
  const here = wanted.sort === column.sort;
  const order = here ? (wanted.order === 'asc' ? 'desc' : 'asc') : SORTS[column.sort].first;
  const usual = column.sort === 'id' && order === SORTS.id.first;
  const href = withQuery(fromStart({ open: null, sort: column.sort === 'id' ? null : column.sort, order: usual || order === SORTS[column.sort].first ? null : order }), new URLSearchParams(search));
  return html`<th scope="col" class=${className} aria-sort=${here ? (wanted.order === 'asc' ? 'ascending' : 'descending') : null}>
    <a href=${href} title=${`Sort by ${SORTS[column.sort].word}`}>${column.head}${here && html`<${Icon} name="sortd" className=${wanted.order === 'asc' ? 'turned' : ''} />`}</a></th>`;
}

/** One record. What it draws depends on its arguments only, so a row that has not changed costs nothing. */
const Row = memo(({ record, columns, href, attributes }) => {
  const outcome = outcomeOf(record);
  return html`<tr ...${attributes}>${columns.map((column) => html`<td key=${column.key} class=${column.className} data-l=${column.label ?? null}>${column.cell({ record, outcome, href })}</td>`)}</tr>`;
}, (before, now) => ['record', 'columns', 'href', 'selected'].every((name) => before[name] === now[name]));

/** `rows` as of useRows. */
export function ResultsTable({ list, wanted, search, chosen, dense, rows }) {
  const columns = useMemo(() => COLUMNS.filter((column) => column.fixed || chosen.includes(column.key)), [chosen]);
  const base = useMemo(() => withQuery({ open: null }, new URLSearchParams(search)), [search]);
  const sign = base.includes('?') ? '&' : '?';
  return html`<table class=${`table cardy results ${dense ? 'dense' : ''}`}>
    <caption class="sr">Results, sorted by ${SORTS[wanted.sort].word}, ${wanted.order === 'asc' ? 'ascending' : 'descending'}</caption>
    <thead><tr>${columns.map((column) => html`<${Head} key=${column.key} column=${column} wanted=${wanted} search=${search} />`)}</tr></thead>
    <tbody>${list.map((record) => {
      const task = record.scan_request_task_id;
      const selected = task === wanted.open;
      return html`<${Row} key=${record.id} record=${record} columns=${columns} selected=${selected} attributes=${rows.row(task, selected)} href=${`${base}${sign}open=${encodeURIComponent(task)}`} />`;
    })}</tbody>
  </table>`;
}
