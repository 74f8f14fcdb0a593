import { html } from '../lib/preact.js';
import { clock, count, counted, day, exact } from '../base/format.js';
import { shown, shownText } from '../components/path.js';
import { endOf, resultsPath } from './job-model.js';
import { leftOutParts, sentence, shortcomings } from './job-phases.js';

const iso = (seconds) => new Date(seconds * 1000).toISOString();

const STARTERS = { dashboard: 'in the dashboard', 'command line': 'on the command line' };

/** Who asked for the full scan, as far as the request said so. */
const startedBy = (job) => (job.asked.by === null ? '' : ` ${STARTERS[job.asked.by] ?? `by ${shownText(job.asked.by)}`}`);

/** The request for a full scan, with what its connector was set up to list then, as far as the job keeps it. */
function requested(job) {
  const { asset, filter, limit } = job.asked;
  const known = asset !== null || filter !== null || limit !== null;
  return html`Full scan requested${startedBy(job)}${known && html`: ${asset === null ? 'everything' : html`<code>${shown(asset)}</code>`}, ${filter === null ? 'no filter' : html`filter <code>${shown(filter)}</code>`}${limit !== null && `, at most ${counted(limit, 'file')}`}`}`;
}

/** What is known of the job's life, in order: `{at, text, bad}`. */
function eventsOf(job) {
  const { at } = job;
  const ended = { completed: 'Completed', cancelled: 'Cancelled', incomplete: 'Ended incomplete' }[job.status];
  const events = [
    { at: at.announced ?? at.started, text: job.announced ? requested(job) : 'The first file was offered' },
    job.announced && at.firstAccepted !== null && { at: at.firstAccepted, text: 'The first file arrived' },
    at.firstScan !== null && { at: at.firstScan, text: 'The first file was taken to the scanner' },
    job.announced && at.listed !== null && {
      at: at.listed,
      bad: job.listing.errors > 0,
      text: `Listing ended: ${counted(job.listing.announced ?? job.ledger.accepted, 'file')}${job.listing.errors > 0 ? `, ${count(job.listing.errors)} could not be listed` : ''}`,
    },
    job.listing.coreAway !== null && { at: job.listing.coreAway, bad: !job.listing.repeats, text: `dsx-connect was not available during the listing${job.listing.repeats ? '; the connector offered the files again' : ''}` },
    at.lastOutcome !== null && { at: at.lastOutcome, text: endOf(job) !== null ? 'The last file was settled' : 'The newest outcome' },
    endOf(job) !== null && { at: endOf(job), bad: job.status === 'incomplete', text: ended ?? 'Ended' },
    at.actionsRetried !== null && { at: at.actionsRetried, text: 'Failed or unconfirmed actions were tried again' },
    at.firstFinished !== null && at.finished !== null && { at: at.finished, text: 'The actions that were tried again ended' },
  ].filter(Boolean);
  return events.map((event, i) => ({ ...event, i })).sort((a, b) => a.at - b.at || a.i - b.i);
}

/** The card "What happened". `letters`: number of its dead letters, null unknown. */
export function Trail({ job, letters }) {
  const old = Date.now() / 1000 - (job.at.started ?? 0) > 20 * 3600;
  const time = (seconds) => (old ? `${day(seconds)} ${clock(seconds)}` : clock(seconds));
  return html`<section class="card c-4" aria-labelledby="tr-h">
    <div class="card-head"><h2 id="tr-h">What happened</h2></div>
    <div class="card-body"><ol class=${`trail ${old ? 'days' : ''}`}>${eventsOf(job).map((event) => html`<li>
      <time datetime=${iso(event.at)} title=${exact(event.at)}>${time(event.at)}</time><span class=${`pip ${event.bad ? 'bad' : ''}`}></span><span>${event.text}</span></li>`)}</ol></div>
    <div class="card-foot"><a href=${resultsPath(job.id)}>Results</a>
      ${job.ledger.malicious > 0 && html`<a href=${resultsPath(job.id, 'malicious')}>${count(job.ledger.malicious)} malicious</a>`}
      ${letters > 0 && html`<a href=${`/dead-letters?job=${encodeURIComponent(job.id)}`}>${counted(letters, 'dead letter')}</a>`}</div>
  </section>`;
}

/** What makes the job incomplete: the listing's errors with samples, refused requests; with the files left out. */
export function Missing({ job }) {
  const { listing } = job;
  const why = job.status === 'incomplete' && job.reason ? sentence(job.reason) : shortcomings(job).map(sentence).join(' ');
  const left = leftOutParts(listing.leftOut);
  if (!why) return null;
  const samples = listing.samples.length > 0 && html`<details class="samples"><summary>${listing.samples.length < listing.errors ? `${count(listing.samples.length)} of ${counted(listing.errors, 'listing error')}` : counted(listing.samples.length, 'listing error')}</summary>
    <ul>${listing.samples.map((sample) => html`<li class="mono">${shown(sample)}</li>`)}</ul></details>`;
  const leftText = left.length > 0 && `Left out on purpose, and in no ledger: ${left.join(', ')}.`;
  return html`<div class="callout warn"><svg class="i" aria-hidden="true"><use href="#i-v-unscanned" /></svg>
    <strong>${job.status === 'incomplete' ? 'Not every file was seen' : 'This job is going to end incomplete'}</strong>
    <p>${shown(why)}</p>
    ${listing.refusedReason && html`<p>The first refused request: ${shown(listing.refusedReason)}</p>`}
    ${leftText && html`<p>${leftText}</p>`}
    ${samples}</div>`;
}
