// Warns, while somebody writes, about what looks like a personal number; never stops anything. The rules are the
// server's own (patientsakerhet/lib/personal_numbers.py), carried here by personal-number-rules.js.
//
//   <textarea data-personal-number>
import { RULES } from "./personal-number-rules.js";

const AFTER = 400;
const TITLE = "Det ser ut som ett personnummer.";
const TEXT = "Vi döljer det i texten så att bara behöriga kan se det. Du kan skicka som det är.";

// Python's \b knows every letter, JavaScript's only a to z; it stands after letters alone.
const expression = (pattern, flags = "u") => new RegExp(pattern.replaceAll("\\b", "(?![\\p{L}\\p{N}_])"), flags);
const number = expression(RULES.pattern, "uy");
const personLabel = expression(RULES.personLabel);
const phoneLabel = expression(RULES.phoneLabel);
const one = (text) => [...text].length === 1;

function plain(sign) {
  if (/^[0-9+ ./-]$/.test(sign)) return sign;
  if (RULES.dashes.includes(sign)) return "-";
  if (RULES.blanks.includes(sign)) return " ";
  const code = sign.codePointAt(0);
  const zero = RULES.zeros.find((first) => code >= first && code <= first + 9);
  if (zero !== undefined) return String(code - zero);
  const composed = sign.normalize("NFKC");
  const lowered = (one(composed) ? composed : sign).toLowerCase();
  return one(lowered) ? lowered : sign;
}

function luhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (1 + (place % 2));
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function today() {
  const [year, month, day] = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm" }).format(new Date()).split("-");
  return Date.UTC(year, month - 1, day);
}

function births(century, year, month, day, centenarian, on) {
  let dayOfMonth = day >= 60 ? day - 60 : day;
  if (day === 60) [dayOfMonth, month] = [1, month || 1];
  const hundreds = century ? [Number(century)] : [18, 19, 20];
  return hundreds.flatMap((hundred) => {
    const birth = new Date(Date.UTC(hundred * 100 + year, month - 1, dayOfMonth));
    const exists = birth.getUTCMonth() === month - 1 && birth.getUTCDate() === dayOfMonth;
    const old = new Date(on).getUTCFullYear() - birth.getUTCFullYear() >= 100;
    return exists && birth <= on && (century || !centenarian || old) ? [birth] : [];
  });
}

function isClock(serial, born, on) {
  const recent = born.some((birth) => on - birth <= RULES.clockDays * 24 * 60 * 60 * 1000);
  return recent && Number(serial.slice(0, 2)) < 24 && Number(serial.slice(2)) < 60;
}

function isNumber(match, before, on) {
  const [, century, year, parts, month, day, separator, serial] = match;
  if (serial.startsWith("000") || !luhn(year + month + day + serial)) return false;
  if (/\d$/.test(before) || /\d[-.+]$/.test(before) || (/\p{L}$/u.test(before) && !personLabel.test(before))) return false;
  if (!separator.trim() && !century && phoneLabel.test(before)) return false;
  const born = births(century, Number(year), Number(month), Number(day), separator.includes("+"), on);
  if (!born.length) return false;
  return !(parts && parts !== "." && !separator.trim() && isClock(serial, born, on));
}

export function holdsNumber(text, on = today()) {
  const signs = [...text].map(plain);
  const folded = signs.join("");
  for (let place = 0, offset = 0; place < signs.length; offset += signs[place].length, place += 1) {
    number.lastIndex = offset;
    const match = number.exec(folded);
    const before = signs.slice(Math.max(place - RULES.longestLabel, 0), place).join("");
    if (match && isNumber(match, before, on)) return true;
  }
  return false;
}

function watch(field) {
  const place = document.createElement("div");
  place.setAttribute("role", "status");
  field.after(place);
  let timer = 0;
  let said = false;
  const look = () => {
    const holds = holdsNumber(field.value);
    if (holds === said) return;
    said = holds;
    place.replaceChildren();
    if (!holds) return;
    const [note, title, text] = ["div", "b", "p"].map((name) => document.createElement(name));
    note.className = "note";
    note.dataset.tone = "warn";
    [title.textContent, text.textContent] = [TITLE, TEXT];
    note.append(title, text);
    place.append(note);
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, AFTER);
  });
  look();
}

for (const field of document.querySelectorAll("[data-personal-number]")) watch(field);
