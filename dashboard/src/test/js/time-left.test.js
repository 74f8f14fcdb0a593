import { secondsLeft } from 'site/pages/job-rates.js';
import { rateNow, ratesOf, timeLeft } from 'site/pages/job-series.js';
import { toJob } from 'site/pages/job-model.js';
import { equal, test } from './check.js';

const job = (fields = {}) => toJob({ job_id: 'j', status: 'running', announced: '1', enqueue_done: '1', expected_total: '100', processed_count: '40', ledger: { accepted: 100, pending: 60 }, eta_secs: '33', ...fields });

test('time left: the files that wait, at the rate of now', () => {
  equal(timeLeft(job(), 100, 4), 15);
  equal(secondsLeft(job(), 7), 9);
});

test('time left: by the average of the API while no rate is known', () => {
  equal(timeLeft(job(), 100, null), 33);
  equal(secondsLeft(job(), null), 33);
});

test('time left: a rate of 0 says nothing', () => equal(timeLeft(job(), 100, 0), null));

test('time left: only of a job that runs, with a total, and with files that wait', () => {
  equal(timeLeft(job(), null, 4), null, 'no total');
  equal(timeLeft(job({ status: 'paused' }), 100, 4), null, 'paused');
  equal(secondsLeft(job({ status: 'paused' }), 4), null, 'paused');
  equal(timeLeft(job({ status: 'completed', finished_at: '5' }), 100, 4), null, 'ended');
  equal(timeLeft(job({ processed_count: '100', ledger: { accepted: 100 } }), 100, 4), null, 'nothing waits');
});

const series = (values, outcome = 'benign') => ({ at: values.map((_, i) => 10 * (i + 1)), step: 10, series: [{ metric: 'dsx_files_total', labels: { outcome }, values }] });

test('rate now: the last 30 s, without the first bucket and without gaps', () => {
  equal(rateNow(ratesOf(series([500, 10])), 'files'), 1);
  equal(rateNow(ratesOf(series([500, 10, 20, 30])), 'files'), 2);
  equal(rateNow(ratesOf(series([500, 10, null, 30])), 'files'), 2);
  equal(rateNow(ratesOf(series([5, 1000, 10, 20, 30])), 'files'), 2);
  equal(rateNow(ratesOf(series([7, null, null, null])), 'files'), null);
  equal(rateNow(null, 'files'), null);
});

test('rate now: cancelled files are no throughput', () => {
  const both = { ...series([0, 10]), series: [...series([0, 10]).series, ...series([0, 900], 'cancelled').series] };
  equal(ratesOf(both).files, [0, 1]);
});
