// Pause, resume and cancel, as the list and the page of a job offer them.

import { post } from '../base/api.js';
import { counted } from '../base/format.js';
import { confirm } from '../components/dialog.js';
import { say, sayFailed } from '../components/toast.js';
import { shownText } from '../components/path.js';
import { briefId, calledInText, titleOf } from './job-model.js';

const order = (job, verb) => post(`/scan/jobs/${encodeURIComponent(job.id)}/${verb}`);

async function steer(job, verb, done) {
  try {
    await order(job, verb);
    done();
  } catch (error) {
    const gone = error.status === 409 ? new Error('It has ended meanwhile.') : error.status === 404 ? new Error('It is not kept any more.') : error;
    sayFailed(`Job ${shownText(briefId(job.id))} could not be ${verb === 'cancel' ? 'cancelled' : `${verb}d`}`, gone);
  }
}

/** @param {() => void} changed reads the job again */
export function pause(job, changed) {
  return steer(job, 'pause', () => {
    changed();
    say(
      `Job ${shownText(briefId(job.id))} is paused`,
      job.ledger.pending > 0 ? `${counted(job.ledger.pending, 'file')} ${job.ledger.pending === 1 ? 'keeps its' : 'keep their'} place. What is at the scanner ends as usual.` : 'No files are accepted until it is resumed.',
      { label: 'Undo', run: () => resume(job, changed) },
    );
  });
}

export function resume(job, changed) {
  return steer(job, 'resume', () => {
    changed();
    say(`Job ${shownText(briefId(job.id))} goes on`, '', { label: 'Undo', run: () => pause(job, changed) });
  });
}

export async function cancel(job, names, changed) {
  const waiting = job.ledger.pending;
  const pausable = job.status === 'running';
  const answer = await confirm({
    title: `Cancel ${shownText(calledInText(job, names))}?`,
    effects: [
      waiting > 0
        ? `${counted(waiting, 'file')} that ${waiting === 1 ? 'waits becomes' : 'wait become'} cancelled in the ledger within 5 s. ${waiting === 1 ? 'It is' : 'They are'} not scanned.`
        : 'No file waits at this moment; the ledger stays as it is.',
      job.announced && !job.listed && 'Its connector stops listing. What it has not listed yet is in no ledger.',
      'Files that are at the scanner now end as usual. The results so far are kept.',
      `This cannot be undone. A new scan begins at the start${pausable ? '; Pause keeps the place' : ''}.`,
    ].filter(Boolean),
    safe: job.status === 'paused' ? 'Keep it paused' : 'Keep it running',
    other: pausable ? { key: 'pause', label: 'Pause instead' } : null,
    go: waiting > 0 ? `Cancel ${counted(waiting, 'file')}` : 'Cancel the job',
    danger: true,
  });
  if (answer === 'pause') {
    await pause(job, changed);
  } else if (answer === true) {
    await steer(job, 'cancel', () => {
      changed();
      say(`Job ${shownText(briefId(job.id))} of ${shownText(titleOf(job, names))} is cancelled`, waiting > 0 ? 'What waits ends as cancelled within 5 s.' : '');
    });
  }
}
