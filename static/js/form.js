// Forms: the summary of what is wrong takes focus, a form is sent once, blocks open when an answer asks for them,
// and everything folded is open on paper.
//
//   <div class="summary" tabindex="-1" data-summary>      takes focus when the page or a fragment arrives
//   <form data-send-twice>                                is never held back after the first press
//   <div data-opens-when="field=value|other">             is shown while the field named so has one of the values
//   <div data-opens-when="…" data-of="form-id">           the same outside the form that its fields belong to
//   <div data-opens-when="…" data-shut>                   begins shut where scripts run, and open where they do not
const PAUSE = 8000;

function focusSummary(where) {
  where.querySelector("[data-summary]")?.focus();
}

function guard(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || "sendTwice" in form.dataset || form.hasAttribute("hx-post")) return;
  if (form.hasAttribute("aria-busy")) {
    event.preventDefault(); // the server would answer the same; this only spares it the asking
    return;
  }
  form.setAttribute("aria-busy", "true");
  const button = event.submitter;
  button?.setAttribute("aria-busy", "true");
  // A download or a lost connection leaves the page standing: let it be pressed again.
  setTimeout(() => release(form, button), PAUSE);
}

function release(form, button) {
  form.removeAttribute("aria-busy");
  button?.removeAttribute("aria-busy");
}

function answers(form, name) {
  return new FormData(form).getAll(name).map(String);
}

function openBlocks(form) {
  const apart = form.id ? document.querySelectorAll(`[data-opens-when][data-of="${form.id}"]`) : [];
  for (const block of [...form.querySelectorAll("[data-opens-when]"), ...apart]) {
    const [name, values] = block.dataset.opensWhen.split("=");
    const wanted = values.split("|");
    block.hidden = !answers(form, name).some((answer) => wanted.includes(answer));
    delete block.dataset.shut;
  }
}

function unfold() {
  // Browsers without ::details-content cannot show a closed disclosure from CSS.
  if (CSS.supports("selector(::details-content)")) return;
  const wide = matchMedia("(min-width: 44.01rem)").matches;
  for (const fold of document.querySelectorAll("details.fold")) fold.open ||= wide;
}

function prepare(where) {
  for (const form of where.querySelectorAll("form")) openBlocks(form);
  for (const block of where.querySelectorAll("[data-of]")) openBlocks(document.getElementById(block.dataset.of));
}

document.addEventListener("submit", guard);
document.addEventListener("change", (event) => event.target.form && openBlocks(event.target.form));
document.addEventListener("htmx:load", (event) => {
  prepare(event.detail.elt);
  focusSummary(event.detail.elt);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) release(form, form.querySelector("[aria-busy]"));
});

let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open], .menu)")];
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
});

prepare(document);
unfold();
focusSummary(document);
