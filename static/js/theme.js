// Runs in <head>, before the first paint: says that scripts run, and applies the theme, density and keys this
// browser has chosen to pages that were rendered without them. Not a module, since modules wait for the page.
(function () {
  const root = document.documentElement;
  root.dataset.js = "";
  const cookie = document.cookie.match(/(?:^|; )utseende=(\w+)\.(\w+)/);
  if (cookie) [, root.dataset.theme, root.dataset.density] = cookie;
  try {
    if (localStorage.getItem("tangenter") === "off") root.dataset.keys = "off";
  } catch {
    // Storage may be refused; then the keys are on.
  }
  document.addEventListener("change", (event) => {
    // Shows a choice on the page that keeps it, before it is kept.
    const field = event.target;
    if (field.closest("form[data-look]") && field.name in root.dataset) root.dataset[field.name] = field.value;
  });
})();
