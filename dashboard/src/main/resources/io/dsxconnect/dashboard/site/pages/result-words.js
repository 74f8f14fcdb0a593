// What a record says, in words: used by the table and by the drawer.

import { duration, rough } from '../base/format.js';

const SECOND_MS = 1000;

/** A measured time: in milliseconds up to a second. */
export const measured = (seconds) => (seconds < 1 ? `${rough(seconds * SECOND_MS)}\u00a0ms` : duration(seconds));

/** Whether the stand-in judged, which knows the EICAR test string and nothing else. */
export const isDemo = (record) => String(record.scanner ?? '').startsWith('stand-in');

export const threatOf = (record) => record.verdict?.verdict_details?.threat_type ?? null;

/** Why there is no verdict, or what the scanner adds to it. */
export const reasonOf = (record) => record.reason ?? record.verdict?.verdict_details?.reason ?? record.verdict?.verdict_details?.event_description ?? null;

/** Size of the file in bytes: what the scanner received, else the listing's; null unknown. */
export const sizeOf = (record) => record.verdict?.file_info?.file_size_in_bytes ?? record.scan_request?.size_in_bytes ?? null;

export const typeOf = (record) => record.verdict?.file_info?.file_type ?? null;

export const connectorOf = (record) => record.scan_request?.connector ?? null;

export const connectorName = (connector) => connector?.display_name || connector?.name || null;

/** The hash of what was sent; the scanner's own when the file was not sent as a whole. */
export const hashOf = (record) => record.sha256 ?? null;

export const locationOf = (record) => record.scan_request?.location ?? '';

/** Name without its folder, for titles. */
export const nameOf = (record) => locationOf(record).slice(locationOf(record).lastIndexOf('/') + 1) || locationOf(record);

/** Seconds of the engine; null when it did not say, and for files that it did not see. */
export const engineSeconds = (record) => {
  const micros = record.verdict?.scan_duration_in_microseconds ?? 0;
  return micros === 0 ? null : micros / 1_000_000;
};

const seconds = (millis) => (millis === null || millis === undefined ? null : millis / SECOND_MS);

/** What was measured, in seconds; null unknown. `total` is from the taking of the task to the verdict. */
export function timesOf(record) {
  const verdict = record.verdict ?? {};
  return {
    total: seconds(verdict.dsxconnect_request_elapsed_ms),
    read: seconds(verdict.dsxconnect_read_elapsed_ms),
    scanner: seconds(verdict.dsxconnect_dsxa_elapsed_ms),
    engine: engineSeconds(record),
  };
}

/** The second line of a row: threat and reason, else the engine that judged. */
export function sublineOf(record) {
  const parts = [threatOf(record), reasonOf(record)].filter(Boolean);
  return parts.length > 0 ? parts.join(' · ') : (record.scanner ?? '');
}

const VERBS = {
  move: { did: 'Moved', noun: 'Move', again: 'Try the move again' },
  delete: { did: 'Deleted', noun: 'Delete', again: 'Try the delete again' },
  tag: { did: 'Tagged', noun: 'Tag', again: 'Try the tag again' },
  movetag: { did: 'Moved, tagged', noun: 'Move and tag', again: 'Try the move again' },
};
const OTHER = { did: 'Done', noun: 'Action', again: 'Try the action again' };

const NO_ACTION = 'No action taken';
const BY_EARLIER_ACTION = 'already acted on by ';

/**
 * What became of the item action: `{state, word, tone, icon, verb, configured, earlier}`. `state` is that of the API; a
 * malicious file of a connector that only reports has none. `earlier` is true when an earlier action on the same file
 * dealt with it, so that none was needed.
 */
export function actionOf(record, outcome) {
  const action = record.item_action ?? {};
  const state = record.action_state;
  const verb = VERBS[action.item_action] ?? OTHER;
  const shownAs = (word, tone, icon, configured = true) => ({ state, word, tone, icon, verb, configured });
  if (state === 'succeeded') return shownAs(verb.did, 'ready', 'check');
  if (state === 'failed') return shownAs(`${verb.noun} failed`, 'failed', 'v-failed');
  if (outcome !== 'malicious') return shownAs('none', null, null);
  if (state === 'pending') return shownAs('Waiting', 'pending', 'clock');
  if (state === 'unconfirmed') return shownAs('Unconfirmed', 'unscanned', 'v-unscanned');
  if ((action.message ?? NO_ACTION) === NO_ACTION) return shownAs('None configured', 'pending', 'v-cancelled', false);
  if (action.message.startsWith(BY_EARLIER_ACTION)) return { ...shownAs('Acted on earlier', 'ready', 'check'), earlier: true };
  return shownAs('Left in place', 'pending', 'v-cancelled');
}

/** A refusal of the API in words: its tag is for programs. */
export function inWords(error) {
  const text = error.message.replace(/^[a-z_]+: /, '');
  error.message = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/, '.');
  return error;
}

const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u3164\uffa0]/gu;

/** JSON with everything that cannot be seen as `\uXXXX`: still the same JSON. */
export const jsonText = (value) => JSON.stringify(value, null, 2).replace(INVISIBLE, (char) => Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''));
