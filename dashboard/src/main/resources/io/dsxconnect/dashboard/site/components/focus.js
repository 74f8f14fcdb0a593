import { useEffect, useState } from '../lib/preact.js';

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex="0"]';

/** Where a drawer lies over the page instead of beside its list; the style has the same width. */
const OVER = matchMedia('(max-width: 79.99rem)');

/** Whether a drawer lies over the page. */
export function useIsOver() {
  const [over, setOver] = useState(OVER.matches);
  useEffect(() => {
    const changed = () => setOver(OVER.matches);
    OVER.addEventListener('change', changed);
    return () => OVER.removeEventListener('change', changed);
  }, []);
  return over;
}

const boxes = []; // that are shown; only the last keeps the focus

const within = (element) => [...(element?.querySelectorAll(FOCUSABLE) ?? [])].filter((each) => each.offsetParent !== null);

/** What Tab leads to instead of its usual next element; null when that is right. Behind the box come the toasts, which lie over it. */
function nextInstead(box, step, toasts) {
  const inside = within(box);
  const all = [...inside, ...toasts];
  if (all.length === 0) return box;
  const at = all.indexOf(document.activeElement);
  if (at < 0) return step > 0 ? all[0] : all.at(-1);
  const next = (at + step + all.length) % all.length;
  const wraps = next !== at + step;
  return wraps || (at < inside.length) !== (next < inside.length) ? all[next] : null;
}

/**
 * Puts the focus into an element while it is shown, and back to what had it before. `trap` keeps Tab inside: always, or where the
 * element lies over the page (`over`), because the focus must not go behind it.
 */
export function useFocusInside(ref, { trap = false, first = null } = {}) {
  useEffect(() => {
    const before = document.activeElement;
    const box = ref.current;
    const traps = () => boxes.at(-1) === box && (trap === true || (trap === 'over' && OVER.matches));
    (box.querySelector(first ?? '[data-first]') ?? box.querySelector(FOCUSABLE) ?? box).focus({ preventScroll: true });
    const keep = (event) => {
      if (event.key !== 'Tab' || !traps()) return;
      const next = nextInstead(box, event.shiftKey ? -1 : 1, trap === 'over' ? within(document.querySelector('.toasts')) : []);
      if (next === null) return;
      event.preventDefault();
      next.focus();
    };
    const enter = () => traps() && !box.contains(document.activeElement) && box.focus({ preventScroll: true });
    if (trap) boxes.push(box);
    document.addEventListener('keydown', keep);
    OVER.addEventListener('change', enter);
    return () => {
      if (trap) boxes.splice(boxes.indexOf(box), 1);
      document.removeEventListener('keydown', keep);
      OVER.removeEventListener('change', enter);
      // Who closed it may have put the focus elsewhere already.
      const free = document.activeElement === null || document.activeElement === document.body || box.contains(document.activeElement);
      if (free && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
}
