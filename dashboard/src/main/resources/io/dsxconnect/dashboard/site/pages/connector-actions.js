// What can be asked of a connector, with the questions before it.

import { html, useState } from '../lib/preact.js';
import { del, get, post } from '../base/api.js';
import { useData } from '../base/data.js';
import { navigate } from '../base/router.js';
import { count, counted } from '../base/format.js';
import { confirm } from '../components/dialog.js';
import { say, sayBegun, sayFailed } from '../components/toast.js';
import { shown, shownText } from '../components/path.js';
import { actionOf, filterOf, idOf, titleOf } from './connector-model.js';
import { briefId, jobPath } from './job-model.js';

const pathOf = (action, entry) => `/connectors/${action}/${encodeURIComponent(idOf(entry))}`;

/** The number of files that a connector expects, in words. */
export function Estimate({ entry }) {
  const data = useData((signal) => get(pathOf('estimate', entry), {}, signal), [idOf(entry)]);
  if (data.value === undefined) return data.error ? html`not known: ${shown(data.error.message)}` : 'asking the connector';
  const { count: files, confidence, at_least: least } = data.value;
  if ((files === null || files === undefined) && least > 0) return `at least ${counted(least, 'file')}: the connector counted for 5 s`;
  if (files === null || files === undefined) return 'not known: this connector does not estimate. The number is known when the listing ends';
  return `${counted(files, 'file')}${confidence === 'exact' ? '' : ', roughly'}`;
}

function ScanFields({ entry, box }) {
  const [limit, setLimit] = useState(box.limit);
  const [force, setForce] = useState(box.force);
  const filter = filterOf(entry);
  const action = actionOf(entry);
  const change = (event) => {
    box.limit = event.target.value;
    setLimit(event.target.value);
  };
  const toggle = (event) => {
    box.force = event.target.checked;
    setForce(event.target.checked);
  };
  return html`<dl class="dl tight">
      <dt>Filter in force</dt><dd>${filter ? html`<code>${shown(filter)}</code>` : 'everything'}</dd>
      <dt>If malicious</dt><dd>${action.word}${action.target && html` to <code>${shown(action.target)}</code>`} ${action.note}</dd>
      <dt>Files expected</dt><dd><${Estimate} entry=${entry} /></dd></dl>
    <div class="form"><div class="row"><label for="scan-limit">Limit<span class="src">optional</span></label>
      <input class="input" id="scan-limit" type="number" inputmode="numeric" min="1" step="1" placeholder="no limit" value=${limit} onInput=${change} aria-describedby="scan-limit-h" />
      <p class="help" id="scan-limit-h">At most this many files are listed, for a first try.</p></div>
    ${entry.active_job && html`<div class="row"><label class="check"><input type="checkbox" checked=${force} onChange=${toggle} /><span>Start beside the scan that is active, job <span class="mono">${shown(briefId(entry.active_job))}</span></span></label>
      <p class="help">Otherwise an equal request joins the active scan, and a different one is refused. Files that both list are scanned twice.</p></div>`}</div>`;
}

/** Asks for limit and force, then starts a full scan. `limit` is what the field of the limit holds at first. */
export async function fullScan(entry, changed, limit = '') {
  const box = { limit: String(limit), force: false };
  const agreed = await confirm({
    title: `Scan all of ${shownText(titleOf(entry))}?`,
    text: 'The connector lists the files that its filter selects, and each one is scanned.',
    body: html`<${ScanFields} entry=${entry} box=${box} />`,
    safe: 'Not now',
    go: 'Start full scan',
  });
  if (agreed !== true) return;
  const most = box.limit === '' ? null : Number(box.limit);
  if (most !== null && !(Number.isSafeInteger(most) && most > 0)) {
    sayFailed('The scan was not started', new Error('The limit is a whole number of files from 1, or empty for no limit.'));
    return;
  }
  await start(entry, { limit: most, force: box.force ? 'true' : null, started_by: 'dashboard' }, changed);
}

async function start(entry, params, changed) {
  const title = shownText(titleOf(entry));
  try {
    const answer = await post(pathOf('full_scan', entry), params);
    const job = answer.headers.get('X-Job-Id');
    if (answer.body?.status === 'error') {
      sayFailed(`${title} did not start the scan`, new Error(shownText(answer.body.message ?? 'It gave no reason.')));
    } else {
      const joined = /active already/i.test(answer.body?.message ?? '');
      const begun = joined ? `${title} is being scanned already` : `The full scan of ${title} has begun`;
      if (job) sayBegun(begun, `Job ${shownText(briefId(job))}${joined ? ' has the same filter and limit.' : ''}`, job, { label: 'Open the job', run: () => navigate(jobPath(job)) });
      else say(begun);
    }
    changed();
  } catch (error) {
    if (error.status === 409) await refused(entry, params, error, changed);
    else sayFailed(`The full scan of ${title} could not be started`, error);
  }
}

/** 409: another scan is active. Says which, and offers the ways out. */
async function refused(entry, params, error, changed) {
  const title = shownText(titleOf(entry));
  const job = /job_id=(\S+)/.exec(error.message)?.[1] ?? entry.active_job;
  if (!error.message.startsWith('full_scan_is_active')) {
    sayFailed(`The full scan of ${title} was not started`, error);
    return;
  }
  const answer = await confirm({
    title: `Another full scan of ${title} is active`,
    text: 'It was started with another filter or limit, so this request is not the same scan.',
    effects: [
      `Job ${shownText(briefId(job ?? ''))} goes on unchanged, whatever you choose here.`,
      'A second scan lists the files again. Files that both list are scanned twice, each in its own ledger.',
      'To replace the active scan, open its job and cancel it first.',
    ],
    safe: 'Leave it',
    other: job && { key: 'open', label: 'Open the active job' },
    go: 'Start a second one',
  });
  if (answer === 'open') navigate(jobPath(job));
  if (answer === true) await start(entry, { ...params, force: 'true' }, changed);
}

/** Removes a connector from the list, after saying what becomes of its files. */
export async function unregister(entry, changed) {
  const title = shownText(titleOf(entry));
  const gone = entry.state === 'gone';
  const agreed = await confirm({
    title: gone ? `Forget ${title}?` : `Unregister ${title}?`,
    effects: [
      entry.waiting > 0
        ? `${counted(entry.waiting, 'file')} that ${entry.waiting === 1 ? 'waits' : 'wait'} for it ${entry.waiting === 1 ? 'stays' : 'stay'} in the ledger as waiting. They are asked for at the address that they came from; while nothing answers there, they wait. To give them up, cancel their jobs.`
        : 'No file waits for it.',
      'Its results, jobs and dead letters stay as they are.',
      gone ? 'It leaves this list, and comes back by itself when it registers again.' : 'While it runs, it registers again with its next heartbeat, within 60 s. To remove it for good, stop it first.',
    ],
    safe: 'Keep it',
    go: gone ? 'Forget it' : 'Unregister',
    danger: true,
  });
  if (agreed !== true) return;
  try {
    await del(pathOf('unregister', entry));
    say(gone ? `${title} is forgotten` : `${title} is unregistered`, entry.waiting > 0 ? `${count(entry.waiting)} files still wait in their jobs.` : '');
    changed();
  } catch (error) {
    sayFailed(`${title} could not be ${gone ? 'forgotten' : 'unregistered'}`, error);
  }
}
