import { html } from '../lib/preact.js';
import { useLocation } from '../base/router.js';
import { PageHead } from '../components/shell.js';
import { Empty } from '../components/states.js';
import { shown } from '../components/path.js';

/** For an address that no page has. */
export function NoPage() {
  const { path } = useLocation();
  return html`<${PageHead} title="Page not found" />
    <div class="card"><${Empty} title="There is no page at this address" icon="search"><p><code>${shown(path)}</code></p><a class="btn" href="/">Overview</a></${Empty}></div>`;
}
