import { html, useState } from '../lib/preact.js';
import { ApiError, get, put } from '../base/api.js';
import { useData } from '../base/data.js';
import { count, duration } from '../base/format.js';
import { last, pick } from '../base/series.js';
import { Spark } from '../components/chart.js';
import { confirm } from '../components/dialog.js';
import { Facts } from '../components/drawer.js';
import { Icon } from '../components/icon.js';
import { shown } from '../components/path.js';
import { Loaded } from '../components/states.js';
import { Ago } from '../components/time.js';
import { say, sayFailed } from '../components/toast.js';
import { State } from '../components/verdict.js';
import { fromStart } from './overview-rates.js';

const STATES = {
  ready: { tone: 'ready', icon: 'check', word: 'Answers' },
  busy: { tone: 'busy', icon: 's-busy', word: 'Busy', look: 'warn', title: 'At its limit', text: 'It refuses some requests. Each refused file is sent again, and no attempt is used up.' },
  failing: { tone: 'failed', icon: 'v-failed', word: 'Failing', look: 'bad', title: 'It fails on every file', text: 'It answers, but no file got a verdict in the last minute. A file that fails at each try becomes a dead letter; none counts as benign.' },
  unavailable: { tone: 'failed', icon: 's-gone', word: 'Unavailable', look: 'bad', title: 'The scanner does not answer', text: 'Files wait until it does, and no attempt is used up.' },
  not_configured: { tone: 'failed', icon: 'v-failed', word: 'Not configured', look: 'bad', title: 'No scanner is configured', text: 'Nothing is scanned. Set DSXCONNECT_SCANNER__BASE_URL, for example http://dsxa:5000, and restart.' },
  unknown: { tone: 'pending', icon: 'v-pending', word: 'Not known', look: 'warn', title: 'No scan worker reports', text: 'The state of the scanner comes from the workers of scan_request_queue, and none is there.' },
};

/** The scanner as the workers find it, a test of it, and its address. */
export function Scanner({ id }) {
  const data = useData(
    async (signal) => {
      const now = Math.floor(Date.now() / 1000);
      const [scanner, series] = await Promise.all([get('/scanner', {}, signal), get('/timeseries', { metric: 'dsx_scanner_latency_seconds', from: now - 3600, to: now, step: 60 }, signal)]);
      return { scanner, series };
    },
    [],
    { when: (message) => message.type === 'status', every: 5000 },
  );
  return html`<section class="card" id=${id} aria-labelledby="scanner-head">
    <div class="card-head"><h2 id="scanner-head">Scanner</h2>${data.value?.scanner.address && html`<span class="note mono">${shown(data.value.scanner.address)}</span>`}<div class="acts"><${Test} /></div></div>
    <${Loaded} data=${data} what="The scanner">${({ scanner, series }) => html`<${Found} scanner=${scanner} series=${series} reload=${data.reload} />`}</${Loaded}>
  </section>`;
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;

function Found({ scanner, series, reload }) {
  const state = STATES[scanner.state] ?? STATES.unknown;
  const median = pick(series, 'dsx_scanner_latency_seconds', { quantile: '0.5' });
  const high = pick(series, 'dsx_scanner_latency_seconds', { quantile: '0.95' });
  return html`<div class="card-body stack">
    ${state.look && html`<div class=${`callout ${state.look}`}><${Icon} name=${state.icon} /><strong>${state.title}${scanner.since ? html`, since <${Ago} at=${scanner.since} suffix="" />` : ''}</strong><p>${scanner.reason ? html`${shown(sentence(scanner.reason))} ` : ''}${state.text}</p></div>`}
    ${scanner.demo && html`<div class="callout warn"><${Icon} name="warn" /><strong>This is the stand-in, not a scanner</strong><p>It finds the EICAR test string and nothing else. Its verdicts say nothing about a file.</p></div>`}
    <${Facts} list=${[
      ['State', html`<${State} tone=${state.tone} icon=${state.icon}>${state.word}</${State}>`],
      ['Engine', scanner.engine ? shown(scanner.engine) : html`<span class="z">not known before its first verdict</span>`],
      ['Latency, 1 h', html`<span class="with-spark">${duration(last(median))} median, ${duration(last(high))} for 95 of 100 <${Spark} values=${fromStart(median)} /></span>`],
      ['At once', scanner.limit === null || scanner.limit === undefined ? html`<span class="z">not known</span>` : `${count(scanner.tasks)} of ${count(scanner.limit)} files`],
      ['Files', scanner.files_per_minute === null || scanner.files_per_minute === undefined ? html`<span class="z">not known</span>` : html`${count(scanner.files_per_minute)} in the last minute${scanner.failed_per_minute > 0 ? html`, <b>${count(scanner.failed_per_minute)} of them without a verdict</b>` : ''}`],
      ['Busy answers', scanner.busy_per_minute === null || scanner.busy_per_minute === undefined ? html`<span class="z">not known</span>` : `${count(scanner.busy_per_minute)} in the last minute`],
    ]} />
    <${Address} scanner=${scanner} reload=${reload} />
  </div>`;
}

function Test() {
  const [running, setRunning] = useState(false);
  const test = async () => {
    setRunning(true);
    try {
      const answer = await get('/test/dsxa-connection');
      if (answer.status === 'success') say('The scanner judged a harmless test file', answer.message);
      else sayFailed('The scanner did not judge the test file', new ApiError({ status: 200, message: answer.message }), test);
    } catch (error) {
      sayFailed('The scanner could not be tested', error, test);
    }
    setRunning(false);
  };
  return html`<button class="btn btn-sm" type="button" disabled=${running} onClick=${test}><${Icon} name="shield" />${running ? 'Testing' : 'Test with a harmless file'}</button>`;
}

function Address({ scanner, reload }) {
  const [address, setAddress] = useState(null);
  const [refused, setRefused] = useState(null);
  if (address === null) return html`<p><button class="btn btn-sm" type="button" onClick=${() => setAddress(scanner.address ?? '')}>Change the address</button></p>`;
  const save = async (event) => {
    event.preventDefault();
    setRefused(null);
    const agreed = await confirm({
      title: 'Use another scanner?',
      text: html`All workers send their next files to <code>${address}</code>. Files in work end at the present one.`,
      safe: 'Keep the present one',
      go: 'Use it',
    });
    if (!agreed) return;
    try {
      await put('/config', { scan_binary_url: address });
      say('The scanner is changed', 'It is kept in Redis for all workers, also after a restart.');
      setAddress(null);
      reload();
    } catch (error) {
      setRefused(error.message);
    }
  };
  return html`<form class="form" onSubmit=${save}><div class="row"><label for="scanner-url">Address of the scanner</label>
    <input class="input mono" id="scanner-url" value=${address} maxlength="2000" onInput=${(event) => setAddress(event.target.value)} aria-invalid=${refused ? 'true' : null} aria-describedby=${refused ? 'scanner-url-refused' : null} />
    ${refused && html`<p class="err" id="scanner-url-refused" role="alert"><${Icon} name="v-failed" /><span>${refused}</span></p>`}
    <p class="help">For example http://dsxa:5000/scan/binary/v2. While operators are off, this needs DSXCONNECT_ALLOW_OPEN_CONFIG=true.</p></div>
    <p class="demo"><button class="btn btn-primary" type="submit">Use this scanner</button> <button class="btn" type="button" onClick=${() => setAddress(null)}>Cancel</button></p></form>`;
}
