// Dialogs: a link to the page that asks the same question opens the dialog instead, where there is one.
//
//   <a class="btn" href="/the/page/" data-dialog="id">    without scripts: the page
//   <button type="button" data-dialog-close>              inside the dialog
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
  // A press on the veil lands on the dialog itself; its content lies in its children.
  else if (event.target.matches("dialog.dialog:modal")) event.target.close();
});
