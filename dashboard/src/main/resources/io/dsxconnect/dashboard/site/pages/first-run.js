import { html } from '../lib/preact.js';
import { PageHead } from '../components/shell.js';

export const FirstRun = () => html`<${PageHead} title="FirstRun" />`;
