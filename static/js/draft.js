// Keeps what is being written: on the server where there is an address for it, otherwise in this browser for a day.
//
//   <form data-draft="anmal" data-draft-url="/anmal/utkast/">   the address takes the form as POST, answers 2xx
//     <p class="saved" data-draft-status role="status"></p>      says when and where it was kept
//     <button type="button" data-draft-discard>                  throws it away
//   <div data-draft-clear="anmal">                               on the receipt: the draft has done its work
const AFTER = 1200;
const DAY = 24 * 60 * 60 * 1000;
const PREFIX = "utkast:";
const NOT_KEPT = "[type=hidden], [type=password], [type=file], [type=submit], [type=button], button";

const store = {
  read(key) {
    try {
      const kept = JSON.parse(localStorage.getItem(PREFIX + key));
      return kept && Date.now() - kept.at < DAY ? kept : null;
    } catch {
      return null;
    }
  },
  write(key, fields) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), fields }));
      return true;
    } catch {
      return false; // storage full or refused
    }
  },
  remove(key) {
    try {
      localStorage.removeItem(PREFIX + key);
    } catch {
      // Nothing was kept then.
    }
  },
};

const kept = (form) => [...form.elements].filter((field) => field.name && !field.matches(NOT_KEPT));
const checkable = (field) => field.type === "radio" || field.type === "checkbox";

function fieldsOf(form) {
  return kept(form).flatMap((field) => {
    if (checkable(field)) return field.checked ? [[field.name, field.value]] : [];
    if (field.multiple) return [...field.selectedOptions].map((option) => [field.name, option.value]);
    return field.value ? [[field.name, field.value]] : [];
  });
}

function fill(form, fields) {
  for (const field of kept(form)) {
    const values = fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (checkable(field)) field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else if (values.length) field.value = values[0];
    else continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function say(form, text) {
  const place = form.querySelector("[data-draft-status]");
  if (place) place.textContent = text;
}

function clock(at) {
  return new Intl.DateTimeFormat("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" }).format(at);
}

async function sent(form) {
  const body = new FormData(form);
  for (const field of form.querySelectorAll("input[type=file]")) body.delete(field.name);
  try {
    const answer = await fetch(form.dataset.draftUrl, { method: "POST", body, redirect: "error", keepalive: document.hidden }); // keepalive takes 64 kB at most
    return answer.ok;
  } catch {
    return false; // no connection, or signed out: the browser keeps it meanwhile
  }
}

async function keep(form) {
  if (form.dataset.draftUrl && (await sent(form))) {
    store.remove(form.dataset.draft);
    say(form, `Utkastet sparades ${clock(Date.now())}.`);
  } else if (store.write(form.dataset.draft, fieldsOf(form))) {
    say(form, `Utkastet sparades ${clock(Date.now())} på den här enheten.`);
  } else {
    say(form, "Utkastet gick inte att spara. Skicka in innan du lämnar sidan.");
  }
}

function watch(form) {
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(form), AFTER);
  };
  const now = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    keep(form);
  };
  const earlier = store.read(form.dataset.draft);
  const rejected = form.querySelector("[data-invalid]"); // what came back from the server is newer
  if (earlier && !rejected) {
    fill(form, earlier.fields);
    say(form, `Ditt utkast från ${clock(earlier.at)} är tillbaka.`);
  }
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    timer = 0;
    if (event.submitter?.matches("[data-draft-discard]")) return;
    store.write(form.dataset.draft, fieldsOf(form)); // until the receipt says that it arrived
  });
  document.addEventListener("visibilitychange", () => document.hidden && now());
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-draft-discard]")) return;
    clearTimeout(timer);
    timer = 0;
    store.remove(form.dataset.draft);
    form.reset();
    say(form, "Utkastet är borttaget.");
  });
}

for (const done of document.querySelectorAll("[data-draft-clear]")) store.remove(done.dataset.draftClear);
for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
