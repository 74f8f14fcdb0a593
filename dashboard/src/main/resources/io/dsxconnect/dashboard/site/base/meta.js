// What the product says of itself: version, environment, whether it is a trial. Read once, and again after a restart.

import { createStore } from './store.js';
import { get } from './api.js';
import { onLive } from './live.js';

/** `{version, environment, demo, trial, startedAt}`; null until known. */
export const meta = createStore({ version: null, environment: null, demo: null, trial: null, startedAt: null });

async function read() {
  try {
    const answer = await get('/meta');
    meta.set({
      version: answer.version,
      environment: answer.environment ?? null,
      demo: answer.demo ?? null,
      trial: answer.trial ?? null,
      startedAt: answer.started_at ?? null,
    });
  } catch {
    // The stream bar says that the API is away; a resync reads this again.
  }
}

export function startMeta() {
  read();
  onLive((message) => message.type === 'resync' && read());
}
