import { useEffect, useState } from '../lib/preact.js';

/** A value that components can follow. `set` takes the changed fields. */
export function createStore(initial) {
  let value = initial;
  const followers = new Set();
  return {
    get: () => value,
    set(changes) {
      value = { ...value, ...changes };
      for (const follower of [...followers]) follower(value);
    },
    follow(follower) {
      followers.add(follower);
      return () => followers.delete(follower);
    },
  };
}

/** The value of a store, or what `pick` takes from it; renders again only when that changes. */
export function useStore(store, pick = (value) => value) {
  const [picked, setPicked] = useState(() => pick(store.get()));
  useEffect(() => {
    const update = () => setPicked(() => pick(store.get()));
    update();
    return store.follow(update);
  }, [store]);
  return picked;
}
