// Series of the platform as rates that charts and sparks draw.

import { perSecond, pick } from '../base/series.js';
import { allFiles } from './overview-data.js';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];
const FACTOR = 1024;

/** Files or bytes per second, bucket by bucket; null is a gap. */
export function rates(series, unit) {
  if (!series) return [];
  return perSecond(unit === 'bytes' ? pick(series, 'dsx_scanned_bytes_total') : allFiles(series), series.step);
}

/** Every `size` values as their average, the newest group whole; a group without a value is a gap. */
export function averaged(values, size) {
  const groups = [];
  for (let end = values.length; end > 0; end -= size) {
    const known = values.slice(Math.max(0, end - size), end).filter((value) => value !== null && value !== undefined);
    groups.unshift(known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length);
  }
  return groups;
}

const LEAST_POINTS = 12;

/** From the first known value on, but at least 12: before that, this server was not there to be asked. */
export function fromStart(values, least = LEAST_POINTS) {
  const first = values.findIndex((value) => value !== null && value !== undefined);
  return values.slice(Math.max(0, Math.min(first, values.length - least)));
}

/** The last time of every `size` buckets, as `averaged` groups them. */
export function averagedTimes(at, size) {
  const times = [];
  for (let end = at.length; end > 0; end -= size) times.unshift(at[end - 1]);
  return times;
}

/** The unit in which a rate of bytes is read well: `{name, divisor}`. */
export function byteUnit(most) {
  let step = 0;
  while (most / FACTOR ** step >= 1000 && step < UNITS.length - 1) step++;
  return { name: UNITS[step], divisor: FACTOR ** step };
}
