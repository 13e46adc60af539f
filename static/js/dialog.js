// Dialogs: a link to the page that asks the same question opens the dialog instead, where there is one.
//
//   <a class="btn" href="/the/page/" data-dialog="id">    without scripts: the page
//   <button type="button" data-dialog-close>              inside the dialog
//   <dialog class="dialog" id="id" data-load>             is filled from the link's page, which knows that it is asked by htmx
async function open(dialog, address) {
  if ("load" in dialog.dataset) {
    dialog.replaceChildren();
    await window.htmx.ajax("GET", address, { source: dialog, target: dialog });
    if (!dialog.children.length) {
      location.href = address; // what could not be loaded is met as a page
      return;
    }
  }
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(dialog, opener.href);
    return;
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
  // A press on the veil lands on the dialog itself; its content lies in its children.
  else if (event.target.matches("dialog.dialog:modal")) event.target.close();
});
