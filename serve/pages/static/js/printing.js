// The print button of a provision's own page.
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
