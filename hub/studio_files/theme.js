// The colours before the first paint, so that nothing flashes.
(function () {
  var theme = "system";
  try {
    theme = JSON.parse(localStorage.getItem("studio.prefs") || "{}").theme || "system";
  } catch (e) {
    /* a browser without storage: the system's colours */
  }
  var dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
