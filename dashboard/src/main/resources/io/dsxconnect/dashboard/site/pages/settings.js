import { html, useEffect } from '../lib/preact.js';
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

/** What is in force, and from where. */
export function Settings() {
  const { hash } = useLocation();
  const here = PARTS.some(({ id }) => `#${id}` === hash) ? hash.slice(1) : 'effective';
  useEffect(() => {
    if (hash) document.getElementById(here)?.scrollIntoView({ block: 'start' });
  }, [hash]);
  return html`<${PageHead} title="Settings" sub="what is in force, and from where" />
    <div class="split">
      <nav class="subnav" aria-label="Settings">${PARTS.map(({ id, word }) => html`<a href=${`/settings#${id}`} aria-current=${id === here ? 'true' : null}>${word}</a>`)}</nav>
      <div class="stack">${PARTS.map(({ id, Part }) => html`<${Part} key=${id} id=${id} />`)}</div>
    </div>`;
}
