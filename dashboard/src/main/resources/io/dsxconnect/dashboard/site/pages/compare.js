import { html } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useConnectorNames } from '../base/connector-names.js';
import { useData } from '../base/data.js';
import { count, moment } from '../base/format.js';
import { setQuery, useLocation } from '../base/router.js';
import { Icon } from '../components/icon.js';
import { Menu } from '../components/menu.js';
import { shown, shownText } from '../components/path.js';
import { PageHead } from '../components/shell.js';
import { Empty, Loaded, Skeleton } from '../components/states.js';
import { At } from '../components/time.js';
import { State } from '../components/verdict.js';
import { bestOf, csvOf, GROUPS } from './compare-figures.js';
import { useTitle } from './compare-title.js';
import { isDemoJob } from './job-files.js';
import { Crumb } from './job-head.js';
import { briefId, isFinished, jobPath, joinIds, kindOf, splitIds, stateOf, titleOf, toJob } from './job-model.js';

const MAX_JOBS = 8;
const OFFERED = 100;

/** The jobs with these ids; one that is gone is `{id, gone: true}`. */
async function readJobs(ids, signal) {
  return Promise.all(ids.map(async (id) => {
    try {
      return toJob(await get(`/scan/jobs/${encodeURIComponent(id)}`, {}, signal));
    } catch (error) {
      if (error.status === 404) return { id, gone: true };
      throw error;
    }
  }));
}

const setJobs = (ids) => setQuery({ jobs: ids.length === 0 ? null : joinIds(ids) });

export function Compare() {
  const { query } = useLocation();
  const names = useConnectorNames();
  const ids = splitIds(query.get('jobs')).slice(0, MAX_JOBS);
  const data = useData((signal) => readJobs(ids, signal), [ids.join('\n')], {
    when: (message) => message.type === 'pulse' && message.jobs?.some((snapshot) => ids.includes(snapshot.job_id)),
    every: 2000,
  });
  const demos = useData(async (signal) => {
    const jobs = (await readJobs(ids, signal)).filter((job) => !job.gone);
    const found = await Promise.all(jobs.map((job) => isDemoJob(job, signal)));
    return new Set(jobs.flatMap((job, i) => (found[i] ? [job.id] : [])));
  }, [ids.join('\n')]);
  // The answer for other ids must not stand under the new ones.
  const current = data.value?.map((job) => job.id).join('\n') === ids.join('\n');
  const jobs = (current ? data.value : []).filter((job) => !job.gone);
  const gone = (current ? data.value : []).filter((job) => job.gone);
  const [title, rename] = useTitle(ids, ids.length === 1 ? 'Compare 1 job' : `Compare ${ids.length} jobs`);
  if (ids.length === 0) {
    return html`<${PageHead} crumb=${html`<${Crumb} />`} title="Compare jobs" />
      <div class="card"><${Empty} title="Choose jobs to compare" icon="scales"><p>Their figures stand side by side, with projections to larger stores. In the list of jobs, <kbd>x</kbd> chooses a row.</p>
        <span class="demo"><${Choose} ids=${ids} names=${names} primary /><a class="btn" href="/jobs">List of jobs</a></span></${Empty}></div>`;
  }
  return html`<${PageHead} crumb=${html`<${Crumb} />`} title=${shown(title)} documentTitle=${shownText(title)} sub=${rename}>
      <${Choose} ids=${ids} names=${names} />
      <button class="btn" type="button" disabled=${jobs.length === 0} onClick=${() => download(title, csvOf(jobs, names))}><${Icon} name="download" />CSV</button>
    </${PageHead}>
    ${gone.map((job) => html`<div class="callout warn gap-below"><${Icon} name="warn" /><strong>Job ${shown(briefId(job.id))} is not kept any more</strong><p>Finished jobs are kept for 30 days.</p>
      <span class="acts"><button class="btn btn-sm" type="button" onClick=${() => setJobs(ids.filter((id) => id !== job.id))}>Leave it out</button></span></div>`)}
    <div class="card">${!current && !data.error
      ? html`<${Skeleton} lines=${8} />`
      : html`<${Loaded} data=${current ? data : { ...data, value: undefined }} what="The jobs" lines=${8}>${() => jobs.length > 0 && html`<${Table} jobs=${jobs} names=${names} ids=${ids} demos=${demos.value ?? new Set()} />`}</${Loaded}>`}</div>`;
}

