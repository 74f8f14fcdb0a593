// Light, dark or the system's theme; kept in this browser. `?theme=dark` in a link wins once.

import { createStore, useStore } from './store.js';
import { keep, kept } from './kept.js';

const THEMES = ['system', 'light', 'dark'];
const root = document.documentElement;
const wanted = new URLSearchParams(location.search).get('theme') ?? kept('theme', 'system');
const theme = createStore({ name: 'system' });

function show(name) {
  if (name === 'system') delete root.dataset.theme;
  else root.dataset.theme = name;
  theme.set({ name });
}

export function useTheme() {
  return useStore(theme, (value) => value.name);
}

export function nextTheme() {
  const next = THEMES[(THEMES.indexOf(theme.get().name) + 1) % THEMES.length];
  keep('theme', next);
  show(next);
}

show(THEMES.includes(wanted) ? wanted : 'system');
