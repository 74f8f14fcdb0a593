import { html, useState } from '../lib/preact.js';
import { post } from '../base/api.js';
import { counted } from '../base/format.js';
import { confirm } from '../components/dialog.js';
import { Icon } from '../components/icon.js';
import { say, sayFailed } from '../components/toast.js';
import { inWords } from './result-words.js';
import { actionsOf, filterParams } from './results-query.js';

const AT_ONCE = 1000; // of one call of the API

const REASONS = {
  connector_gone: 'the connector is not registered',
  action_succeeded: 'the action succeeded meanwhile',
  action_in_work: 'the action is being tried already',
  job_gone: 'the job is not kept any more',
  result_not_found: 'the record is not kept any more',
};

/** What was queued, and what was not and why. */
function outcomeWord({ refused, reasons, more }) {
  const why = Object.entries(reasons).map(([tag, files]) => `${counted(files, 'action')}: ${REASONS[tag] ?? tag.replaceAll('_', ' ')}`);
  return [refused > 0 && `Not queued: ${why.join('; ')}.`, more && 'Further failed actions match: try again for them.', 'The outcomes appear here.'].filter(Boolean).join(' ');
}

/** Over results whose action failed: tries the actions of all that match once more. */
export function RetryFailed({ wanted, summary, onQueued }) {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(null); // the summary that is not true any more
  const failed = summary?.by_action?.failed ?? 0;
  if (!actionsOf(wanted.action).includes('failed') || failed === 0 || done === summary) return null;
  const number = `${summary.complete ? '' : 'at least '}${counted(failed, 'failed action')}`;
  const retry = async () => {
    const agreed = await confirm({
      title: `Try ${number} again?`,
      effects: [
        'Each connector is asked once more to act on its files, also on those of other pages of this list.',
        'A file that changed since it was judged is left, and scanned again.',
        'The files stay malicious in the ledgers of their jobs; the jobs run until the outcomes are known.',
        failed > AT_ONCE && `At most ${counted(AT_ONCE, 'action')} at a time are queued, the oldest first.`,
      ].filter(Boolean),
      safe: 'Leave them',
      go: 'Try again',
    });
    if (!agreed) return;
    setBusy(true);
    try {
      const { body } = await post('/scan/results/actions/retry', filterParams(wanted));
      setDone(summary);
      say(`${counted(body.queued, 'action')} ${body.queued === 1 ? 'is' : 'are'} queued once more`, outcomeWord(body));
    } catch (error) {
      sayFailed('The actions were not queued', error.status === 503 ? inWords(error) : error);
    }
    setBusy(false);
    onQueued();
  };
  return html`<div class="card-body"><div class="callout bad" role="note"><${Icon} name="v-malicious" /><strong>${failed === 1 ? 'The file is' : 'The files are'} still where ${failed === 1 ? 'it was' : 'they were'} found</strong>
    <p>The item action of ${failed === 1 ? 'this file' : 'these files'} failed. Remove the cause first, for example a permission.</p>
    <span class="acts"><button class="btn btn-sm" type="button" disabled=${busy} onClick=${retry}><${Icon} name="replay" />Try ${number} again</button></span></div></div>`;
}
