import { html } from '../lib/preact.js';
import { count, counted, duration, percent, rough } from '../base/format.js';
import { useNow } from '../base/data.js';
import { LedgerBar, partsOf } from '../components/ledger.js';
import { Icon } from '../components/icon.js';
import { Progress } from '../components/progress.js';
import { shown, shownText } from '../components/path.js';
import { At } from '../components/time.js';
import { State } from '../components/verdict.js';
import { ActionsLeft } from './job-actions.js';
import { averageRate, briefId, endOf, heldBy, isFinished, isOpen, isSingle, jobPath, kindOf, noVerdict, resultsPath, stateOf, titleOf, tookInWords, totalOf } from './job-model.js';
import { useScannerState } from './job-live.js';

/** A count with the shape of its outcome, as a link to these files; a plain 0 when there are none. */
function Outcome({ job, n, look, outcome, word }) {
  if (n === 0) return html`<span class="z">0</span>`;
  return html`<a class=${`v v-${look}`} href=${resultsPath(job.id, outcome)} aria-label=${`${count(n)} ${word} of job ${briefId(job.id)}`}><${Icon} name=${`v-${look}`} />${count(n)}</a>`;
}

function moving(job, state, held) {
  if (state.key === 'waits') return held;
  if (state.key === 'paused') return 'paused';
  if (state.key === 'cancelling') return 'giving up what waits';
  if (isOpen(job)) return job.ledger.pending === 0 ? 'open, nothing waits' : 'open';
  return null;
}

/** How far an active job is, or what became of the files of a finished one. */
function Meter({ job, state, held }) {
  const { accepted } = job.ledger;
  if (isFinished(job)) {
    const { missing } = partsOf(job.ledger);
    const balance = missing === 0 && job.ledger.balanced ? 'balances' : html`<b class="v-failed">does not balance</b>`;
    const why = state.key === 'incomplete' && job.reason ? html`<span class="why" title=${shownText(job.reason)}>${shown(job.reason)}</span>` : html`<span>${balance}</span>`;
    return html`<${LedgerBar} ledger=${job.ledger} thin /><span class="meter-line"><span>${counted(accepted, 'file')}</span><${ActionsLeft} id=${job.id} actions=${job.actions} />${why}</span>`;
  }
  const total = totalOf(job);
  const far = total === null ? `${count(job.processed)} of ${count(accepted)} so far` : isOpen(job) ? `${count(job.processed)} of ${count(total)} so far` : `${count(job.processed)} of ${count(total)}`;
  const right = moving(job, state, held) ?? (total === null ? 'total not known yet' : percent(job.processed, total));
  return html`<${Progress} done=${job.processed} total=${total} label=${`${far} files settled`} left=${far} right=${right} waits=${['waits', 'paused', 'cancelling'].includes(state.key)} note=${html`<${ActionsLeft} id=${job.id} actions=${job.actions} />`} />`;
}

/** Seconds since the start, moving on while the job is active; `asOf` of performance.now(). */
function Running({ seconds, asOf }) {
  useNow(1000);
  return html`${duration(Math.floor(seconds + Math.max(0, (performance.now() - asOf) / 1000)))}`;
}

/** One job of the list. `row` the attributes of its row, `chosen` for the comparison. */
export function JobRow({ job, row, names, chosen, onChoose }) {
  const held = heldBy(job, names, useScannerState());
  const state = stateOf(job, held !== null);
  const id = briefId(job.id);
  const rate = isSingle(job) ? null : averageRate(job);
  const of = job.name && names.get(job.connector)?.name;
  const active = !isFinished(job);
  return html`<tr ...${row}>
    <td class="shrink hide-sm"><span class="pick"><input type="checkbox" aria-label=${`Choose job ${id} to compare`} checked=${chosen} onChange=${onChoose} /></span></td>
    <td class="two"><a class="row clip" data-open href=${jobPath(job.id)} title=${shownText(job.id)}>${shown(titleOf(job, names))}</a>
      <span class="sub">${kindOf(job)}${of ? html` · ${shown(of)}` : ''} · <span class="mono">${shown(id)}</span></span></td>
    <td class="shrink end"><${State} tone=${state.tone} icon=${state.icon}>${state.word}</${State}></td>
    <td class="wide"><${Meter} job=${job} state=${state} held=${held} /></td>
    <td class="n" data-l="Malicious"><${Outcome} job=${job} n=${job.ledger.malicious} look="malicious" outcome="malicious" word="malicious files" /></td>
    <td class="n" data-l="No verdict"><${Outcome} job=${job} n=${noVerdict(job)} look="unscanned" outcome="no_verdict" word="files without a verdict" /></td>
    <td class="n" data-l="Failed"><${Outcome} job=${job} n=${job.ledger.failed} look="failed" outcome="failed" word="failed files" /></td>
    <td class="n hide-md">${rate === null ? html`<span class="z">–</span>` : rough(rate)}</td>
    <td class="n nowrap" data-l="Started"><${At} at=${job.at.started} /></td>
    <td class="n nowrap" data-l="Took">${job.seconds === null ? html`<span class="z">–</span>` : active && endOf(job) === null ? html`<${Running} seconds=${job.seconds} asOf=${job.asOf} />` : tookInWords(job)}</td>
  </tr>`;
}
