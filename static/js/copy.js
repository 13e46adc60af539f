// Copies what stands in a field or a paragraph, and says that it did.
//
//   <button type="button" data-copy="id" hidden>      shown only where copying works
//   <p role="status" data-copied></p>                 says what was copied
const said = document.querySelector("[data-copied]");

function textOf(id) {
  const from = document.getElementById(id);
  return from && "value" in from ? from.value : from ? from.textContent : "";
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    const whole = [...button.childNodes];
    const label = button.textContent;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(textOf(button.dataset.copy));
        button.textContent = "Kopierat";
      } catch {
        button.textContent = "Gick inte att kopiera. Markera texten i stället.";
      }
      if (said) said.textContent = `${label}: ${button.textContent.toLowerCase()}`;
      setTimeout(() => button.replaceChildren(...whole), 3000);
    });
  }
}
