// Reading an answer aloud, a little slower than usual; the label is spoken first.
import { say } from "./city.js";

const RATE = 0.9;
let reading = null;

export const canSpeak = () => "speechSynthesis" in window && "SpeechSynthesisUtterance" in window;

/** Start reading `text`, or stop when this button's text is being read. */
export function toggleReading(button, text) {
  const same = reading === button;
  stopReading();
  if (same) return;
  reading = button;
  button.textContent = say("read_stop");
  // Some voices fall silent after a quarter of a minute, so each sentence is an utterance of its own.
  const sentences = spoken(text).match(/[^。！？；!?\n]+[。！？；!?]?/g) ?? [];
  sentences.forEach((sentence, index) => {
    const utterance = new SpeechSynthesisUtterance(sentence);
    utterance.lang = /[\u4e00-\u9fff]/.test(sentence) ? "zh-CN" : "en";
    utterance.rate = RATE;
    if (index === sentences.length - 1) utterance.onend = () => reading === button && stopReading();
    speechSynthesis.speak(utterance);
  });
}

export function stopReading() {
  if (!reading) return;
  speechSynthesis.cancel();
  reading.textContent = say("read");
  reading = null;
}

const spoken = (text) => `${say("ai_label_short")}。\n${text.replace(/\[\d{1,3}\]/g, "")}`;
