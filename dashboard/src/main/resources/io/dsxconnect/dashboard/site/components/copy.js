import { html, useState } from '../lib/preact.js';
import { Icon } from './icon.js';

/** Copies a text; also where the clipboard needs a secure page and there is none. Returns whether it did. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr';
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }
}

/** A small button that copies `text`. `what` is the object of its label: "Copy the path". */
export function Copy({ text, what }) {
  const [done, setDone] = useState(false);
  const copy = async (event) => {
    event.preventDefault();
    event.stopPropagation();
    setDone(await copyText(text));
    setTimeout(() => setDone(false), 1500);
  };
  return html`<button class="copy" type="button" aria-label=${done ? 'Copied' : `Copy ${what}`} onClick=${copy}><${Icon} name=${done ? 'check' : 'copy'} /></button>`;
}

/** A command with its prompt, ready to be copied. `lines` are texts; a line that begins with `#` is a remark. */
export const Command = ({ lines }) => html`<div class="cmd">
  <pre tabindex="0">${lines.map((line, i) => html`${i > 0 ? '\n' : ''}${line.startsWith('#') ? html`<i>${line}</i>` : line}`)}</pre>
  <${Copy} text=${lines.filter((line) => !line.startsWith('#')).join('\n')} what="the command" />
</div>`;
