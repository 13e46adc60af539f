// Codes off a label: a hand scanner types into the field, a camera reads where the browser can.
//
//   <input data-scan>      a field that a code is read into; a <textarea data-scan> takes one a line
//
// A scanner ends with Enter, which must not send a half-filled form, and types the separator between
// a UDI's fields as Ctrl+], which browsers do not put into the text. Without this script both still work:
// the form says what is missing, and the code can be typed with its parentheses.
const SEPARATOR = "<GS>";
const FORMATS = ["data_matrix", "code_128", "qr_code", "ean_13", "ean_8", "code_39", "itf"];
const PAUSE = 150;

function put(field, text) {
  const start = field.selectionStart ?? field.value.length;
  field.setRangeText(text, start, field.selectionEnd ?? start, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function take(field, code) {
  const read = code.replaceAll("\u001d", SEPARATOR);
  if (field instanceof HTMLTextAreaElement) {
    field.value = [field.value.trimEnd(), read].filter(Boolean).join("\n");
  } else {
    field.value = read;
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function typed(event) {
  const field = event.target;
  if (!(field instanceof HTMLElement) || !("scan" in field.dataset)) return;
  if (event.ctrlKey && event.key === "]") {
    event.preventDefault();
    put(field, SEPARATOR);
  } else if (event.key === "Enter" && field instanceof HTMLInputElement) {
    event.preventDefault();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

async function look(field, detector) {
  const dialog = element("dialog", { className: "dialog" });
  const video = element("video", { muted: true, playsInline: true });
  video.setAttribute("aria-label", "Bild från kameran");
  const said = element("p", { textContent: "Håll koden framför kameran." });
  said.setAttribute("role", "status");
  const stop = element("button", { type: "button", className: "btn", textContent: "Avbryt" });
  stop.addEventListener("click", () => dialog.close());
  dialog.append(video, said, stop);
  document.body.append(dialog);
  dialog.showModal();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    await video.play();
    while (dialog.open) {
      const [found] = await detector.detect(video);
      if (found) {
        dialog.close();
        take(field, found.rawValue);
        break;
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  } catch {
    said.textContent = "Kameran går inte att använda. Skriv numret under streckkoden i stället.";
    await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  } finally {
    for (const track of stream?.getTracks() ?? []) track.stop();
    dialog.remove();
  }
}

async function offer() {
  const fields = document.querySelectorAll("[data-scan]");
  if (!fields.length || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const can = await BarcodeDetector.getSupportedFormats();
  const formats = FORMATS.filter((format) => can.includes(format));
  if (!formats.length) return;
  const detector = new BarcodeDetector({ formats });
  for (const field of fields) {
    const button = element("button", { type: "button", className: "btn", textContent: "Läs av med kameran" });
    button.addEventListener("click", () => look(field, detector));
    field.after(button);
  }
}

document.addEventListener("keydown", typed);
offer();
