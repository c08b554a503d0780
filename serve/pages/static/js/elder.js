// Large type, and one exchange at a time.
import { say } from "./city.js";
import { byId } from "./dom.js";

const root = document.documentElement;
const button = byId("elder");
const earlier = byId("earlier");
const log = byId("log");

function show() {
  const on = root.classList.contains("elder");
  button.textContent = say(on ? "elder_off" : "elder_on");
  button.setAttribute("aria-pressed", String(on));
  showEarlier();
}

/** The button for earlier exchanges is there only where some are hidden. */
export function showEarlier() {
  const all = log.classList.contains("all");
  earlier.hidden = !root.classList.contains("elder") || log.children.length < 2;
  earlier.textContent = say(all ? "earlier_hide" : "earlier");
  earlier.setAttribute("aria-expanded", String(all));
}

function toggle(event) {
  event.preventDefault();
  const on = root.classList.toggle("elder");
  try {
    localStorage.setItem("elder", on ? "1" : "0");
  } catch {
    // Not kept, but switched all the same.
  }
  history.replaceState(null, "", withoutElder());
  byId("status").textContent = on ? say("elder_said") : "";
  show();
}

function withoutElder() {
  const here = new URL(location.href);
  here.searchParams.delete("elder");
  return here;
}

button.addEventListener("click", toggle);
button.addEventListener("keydown", (event) => event.key === " " && toggle(event));
earlier.addEventListener("click", () => {
  log.classList.toggle("all");
  showEarlier();
});
show();
