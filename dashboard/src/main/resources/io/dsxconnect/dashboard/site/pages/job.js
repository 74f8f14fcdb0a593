import { html } from '../lib/preact.js';
import { PageHead } from '../components/shell.js';

export const Job = () => html`<${PageHead} title="Job" />`;
