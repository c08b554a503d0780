// One message to the city, and the events of its turn.
import { city } from "./city.js";

/** A request that the server answered with a problem (its words are in `problem`). */
export class Declined extends Error {
  constructor(problem) {
    super(problem.error ?? "failed");
    this.problem = problem;
  }
}

/** The events of a text/event-stream body as {name, data}. */
export async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest = (rest + value).replace(/\r\n?/g, "\n");
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const event = parse(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (event) yield event;
    }
  }
}

function parse(block) {
  let name = "message";
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return data.length ? { name, data: JSON.parse(data.join("\n")) } : null;
}

/**
 * Ask, and hand each paragraph to `onText` as it comes. Resolves to the answer; rejects with Declined, with an
 * AbortError when `signal` stops it, and with a TypeError when the network fails.
 */
export async function askCity(text, thread, { signal, onText }) {
  const body = { text, language: city.language, ...(thread ? { thread } : {}) };
  const response = await fetch("/api/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new Declined(await response.json().catch(() => ({})));
  for await (const { name, data } of events(response.body)) {
    if (name === "text") onText(data.text);
    if (name === "error") throw new Declined(data);
    if (name === "answer") return data;
  }
  throw new TypeError("the stream ended before the answer");
}
