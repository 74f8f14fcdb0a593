// The smallest harness for tests of the page's modules. PageScriptsIT of the module e2e runs them in a browser: each test
// of this folder is a test of JUnit. Tests import what they check from 'site/...', see that class.

const tests = [];

/** Declares a test. `run` may be async; it fails when it throws. */
export function test(name, run) {
  tests.push({ name, run });
}

/** The names of all tests, in order. */
export const names = () => tests.map(({ name }) => name);

const PATIENCE_MS = 5000;
const late = (ms) => new Promise((done, fail) => setTimeout(() => fail(new Error(`it did not end within ${ms / 1000} s`)), ms));

/** Runs the test at this position; '' when it passes, else why it failed. */
export async function run(position) {
  try {
    await Promise.race([late(PATIENCE_MS), tests[position].run()]);
    return '';
  } catch (error) {
    return error.message + (error.name === 'Unequal' ? '' : `\n${error.stack}`);
  }
}

// A no-break space reads like any other.
const plain = (value) => (typeof value === 'string' ? value.replaceAll('\u00a0', ' ') : value);
const written = (value) =>
  JSON.stringify(value, (key, each) => (each instanceof Map ? { map: [...each] } : each instanceof Set ? { set: [...each] } : typeof each === 'number' && !Number.isFinite(each) ? String(each) : plain(each))) ?? String(value);

/** Fails unless both are written as the same JSON; maps and sets count by their entries. */
export function equal(actual, expected, what = '') {
  const [is, should] = [written(actual), written(expected)];
  if (is === should) return;
  const error = new Error(`${what && `${what}: `}expected ${should}, but it is ${is}`);
  error.name = 'Unequal';
  throw error;
}

/** Checks a function of one argument: `[[argument, result], ...]`. */
export const eachEqual = (f, cases) => cases.forEach(([argument, expected]) => equal(f(argument), expected, `of ${written(argument)}`));

const FAKED = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'requestAnimationFrame', 'cancelAnimationFrame'];
const FRAME_MS = 16;

/** Runs a test with a clock that stands still until `clock.pass(ms)`; begins at `at`, seconds since the epoch. */
export async function withClock(at, body) {
  const real = Object.fromEntries(FAKED.map((name) => [name, globalThis[name]]));
  const [dateNow, performanceNow] = [Date.now, performance.now];
  let now = 0;
  let last = 0;
  const timers = new Map();
  const later = (callback, ms = 0, again = null) => {
    timers.set(++last, { callback, due: now + Math.max(0, ms), again });
    return last;
  };
  const forget = (id) => timers.delete(id);
  Object.assign(globalThis, {
    setTimeout: (callback, ms) => later(callback, ms),
    setInterval: (callback, ms) => later(callback, ms, ms),
    requestAnimationFrame: (callback) => later(() => callback(now), FRAME_MS),
    clearTimeout: forget,
    clearInterval: forget,
    cancelAnimationFrame: forget,
  });
  Date.now = () => at * 1000 + now;
  performance.now = () => now;

  const drawn = async () => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  const clock = {
    /** Lets so many ms pass, with all that is due then, and what the page draws of it. */
    async pass(ms) {
      const end = now + ms;
      await drawn();
      for (;;) {
        const next = [...timers].filter(([, timer]) => timer.due <= end).sort(([a, x], [b, y]) => x.due - y.due || a - b)[0];
        if (!next) break;
        const [id, timer] = next;
        now = Math.max(now, timer.due);
        if (timer.again === null) timers.delete(id);
        else timer.due = now + timer.again;
        timer.callback();
        await drawn();
      }
      now = end;
    },
  };
  try {
    await body(clock);
  } finally {
    Object.assign(globalThis, real);
    Date.now = dateNow;
    performance.now = performanceNow;
  }
}

/** An element in the document for one test; removed with what was rendered into it. */
export async function withElement(render, body) {
  const element = document.createElement('div');
  document.body.append(element);
  try {
    await body(element);
  } finally {
    render(null, element);
    element.remove();
  }
}
