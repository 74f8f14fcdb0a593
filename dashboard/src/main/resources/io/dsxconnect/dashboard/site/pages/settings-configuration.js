import { html, useState } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData } from '../base/data.js';
import { count, counted } from '../base/format.js';
import { setQuery, useLocation } from '../base/router.js';
import { copyText } from '../components/copy.js';
import { Icon } from '../components/icon.js';
import { Choice } from '../components/menu.js';
import { shown } from '../components/path.js';
import { Loaded } from '../components/states.js';
import { say } from '../components/toast.js';

const SOURCES = {
  environment: { look: 'from-env', word: 'environment' },
  file: { look: 'from-file', word: 'file' },
  set_here: { look: 'from-run', word: 'set here' },
  default: { look: 'from-default', word: 'default' },
};

/** Every setting of the core, with its value and where that comes from. */
export function Configuration({ id }) {
  const data = useData((signal) => get('/config/effective', {}, signal), []);
  return html`<section class="card" id=${id} aria-labelledby="effective-head">
    <${Loaded} data=${data} what="The configuration">${({ values }) => html`<${Values} values=${values} />`}</${Loaded}>
  </section>`;
}

function Values({ values }) {
  const { query } = useLocation();
  const source = query.get('source');
  const [text, setText] = useState('');
  const all = query.get('all') === '1' || Boolean(source) || text !== '';
  const list = values.filter((value) => (!source || value.source === source) && (all || value.source !== 'default') && matches(value, text));
  const copy = async () => {
    const lines = values.filter((value) => value.source !== 'default').map((value) => `${value.name}=${value.value ?? ''}  # ${value.source}`);
    if (await copyText(lines.join('\n'))) say('The settings are copied', 'Those that differ from their default; secrets are masked.');
  };
  return html`<div class="card-head"><h2 id="effective-head">Configuration in force</h2><span class="note">secrets are never shown</span>
      <div class="acts"><${Choice} name="Show" any="all sources" value=${source} options=${Object.entries(SOURCES).map(([value, { word }]) => ({ value, label: word }))} onChange=${(next) => setQuery({ source: next })} />
      <button class="btn" type="button" onClick=${copy}><${Icon} name="copy" />Copy for support</button></div></div>
    <div class="tools"><form class="search" role="search" onSubmit=${(event) => event.preventDefault()}><label class="sr" for="setting">Find a setting</label><${Icon} name="search" /><input id="setting" type="search" placeholder="Find a setting" value=${text} onInput=${(event) => setText(event.target.value)} /></form></div>
    <div class="scroll" role="region" aria-label="Settings and their sources" tabindex="0"><table class="table plain cardy"><caption class="sr">Settings with their values and sources</caption>
      <thead><tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">From</th></tr></thead>
      <tbody>${list.map((value) => html`<tr key=${value.name}>
        <td class="wide"><span class="mono setting">${value.name}</span><span class="sub">${value.help}</span></td>
        <td class="two">${worded(value)}</td>
        <td class="shrink end"><span class=${`source ${SOURCES[value.source]?.look ?? ''}`}>${SOURCES[value.source]?.word ?? value.source}</span></td></tr>`)}</tbody>
    </table></div>
    ${list.length === 0 && html`<p class="card-body muted">${text ? 'No setting matches.' : 'Every setting has its default.'}</p>`}
    <div class="card-foot"><span>${count(list.length)} of ${counted(values.length, 'setting')}${all ? '' : ': those that differ from their default'}</span>
      ${!source && !text && html`<span class="acts"><button class="btn btn-sm btn-quiet" type="button" onClick=${() => setQuery({ all: all ? null : 1 })}>${all ? 'Show what was set' : `Show all ${count(values.length)}`}</button></span>`}</div>`;
}

function worded({ value, secret, unit }) {
  if (secret) return html`<span class="quiet">${value ? 'set, not shown' : 'not set'}</span>`;
  if (value === null || value === '') return html`<span class="z">not set</span>`;
  return html`<span class="mono">${shown(value)}</span>${unit ? ` ${unit}` : ''}`;
}

const matches = (value, text) => text === '' || `${value.name} ${value.help} ${value.section}`.toLowerCase().includes(text.toLowerCase());
