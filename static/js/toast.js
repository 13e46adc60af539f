// Receipts stay until somebody puts them away: <button data-close> inside .toast.
document.addEventListener("click", (event) => {
  const toast = event.target.closest("[data-close]")?.closest(".toast");
  if (!toast) return;
  toast.remove();
  document.querySelector("main")?.focus({ preventScroll: true });
});
