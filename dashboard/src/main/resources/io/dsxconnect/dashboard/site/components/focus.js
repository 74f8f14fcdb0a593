import { useEffect } from '../lib/preact.js';

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]';

const COVERED = matchMedia('(max-width: 48rem)'); // where a drawer leaves next to nothing of the page

/**
 * Puts the focus into an element while it is shown, and back to what had it before. `trap` keeps Tab inside; `covered` does so
 * where the element covers the page, because the focus must not go behind it.
 */
export function useFocusInside(ref, { trap = false, first = null } = {}) {
  useEffect(() => {
    const before = document.activeElement;
    const box = ref.current;
    (box.querySelector(first ?? '[data-first]') ?? box.querySelector(FOCUSABLE) ?? box).focus({ preventScroll: true });
    const keep = (event) => {
      if (event.key !== 'Tab' || (trap === 'covered' && !COVERED.matches)) return;
      const all = [...box.querySelectorAll(FOCUSABLE)].filter((element) => element.offsetParent !== null);
      const [head, tail] = [all[0], all.at(-1)];
      if (event.shiftKey && document.activeElement === head) {
        event.preventDefault();
        tail.focus();
      } else if (!event.shiftKey && document.activeElement === tail) {
        event.preventDefault();
        head.focus();
      }
    };
    if (trap) box.addEventListener('keydown', keep);
    return () => {
      box.removeEventListener('keydown', keep);
      // Who closed it may have put the focus elsewhere already.
      const free = document.activeElement === null || document.activeElement === document.body || box.contains(document.activeElement);
      if (free && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
}
