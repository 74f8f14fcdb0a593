import { html } from '../lib/preact.js';

const same = (a, b) => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.is(a[name], b[name]));
};

/**
 * The component, drawn again only when its properties have changed. Elements are never kept for this instead (by
 * useMemo, in a constant, in a map): an element refers to all that stood around it when it was first drawn, which holds
 * the elements kept then, and so on: the memory of the tab would grow without end.
 *
 * @param {(before: object, now: object) => boolean} [isSame] whether the properties have not changed
 */
export function memo(Component, isSame = same) {
  function isChanged(next) {
    return !isSame(this.props, next);
  }
  return function Memo(props) {
    this.shouldComponentUpdate = isChanged;
    return html`<${Component} ...${props} />`;
  };
}
