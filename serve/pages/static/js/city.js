// What the server told the page of the city: its words, numbers and names.
import { byId } from "./dom.js";

export const city = JSON.parse(byId("city").textContent);

/** The wording `key` with its placeholders filled. */
export function say(key, fields = {}) {
  const text = city.words[key];
  if (text === undefined) throw new Error(`no wording ${key}`);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? fields[name] : whole));
}

export const lineName = (phone) => city.lines.find((line) => line.phone === phone)?.name ?? "";

/** What a problem of the server says, in the page's language. */
export const told = (problem) => (city.language === "en" ? problem.message_en : problem.message) || say("broken");
