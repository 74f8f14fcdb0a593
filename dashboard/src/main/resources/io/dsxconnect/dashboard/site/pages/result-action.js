import { html, useState } from '../lib/preact.js';
import { post } from '../base/api.js';
import { Icon } from '../components/icon.js';
import { confirm } from '../components/dialog.js';
import { Facts, Part } from '../components/drawer.js';
import { shown, shownText } from '../components/path.js';
import { say, sayFailed } from '../components/toast.js';
import { actionOf, connectorName, connectorOf, inWords, nameOf } from './result-words.js';

const AGAIN = /scanned again as task ([\w-]{1,128})/;

async function tryAgain(record, action, onChanged, setBusy) {
  const connector = connectorName(connectorOf(record)) ?? 'its connector';
  const agreed = await confirm({
    title: `${action.verb.again}?`,
    text: html`<span class="mono">${shown(nameOf(record))}</span>`,
    effects: [
      html`${shown(connector)} is asked once more to act on the file.`,
      'If the file changed since it was judged, the connector leaves it and it is scanned again.',
      'The file stays malicious in the ledger of its job; the job runs until the outcome is known.',
    ],
    safe: 'Leave it',
    go: 'Try again',
  });
  if (!agreed) return;
  setBusy(true);
  try {
    await post(`/scan/results/${encodeURIComponent(record.scan_request_task_id)}/retry_action`);
    say('The action is queued once more', `${shownText(nameOf(record))}: the outcome appears here.`);
  } catch (error) {
    sayFailed('The action was not queued', error.status === 409 ? inWords(error) : error);
  }
  setBusy(false);
  onChanged();
}

/** Why the attempts before the last one failed. */
function Earlier({ record }) {
  const failures = record.earlier_action_failures ?? [];
  return failures.length > 0 && html`<p class="small">Failed before: ${failures.map((text, i) => html`${i > 0 && '; '}${shown(text)}`)}</p>`;
}

/** What a person can do about an action that did not surely take effect. */
function Again({ record, action, busy, setBusy, onChanged }) {
  const uuid = connectorOf(record)?.uuid;
  return html`<button class="btn btn-sm" type="button" disabled=${busy} onClick=${() => tryAgain(record, action, onChanged, setBusy)}><${Icon} name="replay" />${action.verb.again}</button>
    ${uuid && html`<a class="btn btn-sm" href=${`/connectors?connector=${encodeURIComponent(uuid)}`}>The connector</a>`}`;
}

/** What became of the item action; first of all that a malicious file is still where it was found. */
export function ActionPart({ record, outcome, onChanged }) {
  const [busy, setBusy] = useState(false);
  const action = actionOf(record, outcome);
  const answer = record.item_action ?? {};
  if (outcome !== 'malicious') return null;
  const connector = connectorOf(record);
  const again = AGAIN.exec(answer.description ?? '');
  const target = answer.item_action === 'move' || answer.item_action === 'movetag' ? connector?.item_action_move_metainfo : null;
  const description = answer.description && !again ? html` <span class="muted">(${shown(answer.description)})</span>` : '';
  const rescanned = again && html`<p>It was <a href=${`/results?open=${encodeURIComponent(again[1])}`}>scanned again</a>.</p>`;
  if (action.state === 'failed') {
    const why = answer.file_changed ? 'The file is no longer the one that was judged, so nothing was done' : html`${action.verb.noun}${target ? html` to <code>${shown(target)}</code>` : ''} failed`;
    return html`<section><div class="callout bad" role="note"><${Icon} name="v-malicious" /><strong>It is still where it was found</strong>
      <p>${why}: ${shown(answer.message || 'the connector gave no reason')}${description}.</p>${rescanned}<${Earlier} record=${record} />
      <span class="acts"><${Again} record=${record} action=${action} busy=${busy} setBusy=${setBusy} onChanged=${onChanged} /></span></div></section>`;
  }
  if (action.state === 'unconfirmed') {
    return html`<section><div class="callout bad" role="note"><${Icon} name="v-unscanned" /><strong>Whether the action took effect is not known</strong>
      <p>The connector did not find the file when it was asked once more: an earlier attempt may have removed it, or it was moved. ${shown(answer.message ?? '')}${description}.</p><${Earlier} record=${record} />
      <span class="acts"><${Again} record=${record} action=${action} busy=${busy} setBusy=${setBusy} onChanged=${onChanged} /></span></div></section>`;
  }
  if (action.state === 'pending') {
    return html`<section><div class="callout warn"><${Icon} name="clock" /><strong>The outcome of its action is not known yet</strong><p>The connector is asked to act; until it answers the file may be where it was found.</p><${Earlier} record=${record} /></div></section>`;
  }
  if (!action.configured) {
    return html`<section><div class="callout warn"><${Icon} name="warn" /><strong>It is still where it was found</strong>
      <p>No action is configured: the connector ${connectorName(connector) !== null && html`<b>${shown(connectorName(connector))}</b> `}only reports what is found.</p>
      ${connector?.uuid && html`<span class="acts"><a class="btn btn-sm" href=${`/connectors?connector=${encodeURIComponent(connector.uuid)}`}>The connector</a></span>`}</div></section>`;
  }
  if (action.state === 'none' && !action.earlier) {
    return html`<section><div class="callout warn"><${Icon} name="warn" /><strong>It was left where it was found</strong>
      <p>${shown(answer.message ?? '')}${description}.</p><${Earlier} record=${record} /></div></section>`;
  }
  const earlier = record.earlier_action_failures ?? [];
  return html`<${Part} title="Action"><${Facts} list=${[
    ['Outcome', html`<span class="v v-ready"><${Icon} name="check" />${action.word}</span>`],
    answer.message && ['Connector says', html`${shown(answer.message)}${description}`],
    target && ['To', html`<code>${shown(target)}</code>`],
    earlier.length > 0 && ['Failed before', earlier.map((text) => html`<span class="line">${shown(text)}</span>`)],
  ]} /></${Part}>`;
}
