import { html, useState } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData } from '../base/data.js';
import { count, counted, short } from '../base/format.js';
import { live } from '../base/live.js';
import { closeQuery, setQuery, useLocation, withQuery } from '../base/router.js';
import { useStore } from '../base/store.js';
import { Icon } from '../components/icon.js';
import { Choice } from '../components/menu.js';
import { PageHead } from '../components/shell.js';
import { Empty, Loaded } from '../components/states.js';
import { At } from '../components/time.js';
import { shown } from '../components/path.js';
import { discard, replay } from './dead-letter-decisions.js';
import { QUEUES, idOf, jobInText, reasonWords } from './dead-letter-words.js';
import { LetterDrawer } from './dead-letter-drawer.js';
import { JobLink } from './job-link.js';

/** Tasks that were given up, in groups of one queue, reason, connector and job. */
export function DeadLetters() {
  const { query } = useLocation();
  const data = useData((signal) => get('/admin/dead-letter/groups', {}, signal), [], {
    when: (message) => message.type === 'status' && message.dead_letters?.total !== data.value?.total,
    every: 2000,
  });
  return html`<${PageHead} title="Dead letters" sub=${data.value?.total > 0 && `${counted(data.value.total, 'task')} ${data.value.total === 1 ? 'waits' : 'wait'} for a decision`} />
    <${Loaded} data=${data} what="The dead letters">${(value) => html`<${Groups} value=${value} query=${query} reload=${data.reload} />`}</${Loaded}>`;
}

function Groups({ value, query, reload }) {
  const [chosen, setChosen] = useState(() => new Set());
  if (value.total === 0) {
    return html`<div class="card"><${Empty} title="No dead letters" icon="check"><p>A task becomes a dead letter when all of its attempts failed. It stays here until you replay or discard it, 30 days at most; its file is <em>failed</em> in the ledger meanwhile.</p><a class="btn" href="/results?outcome=failed">Show failed files</a></${Empty}></div>`;
  }
  const queue = query.get('queue');
  const connector = query.get('connector');
  const job = query.get('job');
  const groups = value.groups.filter((group) => (!queue || group.queue_type === queue) && (!connector || group.connector_uuid === connector) && (!job || group.job_id === job));
  const selected = groups.filter((group) => chosen.has(idOf(group)));
  const open = value.groups.find((group) => idOf(group) === query.get('open'));
  const toggle = (id) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const done = () => {
    setChosen(new Set());
    reload();
  };
  return html`<div class="grid">
    <${Counters} value=${value} queue=${queue} />
    <section class="card" aria-labelledby="groups-head">
      <div class="tools"><h2 id="groups-head">By reason and job</h2>
        <${Choice} name="Queue" value=${queue} options=${QUEUES.map(({ key, many }) => ({ value: key, label: many }))} onChange=${(next) => setQuery({ queue: next })} />
        <${Choice} name="Connector" value=${connector} any="all" options=${connectorsOf(value.groups)} onChange=${(next) => setQuery({ connector: next })} />
        ${job && html`<a class="field on" href=${withQuery({ job: null }, query)}>Job: <b>${short(job)}</b><${Icon} name="close" /></a>`}
      </div>
      ${selected.length > 0 && html`<${Chosen} groups=${selected} total=${value.total} done=${done} />`}
      <div class="scroll"><table class="table cardy"><caption class="sr">Dead letters by reason, queue, connector and job</caption>
        <thead><tr><th scope="col" class="hide-sm"><span class="sr">Choose</span></th><th scope="col">Reason</th><th scope="col" class="hide-beside">Queue</th><th scope="col" class="n">Tasks</th><th scope="col">Connector and job</th><th scope="col" class="n hide-beside">First</th><th scope="col" class="n hide-md">Last</th></tr></thead>
        <tbody>${groups.map((group) => html`<${Row} key=${idOf(group)} group=${group} query=${query} chosen=${chosen.has(idOf(group))} open=${group === open} toggle=${() => toggle(idOf(group))} />`)}</tbody>
      </table></div>
      ${groups.length === 0 && html`<${Empty} title="No dead letter matches"><p>${counted(value.total, 'dead letter')} do not match the filter.</p><a class="btn" href="/dead-letters">Show all</a></${Empty}>`}
      <div class="card-foot"><span>${counted(groups.length, 'group')}${value.examined < value.total ? `; the oldest ${count(value.examined)} of ${count(value.total)} are grouped` : ''}</span>
        ${groups.length > 1 && html`<span class="acts"><button class="btn btn-sm" type="button" onClick=${() => replay(groups, done)}>Replay all ${count(sumOf(groups))}</button>
          <button class="btn btn-sm btn-warn" type="button" onClick=${() => discard(groups, value.total, done)}>Discard all</button></span>`}</div>
    </section>
  </div>
  ${open && html`<${LetterDrawer} key=${idOf(open)} group=${open} total=${value.total} done=${done} close=${() => closeQuery({ open: null })} />`}`;
}

