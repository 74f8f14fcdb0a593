import { html } from '../lib/preact.js';
import { Icon } from './icon.js';

/**
 * The outcomes of a file: `key` as the API names them, `look` the colour, its shape, the words.
 * The order is that of the ledger.
 */
export const OUTCOMES = [
  { key: 'benign', look: 'benign', word: 'Benign' },
  { key: 'malicious', look: 'malicious', word: 'Malicious' },
  { key: 'not_scanned', look: 'unscanned', word: 'Not scanned' },
  { key: 'non_compliant', look: 'unscanned', word: 'Non compliant' },
  { key: 'unsupported', look: 'unscanned', word: 'Unsupported' },
  { key: 'unknown', look: 'unscanned', word: 'Unknown' },
  { key: 'failed', look: 'failed', word: 'Failed' },
  { key: 'cancelled', look: 'cancelled', word: 'Cancelled' },
  { key: 'pending', look: 'pending', word: 'Waiting' },
];

const BY_KEY = new Map(OUTCOMES.map((outcome) => [outcome.key, outcome]));

/** The outcomes without a verdict. */
export const NO_VERDICT = ['not_scanned', 'non_compliant', 'unsupported', 'unknown'];

const BY_VERDICT = new Map([
  ['Benign', 'benign'],
  ['Malicious', 'malicious'],
  ['Unsupported File Type', 'unsupported'],
  ['Not Scanned', 'not_scanned'],
  ['Scanning', 'not_scanned'],
  ['Non Compliant', 'non_compliant'],
  ['Non-Compliant', 'non_compliant'],
]);

/**
 * The column of the ledger that a record of the API counts in, as the API decides it: a verdict that is not known is
 * never benign.
 */
export function outcomeOf(record) {
  if (record.status === 'failed' || record.status === 'cancelled') return record.status;
  if (!record.verdict) return 'not_scanned';
  return BY_VERDICT.get(record.verdict.verdict) ?? 'unknown';
}

/** Shape, word and colour of an outcome. `demo`: the stand-in's `benign` says nothing about a file. */
export function Verdict({ outcome, demo = false }) {
  const { look, word } = BY_KEY.get(outcome) ?? BY_KEY.get('unknown');
  return html`<span class=${`v v-${look}`}><${Icon} name=${`v-${look}`} />${word}${demo && outcome === 'benign' ? ' (demo)' : ''}</span>`;
}

/** A state in words with a shape: `tone` is a colour of an outcome, or busy, ready, run. */
export const State = ({ tone, icon, children }) => html`<span class=${`v v-${tone}`}><${Icon} name=${icon} />${children}</span>`;
