// Choices that this browser keeps. Nothing depends on them: a browser that refuses storage shows the defaults.

const PREFIX = 'dsx.';

export function kept(name, otherwise) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage is full or not allowed: the choice lasts until the page is left.
  }
}
