/* Sets the theme before the first paint. A classic script on purpose: modules run too late for that. */
(function () {
  function kept() {
    try {
      return JSON.parse(localStorage.getItem("millrace.theme") || "null");
    } catch {
      return null;
    }
  }
  var choice = kept();
  var dark = choice === "dark" || (choice !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
