import { html, useMemo } from '../lib/preact.js';
import { useData } from '../base/data.js';
import { get } from '../base/api.js';
import { useLocation, withQuery } from '../base/router.js';
import { peak } from '../base/series.js';
import { counted, duration, hourMinute, rough } from '../base/format.js';
import { AreaChart, FiguresBehind } from '../components/chart.js';
import { Failed, Skeleton } from '../components/states.js';
import { shownText } from '../components/path.js';
import { averaged, averagedTimes, byteUnit, fromStart, rates } from './overview-rates.js';
import { titleOf, toJob } from './job-model.js';

const RANGES = {
  hour: { group: 1, table: 6, note: 'all jobs, one point every 10 s', words: 'the last hour' },
  day: { group: 5, table: 6, note: 'all jobs, one point every 5 min', words: 'the last 24 hours' },
};
const LEAST_POINTS = 30;
const MAX_MARKS = 3;
const MARK_ROOM = 0.22; // of the width: a label stands at the left of its line
const MARK_CHARS = 22;

/** Files or bytes per second over an hour or a day, with what happened meanwhile. */
export function Throughput({ hour, day, range, unit, attention, names }) {
  const { query } = useLocation();
  const look = RANGES[range];
  const data = range === 'day' ? day : hour;
  const series = data.value;
  const starts = useStarts(range);
  const chart = useMemo(() => series && drawn(series, look.group, unit), [series, look, unit]);
  return html`<section class="card c-7" id="throughput" aria-labelledby="tp-h">
    <div class="card-head"><h2 id="tp-h">Throughput</h2><span class="note">${look.note}</span>
      <div class="acts"><nav class="seg" aria-label="Unit">
        <a href=${withQuery({ unit: null }, query)} aria-current=${unit === 'files' ? 'true' : null}>Files/s</a>
        <a href=${withQuery({ unit: 'bytes' }, query)} aria-current=${unit === 'bytes' ? 'true' : null}>MB/s</a></nav></div></div>
    ${chart ? html`<div class="card-body"><${AreaChart} at=${chart.at} values=${chart.values} unit=${chart.unit} format=${rough}
        title=${`Throughput in ${chart.unit}, ${look.words}`} description=${described(chart)} marks=${marks(chart.at, starts, attention.value?.items, names)} /></div>
      <${Table} series=${series} size=${look.group * look.table} words=${look.words} />`
    : data.error ? html`<div class="card-body"><${Failed} what="The throughput" error=${data.error} retry=${data.reload} /></div>` : html`<${Skeleton} lines=${6} />`}
  </section>`;
}

function drawn(series, group, unit) {
  const values = fromStart(averaged(rates(series, unit), group), LEAST_POINTS);
  const at = averagedTimes(series.at, group).slice(-values.length);
  if (unit === 'files') return { at, values, unit: 'files/s' };
  const scale = byteUnit(peak(values));
  return { at, values: values.map((value) => (value === null ? null : value / scale.divisor)), unit: `${scale.name}/s` };
}

function described({ at, values, unit }) {
  const most = peak(values);
  const last = values.at(-1);
  const missing = values.filter((value) => value === null).length;
  const step = at.length > 1 ? at[1] - at[0] : 0;
  return [
    last === null || last === undefined ? 'The newest value is not known.' : `${rough(last)} ${unit} now.`,
    most > 0 && `At most ${rough(most)} ${unit}, at ${hourMinute(at[values.indexOf(most)])}.`,
    missing > 0 && `No data for ${duration(missing * step)}.`,
  ].filter(Boolean).join(' ');
}

function Table({ series, size, words }) {
  const columns = useMemo(() => {
    const volume = averaged(rates(series, 'bytes'), size);
    const scale = byteUnit(peak(volume));
    return [
      { head: 'Files/s', values: averaged(rates(series, 'files'), size), format: rough },
      { head: `${scale.name}/s`, values: volume.map((value) => (value === null ? null : value / scale.divisor)), format: rough },
    ];
  }, [series, size]);
  return html`<${FiguresBehind} at=${averagedTimes(series.at, size)} columns=${columns} caption=${`Throughput, ${words}`} />`;
}

/** The full scans that began in the range. */
function useStarts(range) {
  const seconds = range === 'day' ? 86_400 : 3600;
  const data = useData(
    (signal) => get('/scan/jobs', { since: Math.floor(Date.now() / 1000) - seconds, limit: 50 }, signal),
    [range],
    { when: (message) => message.type === 'status', every: 15_000 },
  );
  return useMemo(() => (data.value ?? []).map(toJob).filter((job) => job.announced), [data.value]);
}

const brief = (text) => ([...text].length > MARK_CHARS ? `${[...text].slice(0, MARK_CHARS - 1).join('')}…` : text);

/** The newest events of the range whose labels do not cover each other. */
function marks(at, starts, items, names) {
  const events = [
    ...starts.map((job) => ({ at: job.at.started, label: `${brief(shownText(titleOf(job, names)))} starts` })),
    ...(items ?? []).filter((item) => item.kind === 'connector_gone').map((item) => ({ at: item.since, label: `${brief(shownText(item.object?.name ?? counted(item.count ?? 0, 'connector')))} gone` })),
  ].filter((event) => event.at !== null && event.at !== undefined).sort((a, b) => b.at - a.at);
  const [from, to] = [at[0], at.at(-1)];
  const chosen = [];
  let limit = Infinity;
  for (const event of events) {
    const place = (event.at - from) / (to - from);
    if (place > 1 || place < MARK_ROOM || place > limit) continue;
    chosen.push(event);
    limit = place - MARK_ROOM;
    if (chosen.length === MAX_MARKS) break;
  }
  return chosen;
}
