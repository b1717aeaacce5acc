// Small comforts of the console; every page works without them.

// "/" goes to the search field
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  const field = document.querySelector("input[type=search]");
  if (field) { event.preventDefault(); field.focus(); field.select(); }
});

// the bulk bar says how many are chosen; "all on this page" ticks them
function count() {
  const boxes = [...document.querySelectorAll("input[name=id]")];
  const chosen = boxes.filter((box) => box.checked).length;
  for (const place of document.querySelectorAll("[data-chosen]")) place.textContent = chosen;
  for (const bar of document.querySelectorAll("[data-bulk]")) bar.hidden = chosen === 0 && !document.querySelector("input[name=all]:checked");
}
addEventListener("change", (event) => {
  if (event.target.matches("[data-check-all]")) for (const box of document.querySelectorAll("input[name=id]")) box.checked = event.target.checked;
  count();
});
count();

// messages leave by themselves
for (const flash of document.querySelectorAll(".flash")) setTimeout(() => flash.remove(), 8000);
