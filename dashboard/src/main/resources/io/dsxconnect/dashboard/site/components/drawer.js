import { html, useRef } from '../lib/preact.js';
import { useKeys } from '../base/keys.js';
import { useFocusInside, useIsOver } from './focus.js';
import { Icon } from './icon.js';
import { copyText } from './copy.js';
import { say } from './toast.js';

/**
 * One thing beside its list, which stays usable; where there is no room beside it, over the page. The page's URL is the
 * drawer's link.
 *
 * @param label what it shows, for screen readers
 * @param title head, markup
 * @param under a second line of the head, markup
 * @param onClose called by Escape and the close button
 * @param onPrevious, onNext called by the arrows of the head, and by `[` and `]`; null when there is none
 * @param foot buttons, markup
 */
export function Drawer({ label, title, under = null, onClose, onPrevious = null, onNext = null, foot = null, children }) {
  const box = useRef(null);
  const over = useIsOver();
  useFocusInside(box, { trap: 'over', first: '.drawer-close' });
  useKeys({
    Escape: onClose,
    '[': () => onPrevious?.(),
    ']': () => onNext?.(),
  });
  const link = async () => {
    if (await copyText(location.href)) say('The link is copied', 'Everyone who can open this page sees the same.');
  };
  return html`${over && html`<div class="drawer-veil" onClick=${onClose}></div>`}
  <div class="drawer" role="dialog" aria-modal=${over ? 'true' : null} aria-label=${label} ref=${box} tabindex="-1">
    <header class="drawer-head">
      <h2>${title}</h2>
      <div class="acts">
        ${(onPrevious || onNext) && html`<button class="btn btn-quiet btn-sm btn-icon" type="button" aria-label="Newer" aria-disabled=${!onPrevious} onClick=${onPrevious}><${Icon} name="up" /></button>
        <button class="btn btn-quiet btn-sm btn-icon" type="button" aria-label="Older" aria-disabled=${!onNext} onClick=${onNext}><${Icon} name="down" /></button>`}
        <button class="btn btn-quiet btn-sm btn-icon" type="button" aria-label="Copy a link to this" onClick=${link}><${Icon} name="link" /></button>
        <button class="btn btn-quiet btn-sm btn-icon drawer-close" type="button" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button>
      </div>
      ${under && html`<div class="full">${under}</div>`}
    </header>
    <div class="drawer-body" tabindex="0">${children}</div>
    ${foot && html`<footer class="drawer-foot">${foot}</footer>`}
  </div>`;
}

/** A part of a drawer with its heading. */
export const Part = ({ title, children }) => html`<section><h3>${title}</h3>${children}</section>`;

/** Names and values: `[['Size', '2.4 MB'], ...]`; entries that are null or false are left out. */
export const Facts = ({ list }) => html`<dl class="dl">${list.filter(Boolean).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
