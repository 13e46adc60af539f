// Marking rows: how many, all, none, and from here to there with Shift.
//
//   <form data-bulk>                    around rows and bar
//     <input type="checkbox" name="case" value="…">  one a row; the name is the bar's data-marks
//     <div class="bulk" data-marks="case">  shown while something is marked
//       <output data-count>, <button type="button" data-clear>
//     <input type="checkbox" data-mark-all>  optional, with its own label
let last = null;

function parts(form) {
  const bar = form.querySelector(".bulk[data-marks]");
  return { bar, boxes: bar ? [...form.querySelectorAll(`input[type="checkbox"][name="${bar.dataset.marks}"]`)] : [] };
}

function tell(form) {
  const { bar, boxes } = parts(form);
  if (!bar) return;
  const count = boxes.filter((box) => box.checked).length;
  bar.hidden = count === 0;
  for (const place of bar.querySelectorAll("[data-count]")) place.textContent = count === 1 ? "1 markerad" : `${count} markerade`;
  const all = form.querySelector("[data-mark-all]");
  if (all) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
}

function mark(form, wanted) {
  for (const box of parts(form).boxes) box.checked = wanted;
  tell(form);
}

document.addEventListener("click", (event) => {
  const form = event.target.closest?.("form[data-bulk]");
  if (!form) return;
  if (event.target.closest("[data-clear]")) {
    mark(form, false);
    parts(form).boxes[0]?.focus();
    return;
  }
  const { boxes } = parts(form);
  const place = boxes.indexOf(event.target);
  if (place < 0) return;
  const from = boxes.indexOf(last);
  if (event.shiftKey && from >= 0) {
    for (const box of boxes.slice(Math.min(from, place), Math.max(from, place))) box.checked = event.target.checked;
  }
  last = event.target;
  tell(form);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-bulk]");
  if (!form) return;
  if (event.target.matches("[data-mark-all]")) mark(form, event.target.checked);
  else tell(form);
});

function prepare(where) {
  for (const form of where.querySelectorAll("form[data-bulk]")) tell(form);
}

document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.closest("form[data-bulk]")?.parentElement ?? event.detail.elt));
addEventListener("pageshow", () => prepare(document));
prepare(document);
