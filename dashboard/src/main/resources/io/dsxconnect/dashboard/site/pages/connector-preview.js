import { html } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData } from '../base/data.js';
import { count } from '../base/format.js';
import { useLocation, withQuery } from '../base/router.js';
import { Part, Facts } from '../components/drawer.js';
import { Path, shown } from '../components/path.js';
import { Loaded } from '../components/states.js';
import { Estimate } from './connector-actions.js';
import { actionOf, filterOf, idOf } from './connector-model.js';

const NUMBERS = [5, 20, 100, 1000];

/** The first files that the connector would list with what it has saved. */
export function PreviewList({ entry, number, run = 0 }) {
  const data = useData((signal) => get(`/connectors/repo_check/${encodeURIComponent(idOf(entry))}`, { preview: number }, signal), [idOf(entry), number, run]);
  return html`<${Loaded} data=${data} what="The preview" lines=${4}>${(answer) => {
    const list = answer.preview ?? [];
    if (answer.status === 'error') return html`<p class="v-failed">${shown(answer.message)}</p>`;
    const cut = String(answer.description ?? '').includes(';'); // the listing took too long
    if (list.length === 0) return html`<p class="muted">${cut ? 'No file was found within 5 s. A full scan goes on searching.' : 'No file matches: a full scan would list nothing.'}</p>`;
    return html`<ol class="preview">${list.map((location) => html`<li><${Path} location=${location} /></li>`)}</ol>
      ${list.length < number && html`<p class="help small muted">${cut ? 'These were found within 5 s; there may be more.' : `That is all: ${count(list.length)} of at most ${count(number)} asked for.`}</p>`}`;
  }}</${Loaded}>`;
}

/** What a full scan would find: filter, estimate, and the first files. */
export function Preview({ entry }) {
  const { query } = useLocation();
  const asked = Number(query.get('n'));
  const number = NUMBERS.includes(asked) ? asked : 20;
  const filter = filterOf(entry);
  const action = actionOf(entry);
  return html`<${Part} title="A full scan now"><${Facts} list=${[
      ['Filter', filter ? html`<code>${shown(filter)}</code>` : 'everything'],
      ['If malicious', html`${action.word}${action.target && html` to <code>${shown(action.target)}</code>`} ${action.note}`],
      ['Files expected', html`<${Estimate} entry=${entry} />`],
    ]} /></${Part}>
    <section><div class="part-head"><h3>The first files</h3><nav class="seg" aria-label="How many">${NUMBERS.map((n) => html`<a href=${withQuery({ n: n === 20 ? null : n }, query)} aria-current=${n === number ? 'true' : null}>${count(n)}</a>`)}</nav></div>
      <${PreviewList} entry=${entry} number=${number} /></section>`;
}
