// What htmx is answered: a session that has ended shows the whole sign-in page, and an answer that did not come is
// told. (A form that came back with faults is swapped in; see htmx-config in components/head.html.)
const LOST = "Det gick inte att nå servern. Kontrollera anslutningen och försök igen.";
const BROKEN = "Något gick sönder hos oss. Försök igen om en stund.";
const REFUSED = "Du får inte göra det här.";

function tell(text) {
  const place = document.getElementById("kvittens");
  if (!place) return;
  const [toast, said, close] = ["div", "span", "button"].map((name) => document.createElement(name));
  toast.className = "toast";
  said.textContent = text;
  Object.assign(close, { className: "btn", type: "button", textContent: "Stäng" });
  Object.assign(close.dataset, { kind: "quiet", close: "" });
  toast.append(said, close);
  place.replaceChildren(toast);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (!xhr.responseURL || new URL(xhr.responseURL).pathname === new URL(requestConfig.path, location.href).pathname) return;
  if (!xhr.responseURL.includes("/konto/logga-in/")) return;
  event.detail.shouldSwap = false;
  location.reload(); // this page's own address leads to sign-in, and back here afterwards
});

document.addEventListener("htmx:sendError", () => tell(LOST));
document.addEventListener("htmx:timeout", () => tell(LOST));
document.addEventListener("htmx:responseError", (event) => tell(event.detail.xhr.status === 403 ? REFUSED : BROKEN));
