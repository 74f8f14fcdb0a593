import { html } from '../lib/preact.js';
import { Icon } from '../components/icon.js';

/** The place of operators, tokens and the audit log, while there are none. */
export const Operators = ({ id }) => html`<section class="card" id=${id} aria-labelledby="operators-head">
  <div class="card-head"><h2 id="operators-head">Operators and audit log</h2><span class="note">off</span></div>
  <div class="card-body"><div class="callout warn"><${Icon} name="warn" /><strong>Everybody who reaches this address may do everything here</strong>
    <p>This version has no operators: nobody signs in, and nothing is written to an audit log. Keep the address on a network that you trust, or behind a proxy that authenticates.</p></div></div>
</section>`;
