import { html } from '../lib/preact.js';
import { navigate } from '../base/router.js';
import { count, counted, percent, remaining, rough } from '../base/format.js';
import { Icon } from '../components/icon.js';
import { LedgerBar, partsOf } from '../components/ledger.js';
import { Progress } from '../components/progress.js';
import { Loaded } from '../components/states.js';
import { State } from '../components/verdict.js';
import { At } from '../components/time.js';
import { shown, shownText } from '../components/path.js';
import { useRows } from '../components/rows.js';
import { ActionsLeft } from './job-actions.js';
import { averageRate, briefId, calledInText, endOf, heldBy, isFinished, isOpen, jobPath, kindOf, stateOf, titleOf, tookInWords, totalOf } from './job-model.js';
import { useScannerState } from './job-live.js';
import { cancel, pause, resume } from './job-control.js';
import { secondsLeft, useRates } from './job-rates.js';

/** The jobs that run now, with what can be done to them; when none runs, the last ones. */
export function RunningJobs({ data, names }) {
  const active = data.value?.active ?? [];
  const last = data.value?.last ?? [];
  const quiet = data.value && active.length === 0;
  const note = data.value === undefined ? '' : !quiet ? count(active.length) : last.length === 0 ? 'none has run yet' : 'none runs now';
  return html`<section class="card" aria-labelledby="jobs-h">
    <div class="card-head"><h2 id="jobs-h">${quiet && last.length > 0 ? 'Last jobs' : 'Running jobs'}</h2><span class="note">${note}</span>
      <div class="acts"><a class="btn btn-sm btn-quiet" href="/jobs">All jobs<${Icon} name="right" /></a></div></div>
    <${Loaded} data=${data} what="The running jobs" lines=${3}>
      ${() => (active.length > 0 ? html`<${Active} jobs=${active} names=${names} changed=${data.reload} />` : last.length > 0 ? html`<${Ended} jobs=${last} names=${names} />` : html`<p class="card-body muted">A job begins with a full scan of a connector, or with the first file that one sends. <a href="/connectors">Start a full scan</a></p>`)}
    </${Loaded}></section>`;
}

const Name = ({ job, names }) => html`<td class="two"><a class="row" href=${jobPath(job.id)}>${shown(titleOf(job, names))}</a><span class="sub">${kindOf(job)} · <span class="mono">${shown(briefId(job.id))}</span></span></td>`;

const Malicious = ({ n }) => html`<td class="n" data-l="Malicious">${n > 0 ? html`<span class="v v-malicious"><${Icon} name="v-malicious" />${count(n)}</span>` : html`<span class="z">0</span>`}</td>`;

function Active({ jobs, names, changed }) {
  const rows = useRows((id) => navigate(jobPath(id)));
  const rate = useRates(jobs);
  return html`<div class="scroll"><table class="table plain cardy jobs-now"><caption class="sr">Running jobs</caption>
    <thead><tr><th scope="col">Job</th><th scope="col">Phase</th><th scope="col">Progress</th><th scope="col" class="n">Malicious</th><th scope="col" class="n">Files/s</th><th scope="col" class="n">Left</th><th scope="col" class="rowact"><span class="sr">Actions</span></th></tr></thead>
    <tbody ref=${rows.ref}>${jobs.map((job) => html`<${ActiveRow} key=${job.id} row=${rows.row(job.id)} job=${job} names=${names} rate=${rate(job)} changed=${changed} />`)}</tbody></table></div>`;
}

