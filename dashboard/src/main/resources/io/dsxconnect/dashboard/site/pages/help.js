import { html } from '../lib/preact.js';
import { PageHead } from '../components/shell.js';

export const Help = () => html`<${PageHead} title="Help" />`;
