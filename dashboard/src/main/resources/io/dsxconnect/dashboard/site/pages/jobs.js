import { html } from '../lib/preact.js';
import { PageHead } from '../components/shell.js';

export const Jobs = () => html`<${PageHead} title="Jobs" />`;
