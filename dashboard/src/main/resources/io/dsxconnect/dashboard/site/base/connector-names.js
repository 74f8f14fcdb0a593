import { useMemo, useRef } from '../lib/preact.js';
import { get } from './api.js';
import { useData } from './data.js';
import { keep, kept } from './kept.js';
import { live } from './live.js';

const MAX_KEPT = 200;

/** What people call a connector: its display name, else its name. */
export const nameOf = (connector) => connector?.display_name || connector?.name || null;

/** The names that this browser has seen, also of connectors that unregistered since, which the core forgets. */
function keptNames() {
  const found = kept('connector.names', []);
  return Array.isArray(found) ? found.filter((entry) => Array.isArray(entry) && entry.length === 2).map(([uuid, name]) => [String(uuid), String(name)]) : [];
}

function keepNames(names) {
  const others = keptNames().filter(([uuid]) => !names.has(uuid));
  const next = [...[...names].map(([uuid, { name }]) => [uuid, name]), ...others].slice(0, MAX_KEPT);
  if (JSON.stringify(next) !== JSON.stringify(keptNames())) keep('connector.names', next);
}

/**
 * Says whether a live message changes what is known of connectors: one comes or goes, or the state of one is another.
 * Each reader has its own. The first status message is a change unless `status`, the last one before, says the same.
 */
export function connectorChanges(status = live.get().status) {
  let known = JSON.stringify(status?.connectors ?? null);
  return (message) => {
    if (message.type !== 'status') return message.type === 'pulse' && message.connectors === true;
    const before = known;
    known = JSON.stringify(message.connectors ?? null);
    return before !== known;
  };
}

/** The short list of the connectors; read again within a second of a change. */
export function useConnectorList() {
  const changes = useRef(null);
  changes.current ??= connectorChanges();
  return useData(async (signal) => (await get('/connectors/names', {}, signal)).connectors, [], { when: changes.current });
}

/**
 * The connectors by their uuid: `{name, state, setAside}`, with state `ready`, `starting`, `failed`, `silent`, `gone`, or
 * `unregistered` for one that only this browser remembers; null until they are read. `setAside`: it does not answer, and
 * its files wait.
 */
export function useConnectorNames() {
  const data = useConnectorList();
  return useMemo(() => {
    const registered = (data.value ?? []).filter((connector) => connector.uuid);
    const names = new Map(registered.map((connector) => [connector.uuid, { name: nameOf(connector) ?? connector.uuid, state: connector.state, setAside: connector.set_aside }]));
    if (data.value) keepNames(names);
    for (const [uuid, name] of keptNames()) if (!names.has(uuid)) names.set(uuid, { name, state: data.value ? 'unregistered' : null, setAside: false });
    return names;
  }, [data.value]);
}
