import { html, useState } from '../lib/preact.js';
import { keysOn, setKeysOn } from '../base/keys.js';
import { PageHead } from '../components/shell.js';
import { OUTCOMES, Verdict } from '../components/verdict.js';

const KEYS = [
  [['/'], 'search'],
  [['g', 'o'], 'Overview; then c connectors, j jobs, r results, d dead letters, s settings'],
  [['↓', '↑'], 'next and previous row, also j and k'],
  [['Enter'], 'open the row'],
  [['Esc'], 'close what is open, and return to its row'],
  [['x'], 'choose the row'],
  [['[', ']'], 'the newer, the older one, while one is open'],
  [['p'], 'pause the live results, and go on'],
  [['?'], 'this page'],
];

const MEANING = {
  benign: 'The scanner read the whole file and found nothing. The only clean verdict.',
  malicious: 'The scanner found a threat.',
  not_scanned: 'There is no verdict on the whole file: it was denied, gone, cut or changed. The record has the reason.',
  non_compliant: 'The file is larger than the limit, or breaks a rule of the scanner.',
  unsupported: 'The scanner does not support the type of the file.',
  unknown: 'The scanner could not judge the file, or its verdict is not one that we know.',
  failed: 'All attempts failed. The task is a dead letter.',
  cancelled: 'The job was cancelled while the file waited.',
  pending: 'The file has no outcome yet.',
};

/** Keys, outcomes, and where the figures come from. */
export function Help() {
  const [on, setOn] = useState(keysOn());
  const change = (event) => {
    setKeysOn(event.target.checked);
    setOn(event.target.checked);
  };
  return html`<${PageHead} title="Help" />
    <div class="grid">
      <section class="card c-6" aria-labelledby="keys-head"><div class="card-head"><h2 id="keys-head">Keyboard</h2></div>
        <div class="card-body"><dl class="dl keys">${KEYS.map(([keys, text]) => html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${text}</dd>`)}</dl>
        <p><label class="check"><input type="checkbox" checked=${on} onChange=${change} /> Single keys work</label></p></div></section>
      <section class="card c-6" aria-labelledby="outcomes-head"><div class="card-head"><h2 id="outcomes-head">Outcomes of a file</h2></div>
        <div class="card-body"><dl class="dl outcomes">${OUTCOMES.map(({ key }) => html`<dt><${Verdict} outcome=${key} /></dt><dd>${MEANING[key]}</dd>`)}</dl></div></section>
      <section class="card" aria-labelledby="figures-head"><div class="card-head"><h2 id="figures-head">Figures</h2></div>
        <div class="card-body prose">
          <p>The ledger of a job counts every accepted file in exactly one outcome. It balances when the outcomes add up to the accepted files; anything missing is drawn as a hatched gap.</p>
          <p>No verdict is the sum of not scanned, non compliant, unsupported and unknown. Charts have a point per minute for the last hour and per hour for longer ranges; a hatched part means that nobody recorded figures then. Sizes are in units of 1,024.</p>
          <p>The same figures are in the <a href="/docs" data-native>API</a> and in the <a href="/metrics" data-native>metrics for Prometheus</a>. Times are those of this browser's zone.</p>
        </div></section>
    </div>`;
}
