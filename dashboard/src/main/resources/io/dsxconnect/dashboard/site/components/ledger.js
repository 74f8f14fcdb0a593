import { html } from '../lib/preact.js';
import { count } from '../base/format.js';
import { Icon } from './icon.js';
import { NO_VERDICT, OUTCOMES, Verdict } from './verdict.js';

const MIN_SHARE = 0.7; // percent: 37 of 1.2 million must be seen; the figures are exact
const MIN_SHARE_THIN = 1.4;

const number = (value) => Number(value ?? 0);

/** The parts of the bar by meaning, and what is missing from the sum. */
export function partsOf(ledger) {
  const parts = [
    { name: 'benign', n: number(ledger.benign), fill: 'f-benign' },
    { name: 'malicious', n: number(ledger.malicious), fill: 'f-malicious' },
    { name: 'no verdict', n: NO_VERDICT.reduce((sum, key) => sum + number(ledger[key]), 0), pattern: 'p-unscanned' },
    { name: 'failed', n: number(ledger.failed), pattern: 'p-failed' },
    { name: 'cancelled', n: number(ledger.cancelled), fill: 'f-cancelled' },
    { name: 'waiting', n: number(ledger.pending), pattern: 'p-pending' },
  ];
  const sum = parts.reduce((total, part) => total + part.n, 0);
  const accepted = number(ledger.accepted);
  return { parts, sum, accepted, missing: accepted - sum };
}

function widths(list, least) {
  const total = list.reduce((sum, part) => sum + part.n, 0) || 1;
  const raw = list.map((part) => Math.max(least, (100 * part.n) / total));
  const all = raw.reduce((sum, width) => sum + width, 0);
  return raw.map((width) => (100 * width) / all);
}

/** One stacked bar: accepted files by what became of them. */
export function LedgerBar({ ledger, thin = false }) {
  const { parts, accepted, missing } = partsOf(ledger);
  const drawn = parts.filter((part) => part.n > 0);
  if (missing > 0) drawn.push({ name: 'missing', n: missing, pattern: 'p-gap' });
  const width = widths(drawn, thin ? MIN_SHARE_THIN : MIN_SHARE);
  let x = 0;
  const label = `Ledger: ${drawn.map((part) => `${part.name} ${count(part.n)}`).join(', ') || 'no files'}, of ${count(accepted)} accepted`;
  return html`<svg class=${`ledger-bar ${thin ? 'thin' : ''}`} role="img" aria-label=${label}>
    ${drawn.length === 0 && html`<rect width="100%" height="100%" class="f-pending" />`}
    ${drawn.map((part, i) => {
      const from = x;
      x += width[i];
      return html`<rect x=${`${from.toFixed(2)}%`} width=${`${width[i].toFixed(2)}%`} height="100%" class=${part.fill} fill=${part.pattern && `url(#${part.pattern})`} />
        ${i < drawn.length - 1 && html`<line x1=${`${x.toFixed(2)}%`} x2=${`${x.toFixed(2)}%`} y1="0" y2="100%" class="s-on" stroke-width="1.5" />`}`;
    })}
  </svg>`;
}

/** Whether the ledger balances, in words. */
export function Balance({ ledger }) {
  const { accepted, missing } = partsOf(ledger);
  if (missing === 0 && ledger.balanced !== false) return html`<span class="v v-benign ok"><${Icon} name="check" />Balances</span>`;
  return html`<span class="v v-failed ok"><${Icon} name="v-failed" />${missing >= 0 ? `${count(missing)} of ${count(accepted)} are missing from the sum` : `${count(-missing)} more than the ${count(accepted)} accepted`}</span>`;
}

/** All nine columns. `href(outcome)` is the list of these files; `demo`: the stand-in gave the verdicts. */
export const LedgerParts = ({ ledger, href = () => null, demo = false }) => html`<dl class="ledger-parts">${OUTCOMES.map(({ key }) => {
  const n = number(ledger[key]);
  const link = n > 0 && key !== 'pending' ? href(key) : null;
  return html`<div class=${n === 0 ? 'zero' : ''}><dt><${Verdict} outcome=${key} demo=${demo} /></dt><dd>${link ? html`<a href=${link}>${count(n)}</a>` : count(n)}</dd></div>`;
})}</dl>`;

/** The whole ledger: bar, verdict on its sum, and its columns. */
export function Ledger({ ledger, href = () => null }) {
  const { accepted } = partsOf(ledger);
  return html`<div>
    <p class="ledger-top"><span class="figure">${count(accepted)}</span><span class="muted">files accepted</span><${Balance} ledger=${ledger} /></p>
    <${LedgerBar} ledger=${ledger} />
    <${LedgerParts} ledger=${ledger} href=${href} />
  </div>`;
}
