import { averageBytes, averageRate, briefId, heldBy, isFinished, isOpen, jobPath, jobTime, joinIds, kindOf, noVerdict, resultsPath, splitIds, stateOf, titleOf, toJob, tookOf, totalOf, withSnapshot } from 'site/pages/job-model.js';
import { eachEqual, equal, test } from './check.js';

const UUID = '3f2a91c4-1234-4abc-8def-0123456789ab';
const ledger = (columns) => ({ accepted: 10, pending: 0, balanced: true, ...columns });
const scan = (fields = {}) => toJob({ job_id: UUID, status: 'running', announced: '1', enqueue_done: '1', expected_total: '10', ledger: ledger({ pending: 4 }), processed_count: '6', ...fields });

test('job: texts of the API become numbers, and what is missing is not known', () => {
  const job = toJob({ job_id: 'J', ledger: { accepted: '3', benign: '2', pending: '1' }, duration_secs: '', eta_secs: 'x' });
  equal([job.ledger.accepted, job.ledger.benign, job.ledger.malicious, job.processed], [3, 2, 0, 2]);
  equal([job.seconds, job.eta, job.bytes, job.fileBytes], [null, null, null, null]);
  equal(toJob({ job_id: 'J', ledger: { balanced: false } }).ledger.balanced, false);
});

test('job: averages leave out cancelled files', () => {
  const job = scan({ processed_count: '10', ledger: ledger({ cancelled: 5 }), total_bytes: '1000', total_request_elapsed_ms: '50', total_scan_time_us: '5000' });
  equal([job.fileBytes, job.requestMs, job.engineMs], [200, 10, 1]);
  equal(averageRate({ ...job, window: 2 }), 2.5);
});

test('job: a state is one word', () => {
  const key = (fields, held) => stateOf(scan(fields), held).key;
  equal(key({}), 'scanning');
  equal(key({ enqueue_done: '0' }), 'listing');
  equal(key({}, true), 'waits');
  equal(key({ status: 'paused' }, true), 'paused', 'a person paused it');
  equal(key({ ledger: ledger({}), actions_pending: '2' }), 'acting');
  equal(key({ ledger: ledger({}) }), 'open');
  equal(key({ status: 'cancelled' }), 'cancelling');
  equal(key({ status: 'cancelled', finished_at: '5' }), 'cancelled');
  equal(key({ status: 'completed' }, true), 'completed');
  equal(key({ status: 'incomplete' }), 'incomplete');
});

test('job: one that is not complete never looks like one that is', () => {
  const looks = ['completed', 'incomplete', 'cancelled'].map((status) => stateOf(scan({ status, finished_at: '5' })));
  equal(new Set(looks.map(({ tone }) => tone)).size, 3);
  equal(new Set(looks.map(({ icon }) => icon)).size, 3);
});

test('job: it takes the time of its work; an open job closes later than that', () => {
  const open = { announced: '0', started_at: '100', last_terminal_at: '107', duration_secs: '67' };
  equal(tookOf(scan(open)), 7);
  equal(tookOf(scan({ ...open, announced: '1' })), 67);
  equal(tookOf(scan({ ...open, last_terminal_at: null })), 67);
  equal(jobTime(scan({ ...open, processing_window_secs: '5' })), 5);
});

test('job: below a second no rate is told', () => {
  equal(averageRate(scan({ duration_secs: '0' })), null);
  equal(averageRate(scan({ duration_secs: '3' })), 2);
  equal(averageRate(scan({ duration_secs: '3', processed_count: '0' })), null);
  equal(averageBytes(scan({ duration_secs: '4', total_bytes: '1000' })), 250);
  equal(averageBytes(scan({ duration_secs: '0', total_bytes: '1000' })), null);
});

test('job: the total is known when the listing has ended', () => {
  equal(totalOf(scan({ enqueue_done: '0' })), null);
  equal(totalOf(scan()), 10);
  equal(scan({ expected_total: '4' }).expected, 10, 'not fewer than were accepted');
});

test('job: a live message has newer figures, and takes nothing back', () => {
  const job = withSnapshot(scan(), { status: 'paused', ledger: ledger({ accepted: 12, pending: 2 }), processed_count: '10', eta_secs: null, enqueue_done: '0' });
  equal([job.status, job.processed, job.expected, job.eta, job.listed], ['paused', 10, 12, null, true]);
  equal(withSnapshot(scan(), {}).processed, 6);
});

test('job: why its files wait', () => {
  const names = (state, setAside = false) => new Map([['c', { name: 'Share', state, setAside }]]);
  const job = scan({ connector_uuid: 'c' });
  equal(heldBy(job, names('gone'), 'ready'), 'its connector is gone');
  equal(heldBy(job, names('silent'), 'ready'), 'its connector does not answer');
  equal(heldBy(job, names('ready', true), 'ready'), 'the recording of its results is behind');
  equal(heldBy(job, names('ready'), 'unavailable'), 'the scanner does not answer');
  equal(heldBy(job, names('ready'), 'not_configured'), 'no scanner is configured');
  equal(heldBy(job, names('ready'), null), null);
  equal(heldBy(scan({ connector_uuid: 'c', ledger: ledger({}) }), names('gone'), 'ready'), null, 'nothing waits');
});

test('job: what it is called', () => {
  const names = new Map([['c', { name: 'Share' }]]);
  equal(titleOf(scan({ job_name: 'Nightly', connector_uuid: 'c' }), names), 'Nightly');
  equal(titleOf(scan({ connector_uuid: 'c' }), names), 'Share');
  equal(titleOf(scan({ connector_uuid: UUID }), names), 'Connector 3f2a91c4');
  equal(titleOf(scan(), names), 'Full scan');
  equal(kindOf(scan({ announced: '0', ledger: ledger({ accepted: 1 }) })), 'Single file');
  equal(kindOf(scan({ announced: '0' })), 'Single files');
  eachEqual(briefId, [[UUID, '3f2a91c4'], ['nightly', 'nightly'], ['x'.repeat(30), `${'x'.repeat(23)}…`]]);
});

test('job: an id may hold any characters', () => {
  eachEqual(jobPath, [['a/b c', '/jobs/a%2Fb%20c'], ['compare', '/jobs/%63ompare']]);
  equal(splitIds(joinIds(['a,b', 'c%', UUID, 'a,b'])), ['a,b', 'c%', UUID]);
  equal(splitIds('%zz,,b'), ['%zz', 'b']);
  equal(splitIds(null), []);
  equal(resultsPath('a&b', 'malicious'), '/results?job=a%26b&outcome=malicious');
});

test('job: whether it has ended, and whether more files may come', () => {
  equal([isFinished(scan()), isFinished(scan({ status: 'incomplete' })), isFinished(scan({ finished_at: '5' }))], [false, true, true]);
  equal([isOpen(scan()), isOpen(scan({ announced: '0' })), isOpen(scan({ announced: '0', status: 'cancelled' }))], [false, true, false]);
  equal(noVerdict(scan({ ledger: ledger({ not_scanned: 1, non_compliant: 2, unsupported: 3, unknown: 4, failed: 9 }) })), 10);
});
