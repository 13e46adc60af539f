// Keys, and the list with its preview. Keys act outside fields only, and can be switched off.
//
//   <ol class="rows" data-queue>                         the list
//     <a class="title" href="/the/case/" data-preview="/the/list/?visa=…">
//   <section class="preview" data-shows hx-sync="this:replace">   where the preview lands
//   <button data-key="t">                                is pressed by its key
//   <button type="button" data-keys-switch>              switches the keys off and on
const root = document.documentElement;
const FIELDS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea, [contenteditable=true]";
let waiting = 0;

const links = () => [...document.querySelectorAll("[data-queue] a[data-preview]")];
const shown = () => links().find((link) => link.getAttribute("aria-current") === "true");
const pane = () => document.querySelector("[data-shows]");
const seen = (element) => element && element.getClientRects().length > 0;

function show(link, { scroll = false } = {}) {
  for (const other of links()) if (other !== link) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  history.replaceState(history.state, "", link.dataset.preview);
  clearTimeout(waiting); // a held key passes over rows without asking for each
  waiting = setTimeout(async () => {
    await window.htmx.ajax("GET", link.dataset.preview, { source: pane(), target: pane() });
    pane().scrollTop = 0;
    if (scroll && pane().getBoundingClientRect().top > innerHeight * 0.8) pane().scrollIntoView();
  }, 90);
}

function move(by) {
  const all = links();
  const here = all.indexOf(document.activeElement);
  const next = all[(here >= 0 ? here : all.indexOf(shown())) + by];
  if (!next) return;
  next.focus();
  next.closest("li").scrollIntoView({ block: "nearest" });
  if (seen(pane())) show(next);
}

function press(key) {
  const button = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && seen(one) && !one.disabled);
  if (!button) return false;
  if (button.matches(FIELDS)) button.focus();
  else button.click();
  return true;
}

function mark() {
  const row = (document.activeElement.closest("[data-queue] > li") ? document.activeElement : shown())?.closest("li");
  row?.querySelector("input[type=checkbox]")?.click();
}

function off() {
  return root.dataset.keys === "off";
}

function switchKeys() {
  if (off()) delete root.dataset.keys;
  else root.dataset.keys = "off";
  try {
    localStorage.setItem("tangenter", off() ? "off" : "on");
  } catch {
    // Not kept then; the switch holds for this page.
  }
  nameSwitches();
}

function nameSwitches() {
  for (const button of document.querySelectorAll("[data-keys-switch]")) button.textContent = off() ? "Slå på kortkommandon" : "Stäng av kortkommandon";
}

document.addEventListener("keydown", (event) => {
  if (off() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(FIELDS) || document.querySelector("dialog:modal")) return;
  // Enter belongs to what has focus; only on the row already shown does it mean the suggestion.
  if (event.key === "Enter" && event.target !== document.body && event.target !== shown()) return;
  let done = true;
  if (event.key === "j" && pane()) move(1);
  else if (event.key === "k" && pane()) move(-1);
  else if (event.key === "x" && pane()) mark();
  else done = event.key !== " " && press(event.key);
  if (done) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-switch]")) switchKeys();
  const link = event.target.closest("[data-queue] a[data-preview]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button || !seen(pane())) return;
  event.preventDefault();
  show(link, { scroll: true });
});

// The row that is shown is in sight when the page comes back from an act.
shown()?.closest("li").scrollIntoView({ block: "nearest" });
document.addEventListener("htmx:load", nameSwitches);
nameSwitches();
