import { html } from '../lib/preact.js';
import { useStore } from '../base/store.js';
import { live } from '../base/live.js';
import { pick, peak } from '../base/series.js';
import { count, duration } from '../base/format.js';
import { Spark } from '../components/chart.js';
import { Skeleton } from '../components/states.js';
import { averaged, fromStart } from './overview-rates.js';

const WORDS = {
  scan_request_queue: 'Scan requests',
  verdict_action_queue: 'Verdict actions',
  scan_result_queue: 'Results',
  scan_result_notification_queue: 'Notifications',
};
const SPARK_POINTS = 6;

const known = (value) => value !== null && value !== undefined;

/** What waits in each stage, since when, and how much of it is in work. Changes with the live status. */
export function Stages({ hour }) {
  const stages = useStore(live, (value) => value.status?.stages ?? null);
  return html`<section class="card c-5" aria-labelledby="st-h">
    <div class="card-head"><h2 id="st-h">Stages</h2><span class="note">waiting, the last hour</span></div>
    ${stages === null ? html`<${Skeleton} lines=${4} />` : html`<div class="scroll"><table class="table plain cardy stages"><caption class="sr">Stages: what waits, and what is in work</caption>
      <thead><tr><th scope="col">Stage</th><th scope="col" class="hide-sm">Last hour</th><th scope="col" class="n">Waiting</th><th scope="col" class="n">In work</th></tr></thead>
      <tbody>${stages.map((stage) => html`<${Stage} key=${stage.queue} stage=${stage} hour=${hour.value} />`)}</tbody></table></div>`}
  </section>`;
}

function Stage({ stage, hour }) {
  const backlog = fromStart(averaged(pick(hour, 'dsx_queue_backlog', { queue: stage.queue }), SPARK_POINTS));
  const limits = pick(hour, 'dsx_worker_limit', { queue: stage.queue });
  const highest = peak(limits);
  return html`<tr>
    <td class="wide" title=${stage.queue}><span class="who ink">${WORDS[stage.queue] ?? stage.queue}</span></td>
    <td class="hide-sm"><${Spark} values=${backlog} /></td>
    <td class="n" data-l="Waiting">${count(stage.waiting)}<span class="sub">${oldest(stage)}</span></td>
    <td class="n" data-l="In work, of limit">${inWork(stage)}${known(stage.limit) && stage.limit > 0 && highest > stage.limit && html`<span class="sub">limit fell from ${count(highest)}</span>`}</td>
  </tr>`;
}

function oldest(stage) {
  if (!stage.waiting) return 'nothing waits';
  return known(stage.oldest_seconds) ? `oldest ${duration(stage.oldest_seconds)}` : 'age not known';
}

function inWork(stage) {
  if (!known(stage.tasks) && !known(stage.limit)) return html`<span class="z">not known</span>`;
  if (!stage.limit) return html`<span class="v v-failed">no worker</span>`;
  return `${count(stage.tasks)} of ${count(stage.limit)}`;
}
