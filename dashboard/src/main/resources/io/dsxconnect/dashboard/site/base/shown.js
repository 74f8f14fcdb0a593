/** Calls `listener` each time that this tab is shown after it was hidden. Returns how to stop. */
export function onShown(listener) {
  const changed = () => document.hidden || listener();
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}
