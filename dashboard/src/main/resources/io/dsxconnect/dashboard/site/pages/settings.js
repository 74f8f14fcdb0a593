import { html, useEffect, useRef } from '../lib/preact.js';
import { useLocation } from '../base/router.js';
import { PageHead } from '../components/shell.js';
import { About } from './settings-about.js';
import { Configuration } from './settings-configuration.js';
import { Operators } from './settings-operators.js';
import { Scanner } from './settings-scanner.js';
import { Workers } from './settings-workers.js';

const PARTS = [
  { id: 'effective', word: 'Configuration', Part: Configuration },
  { id: 'scanner', word: 'Scanner', Part: Scanner },
  { id: 'workers', word: 'Workers', Part: Workers },
  { id: 'operators', word: 'Operators, audit log', Part: Operators },
  { id: 'about', word: 'About', Part: About },
];

const BY_HAND = ['wheel', 'touchstart', 'pointerdown', 'keydown'];

/** Keeps a part at the top of the screen while those above it still grow, until the reader moves. Returns how to stop. */
function stayAt(part, parts) {
  const stops = new AbortController();
  const growing = new ResizeObserver(() => part.scrollIntoView({ block: 'start' }));
  growing.observe(parts);
  stops.signal.addEventListener('abort', () => growing.disconnect());
  for (const event of BY_HAND) addEventListener(event, () => stops.abort(), { signal: stops.signal, passive: true });
  return () => stops.abort();
}

/** What is in force, and from where. */
export function Settings() {
  const { hash } = useLocation();
  const here = PARTS.some(({ id }) => `#${id}` === hash) ? hash.slice(1) : 'effective';
  const parts = useRef(null);
  useEffect(() => (hash ? stayAt(document.getElementById(here), parts.current) : undefined), [hash]);
  return html`<${PageHead} title="Settings" sub="what is in force, and from where" />
    <div class="split">
      <nav class="subnav" aria-label="Settings">${PARTS.map(({ id, word }) => html`<a href=${`/settings#${id}`} aria-current=${id === here ? 'true' : null}>${word}</a>`)}</nav>
      <div class="stack" ref=${parts}>${PARTS.map(({ id, Part }) => html`<${Part} key=${id} id=${id} />`)}</div>
    </div>`;
}
