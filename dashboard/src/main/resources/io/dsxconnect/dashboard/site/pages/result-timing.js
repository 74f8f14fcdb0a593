import { html } from '../lib/preact.js';
import { measured, timesOf } from './result-words.js';

/** One measured part of the whole, at its place in it. */
function Bar({ word, seconds, from, total }) {
  const share = (value) => `${Math.max(0, Math.min(100, (100 * value) / total)).toFixed(2)}%`;
  return html`<span class="muted">${word}</span>
    <svg aria-hidden="true"><rect width="100%" height="100%" class="f-pending" opacity=".45" />
      <rect x=${share(from)} width=${share(Math.max(seconds, total / 200))} height="100%" fill="currentColor" class="v-run" /></svg>
    <span class="n">${measured(seconds)}</span>`;
}

/**
 * The measured times of a scan as bars, or nothing when nothing was measured. Reading starts with the task, the
 * scanner's part ends with it; the engine's part lies in the scanner's, and only its length is known.
 */
export function Timing({ record }) {
  const times = timesOf(record);
  const total = Math.max(times.total ?? 0, times.read ?? 0, times.scanner ?? 0, times.engine ?? 0);
  if (total === 0) return null;
  const bars = [
    times.read !== null && { word: 'Wait for the store', seconds: times.read, from: 0 },
    times.scanner !== null && { word: 'At the scanner', seconds: times.scanner, from: Math.max(0, total - times.scanner) },
    times.engine !== null && { word: 'Engine alone', seconds: times.engine, from: Math.max(0, total - times.engine) },
  ].filter(Boolean);
  return html`<section><h3>${times.total === null ? 'Where its time went' : `Where its ${measured(times.total)} went`}</h3>
    <div class="timing">${bars.map((bar) => html`<${Bar} key=${bar.word} ...${bar} total=${total} />`)}</div></section>`;
}
