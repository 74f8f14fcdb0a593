import { html } from '../lib/preact.js';
import { withQuery } from '../base/router.js';
import { useNow } from '../base/data.js';
import { age, clock, count, counted, exact, percent, remaining, rough, spent } from '../base/format.js';
import { ConnectorIcon } from '../components/connector-icon.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icon.js';
import { LedgerBar } from '../components/ledger.js';
import { Menu } from '../components/menu.js';
import { Path, shown, shownText } from '../components/path.js';
import { At } from '../components/time.js';
import { NO_VERDICT, State } from '../components/verdict.js';
import { actionOf, assetOf, filterOf, goneText, idOf, isCallable, silentText, stateOf, titleOf } from './connector-model.js';
import { fullScan, unregister } from './connector-actions.js';
import { ActionsLeft } from './job-actions.js';
import { actionsOf, briefId, jobPath, stateOf as jobState, totalOf } from './job-model.js';
import { cancel, pause, resume } from './job-control.js';
import { secondsLeft } from './job-rates.js';

/** A connector: what it looks after, its last or its active scan, and what can be done. */
export function ConnectorCard({ entry, job, rate, row, open, changed }) {
  const state = stateOf(entry);
  const title = titleOf(entry);
  const { connector } = entry;
  const asset = assetOf(entry);
  const action = actionOf(entry);
  const filter = filterOf(entry);
  return html`<li class=${`card conn ${entry.state === 'gone' ? 'gone' : ''} ${open ? 'open' : ''}`} ...${row}>
    <div class="conn-head"><${ConnectorIcon} connector=${connector} image=${entry.image} />
      <h2><a class="row" data-open href=${withQuery({ connector: idOf(entry), view: null, add: null })} title=${shownText(title)}><bdi>${shown(title)}</bdi></a></h2>
      <span class="kind"><span title=${shownText(connector.name)}>${shown(connector.name)}</span>${connector.uuid && html` · <span class="mono">${briefId(connector.uuid)}</span> <${Copy} text=${connector.uuid} what=${`the uuid of ${shownText(title)}`} />`}</span>
      <${State} tone=${state.tone} icon=${state.icon}>${state.label}</${State}></div>
    <dl class="dl">
      <dt>Asset</dt><dd>${asset ? html`<${Path} location=${asset} />` : html`<span class="quiet">not named</span>`}</dd>
      <dt>Filter</dt><dd class="line">${filter ? html`<span class="mono" title=${shownText(filter)}>${shown(filter)}</span>` : html`<span class="quiet">everything</span>`}</dd>
      <dt>If malicious</dt><dd class="line" title=${action.target && shownText(action.target)}>${action.word}${action.target && html` to <span class="mono">${shown(action.target)}</span>`} ${action.note && html`<span class="quiet">${action.note}</span>`}</dd>
    </dl>
    <div class="last"><${Last} entry=${entry} job=${job} rate=${rate} /></div>
    <div class="conn-foot"><${Buttons} entry=${entry} job=${job} changed=${changed} /></div>
  </li>`;
}

function Last({ entry, job, rate }) {
  if (entry.state === 'gone') return html`<${Silent} entry=${entry} since=${entry.last_heartbeat_at ?? entry.gone_since} why=${goneText(entry)} />`;
  if (entry.state === 'silent') return html`<${Silent} entry=${entry} since=${entry.silent_since} why=${silentText(entry)} />`;
  if (entry.state === 'failed') {
    const message = entry.connector.last_repo_check_message;
    return html`<p><span><b>Its store cannot be used.</b></span>${waiting(entry)}</p><p><span class="clamp" title=${shownText(message ?? '')}>${message ? shown(message) : 'Diagnose asks it for the reason.'}</span></p>${entry.last_scan && html`<${LedgerBar} ledger=${entry.last_scan.ledger} thin />`}`;
  }
  if (job) return html`<${Scanning} job=${job} rate=${rate} />`;
  if (entry.last_scan) return html`<${Ended} scan=${entry.last_scan} entry=${entry} />`;
  return html`<p><span><b>Never fully scanned</b></span>${waiting(entry)}</p><p><span>${entry.state === 'starting' ? 'It has registered and is not ready yet.' : 'A full scan lists every file and sends it to the scanner.'}</span></p>`;
}

