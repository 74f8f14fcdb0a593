import { html } from '../lib/preact.js';
import { PageHead } from '../components/shell.js';

export const Results = () => html`<${PageHead} title="Results" />`;
