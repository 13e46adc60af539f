// A case's page: prints, and opens the fold that an address points into.
//
//   <button type="button" data-print>        hidden without scripts
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

function unfold() {
  const aim = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = aim && (aim.matches("details") ? aim : aim.closest("details"));
  if (fold) fold.open = true;
}

addEventListener("hashchange", unfold);
unfold();