const waiting = (entry) => (entry.waiting > 0 ? html`<span>${entry.set_aside ? `${counted(entry.waiting, 'file')} set aside` : `${counted(entry.waiting, 'file')} wait${entry.waiting === 1 ? 's' : ''}`}</span>` : html`<span></span>`);

function Silent({ entry, since, why }) {
  const now = useNow(1000);
  return html`<p><span>${since === null ? html`<b>It does not answer</b>` : html`<b title=${exact(since)}>Silent since ${now - since < 72_000 ? clock(since) : exact(since)}</b>, ${age(now - since)}`}</span>${waiting(entry)}</p>
    <p><span class="clamp" title=${shownText(why)}>${shown(why)}</span></p>
    ${entry.last_scan && html`<${LedgerBar} ledger=${entry.last_scan.ledger} thin />`}`;
}

function Scanning({ job, rate }) {
  const state = jobState(job);
  const total = totalOf(job);
  const still = state.key === 'paused';
  const far = total === null ? `${count(job.ledger.accepted)} found so far` : `${count(job.processed)} of ${count(total)}`;
  const seconds = secondsLeft(job, rate);
  const left = still ? 'stands still' : total === null ? 'total not known yet' : job.ledger.pending === 0 ? 'about to end' : seconds === null ? percent(job.processed, total) : `${remaining(seconds)} left`;
  return html`<p><span><b>${state.word}</b> · ${far}</span><span>${left}</span></p>
    ${total === null ? html`<progress class="unknown" aria-label="Files settled; total not known yet"></progress>` : html`<progress class=${still ? 'wait' : ''} max=${Math.max(1, total)} value=${Math.min(total, job.processed)} aria-label="Files settled"></progress>`}
    <p><${Counts} ledger=${job.ledger} /><span>${rate === null ? '' : `${rough(rate)} files/s`}</span></p>`;
}

const OUTCOME = {
  completed: () => 'completed',
  cancelled: () => 'cancelled',
  incomplete: () => 'incomplete',
  paused: () => 'paused',
  running: () => 'runs',
};

function Ended({ scan, entry }) {
  const { ledger } = scan;
  const took = scan.finished_at !== null && scan.started_at !== null ? spent(scan.finished_at - scan.started_at) : null;
  const end = scan.status === 'completed' && ledger.failed > 0 ? `ended with ${count(ledger.failed)} failed` : (OUTCOME[scan.status]?.() ?? scan.status);
  return html`<p><span>Last scan <b><${At} at=${scan.finished_at ?? scan.started_at} /></b>${took && ` · ${took}`}</span><span title=${shownText(scan.reason ?? '')}>${shown(end)}</span></p>
    <${LedgerBar} ledger=${ledger} thin />
    <p><${Counts} ledger=${ledger} /><${ActionsLeft} id=${scan.job_id} actions=${actionsOf(scan)} /><span>of ${counted(ledger.accepted, 'file')}${entry.waiting > 0 ? `, ${count(entry.waiting)} wait` : ''}</span></p>`;
}

function Counts({ ledger }) {
  const missed = NO_VERDICT.reduce((sum, key) => sum + Number(ledger[key] ?? 0), 0);
  const part = (look, n, word) => n > 0 && html`<span class=${`v v-${look}`} title=${`${count(n)} ${word}`}><${Icon} name=${`v-${look}`} />${count(n)}<span class="sr"> ${word}</span></span>`;
  return html`<span class="counts">${part('malicious', ledger.malicious, 'malicious') || html`<span class="quiet">0 malicious</span>`}${part('unscanned', missed, 'without a verdict')}${part('failed', ledger.failed, 'failed')}</span>`;
}

