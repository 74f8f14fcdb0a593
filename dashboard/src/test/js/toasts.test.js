import { html, render } from 'site/lib/preact.js';
import { say, sayBegun, sayFailed, Toasts } from 'site/components/toast.js';
import { equal, test, withClock, withElement } from './check.js';

const DRAW_MS = 100;

/** Runs a test with the toasts in the document: `titles()` has those that are shown, of each region. */
const withToasts = (body) =>
  withClock(1_764_331_200, (clock) =>
    withElement(render, async (element) => {
      render(html`<${Toasts} />`, element);
      await clock.pass(DRAW_MS);
      const titles = (role = 'status') => [...element.querySelectorAll(`[role="${role}"] .toast strong`)].map((title) => title.textContent);
      await body({ clock, element, titles });
      element.querySelectorAll('[aria-label="Close"]').forEach((button) => button.click());
      await clock.pass(DRAW_MS);
      equal([...titles(), ...titles('alert')], [], 'left over');
    }));

test('toasts: the newest is the last, and four at most are kept', () =>
  withToasts(async ({ clock, titles }) => {
    ['one', 'two', 'three', 'four', 'five'].forEach((title) => say(title));
    await clock.pass(DRAW_MS);
    equal(titles(), ['two', 'three', 'four', 'five']);
  }));

test('toasts: one vanishes after 6 s, with a button after 20 s', () =>
  withToasts(async ({ clock, titles }) => {
    say('plain');
    say('with a button', '', { label: 'Undo', run: () => {} });
    await clock.pass(5900);
    equal(titles(), ['plain', 'with a button']);
    await clock.pass(300);
    equal(titles(), ['with a button']);
    await clock.pass(13_500);
    equal(titles(), ['with a button']);
    await clock.pass(500);
    equal(titles(), []);
  }));

test('toasts: a failure stays until it is closed, in the region that interrupts', () =>
  withToasts(async ({ clock, element, titles }) => {
    sayFailed('It failed', Object.assign(new Error('the reason'), { requestId: 'r-1' }));
    await clock.pass(600_000);
    equal(titles('alert'), ['It failed']);
    equal(element.querySelector('.toast p').textContent, 'the reason');
    equal(element.querySelector('.toast .acts').textContent.trim(), 'Request r-1');
    element.querySelector('[aria-label="Close"]').click();
    await clock.pass(DRAW_MS);
    equal(titles('alert'), []);
  }));

test('toasts: one that is read does not vanish', () =>
  withToasts(async ({ clock, element, titles }) => {
    say('read');
    await clock.pass(3000);
    const toast = element.querySelector('.toast');
    toast.dispatchEvent(new PointerEvent('pointerenter'));
    await clock.pass(60_000);
    equal(titles(), ['read']);
    toast.dispatchEvent(new PointerEvent('pointerleave'));
    await clock.pass(5800);
    equal(titles(), ['read']);
    await clock.pass(400);
    equal(titles(), []);
  }));

test('toasts: the begin of a job takes the place of the one before', () =>
  withToasts(async ({ clock, titles }) => {
    say('other');
    sayBegun('first scan', '', 'job-1', { label: 'Open', run: () => {} });
    sayBegun('second scan', '', 'job-2', { label: 'Open', run: () => {} });
    await clock.pass(DRAW_MS);
    equal(titles(), ['other', 'second scan']);
  }));

test('toasts: a button does its work once, and closes', () =>
  withToasts(async ({ clock, element, titles }) => {
    let done = 0;
    say('undo me', '', { label: 'Undo', run: () => done++ });
    await clock.pass(DRAW_MS);
    [...element.querySelectorAll('button')].find((button) => button.textContent === 'Undo').click();
    await clock.pass(DRAW_MS);
    equal(done, 1);
    equal(titles(), []);
  }));