function ActiveRow({ row, job, names, rate, changed }) {
  const held = heldBy(job, names, useScannerState());
  const state = stateOf(job, held !== null);
  const total = totalOf(job);
  const title = shownText(calledInText(job, names));
  const paused = job.status === 'paused';
  const average = averageRate(job);
  return html`<tr class="jobline" ...${row}>
    <${Name} job=${job} names=${names} />
    <td class="shrink end"><${State} tone=${state.tone} icon=${state.icon}>${state.word}</${State}></td>
    <td class="wide"><${Progress} done=${job.processed} total=${total} waits=${paused || state.key === 'waits'} label=${`${title}: files settled`}
      left=${total === null ? `${count(job.processed)} of ${count(job.expected)} found so far` : `${count(job.processed)} of ${count(total)} files${isOpen(job) ? ' so far' : ''}`}
      note=${html`<${ActionsLeft} id=${job.id} actions=${job.actions} />`} right=${right(job, state, total, held)} /></td>
    <${Malicious} n=${job.ledger.malicious} />
    <td class="n" data-l="Files/s">${rate === null ? html`<span class="z">–</span>` : rate === 0 ? html`<span class="z">0</span>` : rough(rate)}<span class="sub">${average === null ? 'average not known' : `${rough(average)} average`}</span></td>
    <td class="n" data-l="Left">${left(job, state, total, rate)}</td>
    <td class="rowact">${job.status !== 'cancelled' && html`<button class="btn btn-quiet btn-sm btn-icon" type="button" aria-label=${`${paused ? 'Resume' : 'Pause'} ${title}`} title=${paused ? 'Resume' : 'Pause'} onClick=${() => (paused ? resume(job, changed) : pause(job, changed))}><${Icon} name=${paused ? 'play' : 'pause'} /></button>
      <button class="btn btn-quiet btn-sm btn-icon" type="button" aria-label=${`Cancel ${title}`} title="Cancel" onClick=${() => cancel(job, names, changed)}><${Icon} name="stop" /></button>`}</td>
  </tr>`;
}

function right(job, state, total, held) {
  if (state.key === 'paused') return 'paused';
  if (state.key === 'waits') return held;
  if (isOpen(job)) return 'ends after 60 s without work';
  return total === null ? 'total not known yet' : percent(job.processed, total);
}

function left(job, state, total, rate) {
  const quiet = (text, title = null) => html`<span class="z" title=${title}>${text}</span>`;
  if (state.key === 'paused' || state.key === 'waits') return quiet('stands still');
  if (isOpen(job)) return quiet('open', 'More files may come');
  if (total === null) return quiet('not known', 'Not known before the listing ends');
  if (job.ledger.pending === 0) return quiet('about to end', 'Its last results and actions are recorded');
  const seconds = secondsLeft(job, rate);
  return seconds === null ? quiet('not known') : remaining(seconds);
}

function Ended({ jobs, names }) {
  const rows = useRows((id) => navigate(jobPath(id)));
  return html`<div class="scroll"><table class="table plain cardy"><caption class="sr">The last jobs</caption>
    <thead><tr><th scope="col">Job</th><th scope="col">State</th><th scope="col">Ledger</th><th scope="col" class="n">Malicious</th><th scope="col" class="n">Took</th><th scope="col" class="n">Ended</th></tr></thead>
    <tbody ref=${rows.ref}>${jobs.map((job) => html`<${EndedRow} key=${job.id} row=${rows.row(job.id)} job=${job} names=${names} />`)}</tbody></table></div>`;
}

function EndedRow({ row, job, names }) {
  const state = stateOf(job);
  const { accepted, missing } = partsOf(job.ledger);
  return html`<tr class="jobline" ...${row}><${Name} job=${job} names=${names} />
    <td class="shrink end" title=${shownText(job.reason ?? '')}><${State} tone=${state.tone} icon=${state.icon}>${state.word}</${State}></td>
    <td class="wide"><${LedgerBar} ledger=${job.ledger} thin /><span class="meter-line"><span>${counted(accepted, 'file')}</span><${ActionsLeft} id=${job.id} actions=${job.actions} /><span>${missing === 0 && job.ledger.balanced ? 'balances' : 'does not balance'}</span></span></td>
    <${Malicious} n=${job.ledger.malicious} />
    <td class="n" data-l="Took">${tookInWords(job)}</td>
    <td class="n" data-l="Ended">${isFinished(job) ? html`<${At} at=${endOf(job)} />` : html`<span class="z">–</span>`}</td></tr>`;
}
