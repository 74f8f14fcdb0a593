import { html } from '../lib/preact.js';
import { shown, shownText } from '../components/path.js';
import { briefId, jobPath } from './job-model.js';

/** A job in short, as a link unless it is not kept any more; `no known job` when there is no id. */
export function JobLink({ id, gone = false, className = null }) {
  if (id === null || id === undefined) return html`<span class=${className}>no known job</span>`;
  const brief = html`<span class="mono">${shown(briefId(id))}</span>`;
  if (gone) return html`<span class=${className} title=${shownText(id)}>job ${brief}, not kept any more</span>`;
  return html`<a class=${className} href=${jobPath(id)} title=${shownText(id)}>job ${brief}</a>`;
}