const sumOf = (groups) => groups.reduce((sum, group) => sum + group.count, 0);

function connectorsOf(groups) {
  const names = new Map(groups.filter((group) => group.connector_uuid).map((group) => [group.connector_uuid, group.connector_name ?? short(group.connector_uuid)]));
  return [...names].map(([value, label]) => ({ value, label: shown(label) })).sort((a, b) => a.value.localeCompare(b.value));
}

function Counters({ value, queue }) {
  const by = useStore(live, (now) => now.status?.dead_letters?.by ?? null); // the groups may have only the oldest
  const of = (key) => by?.[key] ?? sumOf(value.groups.filter((group) => group.queue_type === key));
  const oldest = Math.min(...value.groups.map((group) => group.first_at ?? Infinity));
  return html`<section class="card" aria-label="By queue"><div class="counters">
    <a href="/dead-letters" aria-current=${queue ? null : 'true'}><span class="label">All</span><span class="line"><span class="figure">${count(value.total)}</span></span><span class="foot">${Number.isFinite(oldest) ? html`the oldest <${At} at=${oldest} />, kept 30\u00a0days` : 'kept 30\u00a0days'}</span></a>
    ${QUEUES.map(({ key, many, meaning, icon }) => html`<a href=${`/dead-letters?queue=${key}`} aria-current=${queue === key ? 'true' : null}><span class="label">${icon && html`<${Icon} name=${icon} className="v-malicious" />`}${many}</span><span class="line"><span class="figure">${count(of(key))}</span></span><span class="foot">${meaning}</span></a>`)}
  </div></section>`;
}

function Chosen({ groups, total, done }) {
  const n = sumOf(groups);
  const jobs = new Set(groups.map((group) => group.job_id));
  return html`<div class="live" role="status"><span><b>${count(n)}</b> chosen in ${counted(groups.length, 'group')}${jobs.size === 1 ? `, all of ${jobInText([...jobs][0])}` : ` of ${counted(jobs.size, 'job')}`}</span>
    <span class="acts"><button class="btn btn-sm btn-primary" type="button" onClick=${() => replay(groups, done)}><${Icon} name="replay" />Replay ${count(n)}</button>
    <button class="btn btn-sm btn-warn" type="button" onClick=${() => discard(groups, total, done)}><${Icon} name="trash" />Discard ${count(n)}</button></span></div>`;
}

function Row({ group, query, chosen, open, toggle }) {
  const { title, hint } = reasonWords(group);
  const link = withQuery({ open: idOf(group) }, query);
  return html`<tr aria-selected=${open ? 'true' : null}>
    <td class="shrink hide-sm"><input type="checkbox" aria-label=${`Choose: ${title}, ${jobInText(group.job_id)}`} checked=${chosen} onChange=${toggle} /></td>
    <td class="wide"><a class="row" href=${link}>${title}</a><span class="sub">${hint}</span></td>
    <td class="two nowrap hide-beside" data-l="Queue">${QUEUES.find(({ key }) => key === group.queue_type)?.one ?? group.queue_type}</td>
    <td class="n" data-l="Tasks"><strong>${count(group.count)}</strong></td>
    <td class="two nowrap" data-l="Connector and job">${group.connector_name ? shown(group.connector_name) : html`<span class="z">connector not known</span>`}<span class="sub"><${JobLink} id=${group.job_id} gone=${group.job_gone} /></span></td>
    <td class="n nowrap hide-beside" data-l="First"><${At} at=${group.first_at} /></td>
    <td class="n nowrap hide-md"><${At} at=${group.last_at} /></td>
  </tr>`;
}
