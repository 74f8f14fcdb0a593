// Replay and discard, each after a question that says what it does to the ledger.

import { html } from '../lib/preact.js';
import { post } from '../base/api.js';
import { count, counted, short } from '../base/format.js';
import { confirm } from '../components/dialog.js';
import { say, sayFailed } from '../components/toast.js';
import { filterOf } from './dead-letter-words.js';

const PER_CALL = 10_000;

const sumOf = (groups) => groups.reduce((sum, group) => sum + group.count, 0);

function objectOf(groups) {
  const jobs = new Set(groups.map((group) => group.job_id));
  const letters = counted(sumOf(groups), 'dead letter');
  return jobs.size === 1 ? `${letters} of job ${short([...jobs][0])}` : `${letters} of ${counted(jobs.size, 'job')}`;
}

/** Asks, then queues the tasks of `groups` again. */
export async function replay(groups, done) {
  const n = sumOf(groups);
  const agreed = await confirm({
    title: `Replay ${objectOf(groups)}?`,
    text: 'Their tasks are queued again with all of their attempts. A job that has ended opens again until they are settled.',
    body: html`<div class="before-after">
      <span class="muted">Dead letters</span><span>${count(n)} become <strong>0</strong>, unless they fail again</span>
      <span class="muted">Their files in the ledger</span><span><em>failed</em> becomes <em>waiting</em></span></div>`,
    safe: 'Not now',
    go: `Replay ${count(n)}`,
  });
  if (agreed) await run('replay', groups, done);
}

/** Asks, then deletes the tasks of `groups`. `total` is the number of all dead letters. */
export async function discard(groups, total, done) {
  const n = sumOf(groups);
  const agreed = await confirm({
    title: `Discard ${objectOf(groups)}?`,
    text: 'Their files stay failed in the ledger: they were not dealt with to the end, and nobody tries again.',
    body: html`<div class="before-after">
      <span class="muted">Dead letters</span><span>${count(total)} become <strong>${count(Math.max(0, total - n))}</strong></span>
      <span class="muted">Failed in the ledger</span><span>stays</span></div>`,
    effects: ['This cannot be undone.'],
    safe: 'Keep them',
    other: { key: 'replay', label: 'Replay instead' },
    go: `Discard ${count(n)}`,
    danger: true,
  });
  if (agreed === 'replay') await replay(groups, done);
  else if (agreed) await run('discard', groups, done);
}

async function run(verb, groups, done) {
  let ended = 0;
  let failed = 0;
  try {
    for (const group of groups) {
      let left = group.count;
      while (left > 0) {
        const { body } = await post(`/admin/dead-letter/${verb}`, {}, { ...filterOf(group), max: Math.min(left, PER_CALL) });
        ended += body.done;
        failed += body.failed;
        left = body.done === 0 ? 0 : Math.min(left - body.done, body.left);
      }
    }
    const word = verb === 'replay' ? 'replayed' : 'discarded';
    say(`${counted(ended, 'dead letter')} ${word}`, failed > 0 ? `${count(failed)} cannot be read and stay.` : verb === 'replay' ? 'Their files wait again.' : 'Their files stay failed in the ledger.');
  } catch (error) {
    sayFailed(`Not all were ${verb === 'replay' ? 'replayed' : 'discarded'}: ${count(ended)} were`, error);
  }
  done();
}
