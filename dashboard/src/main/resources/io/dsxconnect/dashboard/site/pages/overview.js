import { html } from '../lib/preact.js';
import { useLocation, withQuery } from '../base/router.js';
import { useNow } from '../base/data.js';
import { memo } from '../base/memo.js';
import { useStore } from '../base/store.js';
import { meta } from '../base/meta.js';
import { today } from '../base/format.js';
import { PageHead } from '../components/shell.js';
import { Icon } from '../components/icon.js';
import { useConnectorNames } from '../base/connector-names.js';
import { Attention } from './overview-attention.js';
import { Counters } from './overview-counters.js';
import { Throughput } from './overview-throughput.js';
import { Stages } from './overview-stages.js';
import { RunningJobs } from './overview-jobs.js';
import { Findings, Found } from './overview-found.js';
import { useAttention, useDay, useFigures, useHour, useRunning } from './overview-data.js';

// Jobs change twice a second; what does not follow them is drawn only when its own figures change.
const QuietThroughput = memo(Throughput);
const QuietStages = memo(Stages);
const QuietFound = memo(Found);
const QuietFindings = memo(Findings);

export function Overview() {
  const { query } = useLocation();
  const range = query.get('range') === 'day' ? 'day' : 'hour';
  const unit = query.get('unit') === 'bytes' ? 'bytes' : 'files';
  const attention = useAttention();
  const hour = useHour();
  const day = useDay(hour.value);
  const figures = useFigures();
  const running = useRunning();
  const names = useConnectorNames();
  return html`<${PageHead} title="Overview" sub=${html`<${Now} />`}>
      <nav class="seg" aria-label="Range of the chart">
        <a href=${withQuery({ range: null }, query)} aria-current=${range === 'hour' ? 'true' : null}>Last hour</a>
        <a href=${withQuery({ range: 'day' }, query)} aria-current=${range === 'day' ? 'true' : null}>24 hours</a>
      </nav>
    </${PageHead}>
    <div class="grid">
      <${Trial} />
      <${Attention} data=${attention} jobs=${running} figures=${figures} />
      <${Counters} hour=${hour} day=${day} figures=${figures} attention=${attention} jobs=${running} />
      <${QuietThroughput} hour=${hour} day=${day} range=${range} unit=${unit} attention=${attention} names=${names} />
      <${QuietStages} hour=${hour} />
      <${RunningJobs} data=${running} names=${names} />
      <${QuietFound} day=${day} figures=${figures} /><${QuietFindings} day=${day} figures=${figures} />
    </div>`;
}

function Now() {
  const now = useNow(1000);
  return html`<time class="hide-sm" datetime=${new Date(now * 1000).toISOString()}>${today(now)}</time>`;
}

/** On a trial, the way to the page that explains it. */
function Trial() {
  const trial = useStore(meta, (value) => value.trial);
  return trial && html`<p class="card calm trial"><${Icon} name="info" className="i-lg" />
    <span><b>This is a trial with a sample folder.</b> What happened to it, what each outcome means, and what to try next.</span>
    <a class="btn btn-sm" href="/first-run">Read it<${Icon} name="right" /></a></p>`;
}
