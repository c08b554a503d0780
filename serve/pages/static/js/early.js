// Before the first paint: the reader's own choice of large type, unless the address says otherwise.
(() => {
  const asked = new URLSearchParams(location.search).get("elder");
  try {
    if (asked !== null) localStorage.setItem("elder", asked);
    document.documentElement.classList.toggle("elder", localStorage.getItem("elder") === "1");
  } catch {
    // Storage is switched off: the address alone decides, and the server has already followed it.
  }
})();
