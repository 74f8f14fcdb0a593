import { html } from '../lib/preact.js';
import { get } from '../base/api.js';
import { useData } from '../base/data.js';
import { duration, epoch, exact, percent } from '../base/format.js';
import { live } from '../base/live.js';
import { useStore } from '../base/store.js';
import { Facts } from '../components/drawer.js';
import { Loaded } from '../components/states.js';

/** Version, API, Redis, documents. */
export function About({ id }) {
  const data = useData((signal) => get('/meta', {}, signal), []);
  const redis = useStore(live, (value) => value.status?.redis ?? null);
  return html`<section class="card" id=${id} aria-labelledby="about-head">
    <div class="card-head"><h2 id="about-head">About</h2></div>
    <${Loaded} data=${data} what="The version">${(value) => html`<div class="card-body"><${Facts} list=${[
      ['Version', html`${value.version}${value.build_timestamp && html` <small>built ${exact(epoch(value.build_timestamp))}</small>`}`],
      value.started_at && ['This API', `runs for ${duration(Date.now() / 1000 - value.started_at)}`],
      value.environment && ['Environment', html`<code>${value.environment}</code>`],
      ['API', html`<a href="/docs" data-native>Reference</a>, <a href="/openapi.json" data-native>OpenAPI 3.1</a>, <a href="/metrics" data-native>metrics for Prometheus</a>`],
      ['Redis', redis === null ? html`<span class="z">not known</span>` : html`${redis.up ? 'answers' : 'does not answer'}${redis.ratio > 0 ? `, ${percent(redis.ratio, 1)} of its memory used` : ''}${redis.up && !redis.intake_open ? ', too full: new files are refused' : ''}`],
      ['Help', html`<a href="/help">Keyboard, figures, outcomes</a>`],
      ['Licences', html`Apache-2.0; the page uses preact (MIT) and htm (Apache-2.0)`],
    ]} /></div>`}</${Loaded}>
  </section>`;
}
