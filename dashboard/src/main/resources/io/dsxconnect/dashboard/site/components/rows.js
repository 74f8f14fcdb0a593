import { useRef } from '../lib/preact.js';
import { useKeys } from '../base/keys.js';

const ROW = '[data-row]';
const OWN_KEYS = '.drawer, .menu-box, [tabindex="0"]'; // these scroll or move by the arrows
const INTERACTIVE = 'a, button, input, select, textarea, label, summary';

/**
 * Moves through the rows of a list by `j`, `k` and the arrows, and opens one by a click anywhere on it. The focus is
 * on the first link or button of a row (or on what has `data-open`), so Enter and the middle button do what they do.
 *
 * @param {(id: string) => void} onOpen called when a row is clicked beside its links
 * @returns {{ref: object, row: (id: string, selected?: boolean) => object, focus: (id: string) => boolean}} `ref` for
 *     the element around the rows, `row` the attributes of one (`<tr ...${rows.row(id, open === id)}>`), `focus` puts
 *     the focus on a row, and says whether it is there
 */
export function useRows(onOpen) {
  const ref = useRef(null);
  const last = useRef(null);
  const latest = useRef(onOpen);
  latest.current = onOpen;

  const all = () => [...(ref.current?.querySelectorAll(ROW) ?? [])];

  const focusOn = (element) => {
    if (!element) return false;
    last.current = element.dataset.row;
    (element.querySelector('[data-open]') ?? element.querySelector('a[href], button') ?? element).focus({ preventScroll: true });
    element.scrollIntoView({ block: 'nearest' });
    return true;
  };

  const move = (step) => () => {
    const active = document.activeElement;
    const inside = ref.current?.contains(active);
    if (!inside && active?.closest(OWN_KEYS)) return false;
    const rows = all();
    const here = inside ? active.closest(ROW) : rows.find((element) => element.dataset.row === last.current);
    const at = rows.indexOf(here);
    return focusOn(rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step))]);
  };
  useKeys({ j: move(1), k: move(-1), ArrowDown: move(1), ArrowUp: move(-1) });

  const click = (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.target.closest(INTERACTIVE)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || String(getSelection()) !== '') return;
    const element = event.currentTarget;
    focusOn(element);
    latest.current(element.dataset.row);
  };

  return {
    ref,
    row: (id, selected = false) => ({ 'data-row': id, 'aria-selected': selected ? 'true' : null, onClick: click }),
    focus: (id) => focusOn(all().find((element) => element.dataset.row === String(id))),
  };
}
