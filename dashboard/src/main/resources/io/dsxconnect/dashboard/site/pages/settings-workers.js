import { html } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData, useNow } from '../base/data.js';
import { age, count, counted, rough } from '../base/format.js';
import { live } from '../base/live.js';
import { useStore } from '../base/store.js';
import { shown } from '../components/path.js';
import { Empty, Loaded } from '../components/states.js';
import { State } from '../components/verdict.js';

const SILENT_AFTER_S = 10; // a worker sends a heartbeat every 2 s

/** The part of its id behind the queue, which has a column: `scan_request_queue-ba77548e-…` -> `ba77548e`. */
const briefOf = ({ id, queue }) => (id.startsWith(`${queue}-`) ? id.slice(queue.length + 1) : id).split('-')[0];

/** The workers that send heartbeats. */
export function Workers({ id }) {
  const data = useData((signal) => get('/workers', {}, signal), [], { when: (message) => message.type === 'status', every: 3000 });
  return html`<section class="card" id=${id} aria-labelledby="workers-head">
    <div class="card-head"><h2 id="workers-head">Workers</h2><span class="note">those that send heartbeats</span></div>
    <${Loaded} data=${data} what="The workers">${({ workers }) => (workers.length === 0 ? html`<${Empty} title="No worker" icon="warn"><p>Nothing is scanned. Start workers: <code>./dsx worker --help</code></p></${Empty}>` : html`<${Table} workers=${workers} />`)}</${Loaded}>
  </section>`;
}

function Table({ workers }) {
  const now = useNow(1000);
  const version = useStore(live, (value) => value.version);
  return html`<div class="scroll" role="region" aria-label="Table of workers" tabindex="0"><table class="table plain cardy"><caption class="sr">Workers</caption>
    <thead><tr><th scope="col">Worker</th><th scope="col">State</th><th scope="col">Queue</th><th scope="col" class="n">In work</th><th scope="col" class="n">Limit</th><th scope="col" class="n">Tasks/s</th><th scope="col" class="hide-md">Version</th><th scope="col" class="n hide-sm">Heartbeat</th></tr></thead>
    <tbody>${workers.map((worker) => {
      const silent = now - worker.last_seen_at > SILENT_AFTER_S;
      return html`<tr key=${worker.id}>
        <td class="two"><span class="ink">${shown(worker.host)}</span><span class="sub">process ${worker.pid} · <span class="mono">${shown(briefOf(worker))}</span></span></td>
        <td class="end nowrap">${silent ? html`<${State} tone="failed" icon="s-gone">Silent</${State}>` : html`<${State} tone="benign" icon="check">${worker.tasks > 0 ? 'Works' : 'Ready'}</${State}>`}</td>
        <td class="wide mono small">${worker.queue}</td>
        <td class="n" data-l="In work">${count(worker.tasks)}</td>
        <td class="n" data-l="Limit">${count(worker.limit)} <span class="sub">${worker.limit_min === worker.limit_max ? 'fixed' : `found, of ${count(worker.limit_max)}`}</span></td>
        <td class="n" data-l="Tasks/s">${rough(worker.rate)}</td>
        <td class="nowrap hide-md mono small"><span class=${version && worker.version !== version ? 'v-unscanned' : ''} title=${version && worker.version !== version ? 'Another version than the API' : null}>${worker.version}</span></td>
        <td class="n nowrap hide-sm">${age(Math.max(0, now - worker.last_seen_at))}</td></tr>`;
    })}</tbody></table></div>
    <div class="card-foot"><span>${counted(workers.length, 'worker')}, ${counted(workers.reduce((sum, worker) => sum + (worker.done ?? 0), 0), 'task')} ended since their start, ${count(workers.reduce((sum, worker) => sum + (worker.failed ?? 0), 0))} failed</span></div>`;
}
