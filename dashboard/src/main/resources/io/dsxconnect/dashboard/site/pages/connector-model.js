// What the page knows of a connector, and how the list is filtered and sorted.

import { useMemo, useRef } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData } from '../base/data.js';
import { connectorChanges, nameOf } from '../base/connector-names.js';
import { toJob } from './job-model.js';
import { useSnapshots, useStatuses } from './job-live.js';

const MAX_JOBS = 1000;

export const STATES = [
  { value: 'ready', label: 'Ready', rank: 3, tone: 'benign', icon: 'check' },
  { value: 'starting', label: 'Starting', rank: 2, tone: 'pending', icon: 'clock' },
  { value: 'silent', label: 'Silent', rank: 1, tone: 'failed', icon: 's-gone' },
  { value: 'failed', label: 'Not ready', rank: 1, tone: 'unscanned', icon: 'warn' },
  { value: 'gone', label: 'Gone', rank: 0, tone: 'failed', icon: 's-gone' },
];
const BY_STATE = new Map(STATES.map((state) => [state.value, state]));

export const stateOf = (entry) => BY_STATE.get(entry.state) ?? BY_STATE.get('starting');
export const idOf = (entry) => entry.connector.uuid ?? entry.connector.url;

/** Whether this server can call it: its routes name a connector by its uuid. */
export const isCallable = (entry) => Boolean(entry.connector.uuid);

export const titleOf = (entry) => nameOf(entry.connector) ?? 'connector';
export const assetOf = (entry) => entry.connector.asset_display_name || entry.connector.asset || null;

/** The filter in force, null for everything. */
export const filterOf = (entry) => entry.connector.filter || null;

const ACTIONS = { nothing: 'Nothing', delete: 'Delete', move: 'Move', tag: 'Tag', movetag: 'Move and tag', 'not implemented': 'Nothing' };

/** Why it is gone, as a sentence. */
export const goneText = (entry) => {
  const reason = entry.gone_reason ?? 'It stopped without unregistering';
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.!?]$/.test(reason) ? '' : '.'}`;
};

/** Why it counts as silent, as a sentence. */
export const silentText = (entry) => (entry.silent_since === null ? 'No worker reaches it. It is tried again every few seconds.' : 'Its heartbeat is overdue. When it stays away, it counts as gone.');

/** What happens to a malicious file: `{word, target, note}`. */
export function actionOf(entry) {
  const { item_action: action, item_action_move_metainfo: target } = entry.connector;
  const moves = action === 'move' || action === 'movetag';
  return {
    word: ACTIONS[action] ?? action ?? 'Not known',
    target: moves && target ? target : null,
    note: action === 'nothing' ? '(report only)' : action === 'not implemented' ? '(it cannot)' : null,
  };
}

const text = (entry) => [titleOf(entry), entry.connector.name, entry.connector.asset, entry.connector.asset_display_name, entry.connector.uuid, entry.connector.url].filter(Boolean).join('\n').toLowerCase();

const collator = new Intl.Collator('en', { numeric: true });

/** The ones that need a person first, then by name. */
export function ordered(entries) {
  return entries
    .map((entry) => ({ entry, rank: stateOf(entry).rank, title: titleOf(entry) }))
    .sort((a, b) => a.rank - b.rank || collator.compare(a.title, b.title) || String(idOf(a.entry)).localeCompare(String(idOf(b.entry))))
    .map(({ entry }) => entry);
}

/** Those that match. */
export function chosen(entries, { q, state }) {
  const wanted = q.trim().toLowerCase();
  return entries.filter((entry) => (!state || (state === 'scanning' ? entry.active_job !== null : entry.state === state)) && (wanted === '' || text(entry).includes(wanted)));
}

/** `4 ready, 1 not ready, 1 gone` */
export function summaryText(entries) {
  const counts = STATES.map((state) => ({ state, n: entries.filter((entry) => stateOf(entry) === state).length })).filter(({ n }) => n > 0);
  return counts.map(({ state, n }) => `${n} ${state.label.toLowerCase()}`).join(', ');
}

/** All connectors with their work. Read again when one comes or goes, and when a job begins or ends. */
export function useConnectors() {
  const statuses = useStatuses();
  const before = useRef(new Map());
  const changes = useRef(null);
  changes.current ??= connectorChanges();
  const when = (message) => changes.current(message) || (message.type === 'pulse' && statuses.changedBy(message));
  const load = async (signal) => {
    const { connectors, icons } = await get('/connectors/summary', {}, signal);
    const entries = connectors.map((entry) => ({ ...entry, image: icons[entry.icon] ?? null }));
    const known = before.current;
    before.current = new Map(entries.map((entry) => [idOf(entry), { entry, text: JSON.stringify(entry) }]));
    // An entry that has not changed stays the same object, so that its card is not drawn again.
    for (const [id, now] of before.current) if (known.get(id)?.text === now.text) now.entry = known.get(id).entry;
    return entries.map((entry) => before.current.get(idOf(entry)).entry);
  };
  return useData(load, [], { when, every: 2000 });
}

/**
 * The active jobs by their id, with the figures of the live messages.
 *
 * @returns {{job: (id: string|null) => object|null, all: object[], reload: () => void}}
 */
export function useActiveJobs() {
  const readAt = useRef(0);
  const statuses = useStatuses();
  const overlay = useSnapshots();
  const load = async (signal) => {
    const began = performance.now();
    const jobs = (await get('/scan/jobs', { status: 'active', limit: MAX_JOBS }, signal)).map(toJob);
    readAt.current = began;
    statuses.read(jobs);
    return jobs;
  };
  const data = useData(load, [], { when: (message) => message.type === 'pulse' && statuses.changedBy(message), every: 2000 });
  const byId = useMemo(() => new Map((data.value ?? []).map((job) => [job.id, job])), [data.value]);
  const job = (id) => (byId.has(id) ? overlay(byId.get(id), readAt.current) : null);
  return { job, all: data.value ?? [], reload: data.reload };
}
