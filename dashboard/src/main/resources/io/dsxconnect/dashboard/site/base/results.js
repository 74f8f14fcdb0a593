import { getAnswer } from './api.js';

/**
 * The records that match, at most `params.limit`. The API ends a search after a while and says where it goes on, which
 * this does until the search is complete.
 *
 * @param params of `scan/results`
 * @param found gets what was found until then, each time that the search goes on
 */
export async function findResults(params, signal, found = null) {
  let records = [];
  let cursor = params.cursor;
  for (;;) {
    const answer = await getAnswer('/scan/results', { ...params, cursor, limit: params.limit - records.length }, signal);
    records = [...records, ...answer.body];
    cursor = answer.headers.get('X-Search-Cursor');
    if (cursor === null || records.length >= params.limit) return records;
    found?.(records);
  }
}
