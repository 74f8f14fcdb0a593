// Figures and times as people read them. Unknown values (null, undefined, NaN) become `–`.

const NONE = '–';
const SPACE = '\u00a0'; // between a figure and its unit, which stay on one line
const unknown = (value) => value === null || value === undefined || Number.isNaN(Number(value));
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** 1204 -> `1,204` */
export const count = (n) => (unknown(n) ? NONE : whole.format(Number(n)));

/** `1 file`, `1,204 files` */
export const counted = (n, one, many = `${one}s`) => `${count(n)} ${Number(n) === 1 ? one : many}`;

/** Below 10 with one decimal, below 0.1 with two digits: what is not 0 is never shown as 0. */
export function rough(n) {
  if (unknown(n)) return NONE;
  const size = Math.abs(n);
  return (size >= 10 ? whole : size >= 0.1 ? tenth : small).format(Number(n));
}

/** A share as a percentage; never rounds up to 100% or down to 0%. */
export function percent(part, all) {
  if (unknown(part) || unknown(all) || Number(all) === 0) return NONE;
  const share = (100 * part) / all;
  if (share > 0 && share < 0.01) return '< 0.01%';
  if (share > 99 && share < 100) return `${Math.floor(share * 10) / 10}%`;
  return `${share < 1 && share > 0 ? share.toFixed(2) : share < 10 ? tenth.format(share) : whole.format(share)}%`;
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in units of 1,024: `2.4 MB`. */
export function bytes(n) {
  if (unknown(n)) return NONE;
  let value = Number(n);
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? count(value) : rough(value)}${SPACE}${unit === 0 && value === 1 ? 'byte' : UNITS[unit]}`;
}

const DAYS_OF_A_YEAR = 365.25;
const MAX_DAYS = 730; // years from here

/** Seconds: `0.4 s`, `12 s`, `1 min 6 s`, `2 h 5 min`, `3 days 4 h`, `120 days`, `2.5 years`. */
export function duration(seconds) {
  if (unknown(seconds)) return NONE;
  const s = Math.max(0, Number(seconds));
  if (s < 0.0995) return s === 0 ? `0${SPACE}s` : `${rough(s * 1000)}${SPACE}ms`;
  if (s < 9.95) return `${tenth.format(s)}${SPACE}s`;
  const rounded = Math.round(s);
  if (rounded < 60) return `${rounded}${SPACE}s`;
  if (rounded < 3600) return joined(Math.floor(rounded / 60), 'min', rounded % 60, 's');
  const minutes = Math.round(s / 60);
  if (minutes < 1440) return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(s / 3600);
  const days = Math.floor(hours / 24);
  if (days >= MAX_DAYS) return `${rough(days / DAYS_OF_A_YEAR)}${SPACE}years`;
  if (days >= 100) return `${days}${SPACE}days`;
  return joined(days, days === 1 ? 'day' : 'days', hours % 24, 'h');
}

/** Time that is known in whole seconds: 0 is not nothing, but `< 1 s`. */
export const spent = (seconds) => (seconds === 0 ? `<${SPACE}1${SPACE}s` : duration(seconds));

/** Time that is left: below a second no figure is true. */
export const remaining = (seconds) => (seconds !== null && seconds !== undefined && seconds < 1 ? `less than 1${SPACE}s` : duration(seconds));

const joined = (a, unitA, b, unitB) => (b === 0 ? `${a}${SPACE}${unitA}` : `${a}${SPACE}${unitA} ${b}${SPACE}${unitB}`);

/** Age in one unit: `12 s`, `26 min`, `2 days`. */
export function age(seconds) {
  if (unknown(seconds)) return NONE;
  const s = Math.max(0, Number(seconds));
  if (s < 60) return `${Math.floor(s)}${SPACE}s`;
  if (s < 3600) return `${Math.floor(s / 60)}${SPACE}min`;
  if (s < 86_400) return `${Math.floor(s / 3600)}${SPACE}h`;
  return unbroken(counted(Math.floor(s / 86_400), 'day'));
}

/** A text of the server: each figure stays on one line with its unit, for example `24 h`. */
export const unbroken = (text) => String(text ?? '').replace(/(\d) (?=(?:ms|s|min|h|days?|years?|bytes?|[KMGTP]B)\b)/g, `$1${SPACE}`);

/** Seconds since the epoch from a number, a decimal text, or an ISO time; null when there is none. */
export function epoch(value) {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'number') return value;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const millis = Date.parse(value);
  return Number.isNaN(millis) ? null : millis / 1000;
}

const format = (options) => {
  const formatter = new Intl.DateTimeFormat('en-GB', options);
  return (seconds) => (unknown(seconds) ? NONE : formatter.format(new Date(seconds * 1000)));
};

/** `13:28` */
export const hourMinute = format({ hour: '2-digit', minute: '2-digit' });
/** `13:28:04` */
export const clock = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
/** `27 Nov` */
export const day = format({ day: 'numeric', month: 'short' });
/** `27 Nov 2026, 13:28:04 CET` */
export const exact = format({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' });
/** `Fri 27 Nov 2026, 13:28:04 CET` */
export const today = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' });
const zoned = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });
/** `CET` */
export const zone = () => zoned.formatToParts(new Date()).find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';

/** Clock time today, else the day: `13:27:52`, `25 Nov`. */
export function moment(seconds) {
  if (unknown(seconds)) return NONE;
  return Date.now() / 1000 - seconds < 20 * 3600 ? clock(seconds) : day(seconds);
}

const MADE_BY_PROGRAMS = /^[0-9a-f]{8}[0-9a-f-]{8,}$/i;
const MAX_SHORT = 20;

/** An id as lists show it: eight characters of a UUID or a hash, a name that a person chose up to 20. */
export function short(id) {
  if (id === null || id === undefined) return NONE;
  const chars = [...String(id)];
  if (MADE_BY_PROGRAMS.test(id)) return chars.slice(0, 8).join('');
  return chars.length > MAX_SHORT ? `${chars.slice(0, MAX_SHORT - 1).join('')}…` : chars.join('');
}
