import { html, useState } from '../lib/preact.js';
import { post } from '../base/api.js';
import { setQuery } from '../base/router.js';
import { Icon } from '../components/icon.js';
import { confirm } from '../components/dialog.js';
import { shown, shownText } from '../components/path.js';
import { say, sayFailed } from '../components/toast.js';
import { connectorName, connectorOf, nameOf } from './result-words.js';

const TASK = /Scan task ID: ([\w-]{1,128})/;

/**
 * The request for the same file with its present content: without the size and hash of the scanned one, and in a job
 * of its own, because that of the record may have ended. Null fields are left out; connectors refuse some of them.
 */
export function againRequest(record) {
  const request = record.scan_request;
  const kept = { connector: request.connector, connector_url: request.connector_url, location: request.location, metainfo: request.metainfo, requested_action: request.requested_action, scan_source: 'dashboard' };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== null && value !== undefined));
}

/** Whether the record names the connector that can read the file. */
const canScan = (record) => Boolean(record.scan_request?.location && (record.scan_request.connector?.url || record.scan_request.connector_url));

async function scanAgain(record, setBusy) {
  const connector = connectorOf(record);
  const name = connectorName(connector) ?? 'its connector';
  const action = record.scan_request.requested_action?.action ?? connector?.item_action ?? 'nothing';
  const agreed = await confirm({
    title: 'Scan this file again?',
    text: html`<span class="mono">${shown(nameOf(record))}</span>`,
    effects: [
      html`${shown(name)} reads its present content, and the scanner judges that.`,
      action === 'nothing' ? 'If it is malicious it stays where it is: the connector takes no action.' : html`If it is malicious the connector acts on it: <b>${shown(action)}</b>.`,
      'It is the one file of a new job. This record stays, and so does the ledger of its job.',
    ],
    safe: 'Not now',
    go: 'Scan again',
  });
  if (!agreed) return;
  setBusy(true);
  try {
    const { body } = await post('/scan/request', {}, againRequest(record));
    const task = TASK.exec(body?.message ?? '')?.[1] ?? null;
    say('The file is queued for a new scan', `${shownText(nameOf(record))}: its result appears here.`);
    if (task) setQuery({ open: task });
  } catch (error) {
    sayFailed('The file was not queued', error);
  }
  setBusy(false);
}

export function ScanAgain({ record }) {
  const [busy, setBusy] = useState(false);
  const possible = canScan(record);
  return html`<button class="btn" type="button" disabled=${busy || !possible} title=${possible ? null : 'The record does not name the connector that can read the file'} onClick=${() => scanAgain(record, setBusy)}><${Icon} name="replay" />Scan again</button>`;
}
