// Replay and discard, each after a question that says what it does to the ledger.

import { html } from '../lib/preact.js';
import { post } from '../base/api.js';
import { count, counted } from '../base/format.js';
import { confirm } from '../components/dialog.js';
import { say, sayFailed } from '../components/toast.js';
import { filterOf, jobInText } from './dead-letter-words.js';

const PER_CALL = 10_000;

const sumOf = (groups) => groups.reduce((sum, group) => sum + group.count, 0);

function objectOf(groups) {
  const jobs = new Set(groups.map((group) => group.job_id));
  const letters = counted(sumOf(groups), 'dead letter');
  return jobs.size === 1 ? `${letters} of ${jobInText([...jobs][0])}` : `${letters} of ${counted(jobs.size, 'job')}`;
}

/** What stays of `groups` when they are replayed; null when nothing does. */
function staying(gone) {
  const n = sumOf(gone);
  return n === 0 ? null : `${counted(n, 'dead letter')} ${n === 1 ? 'stays: its job is' : 'stay: their jobs are'} not kept any more, so that no ledger counts ${n === 1 ? 'its file' : 'their files'}.`;
}

/** Asks, then queues the tasks of `groups` again. */
export async function replay(groups, done) {
  const kept = groups.filter((group) => !group.job_gone);
  const stays = staying(groups.filter((group) => group.job_gone));
  if (kept.length === 0) {
    sayFailed('Nothing can be replayed', new Error(`${stays} A new full scan of their connector scans them again.`));
    return;
  }
  const n = sumOf(kept);
  const agreed = await confirm({
    title: `Replay ${objectOf(kept)}?`,
    text: 'Their tasks are queued again with all of their attempts. A job that has ended opens again until they are settled.',
    body: html`<div class="before-after">
      <span class="muted">Dead letters</span><span>${count(n)} become <strong>0</strong>, unless they fail again</span>
      <span class="muted">Their files in the ledger</span><span><em>failed</em> becomes <em>waiting</em></span></div>${stays && html`<p class="muted">${stays}</p>`}`,
    safe: 'Not now',
    go: `Replay ${count(n)}`,
  });
  if (agreed) await run('replay', kept, done);
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

const PAST = { replay: 'replayed', discard: 'discarded' };
let running = false;

async function run(verb, groups, done) {
  if (running) {
    sayFailed(`Nothing was ${PAST[verb]}`, new Error('Another replay or discard of this page has not ended yet.'));
    return;
  }
  running = true;
  const sums = { done: 0, failed: 0, gone: 0, cancelled: 0 };
  try {
    for (const group of groups) {
      let left = group.count;
      while (left > 0) {
        const { body } = await post(`/admin/dead-letter/${verb}`, {}, { ...filterOf(group), max: Math.min(left, PER_CALL) });
        sums.done += body.done;
        sums.failed += body.failed;
        sums.gone += body.job_gone;
        sums.cancelled += body.job_cancelled;
        left = body.done === 0 ? 0 : body.complete ? Math.min(left - body.done, body.left) : left - body.done;
      }
    }
    if (sums.done === 0) sayFailed(`Nothing was ${PAST[verb]}`, new Error(stayed(sums) || 'The dead letters were replayed or discarded meanwhile.'));
    else say(`${counted(sums.done, 'dead letter')} ${PAST[verb]}`, stayed(sums) || (verb === 'replay' ? 'Their files wait again.' : 'Their files stay failed in the ledger.'));
  } catch (error) {
    sayFailed(`Not all were ${PAST[verb]}: ${count(sums.done)} were`, error);
  }
  running = false;
  done();
}

/** Why some stay; empty when none does. */
function stayed({ failed, gone, cancelled }) {
  return [
    failed > 0 && `${count(failed)} cannot be read and ${failed === 1 ? 'stays' : 'stay'}.`,
    gone > 0 && `${count(gone)} ${gone === 1 ? 'stays, because its job is' : 'stay, because their jobs are'} not kept any more.`,
    cancelled > 0 && `${count(cancelled)} ${cancelled === 1 ? 'stays, because its job was' : 'stay, because their jobs were'} cancelled: ${cancelled === 1 ? 'it' : 'they'} would not be scanned.`,
  ].filter(Boolean).join(' ');
}