function Buttons({ entry, job, changed }) {
  const to = (view) => withQuery({ connector: idOf(entry), view, add: null });
  const title = shownText(titleOf(entry));
  const names = new Map([[entry.connector.uuid, { name: titleOf(entry), state: entry.state }]]);
  const gone = entry.state === 'gone';
  const ill = gone || entry.state === 'failed' || entry.state === 'silent'; // then four buttons would not fit
  const scan = entry.active_job ?? entry.last_scan?.job_id ?? null;
  const paused = job?.status === 'paused';
  const diagnose = html`<a class="btn btn-sm" href=${to(null)} aria-label=${`Diagnose ${title}`}><${Icon} name="pulse" />Diagnose</a>`;
  const openJob = scan && html`<a class="btn btn-sm" href=${jobPath(scan)} aria-label=${`Open job of ${title}`}>Open job</a>`;
  return html`${ill ? diagnose : ''}
    ${job && !ill && job.status !== 'cancelled' ? html`<button class="btn btn-sm" type="button" aria-label=${`${paused ? 'Resume' : 'Pause'} the scan of ${title}`} onClick=${() => (paused ? resume(job, changed) : pause(job, changed))}><${Icon} name=${paused ? 'play' : 'pause'} />${paused ? 'Resume' : 'Pause'}</button>
      <button class="btn btn-sm btn-warn" type="button" aria-label=${`Cancel the scan of ${title}`} onClick=${() => cancel(job, names, changed)}>Cancel</button>` : ''}
    ${gone || job ? openJob : entry.state !== 'ready' ? html`<button class="btn btn-sm" type="button" aria-disabled="true" title="Only a connector that is ready can list its files" aria-label=${`Full scan of ${title}: not before it is ready`}><${Icon} name="play" />Full scan</button>`
    : !isCallable(entry) ? diagnose
    : html`<button class="btn btn-sm" type="button" aria-label=${`Full scan of ${title}`} onClick=${() => fullScan(entry, changed)}><${Icon} name="play" />Full scan</button>
      <a class="btn btn-sm" href=${to('preview')} aria-label=${`Preview ${title}`}><${Icon} name="eye" />Preview</a>`}
    ${!gone && isCallable(entry) && html`<a class="btn btn-sm btn-quiet btn-icon push" href=${to('configure')} aria-label=${`Configure ${title}`} title="Configure"><${Icon} name="settings" /></a>`}
    <span class=${gone ? 'push' : ''}><${Menu} className="btn btn-sm btn-quiet btn-icon" align="right" ariaLabel=${`More for ${title}`} label=${html`<${Icon} name="more" />`}>
      ${(close) => html`<${More} entry=${entry} scan=${scan} to=${to} close=${close} changed=${changed} />`}</${Menu}></span>`;
}

function More({ entry, scan, to, close, changed }) {
  const item = (icon, word, href) => html`<li><a href=${href} onClick=${close}><${Icon} name=${icon} />${word}</a></li>`;
  const act = (icon, word, run, className = '') => html`<li><button class=${className} type="button" onClick=${() => { close(); run(); }}><${Icon} name=${icon} />${word}</button></li>`;
  return html`<ul>
    ${entry.state === 'ready' && isCallable(entry) && act('play', 'Full scan', () => fullScan(entry, changed))}
    ${item('pulse', 'Diagnose', to(null))}
    ${entry.state !== 'gone' && isCallable(entry) && item('eye', 'Preview and estimate', to('preview'))}
    ${entry.state !== 'gone' && isCallable(entry) && item('settings', 'Configure', to('configure'))}
    ${scan && item('jobs', entry.active_job ? 'Open the active job' : 'Open the last scan', jobPath(scan))}
    ${entry.connector.uuid && item('results', 'Its results', `/results?connector=${entry.connector.uuid}`)}
    ${isCallable(entry) && act('trash', entry.state === 'gone' ? 'Forget it' : 'Unregister', () => unregister(entry, changed), 'btn-warn')}
  </ul>`;
}
