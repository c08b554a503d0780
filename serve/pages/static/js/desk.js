/* Every page works without this. A form is sent once, and leaving with something typed is asked about. */
const forms = [...document.querySelectorAll('form[method="post"]')];
let sending = false;

for (const form of forms) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    sending = true;
  });
  form.addEventListener("input", () => {
    form.dataset.typed = "yes";
  });
}

window.addEventListener("pageshow", () => {
  sending = false;
  for (const form of forms) delete form.dataset.sent;
});

window.addEventListener("beforeunload", (event) => {
  if (!sending && forms.some((form) => form.dataset.typed)) event.preventDefault();
});

const wrong = document.querySelector("[role=alert].wrong");
if (wrong) wrong.scrollIntoView({ block: "center" });
