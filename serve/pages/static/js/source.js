// The provision behind a citation, in a sheet, with the cited span lit.
import { city, say, told } from "./city.js";
import { byId, el, plainClick } from "./dom.js";

const dialog = byId("source");
let latest = 0;

/** The address of a provision's own page. */
export function sourceLink(provision, start, end) {
  const query = new URLSearchParams();
  if (start !== undefined) query.set("start", start);
  if (end !== undefined) query.set("end", end);
  if (city.language === "en") query.set("lang", "en");
  const asked = query.toString();
  return `/provisions/${encodeURIComponent(provision)}${asked ? `?${asked}` : ""}`;
}

/** Open the sheet with a provision; where the span is given it is lit and scrolled to. */
export async function openSource(provision, start, end) {
  const turn = ++latest;
  const title = byId("source-title");
  title.textContent = say("loading");
  byId("source-body").replaceChildren();
  if (!dialog.open) dialog.showModal();
  title.focus();
  try {
    const response = await fetch(sourceLink(provision, start, end).replace("/provisions/", "/api/provisions/"));
    const shown = await response.json();
    if (turn !== latest) return;
    if (response.ok) show(shown, start, end);
    else refuse(told(shown));
  } catch {
    if (turn === latest) refuse(say("broken"));
  }
}

function refuse(words) {
  byId("source-title").textContent = say("sources");
  byId("source-body").replaceChildren(el("p", {}, words));
}

function show(shown, start, end) {
  byId("source-title").textContent = [shown.title, shown.article].filter(Boolean).join("　");
  const text = el("p", { class: "provision-text", lang: "zh-CN" }, pieces(shown));
  byId("source-body").replaceChildren(
    facts(shown),
    ...(shown.path.length ? [el("p", { class: "path" }, shown.path.join(" › "))] : []),
    text,
    near(shown, start, end),
    ...versions(shown),
  );
  byId("source-title").focus();
  text.querySelector("mark")?.scrollIntoView({ block: "center" });
}

function facts(shown) {
  const said = [
    shown.valid_from ? say("valid_from", { date: shown.valid_from }) : null,
    shown.valid_to ? say("valid_to", { date: shown.valid_to }) : null,
    shown.doc_no,
    shown.issuer,
  ];
  return el(
    "p",
    { class: "facts" },
    flag(shown.state),
    said.filter(Boolean).map((words) => el("span", {}, words)),
  );
}

const flag = (state) => el("span", { class: `flag ${state}` }, say(`state_${state}`));

/** The text in stretches: lit where cited, a link where it refers to another provision. Offsets count code points. */
function pieces(shown) {
  const characters = Array.from(shown.text);
  const links = shown.references.filter((ref) => ref.target);
  const cuts = new Set([0, characters.length]);
  for (const range of [...links, ...(shown.span ? [shown.span] : [])]) cuts.add(range.start).add(range.end);
  const ends = [...cuts].filter((cut) => cut >= 0 && cut <= characters.length).sort((a, b) => a - b);
  return ends.slice(1).map((end, index) => {
    const start = ends[index];
    const words = characters.slice(start, end).join("");
    const holds = (range) => range && range.start <= start && end <= range.end;
    const link = links.find(holds);
    const made = link ? jump(link.target, words) : words;
    return holds(shown.span) ? el("mark", {}, made) : made;
  });
}

/** A link that shows another provision in the same sheet. */
function jump(id, words) {
  const click = (event) => {
    if (!plainClick(event)) return;
    event.preventDefault();
    openSource(id);
  };
  return el("a", { href: sourceLink(id), click }, words);
}

function near(shown, start, end) {
  const step = (to, key) => (to ? jump(to.id, [say(key), to.article].filter(Boolean).join("　")) : null);
  const print = el("a", { href: sourceLink(shown.id, start, end), target: "_blank", rel: "noopener" }, say("print"));
  return el("p", { class: "near" }, step(shown.previous, "previous"), step(shown.next, "next"), print);
}

function versions(shown) {
  if (!shown.versions.length) return [];
  const items = shown.versions.map((version) => {
    const name = [version.title, version.provision?.article].filter(Boolean).join("　");
    const words = version.provision ? jump(version.provision.id, name) : el("span", {}, `${name}（${say("no_match")}）`);
    const since = version.valid_from ? say("valid_from", { date: version.valid_from }) : "";
    return el("li", {}, words, flag(version.state), el("span", { class: "small" }, since));
  });
  return [el("h3", {}, say("versions")), el("ul", { class: "versions" }, items)];
}
