import { html, useEffect, useRef } from '../lib/preact.js';
import { get } from '../base/api.js';
import { serverNow } from '../base/clock.js';
import { useConnectorNames } from '../base/connector-names.js';
import { useData } from '../base/data.js';
import { bytes, count, counted, duration, percent, remaining as timeInWords, rough } from '../base/format.js';
import { navigate, useLocation } from '../base/router.js';
import { Balance, LedgerBar, LedgerParts } from '../components/ledger.js';
import { Phases } from '../components/progress.js';
import { shown } from '../components/path.js';
import { PageHead } from '../components/shell.js';
import { Empty, Loaded } from '../components/states.js';
import { Ago, At } from '../components/time.js';
import { DeadLetters, isDemoJob, JobFiles, OneFile } from './job-files.js';
import { Crumb, JobHead } from './job-head.js';
import { useScannerState } from './job-live.js';
import { averageBytes, averageRate, endOf, heldBy, isFinished, isOpen, isSingle, resultsPath, tookOf, toJob, totalOf } from './job-model.js';
import { phasesOf } from './job-phases.js';
import { rateNow, ratesOf, Throughput, timeLeft } from './job-series.js';
import { Missing, Trail } from './job-trail.js';

const SERIES_EVERY_MS = 5000;
const STILL_S = 15; // without an outcome the rate of before says nothing of the time left

function idOf(path) {
  try {
    return decodeURIComponent(path.slice('/jobs/'.length));
  } catch {
    return path.slice('/jobs/'.length);
  }
}

export function Job() {
  const { path } = useLocation();
  const id = idOf(path);
  useEffect(() => {
    if (id === '') navigate('/jobs', { replace: true });
  }, [id]);
  if (id === '') return null;
  return html`<${JobOf} key=${id} id=${id} />`;
}

function JobOf({ id }) {
  const about = (message) => message.type === 'pulse' && message.jobs?.some((snapshot) => snapshot.job_id === id);
  const letters = useRef(null);
  const lettersChanged = (message) => {
    const before = letters.current;
    letters.current = message.dead_letters?.total ?? before;
    return before !== null && before !== letters.current;
  };
  const data = useData(async (signal) => toJob(await get(`/scan/jobs/${encodeURIComponent(id)}`, {}, signal)), [id], {
    // An idle job ends without an event; the number of active jobs shows it. A replay opens an ended one.
    when: (message) => about(message) || (message.type === 'status' && (lettersChanged(message) || (data.value && !isFinished(data.value)))),
  });
  if (data.error?.status === 404) return html`<${NotFound} id=${id} />`;
  if (data.value === undefined) {
    return html`<${PageHead} crumb=${html`<${Crumb} />`} title="Job" /><div class="card"><${Loaded} data=${data} what="The job" lines=${8}>${() => null}</${Loaded}></div>`;
  }
  return html`<${Known} job=${data.value} data=${data} about=${about} />`;
}

const NotFound = ({ id }) => html`<${PageHead} crumb=${html`<${Crumb} />`} title="Job not found" />
  <div class="card"><${Empty} title="No job has this id" icon="jobs">
    <p><code>${shown(id)}</code></p>
    <p>Finished jobs are kept for 30 days, and at most 10,000 of them; this one may be older, or was deleted. Records of its files may still be there.</p>
    <span class="demo"><a class="btn btn-primary" href="/jobs">All jobs</a><a class="btn" href=${resultsPath(id)}>Its results</a></span></${Empty}></div>`;

