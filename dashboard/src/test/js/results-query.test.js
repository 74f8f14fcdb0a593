import { actionsOf, filterParams, fromStart, isFiltered, isHead, noFilters, outcomeText, outcomesOf, pageParams, readQuery } from 'site/pages/results-query.js';
import { eachEqual, equal, test, withClock } from './check.js';

const wanted = (text) => readQuery(new URLSearchParams(text));
const NO_VERDICT = ['not_scanned', 'non_compliant', 'unsupported', 'unknown'];

test('results query: the page of an empty query is the newest records', () => {
  equal(wanted(''), { text: '', outcome: '', action: '', connector: '', job: '', since: null, until: null, sort: 'id', order: 'desc', before: null, after: null, offset: 0, open: null });
  equal(isHead(wanted('')), true);
  equal(isFiltered(wanted('')), false);
});

test('results query: what cannot be meant is left out', () => {
  const odd = wanted('sort=nonsense&order=up&since=soon&until=-5&before=1e3&offset=7');
  equal([odd.sort, odd.order, odd.since, odd.until, odd.before, odd.offset], ['id', 'desc', null, null, null, 0]);
});

test('results query: a sort has its own usual order, and pages by offset', () => {
  equal([wanted('sort=location').order, wanted('sort=size').order], ['asc', 'desc']);
  equal(pageParams(wanted('sort=size&offset=50'), 50).params, { ...filterParams(wanted('')), sort: 'size', order: 'desc', offset: 50, limit: 50 });
});

test('results query: pages before and after a record are read towards it', () => {
  const page = (text) => {
    const { params, flip } = pageParams(wanted(text), 50);
    return [params.order, params.cursor ?? null, flip];
  };
  eachEqual(page, [
    ['', ['desc', null, false]],
    ['before=70', ['desc', 70, false]],
    ['after=70', ['asc', 70, true]],
    ['order=asc', ['asc', null, false]],
    ['order=asc&after=70', ['asc', 70, false]],
    ['order=asc&before=70', ['desc', 70, true]],
  ]);
});

test('results query: new records belong only at the top of the newest ones', () => {
  eachEqual((text) => isHead(wanted(text)), [['text=a', true], ['order=asc', false], ['before=1', false], ['after=1', false], ['sort=size', false], ['until=60', false], ['since=60', true]]);
});

test('results query: the outcomes without a verdict are one group in the address', () => {
  equal(outcomesOf('malicious,no_verdict'), ['malicious', ...NO_VERDICT]);
  equal(outcomesOf('no_verdict, unknown,'), NO_VERDICT);
  equal(outcomeText(['unknown', 'malicious', 'unsupported', 'non_compliant', 'not_scanned']), 'malicious,no_verdict');
  equal(outcomeText(['unknown', 'malicious']), 'malicious,unknown');
  equal(outcomeText([]), '');
  equal(outcomeText(['benign', 'malicious', ...NO_VERDICT, 'failed', 'cancelled']), '', 'all is no filter');
  equal(actionsOf(' failed,unconfirmed,'), ['failed', 'unconfirmed']);
});

test('results query: small times are back from now, others stand', () =>
  withClock(1_764_331_200, () => {
    equal(filterParams(wanted('since=86400')).since, 1_764_331_200 - 86_400);
    equal(filterParams(wanted('since=1764000000')).since, 1_764_000_000);
    equal(filterParams(wanted('job=J')).job_id, 'J');
    equal(filterParams(wanted('job_id=K&job=J')).job_id, 'K');
  }));

test('results query: a changed filter begins with the first page', () => {
  equal(fromStart({ text: 'a' }), { before: null, after: null, offset: null, text: 'a' });
  equal(Object.values(noFilters()).every((value) => value === null), true);
});
