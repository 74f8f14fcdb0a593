import { html, useEffect, useRef } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData } from '../base/data.js';
import { bytes, count, counted, epoch, exact, short } from '../base/format.js';
import { Copy, copyText } from '../components/copy.js';
import { Drawer, Facts, Part } from '../components/drawer.js';
import { Icon } from '../components/icon.js';
import { code, shown, shownText } from '../components/path.js';
import { Empty, Failed, Skeleton } from '../components/states.js';
import { Ago, At } from '../components/time.js';
import { say } from '../components/toast.js';
import { Verdict, outcomeOf } from '../components/verdict.js';
import { ActionPart } from './result-action.js';
import { ScanAgain } from './result-again.js';
import { Timing } from './result-timing.js';
import { actionOf, connectorName, connectorOf, hashOf, isDemo, jsonText, locationOf, nameOf, reasonOf, sizeOf, threatOf, typeOf } from './result-words.js';

const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const LONG = 400; // the button to copy it stays in sight
const MAX_JSON_CHARS = 200_000;

/** The full path with a copy of it, and what its name pretends to be where it turns around. */
function FullPath({ record }) {
  const location = locationOf(record);
  const name = nameOf(record);
  const turn = BIDI.exec(name) ?? BIDI.exec(location);
  return html`<p class=${`fullpath ${location.length > LONG ? 'long' : ''}`}><bdi dir="ltr">${shown(location)}</bdi><${Copy} text=${location} what="the path" /></p>
    ${turn && html`<p class="small muted"><${Icon} name="warn" className="v-unscanned" /> The ${BIDI.test(name) ? 'name' : 'path'} has <span class="esc">${code(turn[0])}</span>, which turns text around: elsewhere it may look like <bdi class="looks">${BIDI.test(name) ? name : location}</bdi>.</p>`}`;
}

/** How many other records have the same hash, and a link to them. */
function SameHash({ hash }) {
  const { value } = useData(async (signal) => ({ hash, found: await get('/scan/results/summary', { text: hash }, signal) }), [hash]);
  if (value?.hash !== hash) return null;
  const others = value.found.count - 1;
  const more = value.found.complete ? '' : 'at least ';
  if (others < 1) return value.found.complete ? html`<span class="small quiet">No other record has this hash</span>` : null;
  return html`<a class="small" href=${`/results?text=${hash}`}>${more}${counted(others, 'more record')} with this hash</a>`;
}

function JobFact({ id }) {
  const { value } = useData(async (signal) => ({ id, job: await get(`/scan/jobs/${encodeURIComponent(id)}`, {}, signal) }), [id]);
  const job = value?.id === id ? value.job : null;
  return html`<a href=${`/jobs/${encodeURIComponent(id)}`} title=${shownText(id)}>${job?.job_name ? html`${shown(job.job_name)} ` : 'Job '}<code>${shown(short(id))}</code></a>${epoch(job?.started_at) !== null && html` <small>started <${At} at=${epoch(job.started_at)} /></small>`}`;
}

function ConnectorFact({ connector }) {
  const name = connectorName(connector);
  const words = [connector.name !== name ? connector.name : null, connector.uuid ? short(connector.uuid) : null].filter(Boolean).join(' · ');
  const inside = shown(name ?? 'connector');
  return html`${connector.uuid ? html`<a href=${`/connectors?connector=${encodeURIComponent(connector.uuid)}`}>${inside}</a>` : inside} <small>${shown(words)}</small>`;
}

const WORDS = { benign: 'Benign', malicious: 'Malicious', not_scanned: 'Not Scanned', non_compliant: 'Non Compliant', unsupported: 'Unsupported File Type', unknown: 'Unknown' };

