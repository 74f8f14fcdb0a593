import { html } from '../lib/preact.js';
import { get } from '../base/api.js';
import { findResults } from '../base/results.js';
import { useData } from '../base/data.js';
import { bytes, count, counted, duration, rough } from '../base/format.js';
import { meta } from '../base/meta.js';
import { useStore } from '../base/store.js';
import { Command } from '../components/copy.js';
import { Icon } from '../components/icon.js';
import { Balance, LedgerBar } from '../components/ledger.js';
import { Path, shown } from '../components/path.js';
import { PageHead } from '../components/shell.js';
import { Empty, Loaded } from '../components/states.js';
import { OUTCOMES, Verdict, outcomeOf } from '../components/verdict.js';
import { windowOf } from './job-model.js';

/** What `quickstart` did, for somebody who sees the product for the first time. */
export function FirstRun() {
  const { trial, demo, version } = useStore(meta);
  if (version !== null && trial === null) {
    return html`<${PageHead} title="First run" /><div class="grid"><div class="card"><${Empty} title="This is not a trial" icon="info"><p>This page explains what <code>./dsx quickstart</code> did with its sample. This server was started with another command.</p><a class="btn" href="/">Overview</a></${Empty}></div><${Next} /></div>`;
  }
  if (trial === null) return html`<${PageHead} title="First run" />`;
  return html`<${Trial} trial=${trial} demo=${demo} />`;
}

function Trial({ trial, demo }) {
  const data = useData(
    async (signal) => {
      const job = await get(`/scan/jobs/${encodeURIComponent(trial.job_id)}`, {}, signal);
      const lists = await Promise.all([
        findResults({ job_id: trial.job_id, outcome: 'malicious,no_verdict,failed', limit: 6 }, signal),
        findResults({ job_id: trial.job_id, outcome: 'benign', sort: 'size', limit: 2 }, signal),
      ]);
      return { job, notable: lists.flat() };
    },
    [trial.job_id],
    { when: (message) => message.type === 'pulse' && message.jobs?.some((job) => job.job_id === trial.job_id) },
  );
  return html`<${Loaded} data=${data} what="The trial">${({ job, notable }) => html`<div class="grid">
    <${Hero} job=${job} demo=${demo} />
    ${demo && html`<section aria-label="Scanner"><div class="callout warn"><${Icon} name="warn" /><strong>These verdicts come from a stand-in, not from a scanner</strong>
      <p>The stand-in finds the EICAR test string and nothing else, so <em>benign (demo)</em> says nothing about a file. For real verdicts, set the address of your DSXA: <code>DSXCONNECT_SCANNER__BASE_URL=http://dsxa:5000</code></p></div></section>`}
    <${Meaning} ledger=${job.ledger} demo=${demo} />
    <${Notable} job=${job} records=${notable} demo=${demo} folder=${trial.folder} />
    <${Next} />
  </div>`}</${Loaded}>`;
}

function Hero({ job, demo }) {
  const { ledger } = job;
  const running = !job.finished_at;
  const title = running
    ? `Scanning: ${counted(ledger.accepted, 'file')} so far`
    : `It works: ${counted(ledger.accepted, 'file')} went through, ${count(ledger.malicious)} ${ledger.malicious === 1 ? 'is' : 'are'} malicious`;
  const seconds = windowOf(job) ?? 0;
  const settled = Number(job.processed_count);
  const left = Number(job.left_out?.links ?? 0) + Number(job.left_out?.special ?? 0);
  const steps = [
    [html`The <strong>connector</strong> listed the folder`, left > 0 ? `${counted(ledger.accepted, 'file')}, ${count(left)} left out` : counted(ledger.accepted, 'file')],
    [html`The <strong>core</strong> queued each file`, counted(job.enqueued_count, 'scan request')],
    [html`The <strong>${demo ? 'stand-in' : 'scanner'}</strong> judged each file`, `${bytes(job.total_bytes)}${seconds > 0 ? `, ${rough(settled / seconds)} files/s` : ''}`],
    [html`The <strong>action</strong> for malicious files`, 'none, in this trial'],
    [html`The <strong>ledger</strong> of the job`, html`<${Balance} ledger=${ledger} />`],
  ];
  return html`<section class="card hero" aria-labelledby="hero-head"><div>
      <${HeroHead} title=${title} />
      <p>${running ? 'The folder goes' : `In ${seconds === 0 ? 'less than a second' : duration(seconds)} the folder went`} through the whole pipeline, with a real Redis and real queues. What you see here is what you will see with your own files.</p>
      <p class="demo"><a class="btn btn-primary btn-lg" href="#next"><${Icon} name="folder" />Scan my own folder</a> <a class="btn btn-lg" href=${`/results?job=${encodeURIComponent(job.job_id)}`}>See the ${counted(ledger.accepted, 'result')}</a></p>
    </div>
    <ol class="steps">${steps.map(([text, figure], i) => html`<li><span class="no">${i + 1}</span><span>${text}</span><span class="n">${figure}</span></li>`)}</ol>
  </section>`;
}

function HeroHead({ title }) {
  document.title = 'First run · dsx-connect';
  return html`<h1 id="hero-head">${title}</h1>`;
}

