// The URL is the state of the page: path and query name the page, its filters, its sort and what is open.

import { createStore, useStore } from './store.js';

const here = () => ({ path: location.pathname, query: new URLSearchParams(location.search), hash: location.hash });

const place = createStore(here());

addEventListener('popstate', () => place.set(here()));

// Links of the page change the URL without loading the document again.
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute('download') || link.dataset.native !== undefined) return;
  const to = new URL(link.href);
  if (to.origin !== location.origin || !isPage(to.pathname)) return;
  if (to.pathname === location.pathname && to.search === location.search && to.hash) return;
  event.preventDefault();
  navigate(to.pathname + to.search + to.hash);
});

const PAGES = ['/connectors', '/jobs', '/results', '/dead-letters', '/settings', '/first-run', '/help'];

function isPage(path) {
  return path === '/' || PAGES.includes(path) || path.startsWith('/jobs/');
}

let stale = () => false;

/** From when `isStale` says so, another page is loaded from the server, which has a newer version of the dashboard. */
export function reloadWhen(isStale) {
  stale = isStale;
}

/** Shows another page, or another state of this one. `replace` leaves no step for Back. */
export function navigate(to, { replace = false } = {}) {
  const samePage = new URL(to, location.href).pathname === location.pathname;
  if (!samePage && stale()) {
    location[replace ? 'replace' : 'assign'](to);
    return;
  }
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  place.set(here());
  if (!samePage) scrollTo(0, 0);
}

/** `{path, query, hash}` of the current URL. */
export function useLocation() {
  return useStore(place);
}

/** The current URL with some parameters changed; null, '' and undefined remove one. */
export function withQuery(changes, query = place.get().query) {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') next.delete(name);
    else next.set(name, String(value));
  }
  const text = next.toString();
  return place.get().path + (text ? `?${text}` : '');
}

export function setQuery(changes, options) {
  navigate(withQuery(changes), options);
}
