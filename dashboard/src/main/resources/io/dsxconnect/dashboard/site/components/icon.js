import { html } from '../lib/preact.js';

/** An icon of the sprite in index.html by its name without `i-`. Decorative: the word stands beside it. */
export const Icon = ({ name, className = '' }) => html`<svg class=${`i ${className}`} aria-hidden="true"><use href=${`#i-${name}`} /></svg>`;

/** The mark of the product. */
export const Mark = () => html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
  <path d="M6.5 9.2V4.6A1.6 1.6 0 0 1 8.1 3h5.6l4.3 4.3v1.9M18 14.8v4.6a1.6 1.6 0 0 1-1.6 1.6H8.1a1.6 1.6 0 0 1-1.6-1.6v-4.6" fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" />
  <path d="M2.4 12h19.2" fill="none" class="scan" stroke-width="2.6" stroke-linecap="round" />
</svg>`;

export const Brand = ({ className = '' }) => html`<a class=${`brand ${className}`} href="/"><${Mark} /><span class="word">dsx<span>-connect</span></span></a>`;
