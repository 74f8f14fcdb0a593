// Keyboard shortcuts. Single keys rest while a field has the focus, and can be switched off (WCAG 2.1.4).

import { useEffect, useRef } from '../lib/preact.js';
import { navigate } from './router.js';
import { keep, kept } from './kept.js';

const PAGES = { o: '/', c: '/connectors', j: '/jobs', r: '/results', d: '/dead-letters', s: '/settings' };
const SEQUENCE_MS = 1500;

let gAt = -Infinity;
const handlers = [];

export const keysOn = () => kept('keys', true);
export const setKeysOn = (on) => keep('keys', on);

/**
 * While the component is shown: `keys` maps a key (`j`, `ArrowDown`, `[`) to what it does. Of two components that know
 * a key, the one that was shown later gets it.
 */
export function useKeys(keys) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    handlers.push(latest);
    return () => handlers.splice(handlers.indexOf(latest), 1);
  }, []);
}

const inField = (target) => target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const single = event.key.length === 1;
  if (event.key !== 'Escape' && (inField(event.target) || (single && !keysOn()))) return;
  if (document.querySelector('[role="alertdialog"]')) return; // the dialog has its own keys
  if (performance.now() - gAt < SEQUENCE_MS && PAGES[event.key]) {
    gAt = -Infinity;
    event.preventDefault();
    navigate(PAGES[event.key]);
    return;
  }
  gAt = event.key === 'g' ? performance.now() : -Infinity;
  for (const { current: keys } of [...handlers].reverse()) {
    if (keys[event.key]) {
      if (keys[event.key](event) !== false) event.preventDefault();
      return;
    }
  }
});
