import { html, useRef, useState } from '../lib/preact.js';
import { createStore, useStore } from '../base/store.js';
import { useFocusInside } from './focus.js';
import { Icon } from './icon.js';

const DOUBLE_CLICK_MS = 500;

const open = createStore({ question: null });

/**
 * Asks before something that cannot be undone. Resolves to true when the person agrees, or to the `key` of another
 * choice, and to false otherwise. The safe answer has the focus.
 *
 * @param {{title: string, text?: any, effects?: any[], body?: any, safe: string, go: string, danger?: boolean,
 *     other?: {key: string, label: string}}} question `effects` say what happens, one by one
 */
export function confirm(question) {
  open.get().question?.resolve(false);
  return new Promise((resolve) => {
    open.set({
      question: {
        ...question,
        resolve: (answer) => {
          open.set({ question: null });
          resolve(answer);
        },
      },
    });
  });
}

export function Dialogs() {
  const question = useStore(open, (value) => value.question);
  return question && html`<${Dialog} key=${question.title} question=${question} />`;
}

function Dialog({ question }) {
  const box = useRef(null);
  const shownAt = useRef(performance.now());
  useFocusInside(box, { trap: true });
  const keys = (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    question.resolve(false);
  };
  // The second click of a double click on what asked lands on the veil, and is no answer.
  return html`<div class="veil" onClick=${(event) => event.target === event.currentTarget && performance.now() - shownAt.current > DOUBLE_CLICK_MS && question.resolve(false)}>
    <div class="dialog" role="alertdialog" aria-modal="true" aria-labelledby="dialog-title" aria-describedby="dialog-text" ref=${box} onKeyDown=${keys}>
      <div class="dialog-body">
        <h2 id="dialog-title">${question.title}</h2>
        <div id="dialog-text">${question.text && html`<p class="muted">${question.text}</p>`}
          ${question.effects && html`<ul class="effects">${question.effects.map((effect) => html`<li><${Icon} name="right" /><span>${effect}</span></li>`)}</ul>`}
          ${question.body}</div>
      </div>
      <div class="dialog-foot">
        <button class=${`btn ${question.danger ? 'btn-primary' : ''}`} type="button" data-first onClick=${() => question.resolve(false)}>${question.safe}</button>
        ${question.other && html`<button class="btn" type="button" onClick=${() => question.resolve(question.other.key)}>${question.other.label}</button>`}
        <button class=${`btn ${question.danger ? 'btn-danger' : 'btn-primary'}`} type="button" onClick=${() => question.resolve(true)}>${question.go}</button>
      </div>
    </div>
  </div>`;
}

/** A field of a dialog whose value the caller reads from `box.value` afterwards. */
export function DialogField({ label, help, box, ...attributes }) {
  const [value, setValue] = useState(box.value);
  const change = (event) => {
    box.value = event.target.value;
    setValue(event.target.value);
  };
  return html`<div class="form"><div class="row"><label for=${`f-${label}`}>${label}</label>
    <input class="input" id=${`f-${label}`} value=${value} onInput=${change} ...${attributes} />${help && html`<p class="help">${help}</p>`}</div></div>`;
}
