import { html, useEffect, useId, useRef, useState } from '../lib/preact.js';
import { Icon } from './icon.js';

const MARGIN_PX = 8;

/** Moves a box sideways into the screen. */
function intoScreen(box) {
  box.style.translate = '';
  const { left, right } = box.getBoundingClientRect();
  const shift = Math.max(MARGIN_PX - left, Math.min(0, innerWidth - MARGIN_PX - right));
  if (shift !== 0) box.style.translate = `${shift}px`;
}

/**
 * A button that opens a small box below it; closed by Escape, by a click elsewhere, and when the focus leaves.
 *
 * @param label markup of the button; `on` marks it as active; `quiet` draws no border; `children(close)` is the content
 */
export function Menu({ label, ariaLabel = null, className = 'field', on = false, align = 'left', children }) {
  const [open, setOpen] = useState(false);
  const box = useRef(null);
  const button = useRef(null);
  const id = useId();
  const close = () => setOpen(false);
  useEffect(() => {
    if (!open) return undefined;
    const content = box.current.querySelector('.menu-box');
    const sized = new ResizeObserver(() => intoScreen(content));
    sized.observe(content);
    (box.current.querySelector('.menu-box [aria-selected="true"]') ?? box.current.querySelector('.menu-box input, .menu-box button, .menu-box a'))?.focus();
    const outside = (event) => !box.current?.contains(event.target) && close();
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      sized.disconnect();
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  const keys = (event) => {
    if (event.key === 'Escape' && open) {
      event.stopPropagation();
      close();
      button.current.focus();
    }
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && open) {
      event.preventDefault();
      const all = [...box.current.querySelectorAll('.menu-box input, .menu-box button, .menu-box a')];
      const at = all.indexOf(document.activeElement);
      all.at((at + (event.key === 'ArrowDown' ? 1 : -1) + all.length) % all.length)?.focus();
    }
  };
  return html`<span class="menu" ref=${box} onKeyDown=${keys}>
    <button class=${`${className} ${on ? 'on' : ''}`} type="button" ref=${button} aria-label=${ariaLabel} aria-expanded=${open} aria-controls=${id} onClick=${() => setOpen(!open)}>${label}</button>
    ${open && html`<div class=${`menu-box ${align}`} id=${id}>${children(() => { close(); button.current?.focus(); })}</div>`}
  </span>`;
}

/** A filter with one value of a list: `options` are `{value, label, hint?}`; '' stands for all. */
export function Choice({ name, value, options, any = 'any', onChange }) {
  const chosen = options.find((option) => option.value === value);
  const pick = (close, next) => () => {
    close();
    onChange(next);
  };
  return html`<${Menu} on=${Boolean(value)} label=${html`${name}: <b>${chosen?.label ?? value ?? any}</b><${Icon} name="down" />`}>
    ${(close) => html`<ul role="listbox" aria-label=${name}>
      <li role="presentation"><button type="button" role="option" aria-selected=${!value} onClick=${pick(close, null)}>${any}</button></li>
      ${options.map((option) => html`<li role="presentation"><button type="button" role="option" aria-selected=${option.value === value} onClick=${pick(close, option.value)}>${option.icon ?? ''}${option.label}${option.hint && html`<small>${option.hint}</small>`}</button></li>`)}
    </ul>`}
  </${Menu}>`;
}
