import { html } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData } from '../base/data.js';
import { Icon } from '../components/icon.js';
import { shown } from '../components/path.js';
import { briefId, jobPath } from './job-model.js';

const BEGIN_OF_ID = /^[0-9a-f]{8}[0-9a-f-]{0,28}$/i; // of a UUID, from the part that lists show
const MOST = 3;

async function jobsThatBegin(text, signal) {
  if (!BEGIN_OF_ID.test(text)) return [];
  const found = await get('/scan/jobs', { text, limit: MOST }, signal);
  return found.map((job) => job.job_id).filter((id) => id.toLowerCase().startsWith(text.toLowerCase()));
}

/** The ways to the jobs whose id begins with what is searched: records are found by a whole id only. */
export function JobsOfText({ text }) {
  const { value } = useData((signal) => jobsThatBegin(text, signal), [text]);
  return value?.length > 0 && html`<div class="live" role="status"><${Icon} name="jobs" /><span>${value.map((id) => html`<a class="btn btn-sm" key=${id} href=${jobPath(id)}>Open job ${shown(briefId(id))}</a> `)}</span></div>`;
}
