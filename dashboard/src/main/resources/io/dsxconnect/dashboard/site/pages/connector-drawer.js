import { html, useState } from '../lib/preact.js';
import { closeQuery, setQuery, useLocation, withQuery } from '../base/router.js';
import { useNow } from '../base/data.js';
import { age, counted, exact } from '../base/format.js';
import { Copy } from '../components/copy.js';
import { Drawer, Facts, Part } from '../components/drawer.js';
import { Icon } from '../components/icon.js';
import { Ledger } from '../components/ledger.js';
import { shown, shownText } from '../components/path.js';
import { At } from '../components/time.js';
import { Empty } from '../components/states.js';
import { State } from '../components/verdict.js';
import { actionOf, filterOf, goneText, isCallable, silentText, stateOf, titleOf } from './connector-model.js';
import { fullScan, unregister } from './connector-actions.js';
import { useConfiguration } from './connector-config.js';
import { Diagnosis } from './connector-diagnosis.js';
import { Preview } from './connector-preview.js';
import { briefId, jobPath, resultsPath } from './job-model.js';

const VIEWS = [
  { key: 'state', word: 'State' },
  { key: 'configure', word: 'Configuration' },
  { key: 'preview', word: 'Preview' },
];

const closed = { connector: null, view: null, n: null };

/** One connector: its state with a diagnosis, its configuration, what a scan would list. */
export function ConnectorDrawer({ entry, uuid, jobs, changed, onNewer, onOlder }) {
  const { query } = useLocation();
  const asked = query.get('view') ?? 'state';
  const view = entry && entry.state !== 'gone' && isCallable(entry) && VIEWS.some(({ key }) => key === asked) ? asked : 'state';
  const [run, setRun] = useState(0);
  const config = useConfiguration(entry, uuid, view === 'configure', changed);
  const guarded = (go) => go && (async () => {
    if (await config.leave()) go();
  });
  const close = guarded(() => closeQuery(closed));
  if (!entry) {
    return html`<${Drawer} label="Connector" title="Connector" onClose=${close}><${Empty} title="No such connector" icon="connectors">
      <p>None with the uuid <code>${shown(uuid)}</code> is registered, or has been within 30 days. It may have been unregistered.</p></${Empty}></${Drawer}>`;
  }
  const title = shownText(titleOf(entry));
  const tab = ({ key, word }) => {
    const href = withQuery({ view: key === 'state' ? null : key, n: null }, query);
    const go = (event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      guarded(() => setQuery({ view: key === 'state' ? null : key, n: null }))();
    };
    return html`<a href=${href} aria-current=${key === view ? 'true' : null} onClick=${go}>${word}</a>`;
  };
  return html`<${Drawer} label=${`Connector ${title}`} title=${html`<bdi>${shown(titleOf(entry))}</bdi>`} onClose=${close} onPrevious=${guarded(onNewer)} onNext=${guarded(onOlder)}
    under=${html`<p class="muted small">${shown(entry.connector.name)}${entry.connector.uuid && html` · <span class="mono">${entry.connector.uuid}</span> <${Copy} text=${entry.connector.uuid} what="the uuid" />`}</p>
      ${entry.state !== 'gone' && isCallable(entry) && html`<nav class="seg" aria-label="Of this connector">${VIEWS.map(tab)}</nav>`}`}
    foot=${view === 'configure' ? config.foot : isCallable(entry) && html`<${Foot} entry=${entry} view=${view} again=${() => setRun(run + 1)} changed=${changed} />`}>
    ${view === 'configure' ? config.body : view === 'preview' ? html`<${Preview} entry=${entry} />` : html`<${Now} entry=${entry} job=${jobs.job(entry.active_job)} run=${run} />`}
  </${Drawer}>`;
}

function Foot({ entry, view, again, changed }) {
  return html`${view === 'state' && html`<button class="btn" type="button" onClick=${again}><${Icon} name="replay" />Check again</button>`}
    <button class="btn btn-warn" type="button" onClick=${() => unregister(entry, changed)}>${entry.state === 'gone' ? 'Forget it' : 'Unregister'}</button>
    ${entry.state === 'ready' && html`<button class="btn btn-primary push" type="button" onClick=${() => fullScan(entry, changed)}><${Icon} name="play" />Full scan</button>`}`;
}

function Now({ entry, job, run }) {
  const now = useNow(1000);
  const state = stateOf(entry);
  const { connector, last_scan: scan } = entry;
  const action = actionOf(entry);
  const beat = entry.last_heartbeat_at;
  const gone = entry.state === 'gone';
  const ledger = job && scan?.job_id === job.id ? job.ledger : scan?.ledger;
  return html`<${Part} title="State"><${Facts} list=${[
      ['State', html`<${State} tone=${state.tone} icon=${state.icon}>${state.label}</${State}>`],
      gone && ['Why', shown(goneText(entry))],
      entry.state === 'silent' && ['Why', silentText(entry)],
      ['Last heartbeat', beat ? html`<time title=${exact(beat)}>${age(now - beat)} ago</time>` : 'none yet'],
      ['Files that wait', entry.waiting === null ? 'not known' : html`${entry.waiting > 0 ? counted(entry.waiting, 'file') : 'none'}${entry.set_aside && entry.waiting > 0 ? html` <small>set aside: no worker reaches it</small>` : ''}`],
      ['Address', html`<span class="mono small">${shown(connector.url)}</span>`],
      connector.asset && ['Asset', html`<span class="mono small">${shown(connector.asset)}</span>`],
      ['Filter', filterOf(entry) ? html`<code>${shown(connector.filter)}</code>` : 'everything'],
      ['If malicious', html`${action.word}${action.target && html` to <code>${shown(action.target)}</code>`} ${action.note}`],
      connector.meta_info && ['It says', shown(connector.meta_info)],
    ]} />${gone && html`<p class="note-below">Its files wait and go on by themselves when it is back; no attempt is used up meanwhile.</p>`}</${Part}>
    <${Part} title=${gone ? 'Is it back?' : 'Diagnosis'}><${Diagnosis} entry=${entry} run=${run} /></${Part}>
    ${scan && html`<${Part} title=${entry.active_job === scan.job_id ? 'The active scan' : 'The last full scan'}>
      <p class="muted scan-line"><a href=${jobPath(scan.job_id)}>Job <span class="mono">${shown(briefId(scan.job_id))}</span></a> · ${shown(job?.status ?? scan.status)} · begun <${At} at=${scan.started_at} />${scan.reason && html` · ${shown(scan.reason)}`}</p>
      <${Ledger} ledger=${ledger} href=${(outcome) => resultsPath(scan.job_id, outcome)} /></${Part}>`}`;
}
