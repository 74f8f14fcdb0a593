import { useMemo } from '../lib/preact.js';
import { get } from './api.js';
import { useData } from './data.js';
import { keep, kept } from './kept.js';

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
 * The connectors by their uuid: `{name, state, setAside}`, with state `ready`, `starting`, `failed`, `silent`, `gone`, or `unregistered` for
 * one that only this browser remembers; null until they are read. `setAside`: it does
 * not answer, and its files wait.
 */
export function useConnectorNames() {
  const data = useData((signal) => get('/connectors/summary', {}, signal), [], { when: (message) => message.type === 'pulse' && message.connectors, every: 5000 });
  return useMemo(() => {
    const names = new Map((data.value?.connectors ?? []).map(({ connector, state, set_aside: setAside }) => [connector.uuid, { name: nameOf(connector) ?? connector.uuid, state, setAside: setAside === true }]));
    if (data.value) keepNames(names);
    for (const [uuid, name] of keptNames()) if (!names.has(uuid)) names.set(uuid, { name, state: data.value ? 'unregistered' : null, setAside: false });
    return names;
  }, [data.value]);
}
