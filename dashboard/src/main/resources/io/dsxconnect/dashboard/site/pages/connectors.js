import { html } from '../lib/preact.js';
import { PageHead } from '../components/shell.js';

export const Connectors = () => html`<${PageHead} title="Connectors" />`;
