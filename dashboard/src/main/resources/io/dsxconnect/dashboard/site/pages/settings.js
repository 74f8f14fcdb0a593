import { html } from '../lib/preact.js';
import { PageHead } from '../components/shell.js';

export const Settings = () => html`<${PageHead} title="Settings" />`;