function VerdictPart({ record }) {
  const verdict = record.verdict;
  const own = verdict?.verdict ?? null;
  const details = verdict?.verdict_details ?? {};
  const reason = reasonOf(record);
  const said = [details.reason, details.event_description].filter((text) => text && text !== reason);
  return html`<${Part} title="Verdict">
    <${Facts} list=${[
      reason && ['Reason', shown(reason)],
      threatOf(record) && ['Threat', shown(threatOf(record))],
      said.length > 0 && ['Scanner says', said.map((text) => html`<span class="line">${shown(text)}</span>`)],
      own && WORDS[outcomeOf(record)] !== own && ['Its word', shown(own)],
      ['Scanner', record.scanner ? html`${shown(record.scanner)}${isDemo(record) && html`<br /><small>The stand-in finds the EICAR test string and nothing else: its word is no verdict.</small>`}` : html`<span class="z">not known</span>`],
      verdict?.scan_guid && ['Verdict id', html`<span class="hash">${shown(verdict.scan_guid)}</span> <${Copy} text=${verdict.scan_guid} what="the verdict id" />`],
      verdict?.container_files_scanned > 1 && ['Inside', `${counted(verdict.container_files_scanned, 'file')}, ${bytes(verdict.container_files_scanned_size)}`],
    ]} />
  </${Part}>`;
}

function FilePart({ record }) {
  const hash = hashOf(record);
  const theirs = record.verdict?.file_info?.file_hash ?? null;
  const size = sizeOf(record);
  const connector = connectorOf(record);
  return html`<${Part} title="File">
    <${Facts} list=${[
      ['SHA-256', hash ? html`<span class="hash">${hash}</span> <${Copy} text=${hash} what="the hash" /><br /><${SameHash} hash=${hash} />` : html`<span class="z">none: the file was not sent as a whole</span>`],
      theirs && theirs.toLowerCase() !== hash && ['Hash of the scanner', html`<span class="hash">${shown(theirs)}</span>`],
      ['Size', size === null ? html`<span class="z">not known</span>` : html`${bytes(size)}${size >= 1000 && html` <small>(${count(size)} bytes)</small>`}`],
      typeOf(record) && ['Type', shown(typeOf(record))],
      ['Connector', connector ? html`<${ConnectorFact} connector=${connector} />` : html`<span class="z">not known</span>`],
      connector?.asset && ['Place', shown(connector.asset_display_name || connector.asset)],
      record.scan_job_id && ['Job', html`<${JobFact} id=${record.scan_job_id} />`],
      ['Task', html`<span class="hash">${shown(record.scan_request_task_id)}</span> <${Copy} text=${record.scan_request_task_id} what="the task id" />`],
    ]} />
  </${Part}>`;
}

const SOURCES = { full_scan: 'a full scan', monitor: 'monitoring', scan_again: 'a change after the first verdict' };

/** Its way, as far as the record knows it: the recording of the verdict and of the action's outcome have a time. */
function Way({ record, outcome }) {
  const action = actionOf(record, outcome);
  const source = record.scan_request?.scan_source;
  const by = source ? html` by ${SOURCES[source] ?? shown(source)}` : '';
  const acted = epoch(record.action_at);
  const judged = record.verdict && !['not_scanned', 'non_compliant'].includes(outcome);
  const steps = [
    { text: html`Accepted${by}${record.scan_job_id ? html` into job <code>${shown(short(record.scan_job_id))}</code>` : ''}` },
    outcome === 'cancelled'
      ? { text: 'Its job was cancelled before it was scanned' }
      : outcome === 'failed'
        ? { text: html`Given up: ${shown(reasonOf(record) ?? 'no reason is recorded')}`, bad: true }
        : judged
          ? { text: html`Judged by ${shown(record.scanner ?? 'the scanner')}` }
          : { text: html`No verdict: ${shown(reasonOf(record) ?? 'no reason is recorded')}` },
    { at: epoch(record.recorded_at), text: html`Recorded as no. ${count(record.id)}` },
    action.state === 'failed' && { at: acted, text: html`${action.word}: ${shown(record.item_action?.message ?? '')}`, bad: true },
    action.state === 'unconfirmed' && { at: acted, text: html`${action.verb.noun} unconfirmed${record.item_action?.description ? html`: ${shown(record.item_action.description)}` : ''}`, bad: true },
    action.state === 'succeeded' && { at: acted, text: html`${action.word}${record.item_action?.description ? html`: ${shown(record.item_action.description)}` : ''}` },
    action.state === 'pending' && { text: 'Waits for the connector’s action' },
  ].filter(Boolean);
  return html`<${Part} title="Its way"><ol class="trail">${steps.map((step) => html`<li>${step.at ? html`<time title=${exact(step.at)}>${exact(step.at).split(', ')[1].split(' ')[0]}</time>` : html`<span></span>`}<span class=${`pip ${step.bad ? 'bad' : ''}`}></span><span>${step.text}</span></li>`)}</ol></${Part}>`;
}

