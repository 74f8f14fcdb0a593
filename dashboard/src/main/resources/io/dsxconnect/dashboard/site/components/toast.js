import { html, useEffect, useState } from '../lib/preact.js';
import { onLive } from '../base/live.js';
import { createStore, useStore } from '../base/store.js';
import { Icon } from './icon.js';
import { copyText } from './copy.js';

const SHOWN_MS = 6000;
const SHOWN_WITH_BUTTON_MS = 20_000;
const MAX_TOASTS = 4;

const toasts = createStore({ list: [] });
let lastId = 0;

const close = (id) => toasts.set({ list: toasts.get().list.filter((toast) => toast.id !== id) });
const add = (toast) => toasts.set({ list: [...toasts.get().list.slice(1 - MAX_TOASTS), { id: ++lastId, ...toast }] });

/** Says that something was done. `undo` is `{label, run}`. Vanishes after 6 s, with `undo` after 20 s. */
export const say = (title, text = '', undo = null) => add({ title, text, undo, bad: false });

/** Says that a job has begun, in place of what was said of the one before; goes when the job has ended, too. */
export function sayBegun(title, text, job, undo) {
  toasts.get().list.filter((toast) => toast.job).forEach((toast) => close(toast.id));
  add({ title, text, undo, job, bad: false });
}

const ENDED = ['completed', 'incomplete', 'cancelled'];
const ends = (message, id) => message.type === 'pulse' && message.jobs?.some((job) => job.job_id === id && ENDED.includes(job.status));

/** Says that something failed; stays until it is closed. `again` tries it again. */
export const sayFailed = (title, error, again = null) => add({ title, text: error.message, requestId: error.requestId, undo: again && { label: 'Try again', run: again }, bad: true });

/** Leaves by itself, but not while the pointer or the focus is in it. */
function useLeaving({ id, bad, undo }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (bad || held) return undefined;
    const timer = setTimeout(() => close(id), undo ? SHOWN_WITH_BUTTON_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, held]);
  return { onPointerEnter: () => setHeld(true), onPointerLeave: () => setHeld(false), onFocusIn: () => setHeld(true), onFocusOut: () => setHeld(false) };
}

function Toast({ toast }) {
  const holds = useLeaving(toast);
  useEffect(() => (toast.job ? onLive((message) => ends(message, toast.job) && close(toast.id)) : undefined), [toast.id]);
  const undo = toast.undo && html`<button class="btn btn-sm" type="button" onClick=${() => { close(toast.id); toast.undo.run(); }}>${toast.undo.label}</button>`;
  return html`<div class="toast" ...${holds}>
    <${Icon} name=${toast.bad ? 'v-failed' : 'check'} className=${toast.bad ? 'v-failed' : 'v-ready'} />
    <strong>${toast.title}</strong>
    <button class="btn btn-sm btn-quiet btn-icon" type="button" aria-label="Close" onClick=${() => close(toast.id)}><${Icon} name="close" /></button>
    ${toast.text && html`<p>${toast.text}</p>`}
    ${(undo || toast.requestId) && html`<span class="acts">${undo}
      ${toast.requestId && html`<button class="btn btn-sm btn-quiet" type="button" onClick=${() => copyText(toast.requestId)}><${Icon} name="copy" />Request ${toast.requestId}</button>`}</span>`}
  </div>`;
}

/** Two regions that are there before their first toast, because a screen reader announces only what is added to one that it knows. */
export function Toasts() {
  const list = useStore(toasts, (value) => value.list);
  const of = (bad) => list.filter((toast) => toast.bad === bad).map((toast) => html`<${Toast} key=${toast.id} toast=${toast} />`);
  return html`<div class="toasts"><div role="alert" aria-atomic="false">${of(true)}</div><div role="status" aria-atomic="false">${of(false)}</div></div>`;
}
