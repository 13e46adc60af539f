// Passkeys and security keys: asks the browser for a credential and sends it with the form it belongs to.
// Needs webauthn-json.js, which allauth carries.
//
//   <form data-passkey="login" hidden>      asks the server for a challenge at its own address
//   <form data-passkey="get" hidden>        the challenge lies in <script type="application/json" id="js_data">
//   <form data-passkey="create" hidden>     the same, for a new key; a field named passwordless makes it a passkey
//     <input type="hidden" name="credential">, <p data-passkey-status hidden>
const NOT_DONE = "Det gick inte att använda nyckeln. Försök igen, eller välj ett annat sätt.";

const given = () => JSON.parse(document.getElementById("js_data").textContent);

async function challenge(form) {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).request_options;
}

async function credential(form) {
  if (form.dataset.passkey === "login") return window.webauthnJSON.get(await challenge(form));
  if (form.dataset.passkey === "get") return window.webauthnJSON.get(given().request_options);
  const options = given().creation_options;
  const alone = form.elements.passwordless?.checked ?? false;
  Object.assign(options.publicKey.authenticatorSelection, {
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone && { userVerification: "required" }),
  });
  return window.webauthnJSON.create(options);
}

async function ask(event) {
  event.preventDefault();
  const form = event.target;
  const status = form.querySelector("[data-passkey-status]");
  status.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(await credential(form));
  } catch {
    // Cancelled, timed out or refused: browsers do not say which, and the way on is the same.
    status.textContent = NOT_DONE;
    status.hidden = false;
    return;
  }
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", ask);
}
