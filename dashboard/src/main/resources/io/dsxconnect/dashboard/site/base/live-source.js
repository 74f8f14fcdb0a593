// One stream of live messages, read by fetch, because an EventSource neither sends its position after an error answer
// nor says when it tries again. Used by the shared worker, and by a page in a browser without shared workers.

const ADDRESS = '/dsx-connect/api/v1/subscribe/live';
const SILENCE_MS = 25_000; // the server sends a heartbeat every 10 s
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 15_000;
const MAX_FRAME_CHARS = 4_000_000;

/**
 * Opens the stream and keeps it open.
 *
 * @param {(message: object) => void} publish gets every message of the server, and `{type: 'connection', open, since,
 *     retryAt, ahead}` (times in ms since the epoch; `ahead` how many seconds the server's clock is ahead of this one,
 *     null until known) when the state of the connection changes
 * @returns {{retry: () => void}} `retry` tries again at once, unless the stream is open
 */
export function openLiveSource(publish) {
  let position = null;
  let openNow = false;
  let since = Date.now();
  let retryMs = FIRST_RETRY_MS;
  let ahead = null;
  let wake = () => {}; // ends the pause before the next attempt, or an attempt that nobody answers

  function connection(open, retryAt = null) {
    if (open !== openNow) since = Date.now();
    openNow = open;
    publish({ type: 'connection', open, since, retryAt, ahead });
  }

  function take(frame) {
    let data = '';
    for (const line of frame.split('\n')) {
      if (line.startsWith('data:')) data += line.slice(5).trimStart();
      else if (line.startsWith('id:')) position = line.slice(3).trim();
    }
    if (data === '') return;
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return; // a proxy's page, not a message
    }
    if (message.type === 'hello') {
      retryMs = FIRST_RETRY_MS;
      if (typeof message.at === 'number') ahead = message.at - Date.now() / 1000;
      connection(true);
    }
    publish(message);
  }

  async function readOnce() {
    const cut = new AbortController();
    wake = () => openNow || cut.abort();
    let silence = setTimeout(() => cut.abort(), SILENCE_MS);
    try {
      const answer = await fetch(ADDRESS, {
        headers: position === null ? {} : { 'Last-Event-ID': position },
        signal: cut.signal,
        cache: 'no-store',
      });
      if (!answer.ok || !answer.body) return;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(() => cut.abort(), SILENCE_MS);
        const frames = (rest + value).split('\n\n');
        rest = frames.pop();
        if (rest.length > MAX_FRAME_CHARS) return;
        frames.forEach(take);
      }
    } catch {
      // The connection is broken, or was silent for too long: the loop tries again.
    } finally {
      clearTimeout(silence);
      cut.abort();
    }
  }

  async function run() {
    for (;;) {
      await readOnce();
      connection(false, Date.now() + retryMs);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, retryMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
    }
  }

  run();
  return {
    retry: () => {
      retryMs = FIRST_RETRY_MS;
      wake();
    },
  };
}
