import { html } from '../lib/preact.js';
import { Icon } from './icon.js';
import { shown, shownText } from './path.js';

const SOURCES = { environment: 'from the environment', file: 'from a file', default: 'default', set_here: 'set here' };
const SECRET = 'Write-only: what is stored is never shown.';

const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);
const plain = (value) => (value === null || value === undefined ? '' : String(value));

/** What a value is called: the label of a choice, `on` and `off`, else itself. */
function called(field, value) {
  if (field.type === 'boolean') return value === true || value === 'true' ? 'on' : 'off';
  const choice = field.choices?.find((option) => option.value === value);
  return choice?.label ?? plain(value);
}

/** The value of a field as its type has it; null when it is no number. */
export function typed(field, text) {
  if (field.type === 'boolean') return text === true || text === 'true';
  if (field.type !== 'number') return text;
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : null;
}

/** Whether a field now holds something else than what is saved. A secret that is left empty stays as it is. */
export function isChanged(field, value) {
  if (field.type === 'secret') return value !== '' && value !== undefined;
  if (field.type === 'boolean') return value !== (field.value === true || field.value === 'true');
  return plain(value) !== plain(field.value);
}

/**
 * A form made from a schema: `{name, label, help, type, choices, unit, default, value, source, setting, editable,
 * reason}` for each field.
 *
 * @param changes `{name: value}` of what is not saved yet
 * @param errors `{name: text}`, as the server says it
 * @param onChange `(name, value)`
 */
export function SchemaForm({ fields, changes, errors, onChange, onSubmit, disabled = false }) {
  const submit = (event) => {
    event.preventDefault();
    onSubmit();
  };
  return html`<form class="form" onSubmit=${submit} noValidate>
    ${fields.map((field) => html`<${Row} key=${field.name} field=${field} change=${changes[field.name]} changed=${Object.hasOwn(changes, field.name)} error=${errors[field.name] ?? null} disabled=${disabled} onChange=${(value) => onChange(field.name, value)} />`)}
    <button class="sr" type="submit" tabindex="-1" aria-hidden="true">Save</button></form>`;
}

function Row({ field, change, changed, error, disabled, onChange }) {
  const id = `f-${field.name}`;
  const value = changed ? change : field.type === 'secret' ? '' : field.value;
  const described = [`${id}-h`, error && `${id}-e`].filter(Boolean).join(' ');
  const source = changed ? html`<span class="src changed">changed, not saved</span>` : html`<span class="src">${field.type === 'secret' ? 'secret, ' : ''}${SOURCES[field.source] ?? field.source}</span>`;
  const control = { id, 'aria-describedby': described, 'aria-invalid': error ? 'true' : null, disabled: disabled || null };
  return html`<div class="row" data-field=${field.name}>
    <label for=${id}>${shown(field.label ?? field.name)}${field.unit && html` <span class="unit">in ${field.unit}</span>`}${source}</label>
    <${Control} field=${field} value=${value} control=${control} onChange=${onChange} />
    <p class="help" id=${`${id}-h`}><${Help} field=${field} /></p>
    ${error && html`<p class="err" id=${`${id}-e`}><${Icon} name="v-failed" /><span>${shown(sentence(error))}${field.type !== 'secret' && html` Saved before: ${called(field, field.value) === '' ? 'empty.' : html`<code>${shown(called(field, field.value))}</code>`}`}</span></p>`}
  </div>`;
}

function Control({ field, value, control, onChange }) {
  const input = (event) => onChange(event.target.value);
  if (!field.editable) {
    return html`<input class="input mono" ...${control} readonly value=${field.type === 'secret' ? (field.value ? 'set, not shown' : 'not set') : shownText(called(field, value))} />`;
  }
  if (field.type === 'choice') {
    const options = field.choices ?? [];
    const known = options.some((option) => option.value === value);
    return html`<select class="select" ...${control} value=${plain(value)} onChange=${input}>
      ${!known && html`<option value=${plain(value)}>${shownText(value) || 'not set'}</option>`}
      ${options.map((option) => html`<option value=${option.value}>${shownText(option.label)}</option>`)}</select>`;
  }
  if (field.type === 'boolean') {
    return html`<select class="select" ...${control} value=${String(value === true || value === 'true')} onChange=${(event) => onChange(event.target.value === 'true')}>
      <option value="true">On</option><option value="false">Off</option></select>`;
  }
  if (field.type === 'secret') return html`<input class="input" ...${control} type="password" autocomplete="new-password" placeholder=${field.value ? 'Set. Leave empty to keep it' : 'Not set'} value=${plain(value)} onInput=${input} />`;
  if (field.type === 'number') return html`<input class="input" ...${control} type="number" step="any" value=${plain(value)} onInput=${input} />`;
  return html`<input class="input mono" ...${control} type="text" spellcheck=${false} autocomplete="off" value=${plain(value)} onInput=${input} />`;
}

function Help({ field }) {
  const parts = [];
  if (field.help) parts.push(html`${shown(sentence(field.help))} `);
  if (field.type === 'secret') parts.push(`${SECRET} `);
  else if (field.editable && field.default !== null && field.default !== undefined) parts.push(html`Default: ${plain(field.default) === '' ? 'empty' : html`<code>${shown(called(field, field.default))}</code>`}. `);
  if (!field.editable) parts.push(html`${field.setting && html`Set by <code>${field.setting}</code>. `}${field.reason && shown(sentence(field.reason))}`);
  return parts;
}
