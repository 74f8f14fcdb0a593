import { closeQuery, navigate, setQuery, withQuery } from 'site/base/router.js';
import { equal, test } from './check.js';

const here = () => location.pathname + location.search;
// After all listeners of the step have been called.
const backTo = () => new Promise((done) => addEventListener('popstate', () => setTimeout(() => done(here())), { once: true }));

/** Runs a test on a page of its own, and goes back to the address of before. */
async function at(address, body) {
  const before = here();
  navigate('/help');
  navigate(address);
  try {
    await body();
  } finally {
    navigate(before, { replace: true });
  }
}

test('router: a query keeps what is not changed, and loses what is empty', () =>
  at('/results?text=a%20b&outcome=malicious', () => {
    equal(withQuery({ outcome: 'benign,failed' }), '/results?text=a+b&outcome=benign%2Cfailed');
    equal(withQuery({ text: '', outcome: null, since: undefined }), '/results');
    equal(withQuery({ since: 0 }), '/results?text=a+b&outcome=malicious&since=0');
    equal(withQuery({ open: 'x&y=z' }, new URLSearchParams('a=1')), '/results?a=1&open=x%26y%3Dz');
  }));

test('router: a change of the query is a step back', () =>
  at('/jobs', async () => {
    setQuery({ status: 'active' });
    equal(here(), '/jobs?status=active');
    const back = backTo();
    history.back();
    equal(await back, '/jobs');
  }));

test('router: closing goes back to before the opening, so that Back does not open it again', () =>
  at('/results?text=a', async () => {
    const steps = history.length;
    setQuery({ open: 'one' });
    setQuery({ open: 'two' }, { replace: true });
    const back = backTo();
    closeQuery({ open: null });
    equal(await back, '/results?text=a');
    setQuery({ open: 'three' });
    equal(history.length, steps + 1, 'the steps of before are used again');
  }));

test('router: what a link opened is closed in place', () =>
  at('/results?text=a&open=one', async () => {
    const steps = history.length;
    closeQuery({ open: null });
    equal(here(), '/results?text=a');
    equal(history.length, steps);
  }));
