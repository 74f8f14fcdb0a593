import { html } from '../lib/preact.js';
import { age, clock, duration, exact, moment } from '../base/format.js';
import { useNow } from '../base/data.js';

const iso = (seconds) => new Date(seconds * 1000).toISOString();

/** `12 s ago`; the exact time is the title. `at` in seconds since the epoch. */
export function Ago({ at, suffix = ' ago' }) {
  const now = useNow(1000);
  return at === null || at === undefined ? html`<span class="z">–</span>` : html`<time datetime=${iso(at)} title=${exact(at)}>${age(now - at)}${suffix}</time>`;
}

/** Clock time today, else the day. */
export const At = ({ at }) => (at === null || at === undefined ? html`<span class="z">–</span>` : html`<time datetime=${iso(at)} title=${exact(at)}>${moment(at)}</time>`);

export { age, clock, duration };
