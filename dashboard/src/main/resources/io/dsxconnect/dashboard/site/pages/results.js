import { html, useMemo, useState } from '../lib/preact.js';
import { url } from '../base/api.js';
import { keep, kept } from '../base/kept.js';
import { setQuery, useLocation } from '../base/router.js';
import { bytes, count, counted } from '../base/format.js';
import { Icon } from '../components/icon.js';
import { Menu } from '../components/menu.js';
import { PageHead } from '../components/shell.js';
import { ResultsFilters } from './results-filters.js';
import { ResultsList } from './results-list.js';
import { COLUMNS, usualColumns } from './results-table.js';
import { SORTS, filterParams, fromStart, isFiltered, readQuery } from './results-query.js';
import { JobsOfText } from './results-job.js';
import { useSummary } from './results-summary.js';

const ROWS = [50, 100, 200];

/** What the filter matches, and how many records there are. */
function headline(summary, { job }, filtered) {
  if (!summary) return null;
  const kept = `${counted(summary.kept, 'record')}${job ? ' of the job' : ''} kept`;
  const pruned = summary.pruned > 0 ? ` · ${count(summary.pruned)} older ones pruned` : '';
  if (!filtered) return `${kept}${pruned}`;
  const matches = `${summary.complete ? '' : 'at least '}${count(summary.count)} match`;
  return `${matches}${summary.bytes > 0 ? `, ${bytes(summary.bytes)}` : ''} · ${kept}${pruned}`;
}

/** The menu of the downloads: exactly what the filter shows. */
export function Export({ wanted, summary }) {
  const number = summary ? `${summary.complete ? '' : 'at least '}${counted(summary.count, 'record')}` : null;
  const item = (format, word, close) => html`<li><a href=${url('/scan/results/export', { ...filterParams(wanted), format })} download data-native onClick=${() => close()}>${word}${number && html`<small>${number}</small>`}</a></li>`;
  return html`<${Menu} className="btn" align="right" label=${html`<${Icon} name="download" />Export<${Icon} name="down" />`}>
    ${(close) => html`<ul aria-label="Export what the filter shows">${item('ndjson', 'NDJSON, whole records', close)}${item('csv', 'CSV', close)}</ul>`}
  </${Menu}>`;
}

/** What is shown of a record, how densely, and how many: kept in this browser. The order is in the URL. */
function View({ wanted, chosen, setChosen, dense, setDense, limit, setLimit }) {
  const flip = (key, on) => setChosen(COLUMNS.filter((column) => (column.key === key ? on : chosen.includes(column.key))).map((column) => column.key));
  return html`<${Menu} className="btn btn-quiet btn-icon" align="right" ariaLabel="Columns, order and rows" label=${html`<${Icon} name="columns" />`}>
      ${() => html`<ul aria-label="Columns">${COLUMNS.map((column) => html`<li><label><input type="checkbox" checked=${column.fixed || chosen.includes(column.key)} disabled=${column.fixed} onChange=${(event) => flip(column.key, event.target.checked)} />${column.head}</label></li>`)}
        <li class="sep seg-line"><span id="sort-by">Sort</span><span class="seg" role="group" aria-labelledby="sort-by">${Object.entries(SORTS).map(([key, { word }]) => html`<button type="button" aria-pressed=${key === wanted.sort} onClick=${() => setQuery(fromStart({ sort: key === 'id' ? null : key, order: null }))}>${word}</button>`)}</span></li>
        <li class="seg-line"><span id="rows-a-page">Rows</span><span class="seg" role="group" aria-labelledby="rows-a-page">${ROWS.map((rows) => html`<button type="button" aria-pressed=${rows === limit} onClick=${() => setLimit(rows)}>${rows}</button>`)}</span></li></ul>`}
    </${Menu}>
    <button class="btn btn-quiet btn-icon" type="button" aria-label="Dense rows" title=${dense ? 'Density: dense' : 'Density: normal'} aria-pressed=${dense} onClick=${() => setDense(!dense)}><${Icon} name="rows" /></button>`;
}

/** A choice that this browser keeps. */
function useKept(name, otherwise, isValid) {
  const [value, setValue] = useState(() => {
    const before = kept(name, otherwise);
    return isValid(before) ? before : otherwise;
  });
  const set = (next) => {
    keep(name, next);
    setValue(next);
  };
  return [value, set];
}

export function Results() {
  const { query } = useLocation();
  const search = query.toString();
  const wanted = useMemo(() => readQuery(new URLSearchParams(search)), [search]);
  const filterKey = JSON.stringify([wanted.text, wanted.outcome, wanted.action, wanted.connector, wanted.job, wanted.since, wanted.until]);
  const filtered = isFiltered(wanted);

  const [chosen, setChosen] = useKept('results.columns', usualColumns(), Array.isArray);
  const [dense, setDense] = useKept('results.dense', false, (value) => typeof value === 'boolean');
  const [limit, setLimit] = useKept('results.rows', ROWS[0], (value) => ROWS.includes(value));

  const summary = useSummary(wanted, filterKey);

  return html`<${PageHead} title="Results" sub=${headline(summary, wanted, filtered)}><${Export} wanted=${wanted} summary=${summary} /></${PageHead}>
    <div class="card">
      <${ResultsFilters} wanted=${wanted} summary=${summary}>
        <${View} wanted=${wanted} chosen=${chosen} setChosen=${setChosen} dense=${dense} setDense=${setDense} limit=${limit} setLimit=${setLimit} />
      </${ResultsFilters}>
      <${JobsOfText} text=${wanted.text.trim()} />
      <${ResultsList} wanted=${wanted} search=${search} filterKey=${filterKey} summary=${summary} chosen=${chosen} dense=${dense} limit=${limit} />
    </div>`;
}
