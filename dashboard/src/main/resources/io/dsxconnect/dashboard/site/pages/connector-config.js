import { html, useEffect, useState } from '../lib/preact.js';
import { get, put } from '../base/api.js';
import { useData } from '../base/data.js';
import { counted } from '../base/format.js';
import { confirm } from '../components/dialog.js';
import { Part } from '../components/drawer.js';
import { SchemaForm, isChanged, typed } from '../components/form.js';
import { Icon } from '../components/icon.js';
import { shown, shownText } from '../components/path.js';
import { Loaded } from '../components/states.js';
import { say, sayFailed } from '../components/toast.js';
import { PreviewList } from './connector-preview.js';
import { titleOf } from './connector-model.js';

const PREVIEW = 5;

/**
 * The configuration of a connector while `shown`: what is typed, what is refused, and how it is saved.
 *
 * @returns {{body: any, foot: any, leave: () => Promise<boolean>}} `leave` asks before changes are lost
 */
export function useConfiguration(entry, uuid, open, changed) {
  const [changes, setChanges] = useState({});
  const [errors, setErrors] = useState({});
  const [general, setGeneral] = useState(null);
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState(0);
  const schema = useData((signal) => (open ? get(`/connectors/config_schema/${encodeURIComponent(uuid)}`, {}, signal) : Promise.resolve(undefined)), [uuid, open]);
  useEffect(() => discard(), [uuid, open]);

  function discard() {
    setChanges({});
    setErrors({});
    setGeneral(null);
  }

  function change(name, value) {
    const field = schema.value.fields.find((candidate) => candidate.name === name);
    const { [name]: left, ...rest } = changes;
    setChanges(isChanged(field, value) ? { ...rest, [name]: value } : rest);
    const { [name]: corrected, ...others } = errors;
    setErrors(others);
  }

  async function save() {
    const fields = schema.value.fields.filter((field) => Object.hasOwn(changes, field.name));
    if (fields.length === 0 || saving) return;
    const body = Object.fromEntries(fields.map((field) => [field.name, typed(field, changes[field.name])]));
    const wrong = fields.filter((field) => body[field.name] === null);
    if (wrong.length > 0) {
      setErrors(Object.fromEntries(wrong.map((field) => [field.name, 'This is not a number.'])));
      return;
    }
    setSaving(true);
    try {
      const { body: answer } = await put(`/connectors/config/${encodeURIComponent(uuid)}`, body);
      if (answer?.error) throw new Error(answer.error === 'no_supported_fields' ? `The connector changes only: ${(answer.supported ?? []).join(', ') || 'nothing'}.` : String(answer.error));
      discard();
      setSaved((n) => n + 1);
      schema.reload();
      changed();
      say(`${shownText(titleOf(entry))} has the new configuration`, kept(answer, fields));
    } catch (error) {
      refused(error);
    }
    setSaving(false);
  }

  function refused(error) {
    const { fields, rest } = faults(error, schema.value.fields);
    setErrors(fields);
    setGeneral(Object.keys(fields).length === 0 || rest ? (rest || error.message) : null);
    const first = Object.keys(fields)[0];
    if (first) requestAnimationFrame(() => document.getElementById(`f-${first}`)?.focus());
    else if (error.status === 0 || error.status >= 500) sayFailed(`The configuration of ${shownText(titleOf(entry))} was not saved`, error);
  }

  const number = Object.keys(changes).length;
  const bad = Object.keys(errors).length;
  const leave = async () => number === 0 || (await confirm({
    title: `Discard ${counted(number, 'change')} of ${shownText(titleOf(entry))}?`,
    text: 'They are not saved.',
    safe: 'Go on editing',
    go: 'Discard',
    danger: true,
  })) === true;

  return {
    leave,
    body: html`${general && html`<section><div class="callout bad" role="alert"><${Icon} name="v-failed" /><strong>Not saved</strong><p>${shown(general)}</p></div></section>`}
      <section><${Loaded} data=${schema} what="The configuration" lines=${8}>${(value) => value && html`<${Fields} value=${value} changes=${changes} errors=${errors} onChange=${change} onSubmit=${save} saving=${saving} />`}</${Loaded}></section>
      <${Part} title=${`What it lists, the first ${PREVIEW}`}><${PreviewList} entry=${entry} number=${PREVIEW} run=${saved} />
        <p class="help small muted">${number > 0 ? 'With the saved values: save first to preview the new ones.' : 'With the values above.'}</p></${Part}>`,
    foot: html`<span class="muted small" role="status">${number === 0 ? 'No changes' : `${counted(number, 'change')}${bad === 0 ? '' : bad === number ? ', refused' : `, ${bad} of them refused`}`}</span>
      <button class="btn push" type="button" disabled=${number === 0} onClick=${discard}>Discard changes</button>
      <button class="btn btn-primary" type="button" disabled=${number === 0 || saving} onClick=${save}>${saving ? 'Saving' : 'Save'}</button>`,
  };
}

const Fields = ({ value, ...form }) => html`${value.origin === 'generic' && html`<p class="help small muted generic">This connector does not describe its configuration. These are the fields that every connector has.</p>`}
  <${SchemaForm} fields=${value.fields} disabled=${form.saving} ...${form} />`;

/** Whether the connector keeps the change, and how to keep it if not. */
function kept(answer, fields) {
  const kept = answer?.persistence?.applied;
  const settings = fields.map((field) => field.setting).filter(Boolean);
  if (kept === true) return 'The connector keeps it, also after a restart.';
  if (kept === false) return `In force until the connector restarts. To keep it, set ${settings.join(' and ') || 'it in its environment'}.`;
  return 'In force now. The connector does not say whether it keeps it after a restart.';
}

/** What the server refuses, field by field; `rest` is what belongs to none of them. */
function faults(error, known) {
  const names = new Set(known.map((field) => field.name));
  const fields = {};
  const rest = [];
  const detail = error.body?.detail;
  if (Array.isArray(detail)) {
    for (const fault of detail) {
      const name = fault.loc?.at(-1);
      if (names.has(name)) fields[name] = fault.msg;
      else rest.push(`${(fault.loc ?? []).slice(1).join('.')}: ${fault.msg}`);
    }
    return { fields, rest: rest.join('; ') };
  }
  // `filter: the quote is never closed; asset: restart the connector`, also within the body of another answer
  let last = null;
  for (const part of inner(error.message).split('; ')) {
    const [, name, text] = /^([a-z_][a-z0-9_]*): (.*)$/s.exec(part) ?? [];
    if (names.has(name)) {
      fields[name] = text;
      last = name;
    } else if (last) {
      fields[last] += `; ${part}`;
    } else {
      rest.push(part);
    }
  }
  return { fields, rest: rest.join('; ') };
}

/** A connector's error comes as the text of its body, which is JSON itself. */
function inner(message) {
  try {
    const body = JSON.parse(message);
    return typeof body?.detail === 'string' ? body.detail : message;
  } catch {
    return message;
  }
}
