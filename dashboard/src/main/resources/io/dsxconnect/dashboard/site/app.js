import { html, render, useEffect, useRef } from './lib/preact.js';
import './base/theme.js';
import { startLive } from './base/live.js';
import { startMeta } from './base/meta.js';
import { useKeys } from './base/keys.js';
import { navigate, useLocation } from './base/router.js';
import { Shell } from './components/shell.js';
import { Overview } from './pages/overview.js';
import { Connectors } from './pages/connectors.js';
import { Jobs } from './pages/jobs.js';
import { Job } from './pages/job.js';
import { Compare } from './pages/compare.js';
import { Results } from './pages/results.js';
import { DeadLetters } from './pages/dead-letters.js';
import { Settings } from './pages/settings.js';
import { FirstRun } from './pages/first-run.js';
import { Help } from './pages/help.js';
import { NoPage } from './pages/no-page.js';

const PAGES = {
  '/': Overview,
  '/connectors': Connectors,
  '/jobs': Jobs,
  '/jobs/compare': Compare,
  '/results': Results,
  '/dead-letters': DeadLetters,
  '/settings': Settings,
  '/first-run': FirstRun,
  '/help': Help,
};

function App() {
  const { path } = useLocation();
  useKeys({ '?': () => navigate('/help') });
  // A new page is read from its top: the focus goes to its content, but not when the document has just opened.
  const opened = useRef(true);
  useEffect(() => {
    const first = opened.current;
    opened.current = false;
    if (first) return;
    if (document.activeElement === document.body || document.activeElement?.closest('main, .rail')) document.getElementById('main')?.focus({ preventScroll: true });
  }, [path]);
  const Page = PAGES[path] ?? (path.startsWith('/jobs/') && !path.includes('/', 6) ? Job : NoPage);
  return html`<${Shell}><${Page} key=${path} /></${Shell}>`;
}

startLive();
startMeta();
render(html`<${App} />`, document.getElementById('root'));
