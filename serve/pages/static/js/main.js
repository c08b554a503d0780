// The page's wiring: the form, the keys, the buttons.
import { byId } from "./dom.js";
import { draft } from "./memory.js";
import "./copying.js";
import "./elder.js";
import { ask, busy, forget, restore, stop } from "./talk.js";

const form = byId("ask");
const question = byId("question");

function grow() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight + 2}px`;
}

function send(text) {
  if (busy() || !text.trim()) return;
  ask(text.trim());
}

function submit(event) {
  event.preventDefault();
  if (busy() || !question.value.trim()) return;
  const text = question.value;
  question.value = "";
  draft.set("");
  grow();
  send(text);
}

/** Enter sends, but not the Enter that ends the spelling of a word in an input method. */
function onKey(event) {
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key !== "Enter" || event.shiftKey || composing) return;
  event.preventDefault();
  form.requestSubmit();
}

function onTalk() {
  byId("send").hidden = busy();
  byId("stop").hidden = !busy();
  byId("new-talk").hidden = byId("log").children.length < 2;
}

form.addEventListener("submit", submit);
question.addEventListener("keydown", onKey);
question.addEventListener("input", () => {
  draft.set(question.value);
  grow();
});
byId("stop").addEventListener("click", () => {
  stop();
  question.focus();
});
byId("new-talk").addEventListener("click", () => {
  forget();
  onTalk();
  question.focus();
});
document.addEventListener("talk", onTalk);
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => send(button.textContent));
}
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

byId("try").hidden = false;
question.value = draft.get();
restore();
onTalk();
grow();
document.documentElement.dataset.ready = "";
