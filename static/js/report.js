// The report form and its receipt.
//
//   <input name="today">            the day on which "today" is said; a draft from another day must be answered anew
//   <button data-print hidden>      prints the page; shown where scripts run

function forgetYesterdaysToday(said) {
  const look = () => {
    if (said.value === said.defaultValue) return;
    said.value = said.defaultValue;
    for (const day of said.form.querySelectorAll("[name=day]")) {
      if (day.value === "today" || day.value === "yesterday") day.checked = false;
    }
  };
  said.addEventListener("change", look);
  look(); // the draft may have been laid back already
}

for (const said of document.querySelectorAll("input[name=today]")) forgetYesterdaysToday(said);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
