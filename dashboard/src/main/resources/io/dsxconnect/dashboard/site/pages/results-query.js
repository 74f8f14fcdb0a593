// The URL of the page and the parameters of the API. `since` and `until` of the page are seconds since the epoch, or,
// below a billion, seconds back from now: a link to "the last 24 hours" stays that.

import { NO_VERDICT, OUTCOMES } from '../components/verdict.js';

const ABSOLUTE = 1_000_000_000;

/** The outcomes that a record can have. */
export const RECORDED = OUTCOMES.filter(({ key }) => key !== 'pending');

export const ACTIONS = [
  { value: 'failed', label: 'Failed' },
  { value: 'unconfirmed', label: 'Unconfirmed' },
  { value: 'succeeded', label: 'Succeeded' },
  { value: 'pending', label: 'Waiting' },
  { value: 'none', label: 'None' },
];

/** How the list can be sorted: `id` is the order of recording. `first` is the direction of the first click. */
export const SORTS = { id: { word: 'recorded', first: 'desc' }, size: { word: 'size', first: 'desc' }, location: { word: 'path', first: 'asc' }, duration: { word: 'scan time', first: 'desc' } };

export const FILTERS = ['text', 'outcome', 'action', 'connector', 'job_id', 'job', 'since', 'until'];
const PLACE = ['before', 'after', 'offset'];

/** Changes that also lead back to the first page. */
export const fromStart = (changes) => ({ ...Object.fromEntries(PLACE.map((name) => [name, null])), ...changes });

/** Changes that remove every filter. */
export const noFilters = () => fromStart(Object.fromEntries(FILTERS.map((name) => [name, null])));

const list = (text) => (text ?? '').split(',').map((part) => part.trim()).filter(Boolean);
const whole = (text) => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : null);

/** The outcomes of `?outcome=`, the group spelled out. */
export const outcomesOf = (text) => [...new Set(list(text).flatMap((part) => (part === 'no_verdict' ? NO_VERDICT : [part])))];

/** Outcomes as the URL has them: the four without a verdict as their group; '' for all or none. */
export function outcomeText(chosen) {
  const rest = RECORDED.map(({ key }) => key).filter((key) => chosen.includes(key));
  if (rest.length === RECORDED.length) return '';
  return NO_VERDICT.every((key) => rest.includes(key)) ? [...rest.filter((key) => !NO_VERDICT.includes(key)), 'no_verdict'].join(',') : rest.join(',');
}

export const actionsOf = (text) => list(text);

/** What the URL asks for. */
export function readQuery(query) {
  const sort = SORTS[query.get('sort')] ? query.get('sort') : 'id';
  const order = ['asc', 'desc'].includes(query.get('order')) ? query.get('order') : SORTS[sort].first;
  return {
    text: query.get('text') ?? '',
    outcome: query.get('outcome') ?? '',
    action: query.get('action') ?? '',
    connector: query.get('connector') ?? '',
    job: query.get('job_id') ?? query.get('job') ?? '',
    since: whole(query.get('since')),
    until: whole(query.get('until')),
    sort,
    order,
    before: whole(query.get('before')),
    after: whole(query.get('after')),
    offset: sort === 'id' ? 0 : (whole(query.get('offset')) ?? 0),
    open: query.get('open'),
  };
}

export const isRelative = (time) => time !== null && time < ABSOLUTE;

const moment = (time) => (isRelative(time) ? Math.floor(Date.now() / 1000) - time : time);

/** The filters as parameters of the API, at this moment. */
export function filterParams(wanted) {
  return {
    text: wanted.text,
    outcome: wanted.outcome,
    action: wanted.action,
    connector: wanted.connector,
    job_id: wanted.job,
    since: moment(wanted.since),
    until: moment(wanted.until),
  };
}

/** Whether anything is filtered out. */
export const isFiltered = (wanted) => Boolean(wanted.text || wanted.outcome || wanted.action || wanted.connector || wanted.job || wanted.since !== null || wanted.until !== null);

/**
 * One page as parameters of the API. `flip` says that the answer is in the other order than it is shown: a page that
 * lies before the one shown is read backwards from it.
 */
export function pageParams(wanted, limit) {
  const filters = filterParams(wanted);
  if (wanted.sort !== 'id') return { params: { ...filters, sort: wanted.sort, order: wanted.order, offset: wanted.offset || null, limit }, flip: false };
  const newestFirst = wanted.order === 'desc';
  if (wanted.before !== null) return { params: { ...filters, order: 'desc', cursor: wanted.before, limit }, flip: !newestFirst };
  if (wanted.after !== null) return { params: { ...filters, order: 'asc', cursor: wanted.after, limit }, flip: newestFirst };
  return { params: { ...filters, order: wanted.order, limit }, flip: false };
}

/** Whether new records belong at the top of what is shown. */
export const isHead = (wanted) => wanted.sort === 'id' && wanted.order === 'desc' && wanted.before === null && wanted.after === null && wanted.until === null;
