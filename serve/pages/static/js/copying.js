// What is copied out of an answer keeps its label: the law asks that the label travels with the words.
import { say } from "./city.js";
import { byId, el } from "./dom.js";

export const labelled = (text) => `${text}\n\n—— ${say("ai_label_short")}：${say("ai_label")}`;

/** Copy an answer with its sources and its label. */
export async function copyAnswer(answer) {
  const sources = answer.citations.map((cited, index) => `[${index + 1}] ${cited.title} ${cited.article}`.trim());
  const text = labelled([answer.text, ...sources].join("\n"));
  if (!(await write(text))) return;
  byId("status").textContent = "";
  byId("status").textContent = say("copied");
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeByHand(text); // no clipboard where the page is not served over TLS
  }
}

function writeByHand(text) {
  const box = el("textarea", { class: "hidden", "aria-hidden": "true" });
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return done;
}

/** A selection that touches an answer is copied with the label too. */
function onCopy(event) {
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const touched = [...document.querySelectorAll(".bubble.answer")].some((bubble) => range.intersectsNode(bubble));
  if (!touched) return;
  event.clipboardData.setData("text/plain", labelled(selection.toString()));
  event.preventDefault();
}

document.addEventListener("copy", onCopy);
