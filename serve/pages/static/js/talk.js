// The talk: what is asked, what comes back, and what to do when it does not.
import { paragraphs, showAnswer, who } from "./answer.js";
import { say, told } from "./city.js";
import { byId, el } from "./dom.js";
import { showEarlier } from "./elder.js";
import * as memory from "./memory.js";
import { stopReading } from "./speech.js";
import { askCity, Declined } from "./stream.js";

const log = byId("log");
const state = memory.talk.get();
let running = null;

export const busy = () => running !== null;
export const stop = () => running?.abort();

/** Ask `text` in a new exchange. */
export async function ask(text) {
  stopReading();
  const turn = { text, answer: null };
  const parts = open(turn);
  parts.article.scrollIntoView({ block: "start" });
  await run(turn, parts);
  parts.article.scrollIntoView({ block: "start" }); // before, the page may have been too short to scroll
}

/** Show again what this tab has talked about. */
export function restore() {
  if (log.children.length > 1) return; // the server has already answered on this page
  for (const turn of state.turns) {
    const parts = draw(turn);
    if (turn.answer) showAnswer(parts.bubble, turn.answer, ask);
    else fail(turn, parts, say("stopped"));
  }
  if (state.turns.length) log.lastElementChild.scrollIntoView({ block: "start" });
  showEarlier();
}

export function forget() {
  stop();
  stopReading();
  memory.talk.forget();
  state.thread = "";
  state.turns = [];
  while (log.children.length > 1) log.lastElementChild.remove();
  showEarlier();
}

function draw(turn) {
  const question = el(
    "div",
    { class: "bubble question" },
    el("p", { class: "hidden" }, say("you")),
    el("p", {}, turn.text),
  );
  const bubble = el("div", { class: "bubble answer" });
  const article = el("article", { class: "turn" }, question, bubble);
  log.append(article);
  return { article, bubble, note: null };
}

function open(turn) {
  state.turns.push(turn);
  const parts = draw(turn);
  showEarlier();
  return parts;
}

async function run(turn, parts) {
  const body = el("div", { class: "body" }, el("p", { class: "working" }, say("working")));
  parts.note?.remove();
  parts.bubble.hidden = false;
  parts.bubble.setAttribute("aria-busy", "true");
  parts.bubble.replaceChildren(who(""), body);
  running = new AbortController();
  document.dispatchEvent(new Event("talk"));
  try {
    let text = "";
    const onText = (piece) => {
      text += piece;
      body.replaceChildren(...paragraphs(text, []));
    };
    const answer = await askCity(turn.text, state.thread, { signal: running.signal, onText });
    turn.answer = answer;
    state.thread = answer.thread;
    showAnswer(parts.bubble, answer, ask);
  } catch (error) {
    fail(turn, parts, reason(error));
  } finally {
    running = null;
    memory.talk.set(state);
    document.dispatchEvent(new Event("talk"));
  }
}

function reason(error) {
  if (error instanceof Declined) return told(error.problem);
  return say(error.name === "AbortError" ? "stopped" : "offline");
}

/** No answer came: the words stay, with a button that sends them again. */
function fail(turn, parts, words) {
  parts.bubble.hidden = true;
  parts.bubble.replaceChildren();
  const again = el("button", { type: "button", class: "chip", click: () => busy() || run(turn, parts) }, say("retry"));
  parts.note = el("div", { class: "failed", role: "alert" }, el("span", {}, words), again);
  parts.article.append(parts.note);
}