function Json({ record }) {
  const text = jsonText(record);
  return html`<details class="behind rawpart"><summary><${Icon} name="right" />The record as JSON</summary>
    <div class="rawbox"><pre tabindex="0" dir="ltr">${text.length > MAX_JSON_CHARS ? `${text.slice(0, MAX_JSON_CHARS)}\n… cut: a copy has all of it` : text}</pre><${Copy} text=${text} what="the JSON" /></div></details>`;
}

function Record({ record, onChanged }) {
  const outcome = outcomeOf(record);
  return html`<${ActionPart} record=${record} outcome=${outcome} onChanged=${onChanged} />
    <${VerdictPart} record=${record} /><${FilePart} record=${record} /><${Timing} record=${record} />
    <${Way} record=${record} outcome=${outcome} /><${Json} record=${record} />`;
}

function NoRecord({ task }) {
  return html`<${Empty} title="No record of this task" icon="clock"><p>It is recorded when its outcome is known; then it appears here by itself. Old records that were pruned are gone.</p>
    <p class="small quiet"><code>${shown(task)}</code></p></${Empty}>`;
}

/**
 * One record beside the list.
 *
 * @param task the task whose record it is
 * @param listed the record as the list has it; null when it is not in the list
 * @param onChanged called when something was done to it
 */
export function ResultDrawer({ task, listed, onClose, onPrevious, onNext, onChanged }) {
  const body = useRef(null);
  const seen = useRef(null); // {task, settled}: what a live message need not change
  const data = useData(
    async (signal) => {
      const [record = null] = await get(`/scan/results/${encodeURIComponent(task)}`, {}, signal);
      return { task, record };
    },
    [task],
    { when: (message) => message.type === 'pulse' && message.events > 0 && (seen.current === null || message.malicious?.some((found) => found.task === task)) },
  );
  const read = data.value?.task === task ? data.value : null;
  const record = read?.record ?? listed;
  seen.current = record;
  useEffect(() => body.current?.closest('.drawer-body')?.scrollTo(0, 0), [task]);

  const changed = () => {
    data.reload();
    onChanged();
  };
  const outcome = record && outcomeOf(record);
  const title = record ? html`<${Verdict} outcome=${outcome} demo=${isDemo(record)} />${threatOf(record) && html` <span class="threat">${shown(threatOf(record))}</span>`}` : 'Result';
  const copyJson = async () => (await copyText(jsonText(record))) && say('The JSON of this record is copied');
  const foot = record && html`<${ScanAgain} record=${record} />
    <button class="btn" type="button" onClick=${copyJson}><${Icon} name="copy" />JSON</button>
    <span class="muted small push">Recorded <${Ago} at=${epoch(record.recorded_at)} /> · no. ${count(record.id)}</span>`;
  return html`<${Drawer} label=${record ? `Result: ${shownText(nameOf(record))}` : 'Result'} title=${title} under=${record && html`<${FullPath} record=${record} />`} onClose=${onClose} onPrevious=${onPrevious} onNext=${onNext} foot=${foot}>
    <div ref=${body}>
      ${data.error && html`<section><${Failed} what="The record" error=${data.error} retry=${data.reload} /></section>`}
      ${record ? html`<${Record} key=${task} record=${record} onChanged=${changed} />` : read ? html`<${NoRecord} task=${task} />` : !data.error && html`<${Skeleton} />`}
    </div>
  </${Drawer}>`;
}
