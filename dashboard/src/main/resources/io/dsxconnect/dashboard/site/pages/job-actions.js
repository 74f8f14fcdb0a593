// The item actions of a job that left a malicious file where it was found, or may have.

import { html } from '../lib/preact.js';
import { count, counted } from '../base/format.js';
import { resultsPath } from './job-model.js';

const LEFT = ['failed', 'unconfirmed'];

/** Actions that failed or are unconfirmed; 0 also when that is not known. */
export const actionsLeft = (actions) => LEFT.reduce((sum, state) => sum + (actions?.[state] ?? 0), 0);

/** The malicious files of these actions in the list of results. */
export const actionsPath = (id, actions) => `${resultsPath(id, 'malicious')}&action=${LEFT.filter((state) => actions[state] > 0).join(',')}`;

/** `2 actions failed, 1 unconfirmed` */
function inWords({ failed, unconfirmed }) {
  if (failed === 0) return `${counted(unconfirmed, 'action')} unconfirmed`;
  return `${counted(failed, 'action')} failed${unconfirmed > 0 ? `, ${count(unconfirmed)} unconfirmed` : ''}`;
}

/** A link to the files whose action failed or is unconfirmed; nothing when there are none. `actions` null: not known. */
export function ActionsLeft({ id, actions }) {
  if (actionsLeft(actions) === 0) return null;
  return html`<a class=${actions.failed > 0 ? 'v-failed' : 'v-unscanned'} href=${actionsPath(id, actions)}>${inWords(actions)}</a>`;
}
