import { html, useRef, useState } from '../lib/preact.js';
import { keep, kept } from '../base/kept.js';

const MAX_KEPT = 50;
const MAX_CHARS = 120;

/** The name that this browser keeps for the comparison of these jobs; null when it has none. */
function keptTitle(ids) {
  const found = kept('compare.titles', []).find?.((entry) => entry.ids === ids.join('\n'));
  return found ? String(found.title) : null;
}

function keepTitle(ids, title) {
  const key = ids.join('\n');
  const others = kept('compare.titles', []).filter?.((entry) => entry.ids !== key) ?? [];
  keep('compare.titles', title ? [{ ids: key, title }, ...others].slice(0, MAX_KEPT) : others);
}

/** The title of the comparison and how to change it: `[title, edit]`; `edit` is a button, or the field while it is open. */
export function useTitle(ids, otherwise) {
  const [, render] = useState(0);
  const [editing, setEditing] = useState(false);
  const input = useRef(null);
  const own = keptTitle(ids);
  const save = (event) => {
    event.preventDefault();
    keepTitle(ids, input.current.value.trim());
    setEditing(false);
  };
  const key = (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    setEditing(false);
  };
  const edit = editing
    ? html`<form class="rename" onSubmit=${save} onKeyDown=${key}><label class="sr" for="cmp-title">Title of this comparison</label>
        <input class="input" id="cmp-title" ref=${(element) => { if (element && !input.current) { element.focus(); element.select(); } input.current = element; }} defaultValue=${own ?? otherwise} maxlength=${MAX_CHARS} />
        <button class="btn btn-primary" type="submit">Save</button><button class="btn btn-quiet" type="button" onClick=${() => setEditing(false)}>Leave it</button></form>`
    : html`<button class="btn btn-quiet btn-sm" type="button" onClick=${() => setEditing(true)}>Rename</button>
        ${own !== null && html`<button class="btn btn-quiet btn-sm" type="button" onClick=${() => { keepTitle(ids, ''); render((n) => n + 1); }}>Use the usual title</button>`}`;
  return [own ?? otherwise, edit];
}
