import { html } from '../lib/preact.js';
import { PageHead } from '../components/shell.js';

export const DeadLetters = () => html`<${PageHead} title="DeadLetters" />`;
