import { html, useState } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData } from '../base/data.js';
import { count, counted, short } from '../base/format.js';
import { Copy } from '../components/copy.js';
import { Drawer, Facts, Part } from '../components/drawer.js';
import { Icon } from '../components/icon.js';
import { Path, shown } from '../components/path.js';
import { Loaded } from '../components/states.js';
import { At } from '../components/time.js';
import { discard, replay } from './dead-letter-decisions.js';
import { filterOf, reasonWords } from './dead-letter-words.js';
import { JobLink } from './job-link.js';

const FIRST = 4;
const MORE = 50;

/** One group: what happened, some of its tasks, the error of the last attempt. */
export function LetterDrawer({ group, total, done, close }) {
  const [limit, setLimit] = useState(FIRST);
  const data = useData((signal) => get('/admin/dead-letter/search', { ...filterOf(group), limit }, signal), [limit, group.count]);
  const { title, hint } = reasonWords(group);
  const after = () => {
    close();
    done();
  };
  const foot = html`<button class="btn btn-primary" type="button" disabled=${group.job_gone} onClick=${() => replay([group], after)}><${Icon} name="replay" />Replay ${count(group.count)}</button>
    <button class="btn btn-warn push" type="button" onClick=${() => discard([group], total, after)}><${Icon} name="trash" />Discard</button>`;
  return html`<${Drawer} label=${title} title=${title} onClose=${close} foot=${foot}
      under=${html`<p class="small muted">${counted(group.count, 'task')} of ${shown(group.connector_name ?? 'a connector that is not known')}, <${JobLink} id=${group.job_id} gone=${group.job_gone} />, <${At} at=${group.first_at} /> to <${At} at=${group.last_at} /></p>`}>
    <section><div class="callout"><${Icon} name="info" /><strong>What to do</strong><p>${hint && `${hint}. `}${group.job_gone
      ? 'Their job is not kept any more: no ledger counts their files, and they cannot be replayed. A new full scan of their connector scans them again.'
      : html`A replay gives each task all of its attempts again; its file becomes <em>waiting</em> in the ledger. Discarded, it stays <em>failed</em>.`}</p></div></section>
    <${Loaded} data=${data} what="The tasks">${({ items }) => html`
      <${Part} title=${`${items.length === group.count ? 'All' : `The first ${count(items.length)} of`} ${count(group.count)}`}>
        <ol class="preview">${items.map((item) => html`<${Letter} key=${item.id} item=${item} />`)}</ol>
        ${items.length < group.count && limit < MORE && html`<p class="small"><button class="btn btn-sm" type="button" onClick=${() => setLimit(MORE)}>Show up to ${MORE}</button></p>`}
      </${Part}>
      ${items[0]?.error_details && html`<${Part} title="Error of the last attempt"><p class="fullpath">${shown(items[0].error_details)} <${Copy} text=${items[0].error_details} what="the error" /></p></${Part}>`}
      ${items[0] && html`<${Part} title="The first one"><${Facts} list=${[
        ['Task', html`<code>${items[0].chain?.scan_request_task_id}</code>`],
        ['Retries', items[0].retry_count],
        ['Entry', html`<code>${items[0].id}</code>`],
      ]} /><details><summary>As it is stored</summary><pre class="raw" tabindex="0">${shown(JSON.stringify(items[0], null, 2).slice(0, 100_000))}</pre></details></${Part}>`}
    `}</${Loaded}>
  </${Drawer}>`;
}

function Letter({ item }) {
  const request = item.payload?.scan_request;
  const at = Number(String(item.id).split('-')[0]) / 1000;
  return html`<li>${request ? html`<${Path} location=${request.location} />` : html`<span class="z">it cannot be read</span>`}
    <span class="small quiet"><${At} at=${at} />${item.chain?.scan_request_task_id ? html` · task ${short(item.chain.scan_request_task_id)}` : ''}</span></li>`;
}
