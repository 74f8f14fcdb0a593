import { html } from '../lib/preact.js';
import { useStore } from '../base/store.js';
import { live } from '../base/live.js';
import { pick } from '../base/series.js';
import { bytes, count, duration, percent, rough } from '../base/format.js';
import { Icon } from '../components/icon.js';
import { Spark } from '../components/chart.js';
import { averaged, fromStart, rates } from './overview-rates.js';

const SPARK_POINTS = 6; // of 10 s each: a point a minute

/** Four figures: how fast, how much waits, what was found, what was missed. */
export function Counters({ hour, day, figures, attention, jobs }) {
  const status = useStore(live, (value) => value.status);
  const found = day.found;
  const backlog = pick(hour.value, 'dsx_queue_backlog', { queue: 'scan_request_queue' });
  const malicious = ofTheDay('malicious', figures, found);
  const noVerdict = ofTheDay('no_verdict', figures, found);
  const fast = status?.rates?.files_per_second;
  const scan = status?.stages?.find((stage) => stage.queue === 'scan_request_queue');
  return html`<section class="card" aria-label="Now"><div class="counters">
    <${Counter} href="#throughput" label="Throughput" figure=${rough(fast)} unit="files/s" spark=${fromStart(averaged(rates(hour.value, 'files'), SPARK_POINTS))} foot=${throughputFoot(status?.rates)} />
    <${Counter} href="/jobs" label="Waiting" figure=${count(scan?.waiting)} unit=${scan?.waiting === 1 ? 'file' : 'files'} spark=${fromStart(averaged(backlog, SPARK_POINTS))} foot=${waitingFoot(scan, attention.value?.items, jobs.value?.active)} />
    <${Counter} href="/results?outcome=malicious&since=86400" label="Malicious, 24 h" icon="malicious" figure=${count(malicious)} spark=${bars(found?.rows.malicious)} foot=${actionFoot(figures.malicious.value, status?.stages?.find((stage) => stage.queue === 'verdict_action_queue'))} />
    <${Counter} href="/results?outcome=no_verdict&since=86400" label="No verdict, 24 h" icon="unscanned" figure=${count(noVerdict)} spark=${bars(found?.rows.no_verdict)} foot=${shareFoot(noVerdict, found)} />
  </div></section>`;
}

const Counter = ({ href, label, icon = null, figure, unit = null, spark, foot }) => html`<a href=${href}>
  <span class="label">${icon && html`<${Icon} name=${`v-${icon}`} className=${`v-${icon}`} />`}${label}</span>
  <span class="line"><span class="figure num">${figure}${unit && html` <small>${unit}</small>`}</span><${Spark} values=${spark} /></span>
  <span class="foot" title=${foot}>${foot}</span></a>`;

const bars = (row) => (row?.bars ?? []).map((bar) => bar.value);

/** Files of an outcome, or of a group, in 24 hours: the same figure wherever the page shows it; null when it is not known. */
export function ofTheDay(key, figures, found) {
  const records = { malicious: figures.malicious, no_verdict: figures.noVerdict }[key];
  return most(records?.value?.count, found?.rows[key]);
}

/** Records may have been pruned, and a series may have gaps: both count too little, never too much. */
function most(recorded, row) {
  const known = [recorded, row?.known ? row.sum : null].filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}

function throughputFoot(now) {
  if (!now || now.bytes_per_second === null || now.bytes_per_second === undefined) return 'not known yet';
  if (!now.files_per_second) return 'nothing is scanned now';
  return `${bytes(now.bytes_per_second)}/s · ${bytes(now.bytes_per_second / now.files_per_second)} a file on average`;
}

function waitingFoot(stage, items, active) {
  if (!stage) return 'not known yet';
  if (stage.waiting === 0) return 'nothing waits';
  const held = (kind) => (items ?? []).filter((item) => item.kind === kind).reduce((sum, item) => sum + (item.count ?? 0), 0);
  const [gone, silent] = [held('connector_gone'), held('connector_silent')];
  const paused = (active ?? []).filter((job) => job.status === 'paused').reduce((sum, job) => sum + job.ledger.pending, 0);
  const parts = [gone > 0 && `${count(gone)} connector gone`, silent > 0 && `${count(silent)} connector silent`, paused > 0 && `${count(paused)} paused`].filter(Boolean);
  if (parts.length > 0) return parts.join(' · ');
  return stage.oldest_seconds === null || stage.oldest_seconds === undefined ? 'age not known' : `the oldest for ${duration(stage.oldest_seconds)}`;
}

/** A file without an action waits for one only while the stage of the actions has work. */
function actionFoot(summary, stage) {
  if (!summary) return 'not known yet';
  if (summary.count === 0) return 'none found';
  const { succeeded = 0, failed = 0, unconfirmed = 0, pending = 0, none = 0 } = summary.by_action ?? {};
  const idle = stage && stage.waiting === 0 && !stage.tasks;
  const waits = idle ? 0 : pending;
  const left = none + pending - waits;
  return [
    succeeded > 0 && `${count(succeeded)} dealt with`,
    failed > 0 && `${count(failed)} failed`,
    unconfirmed > 0 && `${count(unconfirmed)} unconfirmed`,
    waits > 0 && `${count(waits)} ${waits === 1 ? 'waits' : 'wait'}`,
    left > 0 && `${count(left)} without an action`,
  ].filter(Boolean).join(' · ') || 'no action known';
}

function shareFoot(n, found) {
  if (!found || n === null) return 'not known yet';
  const files = Math.max(n, found.files);
  return files === 0 ? 'no file was scanned' : `${percent(n, files)} of ${count(files)} files`;
}
