import { connectorChanges, nameOf } from 'site/base/connector-names.js';
import { actionOf, assetOf, chosen, goneText, idOf, isCallable, ordered, stateOf, summaryText } from 'site/pages/connector-model.js';
import { eachEqual, equal, test } from './check.js';

const entry = (name, state = 'ready', more = {}, connector = {}) => ({ connector: { uuid: `u-${name}`, url: `http://x/${name}`, name, ...connector }, state, active_job: null, waiting: 0, ...more });

test('connectors: those that need a person come first, then by name with its numbers', () => {
  const list = [entry('share 10'), entry('share 2'), entry('b', 'starting'), entry('z', 'gone'), entry('y', 'silent'), entry('a', 'failed')];
  equal(ordered(list).map(({ connector }) => connector.name), ['z', 'a', 'y', 'b', 'share 2', 'share 10']);
});

test('connectors: a search looks into name, asset, uuid and address', () => {
  const list = [entry('fs', 'ready', {}, { display_name: 'Finance', asset: '/srv/money' }), entry('legal', 'gone', { active_job: 'j' })];
  const found = (q, state = '') => chosen(list, { q, state }).map(({ connector }) => connector.name);
  eachEqual(found, [[' FINANCE ', ['fs']], ['/SRV', ['fs']], ['u-legal', ['legal']], ['http://x/', ['fs', 'legal']], ['nothing', []], ['', ['fs', 'legal']]]);
  equal(found('', 'gone'), ['legal']);
  equal(found('', 'scanning'), ['legal']);
  equal(found('finance', 'gone'), []);
});

test('connectors: a state that this page does not know is not ready', () => {
  equal(stateOf({ state: 'something new' }).value, 'starting');
  equal(summaryText([entry('a'), entry('b'), entry('c', 'failed'), entry('d', 'gone')]), '2 ready, 1 not ready, 1 gone');
});

test('connectors: what becomes of a malicious file', () => {
  const action = (item_action, item_action_move_metainfo) => actionOf(entry('x', 'ready', {}, { item_action, item_action_move_metainfo }));
  equal(action('move', 'quarantine'), { word: 'Move', target: 'quarantine', note: null });
  equal(action('delete', 'quarantine'), { word: 'Delete', target: null, note: null });
  equal(action('nothing'), { word: 'Nothing', target: null, note: '(report only)' });
  equal(action('not implemented').note, '(it cannot)');
  equal(action(undefined).word, 'Not known');
});

test('connectors: names, and what can be called', () => {
  equal(nameOf({ name: 'fs', display_name: 'Finance' }), 'Finance');
  equal(nameOf({ name: 'fs', display_name: '' }), 'fs');
  equal(nameOf(undefined), null);
  equal([idOf(entry('a')), idOf(entry('a', 'ready', {}, { uuid: null }))], ['u-a', 'http://x/a']);
  equal([isCallable(entry('a')), isCallable(entry('a', 'ready', {}, { uuid: null }))], [true, false]);
  equal(assetOf(entry('a', 'ready', {}, { asset: '/srv', asset_display_name: '' })), '/srv');
  equal(goneText({ gone_reason: 'its heartbeats stopped' }), 'Its heartbeats stopped.');
});

const status = (ready, key) => ({ type: 'status', connectors: { ready, total: 2, gone: 0, key } });

test('connectors: bug: the page of a job learned late that its connector did not answer', () => {
  const changes = connectorChanges(status(2, 'a'));
  equal(changes(status(2, 'a')), false, 'the same');
  equal(changes(status(1, 'b')), true, 'one less is ready');
  equal(changes(status(1, 'b')), false, 'the same again');
  equal(changes(status(1, 'c')), true, 'another one is not ready');
  equal(connectorChanges(null)(status(2, 'a')), true, 'nobody knows what was read before');
});

test('connectors: one that comes or goes is a change, a job is not', () => {
  const changes = connectorChanges(status(2, 'a'));
  equal(changes({ type: 'pulse', connectors: true }), true);
  equal(changes({ type: 'pulse', connectors: false, jobs: [{ job_id: 'j' }] }), false);
  equal(changes({ type: 'heartbeat' }), false);
});
