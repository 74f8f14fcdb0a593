import { age, bytes, clock, count, counted, day, duration, epoch, moment, percent, remaining, rough, short, spent, unbroken } from 'site/base/format.js';
import { eachEqual, equal, test, withClock } from './check.js';

const UNKNOWN = [null, undefined, NaN];

test('format: what is not known is a dash, and never 0', () => {
  for (const format of [count, rough, bytes, duration, age, clock, day, moment, spent]) {
    for (const value of UNKNOWN) equal(format(value), '–', format.name);
  }
  equal(percent(null, 10), '–');
  equal(percent(1, null), '–');
  equal(short(null), '–');
});

test('format: counts have separators, and one is singular', () => {
  eachEqual(count, [[0, '0'], [1204, '1,204'], ['2285', '2,285'], [1_234_567.6, '1,234,568']]);
  equal(counted(1, 'file'), '1 file');
  equal(counted(0, 'file'), '0 files');
  equal(counted(1204, 'match', 'matches'), '1,204 matches');
});

test('format: a rate that is not 0 is never shown as 0', () => {
  eachEqual(rough, [[0, '0'], [0.004, '0.004'], [0.0456, '0.046'], [0.84, '0.8'], [9.96, '10'], [12.4, '12'], [4321.9, '4,322']]);
});

test('format: a share never rounds up to all or down to nothing', () => {
  equal(percent(0, 10), '0%');
  equal(percent(10, 10), '100%');
  equal(percent(9_999_999, 10_000_000), '99.9%');
  equal(percent(9995, 10_000), '99.9%');
  equal(percent(1, 100_000_000), '< 0.01%');
  equal(percent(3, 100_000), '< 0.01%');
  equal(percent(1, 128), '0.78%');
  equal(percent(1, 30), '3.3%');
  equal(percent(1, 3), '33%');
  equal(percent(0, 0), '–');
});

test('format: sizes are in units of 1,024', () => {
  eachEqual(bytes, [[0, '0 bytes'], [1, '1 byte'], [999, '999 bytes'], [1000, '1 KB'], [1024, '1 KB'], [1536, '1.5 KB'], [2_516_582, '2.4 MB'], [1024 ** 4, '1 TB'], [5000 * 1024 ** 5, '5,000 PB']]);
});

test('format: a duration has two units at most, and carries over', () => {
  eachEqual(duration, [
    [0, '0 s'], [0.0004, '0.4 ms'], [0.096, '96 ms'], [0.0996, '0.1 s'], [0.44, '0.4 s'], [9.949, '9.9 s'], [9.96, '10 s'], [59.4, '59 s'], [59.6, '1 min'],
    [66, '1 min 6 s'], [3599.6, '1 h'], [7500, '2 h 5 min'], [86_399, '1 day'], [90_000, '1 day 1 h'], [273_600, '3 days 4 h'], [120 * 86_400, '120 days'], [913 * 86_400, '2.5 years'], [-5, '0 s'],
  ]);
});

test('format: time in whole seconds says that 0 is less than 1', () => {
  eachEqual(spent, [[0, '< 1 s'], [1, '1 s'], [66, '1 min 6 s']]);
  eachEqual(remaining, [[0.2, 'less than 1 s'], [0, 'less than 1 s'], [1, '1 s'], [null, '–']]);
});

test('format: an age has one unit, rounded down', () => {
  eachEqual(age, [[0, '0 s'], [59.9, '59 s'], [60, '1 min'], [3599, '59 min'], [3600, '1 h'], [86_399, '23 h'], [86_400, '1 day'], [3 * 86_400, '3 days'], [-3, '0 s']]);
});

test('format: bug: a figure and its unit were on two lines', () => {
  for (const text of [bytes(10), duration(0.0008), duration(66), age(120), age(2 * 86_400), spent(0)]) {
    const units = text.split(/[^\S\u00a0]/).every((part) => /^\S+$/.test(part.replaceAll('\u00a0', '_')) && !/^\d+$/.test(part));
    if (!units) throw new Error(`'${text}' breaks between a figure and its unit`);
  }
  if (unbroken('in the last 24 h, 3 of 12 files') !== 'in the last 24\u00a0h, 3 of 12 files') throw new Error('only units are kept together');
});

test('format: times of the API are numbers, decimal texts or ISO times', () => {
  eachEqual(epoch, [[5, 5], ['1764288000.5', 1764288000.5], ['2025-11-28T00:00:00Z', 1764288000], ['', null], [null, null], ['soon', null]]);
});

test('format: a moment of today is a clock time, an older one a day', () =>
  withClock(1_764_331_200, () => {
    equal(/^\d\d:\d\d:\d\d$/.test(moment(1_764_331_200 - 3600)), true);
    equal(/^\d+ \w+$/.test(moment(1_764_331_200 - 30 * 3600)), true);
  }));

test('format: ids of programs are cut to 8 characters, names of people to 20', () => {
  eachEqual(short, [
    ['3f2a91c4-1234-4abc-8def-0123456789ab', '3f2a91c4'],
    ['275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f', '275a021b'],
    ['nightly-backup', 'nightly-backup'],
    ['a-name-that-is-longer-than-twenty', 'a-name-that-is-long…'],
    ['🦠'.repeat(30), `${'🦠'.repeat(19)}…`],
  ]);
});
