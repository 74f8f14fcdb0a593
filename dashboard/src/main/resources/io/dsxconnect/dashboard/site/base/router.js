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

const MAX_TRAIL = 10;
const MAX_TRAIL_CHARS = 2048; // a browser refuses large states

/** The addresses of this page that Back leads through, the nearest last. A step from another page begins with none. */
const trail = () => (Array.isArray(history.state?.trail) ? history.state.trail : []);

/** The trail of the next step of this page; what is too long to be kept ends it. */
function longer() {
  const address = withQuery({}, new URLSearchParams(location.search));
  return address.length > MAX_TRAIL_CHARS ? [] : [...trail(), address].slice(-MAX_TRAIL);
}

let closing = false;

/**
 * Changes parameters that close what an earlier step of this page has opened: goes back to before that step, so that
 * Back does not open it again. What was opened by a link from elsewhere is closed in place.
 */
export function closeQuery(changes) {
  if (closing) return;
  const to = withQuery(changes);
  const opened = trail();
  let at = opened.length;
  while (at > 0 && closed(opened[at - 1], changes) === to && opened[at - 1] !== to) at--;
  if (opened[at - 1] !== to) {
    navigate(to, { replace: true });
    return;
  }
  const top = scrollY;
  closing = true;
  addEventListener('popstate', () => {
    closing = false;
    requestAnimationFrame(() => scrollTo(0, top)); // the list stays where it was read meanwhile
  }, { once: true });
  history.go(at - 1 - opened.length);
}

const closed = (address, changes) => withQuery(changes, new URL(address, location.href).searchParams);

/** Shows another page, or another state of this one. `replace` leaves no step for Back. */
export function navigate(to, { replace = false } = {}) {
  const samePage = new URL(to, location.href).pathname === location.pathname;
  if (!samePage && stale()) {
    location[replace ? 'replace' : 'assign'](to);
    return;
  }
  if (replace) history.replaceState(samePage ? history.state : null, '', to);
  else history.pushState({ trail: samePage ? longer() : [] }, '', to);
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
