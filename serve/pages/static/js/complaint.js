// Saying that an answer is wrong; a person looks at it.
import { say } from "./city.js";
import { byId } from "./dom.js";

const dialog = byId("complaint");
let about = null;

export function openComplaint(answer) {
  if (about !== answer) byId("reason").value = "";
  about = answer;
  byId("complaint-notice").textContent = "";
  byId("complaint-send").disabled = false;
  dialog.showModal();
  byId("reason").focus();
}

async function send(event) {
  event.preventDefault();
  const reason = byId("reason").value.trim();
  if (!reason) return;
  byId("complaint-send").disabled = true;
  const notice = byId("complaint-notice");
  try {
    const response = await fetch("/api/complaints", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ thread: about.thread, reason, answer: about.text.slice(0, 8000) }),
    });
    if (!response.ok) throw new Error(String(response.status));
    notice.textContent = say("complain_done", { number: (await response.json()).id });
    byId("reason").value = "";
  } catch {
    notice.textContent = say("complain_failed");
    byId("complaint-send").disabled = false;
  }
}

byId("complaint-form").addEventListener("submit", send);
