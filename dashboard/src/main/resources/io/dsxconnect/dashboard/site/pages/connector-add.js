import { html } from '../lib/preact.js';
import { closeQuery } from '../base/router.js';
import { Command } from '../components/copy.js';
import { Drawer, Part } from '../components/drawer.js';

const here = () => location.origin;
const isLocal = () => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);

const command = () => [
  'DSXCONNECTOR_ASSET=/srv/share \\',
  `DSXCONNECTOR_DSX_CONNECT_URL=${here()} \\`,
  './dsx connector filesystem',
];

const compose = () => [
  '# in the folder deploy/docker of the bundle',
  'export DSXCONNECTOR_ASSET=/srv/share',
  'export DSXCONNECTOR_UID=$(id -u)',
  'export DSXCONNECTOR_GID=$(id -g)',
  'docker compose --env-file sample.filesystem.env \\',
  '  -f docker-compose-filesystem-connector.yaml \\',
  '  up -d --wait',
];

const Address = () => (isLocal() ? html`<p class="small muted">This page is open under an address of this machine only. For a connector on another machine, put the name of this server in place of <code>${location.hostname}</code>, and start the server so that it listens there (<code>--host</code>).</p>` : null);

/** No connector yet: what one does, and the command that starts one. */
export const NoConnector = () => html`<div class="card"><div class="empty">
  <svg class="i-art" viewBox="0 18 64 28" aria-hidden="true"><rect x="6" y="24" width="18" height="16" rx="3" /><path d="M24 32h7" /><path d="M31 26v12M35 28v8" stroke-width="2" /><path d="M41 32h4" stroke-dasharray="2 3" /><circle cx="52" cy="32" r="6" stroke-dasharray="3 3" /></svg>
  <h2>No connector has registered yet</h2>
  <p>A connector looks after one file store: it lists the files, hands out their bytes, and deletes or moves what is malicious. Start one where the files are:</p>
  <${Command} lines=${command()} />
  <p class="small">It appears here by itself within a second of its start. If it does not, its log names the address and the reason. <a href="/help">Docker Compose, other stores, replicas</a></p>
  <${Address} /></div></div>`;

/** The same for those who have connectors, beside their list. */
export const AddDrawer = () => html`<${Drawer} label="Add a connector" title="Add a connector" onClose=${() => closeQuery({ add: null })}
    under=${html`<p class="muted small">A connector looks after one file store. It registers by itself when it starts.</p>`}>
  <${Part} title="On a machine that has the files"><${Command} lines=${command()} />
    <p class="help small muted"><code>DSXCONNECTOR_ASSET</code> names the folder. A second connector on one machine needs a port and a data folder of its own: <code>--port</code>, <code>DSXCONNECTOR_DATA_DIR</code>. If this server cannot reach it under its host name, set <code>DSXCONNECTOR_CONNECTOR_URL</code>.</p></${Part}>
  <${Part} title="With Docker Compose"><${Command} lines=${compose()} />
    <p class="help small muted">The sample’s environment file names the core in its network; <a href="/help">the guide</a> has every step.</p></${Part}>
  <${Part} title="If it does not appear"><p class="help small muted">It does within a second of its start. Its log names the address that it tried and the reason; a connector that registered and cannot be called is shown here as not ready.</p><${Address} /></${Part}>
</${Drawer}>`;
