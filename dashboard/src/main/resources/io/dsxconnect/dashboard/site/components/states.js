import { html, useEffect, useState } from '../lib/preact.js';
import { Icon } from './icon.js';

const SKELETON_AFTER_MS = 300;

/** Grey lines, only when an answer takes longer than 300 ms. */
export function Skeleton({ lines = 5 }) {
  const [show, setShow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShow(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return html`<div class="card-body skeleton" aria-busy="true"><span class="sr">Loading</span>${show && Array.from({ length: lines }, (_, i) => html`<div class=${`skel w${(i % 3) + 1}`}></div>`)}</div>`;
}

/** Nothing to show, and the next step. `art` is the name of an icon. */
export const Empty = ({ title, icon = 'search', children }) => html`<div class="empty"><${Icon} name=${icon} className="i-lg" /><h2>${title}</h2>${children}</div>`;

/** A read that failed. The page tries again by itself when the stream is back; `retry` does at once. */
export const Failed = ({ what, error, retry }) => html`<div class="callout bad" role="alert"><${Icon} name="v-failed" />
  <strong>${what} could not be read</strong><p>${error.message}</p>
  <span class="acts"><button class="btn btn-sm" type="button" onClick=${retry}>Try again</button>${error.requestId && html`<code>request ${error.requestId}</code>`}</span></div>`;

/** Shows `children(value)` of useData; before that a skeleton, or what failed. A later failure keeps the old value and says so. */
export function Loaded({ data, what, children, lines }) {
  if (data.value === undefined) {
    return data.error ? html`<div class="card-body"><${Failed} what=${what} error=${data.error} retry=${data.reload} /></div>` : html`<${Skeleton} lines=${lines} />`;
  }
  return html`${data.error && html`<div class="card-body"><${Failed} what=${what} error=${data.error} retry=${data.reload} /></div>`}${children(data.value)}`;
}
