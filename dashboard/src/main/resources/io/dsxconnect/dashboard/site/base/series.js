// Time series of the API: `{step, from, to, at: [...], series: [{metric, labels, kind, values}]}`; null is a gap.

/** The values of one series; an empty list when the API has none. */
export function pick(data, metric, labels = {}) {
  const found = data?.series.find((series) => series.metric === metric && Object.entries(labels).every(([name, value]) => series.labels?.[name] === value));
  return found?.values ?? [];
}

/** Adds series point by point; a point is a gap when it is one in all of them. */
export function sum(lists) {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, i) => {
    const known = lists.map((list) => list[i]).filter((value) => value !== null && value !== undefined);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  });
}

/** Increases per bucket as rates per second. */
export const perSecond = (values, step) => values.map((value) => (value === null ? null : value / step));

export const total = (values) => values.reduce((sumSoFar, value) => sumSoFar + (value ?? 0), 0);
export const peak = (values) => values.reduce((max, value) => Math.max(max, value ?? 0), 0);
export const last = (values) => values.findLast((value) => value !== null && value !== undefined) ?? null;

/** Joins `size` buckets to one: sums, or gaps where all are gaps. `at` keeps the last time of each group. */
export function grouped(at, values, size) {
  const groups = [];
  for (let end = at.length; end > 0; end -= size) {
    const part = values.slice(Math.max(0, end - size), end).filter((value) => value !== null && value !== undefined);
    groups.unshift({ at: at[end - 1], value: part.length === 0 ? null : part.reduce((a, b) => a + b, 0) });
  }
  return groups;
}
