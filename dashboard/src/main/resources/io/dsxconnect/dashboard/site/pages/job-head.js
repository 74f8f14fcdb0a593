import { html } from '../lib/preact.js';
import { get, url } from '../base/api.js';
import { useData } from '../base/data.js';
import { count } from '../base/format.js';
import { Copy, copyText } from '../components/copy.js';
import { Icon } from '../components/icon.js';
import { Menu } from '../components/menu.js';
import { shown, shownText } from '../components/path.js';
import { PageHead } from '../components/shell.js';
import { say, sayFailed } from '../components/toast.js';
import { State } from '../components/verdict.js';
import { fullScan } from './connector-actions.js';
import { cancel, pause, resume } from './job-control.js';
import { briefId, isFinished, joinIds, kindOf, stateOf, titleOf } from './job-model.js';

export const Crumb = () => html`<nav class="crumb" aria-label="Where this is"><a href="/jobs">Jobs</a><${Icon} name="right" /></nav>`;

async function copyLink() {
  if (await copyText(location.href)) say('The link is copied', 'Everyone who can open this page sees the same.');
}

/** Starts the full scan of the job's connector once more, with the same limit, as the page of the connectors does. */
async function scanAgain(job) {
  try {
    const { connectors } = await get('/connectors/summary');
    const entry = connectors.find(({ connector }) => connector.uuid === job.connector);
    if (entry) await fullScan(entry, () => {}, job.asked.limit ?? '');
    else sayFailed('The scan was not started', new Error('The connector of this job is not registered. It registers again when it runs.'));
  } catch (error) {
    sayFailed('The scan was not started', error);
  }
}

/** Name, state and commands of a job. */
export function JobHead({ job, names, held, changed }) {
  const state = stateOf(job, held !== null);
  const title = titleOf(job, names);
  const kind = kindOf(job);
  const ended = isFinished(job) || job.status === 'cancelled';
  const heading = title === kind ? shown(title) : html`${shown(title)}, ${kind.toLowerCase()}`;
  return html`<${PageHead} crumb=${html`<${Crumb} />`} title=${heading} documentTitle=${`${shownText(title)}, job ${shownText(briefId(job.id))}`}
    sub=${html`<span class="mono" title=${shownText(job.id)}>${shown(briefId(job.id))}</span><${Copy} text=${job.id} what="the job's full id" /><${State} tone=${state.tone} icon=${state.icon}>${state.word}</${State}>`}>
    <button class="btn btn-quiet btn-icon" type="button" aria-label="Copy a link to this job" title="Copy a link" onClick=${copyLink}><${Icon} name="link" /></button>
    <a class="btn" href=${`/jobs/compare?jobs=${encodeURIComponent(joinIds([job.id]))}`}><${Icon} name="scales" />Compare</a>
    <${Menu} className="btn" align="right" label=${html`<${Icon} name="download" />Export<${Icon} name="down" />`}>${(close) => html`<${Export} job=${job} close=${close} />`}</${Menu}>
    ${ended && job.announced && job.connector && html`<button class="btn" type="button" onClick=${() => scanAgain(job)}><${Icon} name="replay" />Scan again</button>`}
    ${!ended && (job.status === 'paused'
      ? html`<button class="btn btn-primary" type="button" onClick=${() => resume(job, changed)}><${Icon} name="play" />Resume</button>`
      : html`<button class="btn" type="button" onClick=${() => pause(job, changed)}><${Icon} name="pause" />Pause</button>`)}
    ${!ended && html`<button class="btn btn-warn" type="button" onClick=${() => cancel(job, names, changed)}><${Icon} name="stop" />Cancel job</button>`}
  </${PageHead}>`;
}

/** The downloads, and how many of the job's records are still kept. */
function Export({ job, close }) {
  const kept = useData((signal) => get('/scan/results/summary', { job_id: job.id }, signal), [job.id]);
  const link = (format) => url(`/scan/jobs/${encodeURIComponent(job.id)}/export`, { format });
  const n = kept.value?.complete ? kept.value.count : null;
  const pruned = n === null ? 0 : Math.max(0, job.processed - n);
  return html`<ul>
      <li><a href=${link('ndjson')} download data-native onClick=${close}>NDJSON<small>a record a line</small></a></li>
      <li><a href=${link('csv')} download data-native onClick=${close}>CSV<small>a row a file</small></a></li>
    </ul>
    <p class="menu-note">${n === null ? 'One line for each file whose record is kept.' : pruned === 0 ? `All ${count(n)} records are kept.` : `${count(n)} records are kept, ${count(pruned)} of ${count(job.processed)} settled files are no longer among them; the ledger has all.`}</p>`;
}
