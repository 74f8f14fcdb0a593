import { html } from '../lib/preact.js';
import { PageHead } from '../components/shell.js';

export const Compare = () => html`<${PageHead} title="Compare" />`;
