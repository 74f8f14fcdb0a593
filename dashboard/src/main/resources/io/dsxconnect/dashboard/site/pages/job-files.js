import { html } from '../lib/preact.js';
import { findResults } from '../base/results.js';
import { useData } from '../base/data.js';
import { bytes, count, counted, epoch } from '../base/format.js';
import { Icon } from '../components/icon.js';
import { Path, shown } from '../components/path.js';
import { Loaded } from '../components/states.js';
import { Ago, At } from '../components/time.js';
import { outcomeOf, OUTCOMES, State, Verdict } from '../components/verdict.js';
import { QUEUES, reasonWords } from './dead-letter-words.js';
import { noVerdict, resultsPath } from './job-model.js';
import { actionOf, isDemo } from './result-words.js';

const SHOWN = 5;

const opened = (record, outcome) => `${resultsPath(record.scan_job_id, outcome)}&open=${encodeURIComponent(record.scan_request_task_id)}`;
/** Whether the stand-in gave the job's benign verdicts, as far as a record of one shows. */
export async function isDemoJob(job, signal) {
  if (job.ledger.benign === 0) return false;
  const [record] = await findResults({ job_id: job.id, outcome: 'benign', limit: 1 }, signal);
  return record !== undefined && isDemo(record);
}

const lookOf = (outcome) => OUTCOMES.find(({ key }) => key === outcome)?.look ?? 'unscanned';

/** What became of the action on a malicious file. */
function ActionState({ record }) {
  const action = actionOf(record, 'malicious');
  return html`<${State} tone=${action.tone} icon=${action.icon}>${action.state === 'pending' ? 'Action waits' : action.word}</${State}>`;
}

/** What the record says in a second line: threat, reason or type, then the size. */
function about(record) {
  const details = record.verdict?.verdict_details;
  const benign = outcomeOf(record) === 'benign';
  const type = record.verdict?.file_info?.file_type;
  const why = benign ? (type === 'Unknown' ? null : type) : record.reason || details?.reason || details?.threat_type || 'no reason given';
  const size = record.scan_request?.size_in_bytes ?? record.verdict?.file_info?.file_size_in_bytes;
  const known = size !== null && size !== undefined;
  return html`${why && shown(why)}${why && known && ' · '}${known && bytes(size)}`;
}

/** The newest records of the job with an outcome, as a card; nothing when the ledger has none. */
function Files({ job, n, outcome, title, none, watched }) {
  const id = `files-${outcome}`;
  const data = useData(
    (signal) => (n > 0 ? findResults({ job_id: job.id, outcome, limit: SHOWN }, signal) : Promise.resolve([])),
    [job.id, outcome, n > 0],
    { when: (message) => watched && message.type === 'pulse' && message.jobs?.some((snapshot) => snapshot.job_id === job.id), every: 2000 },
  );
  return html`<section class="card c-6" aria-labelledby=${id}>
    <div class="card-head"><h2 id=${id}>${title}</h2>${n > SHOWN && html`<span class="note">the newest of ${count(n)}</span>`}</div>
    ${n === 0 ? html`<div class="card-body"><p class="muted">${none}</p></div>` : html`<${Loaded} data=${data} what=${title} lines=${3}>
      ${(records) => (records.length === 0
        ? html`<div class="card-body"><p class="muted">${watched ? 'Not recorded yet.' : 'Their records are no longer kept; the ledger keeps the number.'}</p></div>`
        : html`<ul class="findings">${records.map((record) => html`<li key=${record.id}>
          <${Icon} name=${`v-${lookOf(outcomeOf(record))}`} className=${`v-${lookOf(outcomeOf(record))}`} />
          <${Path} location=${record.scan_request?.location} href=${opened(record, outcome)} />
          <span class="meta">${about(record)}</span>
          <span class="right">${outcomeOf(record) === 'malicious' ? html`<${ActionState} record=${record} />` : html`<${Verdict} outcome=${outcomeOf(record)} demo=${isDemo(record)} />`}<br /><${At} at=${epoch(record.recorded_at)} /></span></li>`)}</ul>`)}
    </${Loaded}>`}
    ${n > 0 && html`<div class="card-foot"><a href=${resultsPath(job.id, outcome)}>${n === 1 ? 'In the results' : `All ${count(n)} in the results`}</a></div>`}
  </section>`;
}

/** Failed and cancelled files have no verdict either, but separate places. */
function noneWithout(job, watched) {
  const others = [job.ledger.failed > 0 && `${count(job.ledger.failed)} failed`, job.ledger.cancelled > 0 && `${count(job.ledger.cancelled)} were cancelled`].filter(Boolean);
  return `None${watched ? ' so far' : ''}${others.length > 0 ? `; ${others.join(' and ')}, see the ledger` : ''}.`;
}

/** Latest findings and files without a verdict. */
export const JobFiles = ({ job, watched }) => html`
  <${Files} job=${job} n=${job.ledger.malicious} outcome="malicious" title="Malicious files" none=${job.processed > 0 && !watched ? 'None found.' : 'None found so far.'} watched=${watched} />
  <${Files} job=${job} n=${noVerdict(job)} outcome="no_verdict" title="Files without a verdict" none=${noneWithout(job, watched)} watched=${watched} />`;

/** The only file of a job. */
export function OneFile({ job, watched }) {
  const data = useData((signal) => findResults({ job_id: job.id, limit: 1 }, signal), [job.id, job.processed]);
  return html`<section class="card" aria-labelledby="one-h"><div class="card-head"><h2 id="one-h">Its file</h2></div>
    <${Loaded} data=${data} what="The file" lines=${2}>${([record]) => (record
      ? html`<ul class="findings"><li><${Icon} name=${`v-${lookOf(outcomeOf(record))}`} className=${`v-${lookOf(outcomeOf(record))}`} />
          <${Path} location=${record.scan_request?.location} href=${opened(record, null)} /><span class="meta">${about(record)}</span>
          <span class="right"><${Verdict} outcome=${outcomeOf(record)} demo=${isDemo(record)} />${outcomeOf(record) === 'malicious' && html`<br /><${ActionState} record=${record} />`}</span></li></ul>`
      : html`<div class="card-body"><p class="muted">${watched ? 'It is not settled yet.' : 'Its record is no longer kept; the ledger keeps the outcome.'}</p></div>`)}</${Loaded}></section>`;
}

/** The job's dead letters by queue and reason. */
export function DeadLetters({ job, groups }) {
  const n = groups.reduce((sum, group) => sum + group.count, 0);
  if (n === 0) return null;
  return html`<section class="card" aria-labelledby="dl-h"><div class="card-head"><h2 id="dl-h">Dead letters</h2><span class="note">tasks of this job that wait for a decision</span></div>
    <div class="scroll"><table class="table plain"><caption class="sr">Dead letters of this job</caption>
      <thead><tr><th scope="col">Reason</th><th scope="col">Task</th><th scope="col" class="n">Count</th><th scope="col" class="n">Newest</th></tr></thead>
      <tbody>${groups.map((group) => html`<tr><td class="wide">${shown(reasonWords(group).title)}<span class="sub">${reasonWords(group).hint}</span></td><td class="nowrap">${QUEUES.find(({ key }) => key === group.queue_type)?.one ?? shown(group.queue_type)}</td><td class="n">${count(group.count)}</td><td class="n"><${Ago} at=${epoch(group.last_at)} /></td></tr>`)}</tbody></table></div>
    <div class="card-foot"><a href=${`/dead-letters?job=${encodeURIComponent(job.id)}`}>Decide on ${counted(n, 'dead letter')}</a></div></section>`;
}
