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
  return [refused > 0 && `Not queued: ${why.join('; ')}.`, more && 'Further actions match: try again for them.', 'The outcomes appear here.'].filter(Boolean).join(' ');
}

/** Over results whose action failed or is unconfirmed: tries the actions of all that match once more. */
export function RetryFailed({ wanted, summary, onQueued }) {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(null); // the summary that is not true any more
  const asked = actionsOf(wanted.action);
  const of = (state) => (asked.includes(state) ? (summary?.by_action?.[state] ?? 0) : 0);
  const unconfirmed = of('unconfirmed');
  const all = of('failed') + unconfirmed;
  if (all === 0 || done === summary) return null;
  const kind = unconfirmed === 0 ? 'failed action' : unconfirmed === all ? 'unconfirmed action' : 'failed or unconfirmed action';
  const number = `${summary.complete ? '' : 'at least '}${counted(all, kind)}`;
  const retry = async () => {
    const agreed = await confirm({
      title: `Try ${number} again?`,
      effects: [
        'Each connector is asked once more to act on its files, also on those of other pages of this list.',
        'A file that changed since it was judged is left, and scanned again.',
        'The files stay malicious in the ledgers of their jobs; the jobs run until the outcomes are known.',
        all > AT_ONCE && `At most ${counted(AT_ONCE, 'action')} at a time are queued, the oldest first.`,
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
  const one = all === 1;
  return html`<div class="card-body"><div class="callout bad" role="note"><${Icon} name="v-malicious" /><strong>${one ? 'The file' : 'The files'} ${unconfirmed > 0 ? 'may still be' : one ? 'is still' : 'are still'} where ${one ? 'it was' : 'they were'} found</strong>
    <p>The item action of ${one ? 'this file' : 'these files'} ${unconfirmed === 0 ? 'failed' : unconfirmed === all ? 'is unconfirmed' : 'failed or is unconfirmed'}. Remove the cause first, for example a permission.</p>
    <span class="acts"><button class="btn btn-sm" type="button" disabled=${busy} onClick=${retry}><${Icon} name="replay" />Try ${number} again</button></span></div></div>`;
}
