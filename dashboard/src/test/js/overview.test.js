import { answering } from 'site/pages/overview-attention.js';
import { ofTheDay, shareFoot } from 'site/pages/overview-counters.js';
import { fell } from 'site/pages/overview-stages.js';
import { averaged, byteUnit, fromStart } from 'site/pages/overview-rates.js';
import { eachEqual, equal, test } from './check.js';

const figures = (malicious, noVerdict) => ({ malicious: { value: malicious }, noVerdict: { value: noVerdict } });
const found = (sum, files, known = true) => ({ files, rows: { malicious: { sum, known, bars: [] }, no_verdict: { sum, known, bars: [] } } });

test('figures of the day: records and series count too little at times, so the larger one stands', () => {
  equal(ofTheDay('malicious', figures({ count: 4 }, null), found(3, 9)), 4, 'a gap in the series');
  equal(ofTheDay('malicious', figures({ count: 4 }, null), found(7, 9)), 7, 'records were pruned');
  equal(ofTheDay('no_verdict', figures(null, { count: 2 }), undefined), 2, 'no series yet');
  equal(ofTheDay('malicious', figures(undefined, null), found(7, 9, false)), null, 'nothing is known');
});

test('figures of the day: the share is of the same figure as the tile', () => {
  equal(shareFoot(1, found(1, 128)), '0.78% of 128 files');
  equal(shareFoot(5, found(3, 4)), '100% of 5 files', 'more records than the series have files');
  equal(shareFoot(0, found(0, 0)), 'no file was scanned');
  equal(shareFoot(null, found(0, 9)), 'not known yet');
});

const hour = (values) => ({ series: [{ metric: 'dsx_worker_limit', labels: { queue: 'q' }, values }] });

test('stages: a limit fell from the highest of the hour, as far as the workers of now can reach it', () => {
  equal(fell({ queue: 'q', limit: 41 }, hour([8, 64, null, 41]), 64), 64);
  equal(fell({ queue: 'q', limit: 41 }, hour([8, 128, 41]), 64), 64, 'a worker has left');
  equal(fell({ queue: 'q', limit: 64 }, hour([8, 128, 64]), 64), null, 'all that the workers can');
  equal(fell({ queue: 'q', limit: 64 }, hour([8, 32, 64]), 64), null, 'it grew');
  equal(fell({ queue: 'q', limit: 0 }, hour([64]), 64), null, 'no worker');
  equal(fell({ queue: 'q', limit: 41 }, hour([64]), 0), null, 'the workers are not known yet');
});

test('overview: what answers is one sentence, singular for one', () => {
  const status = (scanner, redis, ready) => ({ scanner, redis: { up: redis }, connectors: { ready } });
  equal(answering(status({ state: 'unknown' }, true, 0), 0), 'Redis answers');
  equal(answering(status({ state: 'ready', demo: true }, false, 0), 0), 'the stand-in scanner answers');
  equal(answering(status({ state: 'failing' }, false, 1), 0), '1 connector answers');
  equal(answering(status({ state: 'failing' }, false, 3), 0), '3 connectors answer');
  equal(answering(status({ state: 'ready' }, true, 2), 4), 'the scanner, Redis, 2 connectors and 4 workers answer');
  equal(answering(null, 0), null);
});

test('sparks: groups end with the newest value, and gaps stay gaps', () => {
  equal(averaged([9, 1, 3, null, 5, null, null], 2), [9, 2, 5, null]);
  equal(fromStart([null, null, 1, 2], 2), [1, 2]);
  equal(fromStart([null, null, 1, 2], 3), [null, 1, 2]);
  equal(fromStart([null, null], 1), [null, null]);
  eachEqual((most) => byteUnit(most).name, [[999, 'B'], [1000, 'KB'], [1024 ** 3, 'GB']]);
});
