import { html } from '../lib/preact.js';
import { count, hourMinute, rough, zone } from '../base/format.js';
import { Icon } from './icon.js';

const WIDTH = 600; // of the shapes' own coordinates; they stretch, the words do not
const HEIGHT = 100;

/** Runs of neighbouring points without a gap: `[[[x, y], ...], ...]`. */
function runs(values, max) {
  const step = values.length > 1 ? WIDTH / (values.length - 1) : WIDTH;
  const all = [];
  let run = [];
  values.forEach((value, i) => {
    if (value === null || value === undefined) {
      if (run.length > 0) all.push(run);
      run = [];
    } else {
      run.push([(i * step).toFixed(1), (HEIGHT - (HEIGHT * value) / max).toFixed(1)]);
    }
  });
  if (run.length > 0) all.push(run);
  return all.map((points) => (points.length === 1 ? [points[0], points[0]] : points));
}

const line = (points) => `M${points.map((point) => point.join(' ')).join('L')}`;
const area = (points) => `${line(points)}L${points.at(-1)[0]} ${HEIGHT}L${points[0][0]} ${HEIGHT}z`;

/** The gaps as `[from, to]` in the coordinates of the shapes. What lies before the first value is not one. */
function gaps(values) {
  const begin = values.findIndex((value) => value !== null && value !== undefined);
  const step = values.length > 1 ? WIDTH / (values.length - 1) : WIDTH;
  const all = [];
  values.forEach((value, i) => {
    if (value !== null && value !== undefined) return;
    if (begin === -1 || i < begin) return;
    if (all.length > 0 && all.at(-1).to === i - 1) all.at(-1).to = i;
    else all.push({ from: i, to: i });
  });
  return all.map(({ from, to }) => [Math.max(0, (from - 0.5) * step), Math.min(WIDTH, (to + 0.5) * step)]);
}

/** A number at or above `n` whose thirds are round too: 1.2, 1.5, 3, 6, 9 or 12 times a power of ten. */
export function ceiling(n) {
  if (n <= 0) return 3;
  const power = 10 ** Math.floor(Math.log10(n));
  return [1.2, 1.5, 3, 6, 9, 12].find((factor) => factor * power >= n) * power;
}

const TICK_STEPS_S = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
const MAX_TICKS = 5; // between the first and the last
const TICK_ROOM = 0.13; // of the width
const PHONE_ROOM = 0.5; // before the last one, which has the zone

/** The times below a chart: the first, the last, and round ones between them that have room; no word comes twice. */
export function ticksOf(at, time) {
  if (at.length < 2) return [];
  const [from, to] = [at[0], at.at(-1)];
  const span = to - from;
  const east = -60 * new Date(to * 1000).getTimezoneOffset();
  const step = TICK_STEPS_S.find((seconds) => span / seconds <= MAX_TICKS) ?? TICK_STEPS_S.at(-1);
  const round = [];
  for (let tick = Math.ceil((from + east) / step) * step - east; tick < to; tick += step) {
    if (tick - from > TICK_ROOM * span && to - tick > TICK_ROOM * span) round.push(tick);
  }
  const words = new Set([time(to)]);
  return [...[from, ...round].filter((tick) => !words.has(time(tick)) && words.add(time(tick))), to];
}

/** A small line without axes. Decorative: the figure stands beside it. */
export function Spark({ values }) {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (known.length < 2) return html`<svg class="spark" aria-hidden="true"></svg>`;
  const max = Math.max(...known) * 1.05 || 1;
  return html`<svg class="spark" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
    ${runs(values, max).map((points) => html`<path class="ar" d=${area(points)} /><path class="ln" d=${line(points)} />`)}
  </svg>`;
}

/**
 * An area over time, from zero, with gaps as hatched boxes and a table of its figures behind it.
 *
 * @param at seconds since the epoch of each value
 * @param format figure -> text; `unit` stands at the top of the scale
 * @param marks `[{at, label}]`: events as dashed lines
 * @param time seconds since the epoch -> text, for the words below
 * @param title, description for screen readers
 */