/** A menu with the newest jobs. */
function Choose({ ids, names, primary = false }) {
  const full = ids.length >= MAX_JOBS;
  return html`<${Menu} className=${`btn ${primary ? 'btn-primary' : ''}`} align=${primary ? 'left' : 'right'} label=${html`<${Icon} name="plus" />Choose jobs<${Icon} name="down" />`}>
    ${() => html`<${Offer} ids=${ids} names=${names} full=${full} />`}</${Menu}>`;
}

function Offer({ ids, names, full }) {
  const data = useData(async (signal) => (await get('/scan/jobs', { limit: OFFERED }, signal)).map(toJob), []);
  const toggle = (id) => setJobs(ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]);
  return html`<${Loaded} data=${data} what="The list of jobs" lines=${4}>${(jobs) => (jobs.length === 0 ? html`<p class="menu-note">There is no job yet.</p>` : html`
    <ul class="offer" role="group" aria-label="Jobs">${jobs.map((job) => html`<li key=${job.id}><label><input type="checkbox" checked=${ids.includes(job.id)} disabled=${full && !ids.includes(job.id)} onChange=${() => toggle(job.id)} />
      <span class="clip">${shown(titleOf(job, names))} <span class="mono quiet">${shown(briefId(job.id))}</span></span><small>${moment(job.at.started)}</small></label></li>`)}</ul>
    <p class="menu-note">${full ? `${MAX_JOBS} jobs are the most side by side.` : jobs.length === OFFERED ? `The newest ${count(OFFERED)}; older ones are chosen in the list of jobs.` : 'All jobs, newest first.'}</p>`)}</${Loaded}>`;
}

function Table({ jobs, names, ids, demos }) {
  return html`<div class="scroll" role="region" aria-label="Figures side by side" tabindex="0"><table class="table compare">
    <caption class="sr">Figures of the jobs side by side; the best value of a row is marked.</caption>
    <thead><tr><th scope="col">Figure</th>${jobs.map((job) => {
      const state = stateOf(job);
      return html`<th scope="col" key=${job.id}><span class="head-of"><a href=${jobPath(job.id)} title=${shownText(job.id)}>${shown(titleOf(job, names))} · <span class="mono">${shown(briefId(job.id))}</span></a>
        <button class="btn btn-quiet btn-sm btn-icon" type="button" aria-label=${`Leave out job ${shownText(briefId(job.id))}`} title="Leave it out" onClick=${() => setJobs(ids.filter((id) => id !== job.id))}><${Icon} name="close" /></button></span>
        <span class="under">${kindOf(job)}, <${At} at=${job.at.started} /> <${State} tone=${state.tone} icon=${state.icon}>${state.word}</${State}></span></th>`;
    })}</tr></thead>
    ${GROUPS.map((group) => html`<${Group} group=${group} jobs=${jobs} demos=${demos} />`)}
  </table>
  ${jobs.some((job) => !isFinished(job)) && html`<p class="card-foot">Figures of a job that has not ended are those so far.</p>`}</div>`;
}

/** Rows of one group; projections are left out, with the reason, where no job has their base figure. */
function Group({ group, jobs, demos }) {
  const lacking = group.projection && jobs.every((job) => group.rows.every((row) => row.value(job) === null));
  return html`<tbody><tr><th scope="rowgroup" colspan=${jobs.length + 1}>${group.projection && html`<span class="quiet">Projected: </span>`}${group.title}</th></tr>
    ${lacking ? html`<tr><td class="lacks" colspan=${jobs.length + 1}>Cannot be projected: ${[...new Set(jobs.map(group.lacks))].join('; ')}.</td></tr>` : group.rows.map((row) => {
      const best = bestOf(row, jobs);
      return html`<tr><th scope="row" title=${row.title}>${row.look ? html`<${State} tone=${row.look} icon=${`v-${row.look}`}>${row.label}</${State}>` : row.label}</th>${jobs.map((job, i) => {
        const value = row.value(job);
        if (value === null) return html`<td key=${job.id}><span class="z" title=${group.lacks ? `Cannot be projected: ${group.lacks(job)}` : 'Not known'}>–<span class="sr">${group.lacks ? ` cannot be projected: ${group.lacks(job)}` : ' not known'}</span></span></td>`;
        return html`<td key=${job.id}>${best.has(i) ? html`<span class="best"><${Icon} name="check" /><span class="sr">best: </span>${row.write(value)}</span>` : row.write(value)}${row.key === 'benign' && demos.has(job.id) && value > 0 ? html` <span class="quiet">(demo)</span>` : ''}</td>`;
      })}</tr>`;
    })}</tbody>`;
}

function download(title, text) {
  const link = document.createElement('a');
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.href = address;
  link.download = `${title.replace(/[^\p{L}\p{N} ._-]+/gu, '_').trim().slice(0, 80) || 'jobs'}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