function Known({ job, data, about }) {
  const { query } = useLocation();
  const names = useConnectorNames();
  const held = heldBy(job, names, useScannerState());
  const away = names.get(job.connector)?.state === 'unregistered';
  const watched = !isFinished(job);
  const single = isSingle(job) && !watched;
  const series = useData((signal) => get(`/scan/jobs/${encodeURIComponent(job.id)}/series`, {}, signal), [job.id, watched], {
    when: (message) => watched && (about(message) || message.type === 'status'),
    every: SERIES_EVERY_MS,
  });
  const actions = useData(
    (signal) => (job.ledger.malicious > 0 && job.actions === null ? get('/scan/results/summary', { job_id: job.id, outcome: 'malicious' }, signal) : Promise.resolve(null)),
    [job.id, job.ledger.malicious > 0 && job.actions === null, watched],
    { when: (message) => watched && about(message), every: 2000 },
  );
  const letters = useData(
    (signal) => get('/admin/dead-letter/groups', {}, signal),
    [job.id, job.ledger.failed],
    { when: (message) => message.type === 'status' && message.dead_letters?.total !== letters.value?.total, every: SERIES_EVERY_MS },
  );
  const demo = useData((signal) => isDemoJob(job, signal), [job.id, job.ledger.benign > 0]);
  const rates = ratesOf(series.value);
  const groups = (letters.value?.groups ?? []).filter((group) => group.job_id === job.id);
  const letterCount = groups.reduce((sum, group) => sum + group.count, 0);
  const complete = actions.value && actions.value.count === job.ledger.malicious ? actions.value.by_action : null;
  const byState = job.actions === null ? complete : withOthers(job);
  return html`<${JobHead} job=${job} names=${names} held=${held} changed=${data.reload} />
    <div class="grid">
      <${Loaded} data=${data} what="The job">${() => null}</${Loaded}>
      <section class="card" aria-labelledby="pg-h"><h2 class="sr" id="pg-h">Progress</h2>
        <div class="card-body"><${Far} job=${job} held=${held} away=${away} rates=${rates} /></div>
        <div class="card-body"><${Phases} list=${phasesOf(job, { held, actions: byState, letters: letterCount })} /></div>
        <${Facts} job=${job} rates=${rates} />
      </section>
      <${Missing} job=${job} />
      <section class="card" aria-labelledby="led-h">
        <div class="card-head"><h2 id="led-h">Ledger</h2><span class="note">what became of each accepted file</span>
          <div class="acts"><${Balance} ledger=${job.ledger} />${job.ledger.balanced && html`<span class="muted small">${count(job.ledger.accepted)} = the sum of its parts</span>`}</div></div>
        <div class="card-body"><${LedgerBar} ledger=${job.ledger} /><${LedgerParts} ledger=${job.ledger} demo=${demo.value === true} href=${(outcome) => resultsPath(job.id, outcome)} /></div>
      </section>
      ${single ? html`<${OneFile} job=${job} watched=${watched} />` : html`<${Throughput} job=${job} rates=${rates} chosen=${query.get('unit')} /><${Trail} job=${job} letters=${letterCount} /><${JobFiles} job=${job} watched=${watched} />`}
      <${DeadLetters} job=${job} groups=${groups} />
    </div>`;
}

/** The actions that the job counts, and its malicious files that are in none of the counts. */
function withOthers(job) {
  const { succeeded, failed, unconfirmed } = job.actions;
  return { ...job.actions, none: Math.max(0, job.ledger.malicious - succeeded - failed - unconfirmed) };
}

/** The time left, or why it is not known. */
function remaining(job, { held, away, rates, total }) {
  const rate = rateNow(rates, 'files');
  if (job.status === 'paused') return html`paused: nothing is taken to the scanner`;
  if (job.status === 'cancelled') return html`waiting files are cancelled`;
  if (held) return html`the files wait: ${held}`;
  if (total === null) return html`total not known yet`;
  if (isOpen(job)) return html`${job.ledger.pending > 0 ? 'files may still be added' : 'open: nothing waits, files may still be added'}`;
  if (job.ledger.pending === 0) return job.actionsPending > 0 ? html`${counted(job.actionsPending, 'action')} to be carried out` : null;
  const still = job.at.lastOutcome === null ? 0 : serverNow() - job.at.lastOutcome;
  if (still > STILL_S) return html`no file was settled in the last ${duration(still)}${away ? ': its connector is not registered' : ''}`;
  const seconds = timeLeft(job, total, rate);
  if (seconds === null) return rate === 0 ? html`no file was settled in the last 30 s${away ? ': its connector is not registered' : ''}` : null;
  return html`${seconds < 1 ? '' : 'about '}<strong class="ink">${timeInWords(seconds)}</strong> left at ${rate > 0 ? `${rough(rate)} files/s` : 'the average rate'}`;
}

