// The phases of a job in words: listing, scanning, acting, done.

import { html } from '../lib/preact.js';
import { count, counted, duration } from '../base/format.js';
import { shown } from '../components/path.js';
import { At } from '../components/time.js';
import { actionsLeft, actionsPath } from './job-actions.js';
import { endOf, isFinished, isOpen } from './job-model.js';

// These times are whole seconds.
const span = (from, to) => (from === null || to === null || to < from ? null : to === from ? 'less than 1 s' : duration(to - from));
const listed = (parts) => (parts.length <= 1 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`);

/** Files that the listing left out on purpose: `1 link`, `3 excluded by the filter`. */
export function leftOutParts(leftOut) {
  if (!leftOut) return [];
  return [
    leftOut.links > 0 && counted(leftOut.links, 'symbolic link'),
    leftOut.special > 0 && counted(leftOut.special, 'socket, pipe or device', 'sockets, pipes and devices'),
    leftOut.filtered > 0 && `${count(leftOut.filtered)} by the filter`,
    leftOut.own > 0 && counted(leftOut.own, 'file in its own quarantine', 'files in its own quarantine'),
  ].filter(Boolean);
}

/** Why the job is going to end incomplete, as far as that is known now; an empty list when nothing says so. */
export function shortcomings(job) {
  const { lost, coreAway, repeats, errors, refused, missedWhilePaused } = job.listing;
  const notListed = repeats ? Math.max(0, errors - refused) : errors;
  return [
    lost,
    coreAway !== null && !repeats && 'dsx-connect was not available during the listing, and the connector does not repeat what was refused then',
    notListed > 0 && `${count(notListed)} could not be listed or offered`,
    refused > 0 && `${counted(refused, 'scan request was', 'scan requests were')} refused`,
    missedWhilePaused > 0 && `${counted(missedWhilePaused, 'file or batch was', 'files or batches were')} left out while the job was paused`,
  ].filter(Boolean);
}

function listing(job) {
  const { accepted } = job.ledger;
  if (job.listed) {
    const took = span(job.at.announced ?? job.at.started, job.at.listed);
    const left = leftOutParts(job.listing.leftOut);
    return {
      state: 'done',
      text: html`${counted(accepted, 'file')}${took ? ` in ${took}` : ''}.${left.length > 0 && ` Left out: ${listed(left)}.`}${job.listing.errors > 0 && html` <strong class="v-unscanned">${count(job.listing.errors)} could not be listed.</strong>`}`,
    };
  }
  if (job.status === 'cancelled') return { state: 'next', text: `Cut off by the cancel, after ${counted(accepted, 'file')}.` };
  if (isFinished(job)) return { state: 'next', text: `It did not end; ${counted(accepted, 'file')} arrived.` };
  if (accepted === 0) return { state: 'now', text: job.begun ? 'Its connector lists; no file has arrived yet.' : 'Its connector was asked to list.' };
  return { state: 'now', text: `${counted(accepted, 'file')} so far; the total is not known yet.` };
}

function scanning(job, held) {
  const { pending } = job.ledger;
  const settled = `${count(job.processed)} settled`;
  if (job.status === 'cancelled') return { state: pending > 0 ? 'now' : 'done', text: pending > 0 ? `${settled}; ${counted(pending, 'file')} to be cancelled or at the scanner.` : `${settled}, of these ${count(job.ledger.cancelled)} cancelled.` };
  if (pending > 0) {
    const waits = `${count(pending)} ${pending === 1 ? 'waits' : 'wait'}`;
    if (job.status === 'paused') return { state: 'now', text: `Paused. ${settled}, ${waits} and ${pending === 1 ? 'keeps its' : 'keep their'} place.` };
    if (held) return { state: 'now', text: `${settled}, ${waits}: ${held}. No attempt is used up.` };
    return { state: 'now', text: `${settled}, ${waits} or ${pending === 1 ? 'is' : 'are'} at the scanner.` };
  }
  if (isFinished(job) || (job.listed && job.announced)) {
    const took = job.window === null ? null : job.window === 0 ? 'less than 1 s' : duration(job.window);
    return { state: 'done', text: job.processed === 0 ? 'There was no file to scan.' : `${counted(job.processed, 'file')} settled${took ? ` in ${took}` : ''}.` };
  }
  return { state: job.processed > 0 ? 'now' : 'next', text: job.processed > 0 ? `${settled}; nothing waits now.` : 'Begins with the first file.' };
}

/** `actions`: files of the job by what became of their action, `{succeeded, failed, unconfirmed, none, pending}`; null unknown. */
function acting(job, actions) {
  const { malicious } = job.ledger;
  const finished = isFinished(job);
  if (malicious === 0) return { state: finished ? 'done' : 'next', text: finished ? 'Nothing malicious to act on.' : 'Nothing malicious so far.' };
  const state = job.actionsPending > 0 ? 'now' : finished || (job.ledger.pending === 0 && job.listed) ? 'done' : 'now';
  if (actions === null) return { state, text: `${counted(malicious, 'malicious file')}${job.actionsPending > 0 ? `; ${counted(job.actionsPending, 'action')} not carried out yet` : ''}.` };
  const { succeeded = 0, failed = 0, unconfirmed = 0 } = actions;
  // A record looks alike before its action has ended and when there was none to take; the job knows what is not ended.
  const open = (actions.none ?? 0) + (actions.pending ?? 0);
  const pending = Math.min(open, job.actionsPending ?? 0);
  const none = open - pending;
  const parts = [
    succeeded > 0 && `${count(succeeded)} carried out`,
    failed > 0 && html`<strong class="v-failed">${count(failed)} failed</strong>`,
    unconfirmed > 0 && html`<strong class="v-unscanned">${count(unconfirmed)} unconfirmed</strong>`,
    pending > 0 && `${count(pending)} ${pending === 1 ? 'waits' : 'wait'}`,
    none > 0 && `${count(none)} without an action`,
  ].filter(Boolean);
  return { state, text: html`${counted(malicious, 'malicious file')}: ${parts.map((part, i) => html`${i > 0 ? ', ' : ''}${part}`)}.` };
}

/** The malicious files that no action has dealt with, as a sentence; false when there are none. */
function leftWhereFound(job, actions) {
  const files = actionsLeft(actions);
  if (files === 0) return false;
  const verb = actions.unconfirmed > 0 ? 'may still be' : files === 1 ? 'is still' : 'are still';
  return html` <strong class="v-failed"><a href=${actionsPath(job.id, actions)}>${counted(files, 'malicious file')}</a> ${verb} where ${files === 1 ? 'it was' : 'they were'} found.</strong>`;
}

/** What a completed job leaves to do. While the actions of its malicious files are not known, nothing is promised. */
function completed(job, letters, actions) {
  const failed = job.ledger.failed > 0 && html` <strong class="v-failed">${counted(job.ledger.failed, 'file')} failed.</strong>`;
  const decide = letters > 0 && html` <a href=${`/dead-letters?job=${encodeURIComponent(job.id)}`}>${counted(letters, 'dead letter')}</a> ${letters === 1 ? 'waits' : 'wait'} for a decision.`;
  const left = leftWhereFound(job, actions);
  if (failed || decide || left) return html`${left}${failed}${decide}`;
  return job.ledger.malicious > 0 && actions === null ? '' : ' Nothing is missing.';
}

function done(job, letters, actions) {
  if (isFinished(job)) {
    const word = { completed: 'Completed', incomplete: 'Incomplete', cancelled: 'Cancelled' }[job.status] ?? job.status;
    return { state: 'done', text: html`${word} at <${At} at=${endOf(job)} />, after ${job.seconds === 0 ? 'less than 1 s' : duration(job.seconds)}.${job.at.firstFinished !== null && html` Actions were tried again until <${At} at=${job.at.finished} />.`}${job.status === 'completed' ? completed(job, letters, actions) : job.status === 'incomplete' && job.reason ? html` ${shown(sentence(job.reason))}` : ''}` };
  }
  if (job.status === 'cancelled') return { state: 'next', text: 'It ends when the files at the scanner have ended.' };
  const why = shortcomings(job);
  if (why.length > 0) return { state: 'next', text: html`It ends <em>incomplete</em>: ${shown(why.join('; '))}.` };
  if (isOpen(job)) return { state: 'next', text: 'It ends when 60 s have passed without work, and opens again when a file arrives.' };
  return { state: 'next', text: 'It ends when every file is settled and every action has ended.' };
}

/** A reason of the core as a sentence. */
export const sentence = (reason) => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.!?]$/.test(reason) ? '' : '.'}`;

/** For <Phases>; a job that nobody announced has no listing. */
export function phasesOf(job, { held, actions, letters = 0 }) {
  return [
    job.announced && { name: 'Listing', ...listing(job) },
    { name: 'Scanning', ...scanning(job, held) },
    { name: 'Acting', failed: actionsLeft(actions) > 0, ...acting(job, actions) },
    { name: 'Done', ...done(job, letters, actions) },
  ].filter(Boolean);
}
