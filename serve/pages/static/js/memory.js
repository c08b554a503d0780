// What the page remembers: the draft and the talk until the tab is closed, large type until it is switched off.
const TURNS = 30;

function read(store, key) {
  try {
    return JSON.parse(store.getItem(key));
  } catch {
    return null;
  }
}

function write(store, key, value) {
  try {
    if (value === null) store.removeItem(key);
    else store.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or switched off: the page works on without it.
  }
}

export const draft = {
  get: () => read(sessionStorage, "draft") ?? "",
  set: (text) => write(sessionStorage, "draft", text || null),
};

export const talk = {
  get: () => read(sessionStorage, "talk") ?? { thread: "", turns: [] },
  set: ({ thread, turns }) => write(sessionStorage, "talk", { thread, turns: turns.slice(-TURNS) }),
  forget: () => write(sessionStorage, "talk", null),
};
