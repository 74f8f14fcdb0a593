// Rows of a table by the keyboard. Each row has one main link or button with the class `row`, which Enter opens.

import { useRef } from '../lib/preact.js';
import { useKeys } from '../base/keys.js';

const mains = (body) => [...(body?.querySelectorAll('tr .row, li .row') ?? [])];

/**
 * `j` and `k`, and the arrows while a row has the focus, move the focus from row to row; `more` adds keys that get
 * the number of the row with the focus.
 *
 * @param {Record<string, (row: number) => void>} more for example `{x: (row) => ...}`
 * @returns a ref for the `<tbody>` or list
 */
export function useRows(more = {}) {
  const body = useRef(null);
  const current = () => mains(body.current).findIndex((main) => main.closest('tr, li').contains(document.activeElement));

  const move = (by, onlyFromRow) => () => {
    const rows = mains(body.current);
    const at = current();
    if (rows.length === 0 || (onlyFromRow && at < 0)) return false;
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
    rows[next].focus();
    rows[next].closest('tr, li').scrollIntoView({ block: 'nearest' });
    return true;
  };

  const keys = { j: move(1, false), k: move(-1, false), ArrowDown: move(1, true), ArrowUp: move(-1, true) };
  for (const [key, run] of Object.entries(more)) {
    keys[key] = () => {
      const at = current();
      if (at < 0) return false;
      run(at);
      return true;
    };
  }
  useKeys(keys);
  return body;
}