const MEANINGS = [
  [['benign'], 'The scanner read the whole file and found nothing. From a real scanner, this is the only clean verdict.'],
  [['malicious'], 'The scanner found a threat. A connector can delete the file, tag it or move it to quarantine. In this trial it only reports.'],
  [['non_compliant'], 'The file is larger than the limit, or breaks a rule of the scanner. There is no verdict, and it never counts as clean.'],
  [['not_scanned', 'unsupported', 'unknown'], 'Access was denied, the file was gone or incomplete, or the scanner does not support its type. The record has the reason.'],
  [['failed'], 'All attempts failed. The task waits as a dead letter until you replay or discard it.'],
  [['cancelled'], 'The job was cancelled while the file waited.'],
];

function Meaning({ ledger, demo }) {
  const word = (key) => OUTCOMES.find((outcome) => outcome.key === key).word;
  const parts = OUTCOMES.map(({ key }) => Number(ledger[key] ?? 0)).filter((n) => n > 0);
  return html`<section class="card" aria-labelledby="meaning-head">
    <div class="card-head"><h2 id="meaning-head">The ledger: what became of each accepted file</h2><div class="acts"><${Balance} ledger=${ledger} /><span class="muted small">${count(ledger.accepted)} = ${parts.map(count).join(' + ') || '0'}</span></div></div>
    <div class="card-body"><${LedgerBar} ledger=${ledger} /></div>
    <div class="meaning">${MEANINGS.map(([keys, text]) => {
      const look = OUTCOMES.find((outcome) => outcome.key === keys[0]).look;
      const n = keys.reduce((sum, key) => sum + Number(ledger[key] ?? 0), 0);
      const name = keys.map((key, i) => (i === 0 ? word(key) : word(key).toLowerCase())).join(', ');
      return html`<div><span class=${`v v-${look}`}><${Icon} name=${`v-${look}`} />${name}${demo && keys[0] === 'benign' ? ' (demo)' : ''} · ${count(n)}</span><p>${text}</p></div>`;
    })}</div>
  </section>`;
}

function Notable({ job, records, demo, folder }) {
  const link = (record) => `/results?job=${encodeURIComponent(job.job_id)}&open=${encodeURIComponent(record.scan_request_task_id)}`;
  return html`<section class="card" aria-labelledby="notable-head">
    <div class="card-head"><h2 id="notable-head">Worth a look</h2></div>
    <div class="scroll"><table class="table plain cardy"><caption class="sr">Some results of the trial</caption>
      <thead><tr><th scope="col">Verdict</th><th scope="col">File and reason</th><th scope="col" class="n">Size</th><th scope="col" class="n">Scan</th></tr></thead>
      <tbody>${records.map((record) => html`<tr key=${record.id}>
        <td class="shrink first"><${Verdict} outcome=${outcomeOf(record)} demo=${demo} /></td>
        <td class="wide pathcell"><${Path} location=${record.scan_request?.location} href=${link(record)} /><span class="sub">${shown(reasonOf(record))}</span></td>
        <td class="n" data-l="Size">${bytes(record.verdict?.file_info?.file_size_in_bytes ?? record.scan_request?.size_in_bytes)}</td>
        <td class="n" data-l="Scan">${record.verdict?.scan_duration_in_microseconds > 0 ? duration(record.verdict.scan_duration_in_microseconds / 1e6) : html`<span class="z">–</span>`}</td></tr>`)}</tbody>
    </table></div>
    <div class="card-foot"><a href=${`/results?job=${encodeURIComponent(job.job_id)}`}>All ${counted(job.ledger.accepted, 'result')}</a><a href=${`/jobs/${encodeURIComponent(job.job_id)}`}>The job</a>${folder && html`<span class="push">The files are in <span class="mono">${shown(folder)}</span></span>`}</div>
  </section>`;
}

const reasonOf = (record) => record.reason ?? [record.verdict?.verdict_details?.threat_type, record.verdict?.verdict_details?.reason ?? record.verdict?.verdict_details?.event_description].filter(Boolean).join(' · ') ?? '';

const Next = () => html`<section aria-labelledby="next"><div class="page-head"><h2 id="next" tabindex="-1">What to try next</h2></div>
  <div class="try">
    <article class="card"><h3><${Icon} name="folder" /> Your own folder</h3><p>The same trial with files that you know. It changes nothing in the folder.</p><${Command} lines=${['./dsx quickstart /srv/share']} /></article>
    <article class="card"><h3><${Icon} name="shield" /> A real scanner</h3><p>Set the address of your DSXA, then scan a folder and write a report with one line per file.</p><${Command} lines=${['export DSXCONNECT_SCANNER__BASE_URL=http://dsxa:5000', './dsx scan /srv/share --report share.ndjson']} /></article>
    <article class="card"><h3><${Icon} name="boxes" /> A server that stays</h3><p>The API, the workers and Redis as containers that restart by themselves and keep their data.</p><${Command} lines=${['cd deploy/docker', 'docker compose -f docker-compose-dsx-connect-all-services.yaml up -d']} /></article>
  </div></section>`;
