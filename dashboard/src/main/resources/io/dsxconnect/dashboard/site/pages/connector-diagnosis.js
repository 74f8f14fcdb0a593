import { html } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData } from '../base/data.js';
import { Icon } from '../components/icon.js';
import { shown } from '../components/path.js';
import { idOf, isCallable } from './connector-model.js';

/** Errors of a call of the core, as the API names them: what they mean, and what to do. */
const FAULTS = [
  [/ConnectError/, { means: 'Nothing answers at its address.', todo: 'See whether it runs, whether DSXCONNECTOR_CONNECTOR_URL names an address that this server reaches, and whether a firewall lies between.' }],
  [/ReadTimeout/, { means: 'It took the call and did not answer in time.', todo: 'See its log and how busy its machine is; a store that hangs makes it hang.' }],
  [/ReadError/, { means: 'The connection broke before it had answered.', todo: 'See its log. A proxy on the way may have a limit.' }],
  [/is registered at|another connector|not the connector/, { means: 'Something else answers at its address.', todo: 'Give each connector an address of its own, and look for a proxy that answers in its place.' }],
];

function fault(error) {
  if (error.status === 404) return { tone: 'bad', means: 'It is not registered now, so this server does not call it.', todo: 'Start it again, or see in its log why it cannot register.', raw: error.message };
  if (error.status === 0) return { tone: 'bad', means: error.message, todo: null, raw: null };
  const known = FAULTS.find(([pattern]) => pattern.test(error.message))?.[1];
  return { tone: 'bad', means: known?.means ?? 'The call failed.', todo: known?.todo ?? 'See the log of the connector and that of this server.', raw: error.message };
}

const CHECKS = [
  {
    key: 'readyz',
    name: 'It answers this server',
    path: '/connectors/readyz/',
    good: () => ({ tone: 'good', means: 'It answers, and says that it is ready.' }),
    bad: (error) => (error.status === 503
      ? { tone: 'warn', means: 'It answers, and says that it is not ready: it has not registered since its start, or its store fails.', todo: 'See the next check. If the store is fine, see whether DSXCONNECTOR_DSX_CONNECT_URL leads to this server.', raw: null }
      : fault(error)),
  },
  {
    key: 'repo_check',
    name: 'It can read its store',
    path: '/connectors/repo_check/',
    good: (answer) => (answer.status === 'error'
      ? { tone: 'bad', means: answer.message, todo: 'See whether the asset exists where the connector runs, whether it is mounted, and whether the connector’s user or key may list and read it.' }
      : { tone: 'good', means: answer.message || 'Its store can be read.' }),
    bad: fault,
  },
  {
    key: 'auth_check',
    name: 'It trusts this server',
    path: '/connectors/auth_check/',
    good: () => ({ tone: 'good', means: 'It accepts the calls of this server.' }),
    bad: (error) => (error.status === 401
      ? { tone: 'bad', means: 'It refuses the signature of this server.', todo: 'Both must have authentication on or off. Restart the connector, so that it gets new keys.', raw: error.message }
      : fault(error)),
  },
];

const ICONS = { good: 'check', warn: 'warn', bad: 'v-failed' };

const ask = (check, entry, signal) => get(`${check.path}${encodeURIComponent(idOf(entry))}`, {}, signal);
const foundBy = (check, data) => (data.error ? check.bad(data.error) : check.good(data.value ?? {}));

function Found({ name, found }) {
  return html`<li class=${`callout ${found.tone}`}><${Icon} name=${ICONS[found.tone]} /><strong>${name}<span class="sr">: ${found.tone === 'good' ? 'yes' : 'no'}</span></strong>
    <div><p>${shown(found.means)}</p>
      ${found.todo && html`<p class="todo"><b>What to do:</b> ${found.todo}</p>`}
      ${found.raw && html`<p class="answer mono">${shown(found.raw)}</p>`}</div></li>`;
}

const Pending = ({ name, text, busy = true }) => html`<li class="callout" aria-busy=${busy}><${Icon} name="v-pending" /><strong>${name}</strong><p>${text}</p></li>`;

function Check({ check, entry, run }) {
  const data = useData((signal) => ask(check, entry, signal), [idOf(entry), run]);
  return data.loading ? html`<${Pending} name=${check.name} text="Asking the connector" />` : html`<${Found} name=${check.name} found=${foundBy(check, data)} />`;
}

const NAMELESS = {
  tone: 'warn',
  means: 'It registered without a uuid, so this server cannot call it: no full scan, preview or configuration. The files that it sends are scanned.',
  todo: 'Give it a uuid that stays the same, and start it again.',
};

/** Asks a connector three things, and says what each answer means and what to do. `run` changes to ask again. */
export function Diagnosis({ entry, run }) {
  return isCallable(entry) ? html`<${Checks} entry=${entry} run=${run} />` : html`<ul class="checks"><${Found} name="It can be called" found=${NAMELESS} /></ul>`;
}

function Checks({ entry, run }) {
  const [first, ...others] = CHECKS;
  const data = useData((signal) => ask(first, entry, signal), [idOf(entry), run]);
  const found = data.loading ? null : foundBy(first, data);
  return html`<ul class="checks" aria-live="polite">
    ${found ? html`<${Found} name=${first.name} found=${found} />` : html`<${Pending} name=${first.name} text="Asking the connector" />`}
    ${others.map((check) => (found === null ? html`<${Pending} name=${check.name} text="Asked next" />`
    : found.tone === 'bad' ? html`<${Pending} name=${check.name} text="Not asked, because it does not answer" busy=${false} />`
    : html`<${Check} key=${check.key} check=${check} entry=${entry} run=${run} />`))}</ul>`;
}
