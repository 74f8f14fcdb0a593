import { html, render } from 'site/lib/preact.js';
import { Export } from 'site/pages/results.js';
import { readQuery } from 'site/pages/results-query.js';
import { equal, test, withClock, withElement } from './check.js';

const NOW = 1_764_331_200;
const DRAW_MS = 100;

/** Runs a test with the menu of this filter in the document. */
const withMenu = (query, summary, body) =>
  withClock(NOW, (clock) =>
    withElement(render, async (element) => {
      const draw = () => clock.pass(DRAW_MS);
      render(html`<${Export} wanted=${readQuery(new URLSearchParams(query))} summary=${summary} />`, element);
      await draw();
      const button = element.querySelector('button');
      const press = async (key) => {
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        await draw();
      };
      button.click();
      await draw();
      await body({ button, links: [...element.querySelectorAll('a')], press, draw, isOpen: () => element.querySelector('.menu-box') !== null });
    }));

test('export: it has the filter of the page, and both formats', () =>
  withMenu('text=a%20b&outcome=malicious&since=3600&sort=size&before=7', { count: 2, complete: true }, ({ links }) => {
    const asked = links.map((link) => Object.fromEntries(new URL(link.href).searchParams));
    const filter = { text: 'a b', outcome: 'malicious', since: String(NOW - 3600) };
    equal(asked, [{ ...filter, format: 'ndjson' }, { ...filter, format: 'csv' }]);
    equal(links.map((link) => new URL(link.href).pathname), Array(2).fill('/dsx-connect/api/v1/scan/results/export'));
    equal(links.every((link) => link.hasAttribute('download')), true);
  }));

test('export: the number of records is at least what was counted', async () => {
  await withMenu('', { count: 1, complete: true }, ({ links }) => equal(links.map((link) => link.querySelector('small').textContent), ['1 record', '1 record']));
  await withMenu('', { count: 1204, complete: false }, ({ links }) => equal(links[0].querySelector('small').textContent, 'at least 1,204 records'));
  await withMenu('', undefined, ({ links }) => equal(links[0].querySelector('small'), null));
});

test('menu: the keyboard opens, moves and closes it', () =>
  withMenu('', null, async ({ button, links, press, isOpen }) => {
    equal(button.getAttribute('aria-expanded'), 'true');
    equal(document.activeElement === links[0], true, 'the first has the focus');
    await press('ArrowDown');
    equal(document.activeElement === links[1], true, 'down');
    await press('ArrowDown');
    equal(document.activeElement === links[0], true, 'around the end');
    await press('ArrowUp');
    equal(document.activeElement === links[1], true, 'around the begin');
    await press('Escape');
    equal(isOpen(), false);
    equal(document.activeElement === button, true, 'the focus is back');
  }));

test('menu: it closes when the person goes elsewhere', () =>
  withMenu('', null, async ({ draw, isOpen }) => {
    document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    await draw();
    equal(isOpen(), false);
  }));
