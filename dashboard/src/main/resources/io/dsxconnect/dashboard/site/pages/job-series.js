import { html } from '../lib/preact.js';
import { clock, count, duration, hourMinute, rough } from '../base/format.js';
import { peak, perSecond, sum } from '../base/series.js';
import { withQuery } from '../base/router.js';
import { AreaChart, FiguresBehind } from '../components/chart.js';
import { averageLeft, isFinished } from './job-model.js';

const MB = 1024 * 1024;
const NOW_SECONDS = 30; // rates now are an average over this time

// Nobody worked on cancelled files: they are no throughput.
const all = (data, metric) => sum(data.series.filter((series) => series.metric === metric && series.labels?.outcome !== 'cancelled').map((series) => series.values));

/** The series of a job: `{at, step, files, bytes, backlog}`, rates per second; null when there are none. */
export function ratesOf(data) {
  if (!data || data.at.length === 0) return null;
  const files = perSecond(all(data, 'dsx_files_total'), data.step);
  const bytes = perSecond(all(data, 'dsx_scanned_bytes_total'), data.step);
  if (files.length === 0) return null;
  return { at: data.at, step: data.step, files, bytes, backlog: all(data, 'dsx_queue_backlog') };
}

/** The average of the last buckets, as a rate now; null when nobody sampled them. */
export function rateNow(rates, kind) {
  if (!rates) return null;
  const values = rates[kind].length > 1 ? rates[kind].slice(1) : rates[kind]; // the job began within the first bucket
  const last = values.slice(-Math.max(1, Math.round(NOW_SECONDS / rates.step))).filter((value) => value !== null && value !== undefined);
  return last.length === 0 ? null : last.reduce((total, value) => total + value, 0) / last.length;
}

/** Seconds until the last file is settled at the rate now, else at the average; null when that cannot be said. */
export function timeLeft(job, total, rate) {
  if (total === null || isFinished(job) || job.status !== 'running') return null;
  const left = total - job.processed;
  if (left <= 0) return null;
  return rate > 0 ? left / rate : rate === 0 ? null : averageLeft(job);
}

const UNITS = {
  files: { word: 'Files/s', unit: 'files/s', format: rough, kind: 'files', scale: 1 },
  bytes: { word: 'MB/s', unit: 'MB/s', format: rough, kind: 'bytes', scale: MB },
};

/** Why there is no curve yet, or none at all. */
function few(job, rates, known, unit) {
  if (!isFinished(job)) return `A curve begins with the second sample, ${duration(2 * (rates?.step ?? 10))} after the first file.`;
  if (known.length === 0) return 'No samples of this job are kept: it was over between two of them, or it is too old.';
  return `The job was over after one sample: ${unit.format(known[0])} ${unit.unit} over ${duration(rates.step)}. The average above is over the time of its work.`;
}

/** Throughput over the job's life, with the end of its listing. `chosen` unit: files or bytes. */
export function Throughput({ job, rates, chosen }) {
  const unit = UNITS[chosen] ?? UNITS.files;
  const values = (rates?.[unit.kind] ?? []).map((value) => (value === null ? null : value / unit.scale));
  const at = rates?.at ?? [];
  const time = at.length > 0 && at.at(-1) - at[0] > 2 * 3600 ? hourMinute : clock;
  const known = values.filter((value) => value !== null);
  const marks = job.announced && job.at.listed !== null && job.processed > 0 && at.length > 3 ? [{ at: job.at.listed, label: 'listing ended' }] : [];
  const description = known.length === 0 ? 'No data yet.' : `From ${time(at[0])} to ${time(at.at(-1))}. Highest ${unit.format(peak(values))} ${unit.unit}, ${isFinished(job) ? 'last' : 'now'} ${unit.format(known.at(-1))} ${unit.unit}.`;
  return html`<section class="card c-8" aria-labelledby="jt-h">
    <div class="card-head"><h2 id="jt-h">Throughput</h2>${rates && html`<span class="note">a point every ${duration(rates.step)}</span>`}
      <div class="acts"><nav class="seg" aria-label="Unit">${Object.entries(UNITS).map(([key, { word }]) => html`<a href=${withQuery({ unit: key === 'files' ? null : key })} aria-current=${unit === UNITS[key] ? 'true' : null}>${word}</a>`)}</nav></div></div>
    ${known.length < 2
      ? html`<div class="card-body"><p class="muted">${few(job, rates, known, unit)}</p></div>`
      : html`<div class="card-body"><${AreaChart} at=${at} values=${values} unit=${unit.unit} format=${unit.format} title=${`Throughput of this job, ${unit.unit}`} description=${description} marks=${marks} height="tall" time=${time} /></div>
        <${FiguresBehind} at=${at} caption="Throughput of this job" time=${time} columns=${[
          { head: 'Files/s', values: rates.files, format: rough },
          { head: 'MB/s', values: rates.bytes.map((value) => (value === null ? null : value / MB)), format: rough },
          ...(rates.backlog.length > 0 ? [{ head: 'Files waiting', values: rates.backlog, format: count }] : []),
        ]} />`}
  </section>`;
}
