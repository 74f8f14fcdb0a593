import { html, useEffect, useRef } from '../lib/preact.js';
import { live, retryLive } from '../base/live.js';
import { useStore } from '../base/store.js';
import { navigate, useLocation } from '../base/router.js';
import { nextTheme, useTheme } from '../base/theme.js';
import { useKeys } from '../base/keys.js';
import { useNow } from '../base/data.js';
import { age, clock, count, counted } from '../base/format.js';
import { Brand, Icon } from './icon.js';
import { Toasts } from './toast.js';
import { Dialogs } from './dialog.js';
import { meta } from '../base/meta.js';

const PAGES = [
  { path: '/', icon: 'overview', word: 'Overview' },
  { path: '/connectors', icon: 'connectors', word: 'Connectors' },
  { path: '/jobs', icon: 'jobs', word: 'Jobs' },
  { path: '/results', icon: 'results', word: 'Results' },
  { path: '/dead-letters', icon: 'dead', word: 'Dead letters' },
  { path: '/settings', icon: 'settings', word: 'Settings' },
];

/** What surrounds every page: rail, top bar, the bar while the stream is broken, toasts and questions. */
export function Shell({ children }) {
  const cut = useStore(live, (value) => value.open === false);
  const newVersion = useStore(live, (value) => value.newVersion);
  return html`<a class="skip" href="#main">Skip to content</a>
    <div class=${`app ${cut || newVersion ? 'cut' : ''}`}>
      <${Rail} /><${Top} />
      ${cut ? html`<${StreamBar} />` : newVersion && html`<${VersionBar} />`}
      <main id="main" tabindex="-1">${children}</main>
    </div>
    <${Toasts} /><${Dialogs} />`;
}

function Rail() {
  const { path } = useLocation();
  const letters = useStore(live, (value) => value.status?.dead_letters?.total ?? 0);
  const { version } = useStore(meta);
  return html`<nav class="rail" aria-label="Pages">
    <${Brand} />
    <ul>${PAGES.map((page) => {
      const here = page.path === '/' ? path === '/' : path.startsWith(page.path);
      return html`<li><a href=${page.path} aria-current=${here ? 'page' : null}><${Icon} name=${page.icon} /><span>${page.word}</span>
        ${page.path === '/dead-letters' && letters > 0 && html`<span class="tally" title=${`${counted(letters, 'dead letter')} to decide on`}>${count(letters)}</span>`}</a></li>`;
    })}</ul>
    <div class="rail-foot"><p>${version ? `Version ${version}` : ' '}</p><a href="/docs" data-native>API reference</a><a href="/help">Help</a></div>
  </nav>`;
}

const SCANNER = {
  ready: { tone: 'ready', icon: 'check', word: 'ready' },
  busy: { tone: 'busy', icon: 's-busy', word: 'busy' },
  failing: { tone: 'failed', icon: 'v-failed', word: 'failing' },
  unavailable: { tone: 'failed', icon: 's-gone', word: 'unavailable' },
  not_configured: { tone: 'failed', icon: 'v-failed', word: 'not configured' },
  unknown: { tone: 'pending', icon: 'v-pending', word: 'not known' },
};

function Top() {
  const { environment } = useStore(meta);
  const scanner = useStore(live, (value) => value.status?.scanner ?? null);
  const known = useStore(live, (value) => value.open !== false);
  const look = SCANNER[scanner?.state] ?? SCANNER.unknown;
  return html`<header class="top">
    <${Brand} className="top-brand" />
    ${environment && html`<span class="env" title="DSXCONNECT_APP_ENV">${environment}</span>`}
    <${Search} />
    <div class="top-state">
      <a class="chip" href="/settings#scanner" title=${scanner?.reason ?? (scanner?.demo ? 'The stand-in finds the EICAR test string and nothing else' : '')}>
        <${Icon} name=${look.icon} className=${`v-${known ? look.tone : 'pending'}`} /><span class="w">${scanner?.demo ? html`Stand-in scanner` : html`Scanner`} <b>${look.word}</b>${!known && scanner && ' (last known)'}</span></a>
      <${Stream} /><${Theme} />
      <a class="chip" href="/settings#operators"><${Icon} name="key" /><span class="w hide-lg">Open access</span><span class="sr">Operators are off: nobody signs in</span></a>
    </div>
  </header>`;
}

function Search() {
  const input = useRef(null);
  useKeys({ '/': () => input.current.focus() });
  const search = (event) => {
    event.preventDefault();
    const text = input.current.value.trim();
    if (text) navigate(`/results?text=${encodeURIComponent(text)}`);
  };
  return html`<form class="search" role="search" onSubmit=${search}>
    <label class="sr" for="q">Search file, hash or job</label>
    <button class="search-go" type="submit" aria-label="Search" onClick=${(event) => { if (getComputedStyle(input.current).display === 'none') { event.preventDefault(); navigate('/results'); } }}><${Icon} name="search" /></button>
    <input id="q" ref=${input} type="search" placeholder="Search file, hash or job" maxlength="4096" /><kbd aria-hidden="true">/</kbd></form>`;
}

function Stream() {
  const open = useStore(live, (value) => value.open);
  const since = useStore(live, (value) => value.since);
  if (open === false) return html`<span class="chip"><${Icon} name="v-unscanned" className="v-busy" /><span class="w">No events since <b>${clock(since / 1000)}</b></span></span>`;
  return html`<span class="chip" title=${open ? 'Events arrive' : 'Connecting'}><${Icon} name="pulse" className=${open ? 'v-ready' : ''} /><span class="w">${open ? 'Live' : 'Connecting'}</span></span>`;
}

function Theme() {
  const theme = useTheme();
  return html`<button class="btn btn-quiet btn-icon" type="button" aria-label=${`Theme: ${theme}. Change`} title=${`Theme: ${theme}`} onClick=${nextTheme}><${Icon} name="theme" /></button>`;
}

function StreamBar() {
  const since = useStore(live, (value) => value.since);
  const retryAt = useStore(live, (value) => value.retryAt);
  useNow(1000);
  const now = Date.now() / 1000; // the stream's times are by this machine's clock
  const wait = retryAt === null ? 0 : Math.max(0, Math.ceil(retryAt / 1000 - now));
  return html`<div class="bar-note" role="status"><${Icon} name="warn" />
    <span><strong>No live events since ${clock(since / 1000)}.</strong> <span aria-live="off">Figures are ${age(now - since / 1000)} old. Scanning does not depend on this page. ${wait > 0 ? `Trying again in ${wait} s.` : 'Trying again.'}</span></span>
    <button class="btn btn-sm" type="button" onClick=${() => retryLive()}>Try now</button></div>`;
}

/** The server was updated under an open page. Nothing is reloaded under the hands of a person; another page is. */
function VersionBar() {
  const version = useStore(live, (value) => value.version);
  return html`<div class="bar-note" role="status"><${Icon} name="info" />
    <span><strong>dsx-connect ${version} runs now.</strong> This page is of another version; it is loaded again when you open another one.</span>
    <button class="btn btn-sm" type="button" onClick=${() => location.reload()}>Load it now</button></div>`;
}

/** The head of a page: one h1, a line beside it, and its actions. `crumb` leads to it. Sets the title of the document. */
export function PageHead({ title, sub = null, crumb = null, documentTitle = title, children }) {
  useEffect(() => {
    document.title = `${documentTitle} · dsx-connect`;
  }, [documentTitle]);
  return html`<div class="page-head">${crumb}<h1>${title}</h1>${sub && html`<p class="sub">${sub}</p>`}${children && html`<div class="acts">${children}</div>`}</div>`;
}
