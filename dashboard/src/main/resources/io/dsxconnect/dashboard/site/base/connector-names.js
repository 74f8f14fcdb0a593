import { useMemo } from '../lib/preact.js';
import { get } from './api.js';
import { useData } from './data.js';

/** What people call a connector: its display name, else its name. */
export const nameOf = (connector) => connector?.display_name || connector?.name || null;

/**
 * The connectors that the core knows, gone ones too, by their uuid: `{name, state, asset, gone_reason}`.
 * Empty until they are read.
 */
export function useConnectorNames() {
  const data = useData((signal) => get('/connectors/summary', {}, signal), [], { when: (message) => message.type === 'pulse' && message.connectors, every: 5000 });
  return useMemo(
    () => new Map((data.value?.connectors ?? []).map((entry) => [entry.connector.uuid, {
      name: nameOf(entry.connector) ?? entry.connector.uuid,
      state: entry.state,
      asset: entry.connector.asset_display_name || entry.connector.asset || null,
      goneReason: entry.gone_reason ?? null,
    }])),
    [data.value],
  );
}
