/* Sets the theme before the first paint. A classic script on purpose: modules run too late for that. */
(function () {
  var choice = "system";
  try {
    choice = JSON.parse(localStorage.getItem("millrace.theme") || '"system"');
  } catch (error) {
    choice = "system";
  }
  var dark = choice === "dark" || (choice !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