export function AreaChart({ at, values, unit, title, description, format = rough, marks = [], height = '', time = hourMinute }) {
  const known = values.filter((value) => value !== null && value !== undefined);
  const top = ceiling(Math.max(0, ...known));
  const newest = values.findLastIndex((value) => value !== null && value !== undefined);
  const x = (i) => `${(values.length > 1 ? (88 * i) / (values.length - 1) : 0).toFixed(2)}%`;
  const y = (value) => `${(4 + 82 - (82 * value) / top).toFixed(2)}%`;
  const ticks = ticksOf(at, time);
  const isForDesk = (tick, n) => n > 0 && n < ticks.length - 1 && (n % 2 === 1 || at.at(-1) - tick < PHONE_ROOM * (at.at(-1) - at[0]));
  // The words of a mark stand at the top, at the left of its line; where the scale has its unit, at the foot.
  const left = (time) => time - at[0] < (at.at(-1) - at[0]) / 4;
  const place = (time) => x(((time - at[0]) / (at.at(-1) - at[0])) * (at.length - 1));
  return html`<figure>
    <svg class=${`chart ${height}`} role="img" aria-label=${`${title}. ${description}`}>
      ${[1, 2 / 3, 1 / 3].map((share) => html`<line class="gl" x1="0" x2="88%" y1=${y(top * share)} y2=${y(top * share)} />`)}
      <line class="gl base" x1="0" x2="88%" y1=${y(0)} y2=${y(0)} />
      <svg x="0" y="4%" width="88%" height="82%" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        ${gaps(values).map(([from, to]) => html`<rect class="gapbox" x=${from} width=${Math.max(1, to - from)} y="0" height=${HEIGHT} />`)}
        ${runs(values, top).map((points) => html`<path class="ar" d=${area(points)} /><path class="ln" d=${line(points)} />`)}
      </svg>
      ${[1, 2 / 3, 1 / 3].map((share, i) => html`<text x="0" y=${y(top * share)} dy="-4">${format(top * share)}${i === 0 ? ` ${unit}` : ''}</text>`)}
      ${marks.filter((mark) => mark.at >= at[0] && mark.at <= at.at(-1)).map((mark) => html`<line class="mark-line" x1=${place(mark.at)} x2=${place(mark.at)} y1="0" y2=${y(0)} /><text x=${place(mark.at)} y=${left(mark.at) ? y(0) : y(top)} dy=${left(mark.at) ? -6 : 12} dx=${left(mark.at) ? 5 : -5} text-anchor=${left(mark.at) ? 'start' : 'end'} class="mark-label hide-sm">${mark.label}</text>`)}
      ${newest >= 0 && html`<circle class="dot-now" cx=${x(newest)} cy=${y(values[newest])} r="4" /><text class="label" x=${x(newest)} y=${y(values[newest])} dx="10" dy="4">${format(values[newest])}</text>`}
      ${ticks.map((tick, n) => html`<text x=${place(tick)} y="98%" text-anchor=${tick === at[0] ? 'start' : n === ticks.length - 1 ? 'end' : 'middle'} class=${isForDesk(tick, n) ? 'hide-sm' : ''}>${time(tick)}${n === ticks.length - 1 ? ` ${zone()}` : ''}</text>`)}
      ${known.length === 0 && html`<text class="gap-note" x="44%" y="45%" text-anchor="middle">no data yet</text>`}
    </svg>
  </figure>`;
}

/** The figures of a chart, folded. `columns`: `[{head, values, format}]`. */
export const FiguresBehind = ({ at, columns, caption, time = hourMinute }) => html`<details class="behind"><summary><${Icon} name="right" />The figures as a table</summary>
  <div class="scroll figures" tabindex="0"><table class="table dense"><caption class="sr">${caption}</caption>
    <thead><tr><th scope="col">Until, ${zone()}</th>${columns.map((column) => html`<th scope="col" class="n">${column.head}</th>`)}</tr></thead>
    <tbody>${at.map((end, i) => ({ at: end, i })).reverse().map((point) => html`<tr><td>${time(point.at)}</td>${columns.map((column) => html`<td class="n">${column.values[point.i] === null || column.values[point.i] === undefined ? 'no data' : (column.format ?? count)(column.values[point.i])}</td>`)}</tr>`)}</tbody>
  </table></div></details>`;

/** Bars on their own scale, for strips: `values` may hold gaps. */
export function Bars({ values, fill = null, pattern = null, label }) {
  const max = Math.max(1, ...values.map((value) => value ?? 0));
  const begin = values.findIndex((value) => value !== null && value !== undefined);
  const width = 100 / Math.max(1, values.length);
  return html`<svg class="bars" role="img" aria-label=${label}>
    <line class="gl base" x1="0" x2="100%" y1="100%" y2="100%" stroke="currentColor" stroke-opacity=".25" />
    ${values.map((value, i) => {
      const x = `${(i * width + width * 0.14).toFixed(2)}%`;
      if (begin === -1 || i < begin) return null;
      if (value === null || value === undefined) return html`<rect class="gapbox" x=${x} width=${`${(width * 0.72).toFixed(2)}%`} y="0" height="100%" />`;
      if (value === 0) return null;
      const height = Math.max(7, (100 * value) / max);
      return html`<rect x=${x} width=${`${(width * 0.72).toFixed(2)}%`} y=${`${(100 - height).toFixed(1)}%`} height=${`${height.toFixed(1)}%`} class=${fill} fill=${pattern && `url(#${pattern})`} />`;
    })}
  </svg>`;
}
