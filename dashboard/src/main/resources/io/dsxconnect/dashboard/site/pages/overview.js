import { html } from '../lib/preact.js';
import { PageHead } from '../components/shell.js';

export const Overview = () => html`<${PageHead} title="Overview" />`;
