import { html, useLayoutEffect, useRef } from '../lib/preact.js';

// What cannot be seen, or turns what follows around: controls, format characters, separators, lone surrogates.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u3164\uffa0]/u;
const NAMED = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };
const KEPT_AT_THE_END = 8;
const MAX_SHOWN = 4096;

/** A character as its code: `\n`, `%FF` for a byte that is not UTF-8, `U+202E`. */
export function code(char) {
  const point = char.codePointAt(0);
  if (NAMED[char]) return NAMED[char];
  if (point >= 0xdc80 && point <= 0xdcff) return `%${(point - 0xdc00).toString(16).toUpperCase()}`;
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A text with its hidden characters shown as codes; for children of any element. */
export function shown(text) {
  const parts = [];
  let plain = '';
  for (const char of String(text ?? '')) {
    if (HIDDEN.test(char)) {
      if (plain) parts.push(plain);
      parts.push(html`<span class="esc">${code(char)}</span>`);
      plain = '';
    } else {
      plain += char;
    }
  }
  if (plain) parts.push(plain);
  return parts;
}

/** The same as one plain text, for titles and labels. */
export const shownText = (text) => [...String(text ?? '')].map((char) => (HIDDEN.test(char) ? code(char) : char)).join('');

/** Bidirectional controls of a name, or null: elsewhere it may look like another name. */
export function turning(text) {
  const found = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.exec(String(text ?? ''));
  return found ? code(found[0]) : null;
}

/** `{head, stem, ext}`: the folder, the name, and the end of the name that is never cut. */
export function split(path) {
  const text = String(path ?? '');
  const at = text.lastIndexOf('/') + 1;
  const name = text.slice(at);
  const dot = name.lastIndexOf('.');
  let cut = dot > 0 && name.length - dot <= 12 ? dot : name.length;
  // Only ASCII names are cut near their end: a cut inside a right-to-left run changes what is read.
  if (/^[\x20-\x7e]*$/.test(name)) cut = Math.max(0, Math.min(cut, name.length - KEPT_AT_THE_END));
  return { head: text.slice(0, at), stem: name.slice(0, cut), ext: name.slice(cut) };
}

// Names that do not fit are cut; all others are one run of text, which is found and copied as it is read.
const sizes = new ResizeObserver((entries) => {
  const cut = entries.map(({ target }) => [target, overflows(target)]); // all reading of the layout before all writing
  cut.forEach(([path, over]) => path.classList.toggle('tight', over));
});

const ROUNDING_PX = 1;

function overflows(path) {
  if (!path.classList.contains('tight')) return path.scrollWidth > path.clientWidth + ROUNDING_PX;
  const width = [...path.querySelectorAll('.head, .stem, .ext')].reduce((sum, part) => sum + part.scrollWidth, 0);
  return width > path.clientWidth + ROUNDING_PX;
}

/** Watches whether what `text` is drawn in has room for it. */
function useFitting(text) {
  const box = useRef(null);
  useLayoutEffect(() => {
    const path = box.current;
    sizes.observe(path);
    return () => sizes.unobserve(path);
  }, [text]);
  return box;
}

/** A location in one line: the folder gives way first, then the name, its end never. Hostile names stay text. */
export function Path({ location, href = null, onClick = null }) {
  const whole = String(location ?? '');
  const text = whole.length > MAX_SHOWN ? `${whole.slice(0, MAX_SHOWN)}…` : whole;
  const { head, stem, ext } = split(text);
  const box = useFitting(text);
  const inside = html`${head && html`<span class="head">${shown(head)}</span>`}<bdi class="tail" dir="ltr"><span class="stem">${shown(stem)}</span><span class="ext">${shown(ext)}</span></bdi>`;
  const title = shownText(text);
  return href ? html`<a class="path" ref=${box} href=${href} title=${title} onClick=${onClick}>${inside}</a>` : html`<span class="path" ref=${box} title=${title}>${inside}</span>`;
}

/** A location in full, over several lines. */
export const FullPath = ({ location }) => html`<bdi class="fullpath" dir="ltr">${shown(location)}</bdi>`;