function Far({ job, held, away, rates }) {
  const total = totalOf(job);
  const finished = isFinished(job);
  const still = ['paused', 'cancelled'].includes(job.status) || held !== null;
  const right = finished ? html`${job.status === 'completed' ? (job.ledger.failed > 0 ? `every file is settled; ${count(job.ledger.failed)} failed` : 'every file is settled') : job.status === 'cancelled' ? `${count(job.ledger.cancelled)} cancelled` : 'ended incomplete'}` : remaining(job, { held, away, rates, total });
  const label = total === null ? `${count(job.processed)} of ${count(job.ledger.accepted)} files so far settled; the total is not known yet` : 'Files settled';
  return html`<p class="ledger-top"><span class="figure">${count(job.processed)} <small>of ${total === null ? `${count(job.ledger.accepted)} files so far` : counted(total, 'file')}</small></span>
      ${total !== null && total > 0 && html`<span class="muted">${percent(job.processed, total)}</span>`}${right && html`<span class="ok muted">${right}</span>`}</p>
    ${total === null
      ? html`<progress class="big unknown" aria-label=${label}></progress>`
      : html`<progress class=${`big ${still && !finished ? 'wait' : ''}`} max=${Math.max(1, total)} value=${Math.min(total, job.processed)} aria-label=${label}></progress>`}`;
}

const Fact = ({ name, unit = null, children, more }) => html`<div><dt>${name}</dt><dd>${children}${unit && html` <small>${unit}</small>`}</dd><dd>${more}</dd></div>`;

/** `371 MB` as figure and unit. */
function split(text) {
  const at = text.search(/\s\S+$/);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function tookMore(job, finished) {
  const idle = finished && !job.announced ? job.seconds - tookOf(job) : 0;
  if (idle >= 1) return `and closed after ${duration(idle)} without work`;
  if (job.window === null) return finished ? 'no file ended' : 'no file has ended yet';
  return `${job.window === 0 ? 'less than 1 s' : duration(job.window)} from the first scan to the last outcome`;
}

function Facts({ job, rates }) {
  const finished = isFinished(job);
  const average = averageRate(job);
  const still = finished || job.status !== 'running';
  const nowFiles = still ? null : rateNow(rates, 'files');
  const nowBytes = still ? null : rateNow(rates, 'bytes');
  const bytesRate = job.bytes ? nowBytes ?? averageBytes(job) : null;
  const [bytesFigure, bytesUnit] = bytesRate === null ? ['–', ''] : split(bytes(Math.round(bytesRate)));
  const took = finished ? tookOf(job) : job.seconds;
  const takes = (ms) => (ms === null ? '–' : duration(ms / 1000));
  return html`<dl class="facts">
    <${Fact} name=${nowFiles === null ? 'Average' : 'Now'} unit="files/s" more=${nowFiles === null ? (average === null ? 'too short to say' : 'over the time of its work') : `average ${rough(average)} files/s`}>${rough(nowFiles ?? average)}</${Fact}>
    <${Fact} name="Bytes" unit=${bytesRate === null ? null : `${bytesUnit}/s`} more=${!job.bytes ? (finished ? 'none were scanned' : 'none scanned yet') : `${bytes(job.bytes)}${finished ? '' : ' so far'}, ${bytes(job.fileBytes)} a file`}>${bytesFigure}</${Fact}>
    <${Fact} name="From taken to verdict" unit=${job.requestMs === null ? null : 'a file'} more=${job.requestMs === null ? (finished ? 'no file got as far' : 'not known yet') : `reading ${takes(job.readMs)}, engine ${takes(job.engineMs)}`}>${takes(job.requestMs)}</${Fact}>
    <${Fact} name=${finished || endOf(job) !== null ? 'Took' : 'Running for'} more=${tookMore(job, finished)}>${took === 0 ? html`< 1 <small>s</small>` : duration(took)}</${Fact}>
    <${Fact} name="Started" more=${finished ? html`ended <${At} at=${endOf(job)} />` : html`<${Ago} at=${job.at.started} />`}><${At} at=${job.at.started} /></${Fact}>
  </dl>`;
}
