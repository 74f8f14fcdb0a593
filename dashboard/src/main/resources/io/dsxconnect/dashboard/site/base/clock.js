// The time by the clock of the server, because all times of the API are by it, and this machine's clock may be wrong.

const LEAST_SKEW_S = 5; // the live messages have whole seconds, and take a while

let ahead = 0;

/** Takes what the live stream has found out: seconds that the server's clock is ahead of this one. */
export function setSkew(seconds) {
  ahead = Math.abs(seconds) < LEAST_SKEW_S ? 0 : seconds;
}

/** Seconds since the epoch. */
export const serverNow = () => Date.now() / 1000 + ahead;

const beats = new Map(); // ms -> {listeners, timer}

/** Calls `listener` every `every` ms while this tab is shown. All listeners of one interval share a timer. Returns how to stop. */
export function onBeat(every, listener) {
  const beat = beats.get(every) ?? { listeners: new Set(), timer: null };
  beats.set(every, beat);
  beat.listeners.add(listener);
  beat.timer ??= setInterval(() => document.hidden || tick(beat), every);
  return () => {
    beat.listeners.delete(listener);
    if (beat.listeners.size > 0) return;
    clearInterval(beat.timer);
    beat.timer = null;
  };
}

const tick = (beat) => [...beat.listeners].forEach((listener) => listener());

document.addEventListener('visibilitychange', () => document.hidden || [...beats.values()].forEach(tick));
