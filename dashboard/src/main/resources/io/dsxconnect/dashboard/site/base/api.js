// Calls of the API. A failed call throws an ApiError, whose message says what happened and what to do.

export const API = '/dsx-connect/api/v1';
const TIMEOUT_MS = 40_000;

export class ApiError extends Error {
  /** @param {{status: number, message: string, requestId?: string|null, body?: unknown}} failure status 0: no answer */
  constructor({ status, message, requestId = null, body = null }) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.requestId = requestId;
    this.body = body;
  }
}

/** A path of the API with its query; null, undefined and '' are left out. */
export function url(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== '') query.append(name, String(value));
  }
  const text = query.toString();
  return API + path + (text ? `?${text}` : '');
}

/** The JSON of an answer. */
export async function get(path, params, signal) {
  return (await call('GET', url(path, params), undefined, signal)).body;
}

/** Answer with its headers: `{status, headers, body}`. */
export function getAnswer(path, params, signal) {
  return call('GET', url(path, params), undefined, signal);
}

export function post(path, params, body) {
  return call('POST', url(path, params), body);
}

export function put(path, body) {
  return call('PUT', url(path), body);
}

export function del(path, params) {
  return call('DELETE', url(path, params));
}

async function call(method, address, body, signal) {
  const cut = new AbortController();
  const abort = () => cut.abort();
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    abort();
  }, TIMEOUT_MS);
  let answer;
  let text;
  try {
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    answer = await fetch(address, {
      method,
      signal: cut.signal,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'error',
    });
    text = await answer.text();
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new ApiError({
      status: 0,
      message: late
        ? `dsx-connect did not answer within ${TIMEOUT_MS / 1000} s. It may still be doing what was asked.`
        : 'dsx-connect does not answer. Check that it runs and that the network reaches it.',
    });
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener('abort', abort);
  }
  const parsed = parse(text);
  if (!answer.ok) {
    throw new ApiError({
      status: answer.status,
      message: reason(parsed, answer.status),
      requestId: answer.headers.get('X-Request-ID'),
      body: parsed,
    });
  }
  return { status: answer.status, headers: answer.headers, body: parsed };
}

function parse(text) {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

/** What an error body says: `detail` is a text, or a list of faults of the input. */
function reason(body, status) {
  const detail = body?.detail;
  if (typeof detail === 'string') return detail;
  if (Array.isArray(detail)) {
    return detail.map((fault) => `${(fault.loc ?? []).slice(1).join('.')}: ${fault.msg}`).join('; ');
  }
  return `HTTP ${status}`;
}
