import { html } from '../lib/preact.js';
import { count, percent } from '../base/format.js';

/**
 * Files of files. `total` null: not known yet, and drawn so. `waits`: stands still, for a reason that `right` gives.
 * `note`: something between the two texts.
 */
export function Progress({ done, total, label, left = null, right = null, note = null, waits = false, big = false }) {
  const known = total !== null && total !== undefined;
  const look = `${big ? 'big ' : ''}${waits ? 'wait' : known ? '' : 'unknown'}`;
  return html`<div>
    ${known ? html`<progress class=${look} max=${Math.max(1, total)} value=${Math.min(done, total)} aria-label=${label}></progress>` : html`<progress class=${look} aria-label=${label}></progress>`}
    <div class="meter-line"><span>${left ?? (known ? `${count(done)} of ${count(total)} files` : `${count(done)} files so far`)}</span>${note}<span>${right ?? (known ? percent(done, total) : 'total not known yet')}</span></div>
  </div>`;
}

const SPOKEN = { done: ': done', now: ': now', next: ': later' };

/** The phases of a job: `{name, state: done|now|next, failed, text}`; `failed` marks one that did not do all of its work. */
export const Phases = ({ list }) => html`<ol class="phases">${list.map((phase) => html`<li class=${phase.failed ? `${phase.state} bad` : phase.state} aria-current=${phase.state === 'now' ? 'step' : null}>
  ${phase.state === 'done' && html`<svg class="i" aria-hidden="true"><use href=${phase.failed ? '#i-close' : '#i-check'} /></svg>`}<h3>${phase.name}<span class="sr">${SPOKEN[phase.state]}${phase.failed ? ', with failures' : ''}</span></h3><p>${phase.text}</p></li>`)}</ol>`;
