// An answer on the page: label, ending, calls, paragraphs with chips, sources, and what can be done with it.
import { city, lineName, say } from "./city.js";
import { openComplaint } from "./complaint.js";
import { copyAnswer } from "./copying.js";
import { data } from "./data.js";
import { el, plainClick } from "./dom.js";
import { openSource, sourceLink } from "./source.js";
import { canSpeak, toggleReading } from "./speech.js";

const MARK = /\[(\d{1,3})\]/g;
const CALLS_ONLY = new Set(["emergency", "crisis"]);

/** Fill `bubble` with a whole answer; `onOption` is called with the choice of a clarifying question. */
export function showAnswer(bubble, answer, onOption) {
  bubble.className = `bubble answer ${answer.outcome}`;
  bubble.replaceChildren(
    who(city.outcomes[answer.outcome] ?? answer.outcome_label),
    ...calls(answer),
    el("div", { class: "body" }, paragraphs(answer.text, answer.citations)),
    ...data(answer),
    ...options(answer, onOption),
    ...sources(answer),
    ...acts(answer),
  );
  bubble.removeAttribute("aria-busy");
}

export function who(outcome) {
  return el(
    "p",
    { class: "who" },
    el("span", {}, say("assistant")),
    el("span", { class: "label-tag" }, say("ai_label_short")),
    outcome ? el("span", { class: "badge" }, outcome) : null,
  );
}

export const paragraphs = (text, citations) =>
  text
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => el("p", {}, pieces(line, citations)));

/** Words and chips of one paragraph; a number in brackets that is no citation stays words. */
function pieces(line, citations) {
  const found = [];
  let at = 0;
  for (const match of line.matchAll(MARK)) {
    const cited = citations[Number(match[1]) - 1];
    if (!cited) continue;
    found.push(line.slice(at, match.index), chip(cited, Number(match[1])));
    at = match.index + match[0].length;
  }
  return [...found, line.slice(at)];
}

function opener(cited, attributes, ...children) {
  const click = (event) => {
    if (!plainClick(event)) return;
    event.preventDefault();
    openSource(cited.provision, cited.start, cited.end);
  };
  return el("a", { ...attributes, href: sourceLink(cited.provision, cited.start, cited.end), click }, ...children);
}

const chip = (cited, number) =>
  opener(cited, { class: "mark-chip", "aria-label": say("source", { number }) }, String(number));

function calls(answer) {
  if (!answer.lines.length) return [];
  const links = answer.lines.map((phone) =>
    el(
      "a",
      { class: "call", href: `tel:${phone.replace(/[^\d+*#-]/g, "")}` },
      el("strong", {}, say("call", { phone })),
      " ",
      el("span", {}, lineName(phone)),
    ),
  );
  return [el("div", { class: "calls", role: CALLS_ONLY.has(answer.outcome) ? "alert" : null }, links)];
}

function options(answer, onOption) {
  if (!answer.options.length) return [];
  const items = answer.options.map((option) =>
    el("li", {}, el("button", { type: "button", class: "chip", click: () => onOption(option) }, option)),
  );
  return [el("ul", { class: "chips", "aria-label": say("options") }, items)];
}

function sources(answer) {
  if (!answer.citations.length) return [];
  const items = answer.citations.map((cited, index) =>
    el(
      "li",
      {},
      opener(
        cited,
        {},
        el("span", { class: "number" }, String(index + 1)),
        el(
          "span",
          { lang: "zh-CN" },
          [cited.title, cited.article].filter(Boolean).join("　"),
          cited.in_force ? null : el("span", { class: "flag" }, say("state_repealed")),
        ),
      ),
    ),
  );
  return [el("div", { class: "sources" }, el("p", { class: "small" }, say("sources")), el("ol", {}, items))];
}

function acts(answer) {
  if (answer.outcome === "emergency") return [];
  const act = (key, click) => el("button", { type: "button", class: "act", click }, say(key));
  const read = canSpeak() ? act("read", (event) => toggleReading(event.currentTarget, answer.text)) : null;
  return [
    el(
      "div",
      { class: "acts" },
      act("copy", () => copyAnswer(answer)),
      read,
      act("complain", () => openComplaint(answer)),
    ),
  ];
}
