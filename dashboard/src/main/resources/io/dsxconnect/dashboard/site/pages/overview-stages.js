import { html } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData } from '../base/data.js';
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

const WORKERS_EVERY_MS = 10_000;

const known = (value) => value !== null && value !== undefined;

/** What waits in each stage, since when, and how much of it is in work. Changes with the live status. */
export function Stages({ hour }) {
  const stages = useStore(live, (value) => value.status?.stages ?? null);
  const less = stages?.some((stage) => fell(stage, hour.value, Infinity)) === true;
  const workers = useData((signal) => (less ? get('/workers', {}, signal) : Promise.resolve(null)), [less], { when: (message) => less && message.type === 'status', every: WORKERS_EVERY_MS });
  return html`<section class="card c-5" aria-labelledby="st-h">
    <div class="card-head"><h2 id="st-h">Stages</h2><span class="note">waiting, the last hour</span></div>
    ${stages === null ? html`<${Skeleton} lines=${4} />` : html`<div class="scroll"><table class="table plain cardy stages"><caption class="sr">Stages: what waits, and what is in work</caption>
      <thead><tr><th scope="col">Stage</th><th scope="col" class="hide-sm">Last hour</th><th scope="col" class="n">Waiting</th><th scope="col" class="n">In work</th></tr></thead>
      <tbody>${stages.map((stage) => html`<${Stage} key=${stage.queue} stage=${stage} hour=${hour.value} most=${mostOf(workers.value, stage)} />`)}</tbody></table></div>`}
  </section>`;
}

/** The limit that the live workers of a stage may reach together; 0 while it is not known. */
const mostOf = (answer, stage) => (answer?.workers ?? []).filter((worker) => worker.queue === stage.queue).reduce((sum, worker) => sum + (worker.limit_max ?? 0), 0);

/** What the limit fell from within the hour, as far as the workers of now can reach it: one that left is no fall. Else null. */
export function fell(stage, hour, most) {
  const highest = Math.min(most, peak(pick(hour, 'dsx_worker_limit', { queue: stage.queue })));
  return stage.limit > 0 && highest > stage.limit ? highest : null;
}

function Stage({ stage, hour, most }) {
  const backlog = fromStart(averaged(pick(hour, 'dsx_queue_backlog', { queue: stage.queue }), SPARK_POINTS));
  const from = fell(stage, hour, most);
  return html`<tr>
    <td class="wide" title=${stage.queue}><span class="who ink">${WORDS[stage.queue] ?? stage.queue}</span></td>
    <td class="hide-sm"><${Spark} values=${backlog} /></td>
    <td class="n" data-l="Waiting">${count(stage.waiting)}<span class="sub">${oldest(stage)}</span></td>
    <td class="n" data-l="In work, of limit">${inWork(stage)}${from !== null && html`<span class="sub">limit fell from ${count(from)}</span>`}</td>
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
