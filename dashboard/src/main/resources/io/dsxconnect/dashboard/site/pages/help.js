import { html, useState } from '../lib/preact.js';
import { keysOn, setKeysOn } from '../base/keys.js';
import { PageHead } from '../components/shell.js';
import { OUTCOMES, Verdict } from '../components/verdict.js';

const KEYS = [
  ['Anywhere', [
    [['/'], 'Search'],
    [['g', 'o'], 'Overview'],
    [['g', 'c'], 'Connectors'],
    [['g', 'j'], 'Jobs'],
    [['g', 'r'], 'Results'],
    [['g', 'd'], 'Dead letters'],
    [['g', 's'], 'Settings'],
    [['?'], 'This page'],
  ]],
  ['In a list', [
    [['↓', '↑'], 'Next and previous row, also j and k'],
    [['Enter'], 'Open the row'],
    [['x'], 'Select the row'],
    [['p'], 'Pause and resume the live results'],
  ]],
  ['With something open', [
    [['[', ']'], 'The one before, the one after'],
    [['Esc'], 'Close it and return to its row'],
  ]],
];

const MEANING = {
  benign: 'The scanner read the whole file and found nothing. The only clean verdict.',
  malicious: 'The scanner found a threat.',
  not_scanned: 'There is no verdict on the whole file: access was denied, or the file was gone, incomplete or changed. The record has the reason.',
  non_compliant: 'The file is larger than the limit, or breaks a rule of the scanner.',
  unsupported: 'The scanner does not support the type of the file.',
  unknown: 'The scanner could not judge the file, or its verdict is not one that this version knows.',
  failed: 'All attempts failed. The task is a dead letter until somebody replays or discards it.',
  cancelled: 'The job was cancelled while the file waited.',
  pending: 'The file has no outcome yet.',
};

const FIGURES = [
  ['Ledger', 'Counts every accepted file of a job in exactly one outcome. It balances when the outcomes add up to the accepted files. Anything missing is drawn as a hatched gap.'],
  ['Settled', 'Files that no longer wait, with or without a verdict.'],
  ['No verdict', 'Not scanned, non compliant, unsupported and unknown together. None of these files counts as clean.'],
  ['Throughput', 'Files with an outcome per second, and the bytes that the scanner received.'],
  ['Waiting', 'Tasks in the queues of the four stages, and those in work.'],
  ['Gaps', 'A hatched part of a chart: no figures were recorded then.'],
  ['Sizes', 'In units of 1,024: 1 KB is 1,024 bytes.'],
  ['Times', 'In the time zone of this browser. Point at a time to see it in full.'],
  ['Demo', 'The verdict is the stand-in’s, which finds the EICAR test string only. It is no verdict of a scanner.'],
];

/** Keys, outcomes, and where the figures come from. */
export function Help() {
  const [on, setOn] = useState(keysOn());
  const change = (event) => {
    setKeysOn(event.target.checked);
    setOn(event.target.checked);
  };
  return html`<${PageHead} title="Help" />
    <div class="grid">
      <section class="card c-4 beside" aria-labelledby="keys-head"><div class="card-head"><h2 id="keys-head">Keyboard</h2></div>
        <div class="card-body">${KEYS.map(([where, keys]) => html`<h3 class="keys-of">${where}</h3>
          <dl class="dl keys">${keys.map(([pressed, text]) => html`<dt>${pressed.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${text}</dd>`)}</dl>`)}
        <p><label class="check"><input type="checkbox" checked=${on} onChange=${change} /> Use single-key shortcuts</label></p></div></section>
      <section class="card c-8" aria-labelledby="outcomes-head"><div class="card-head"><h2 id="outcomes-head">Outcomes of a file</h2></div>
        <div class="card-body"><dl class="dl outcomes">${OUTCOMES.map(({ key }) => html`<dt><${Verdict} outcome=${key} /></dt><dd>${MEANING[key]}</dd>`)}</dl></div></section>
      <section class="card c-8" aria-labelledby="figures-head"><div class="card-head"><h2 id="figures-head">Figures</h2></div>
        <div class="card-body">
          <dl class="dl figures-of">${FIGURES.map(([word, text]) => html`<dt>${word}</dt><dd>${text}</dd>`)}</dl>
          <p class="muted">REST clients read the same figures from the <a href="/docs" data-native>API</a>, and Prometheus from <a href="/metrics" data-native>the metrics</a>.</p>
        </div></section>
    </div>`;
}
