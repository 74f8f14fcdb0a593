import { html } from '../lib/preact.js';
import { Icon } from './icon.js';
import { shown } from './path.js';

const IMAGE = /^data:image\/(png|jpeg|gif|svg\+xml|webp)[;,]/i;
const MAX_CHARS = 64 * 1024;
const MAX_TEXT = 8;

/** Parts of names of connectors, in the order in which they are looked for. */
const BY_NAME = [
  [/mail|exchange|imap/, 'mail'],
  [/sharepoint|confluence/, 'site'],
  [/s3|bucket|gcs|google-cloud|minio/, 'bucket'],
  [/azure|blob|onedrive|drive|box|salesforce|cloud/, 'cloud'],
  [/filesystem|file|nfs|smb|share|folder/, 'folder'],
  [/artifact|jfrog|nexus|registry|package/, 'boxes'],
];

/** The address of the image that a connector has for itself; null when it has none that is harmless. */
function imageOf(icon) {
  if (icon.length > MAX_CHARS) return null;
  if (IMAGE.test(icon)) return icon;
  return /^<svg[\s>]/i.test(icon) ? `data:image/svg+xml,${encodeURIComponent(icon)}` : null;
}

/** The connector's own image or short text, else an icon by its name. Decorative: its name stands beside it. */
export function ConnectorIcon({ connector, image: given }) {
  const own = (given ?? '').trim();
  const image = imageOf(own);
  if (image) return html`<span class="pic" aria-hidden="true"><img src=${image} alt="" width="24" height="24" /></span>`;
  if (own !== '' && !own.includes('<') && !own.startsWith('data:') && [...own].length <= MAX_TEXT) return html`<span class="pic text" aria-hidden="true"><bdi>${shown(own)}</bdi></span>`;
  const name = String(connector.name ?? '').toLowerCase();
  return html`<span class="pic"><${Icon} name=${BY_NAME.find(([part]) => part.test(name))?.[1] ?? 'connectors'} className="i-lg" /></span>`;
}
