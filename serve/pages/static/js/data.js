// City data under an answer: pictures drawn by the server, and tables.
import { say } from "./city.js";
import { el } from "./dom.js";

/** The parts for `answer.data`. */
export const data = (answer) => (answer.data ?? []).flatMap((shown) => [...picture(shown), ...table(shown)]);

/** The server's drawing is XML that it made and escaped itself; nothing else is ever parsed here. */
function picture(shown) {
  if (!shown.svg) return [];
  const parsed = new DOMParser().parseFromString(shown.svg, "image/svg+xml").documentElement;
  if (parsed.nodeName !== "svg") return [];
  return [el("figure", { class: "picture" }, document.importNode(parsed, true))];
}

function table(shown) {
  const grid = shown.table;
  if (!grid) return [];
  const row = (cells, tag) => el("tr", {}, cells.map((cell) => el(tag, tag === "th" ? { scope: "col" } : {}, cell)));
  return [
    el(
      "div",
      { class: "grid", tabindex: "0", role: "region", "aria-label": shown.title },
      el(
        "table",
        {},
        el("caption", {}, shown.title),
        el("thead", {}, row(grid.heads, "th")),
        el("tbody", {}, grid.rows.map((cells) => row(cells, "td"))),
      ),
    ),
    grid.left_off ? el("p", { class: "small" }, say("rows_left_off", { count: grid.left_off })) : null,
  ].filter(Boolean);
}
