// Small comforts of the console; every page works without them.

const typing = (element) => /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable;
const panel = () => document.getElementById("panel");

// "/" goes to the search field of the page, else to the one beside the navigation
addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeAll(null);
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const field = document.querySelector("main input[type=search]") ?? document.querySelector("input[data-search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// j and k (the keys, whatever the layout) go down and up in a list, x ticks; on a guest's page they go to the next and the previous one
addEventListener("keydown", (event) => {
  if (!["KeyJ", "KeyK", "KeyX"].includes(event.code) || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const links = [...document.querySelectorAll("main a.row-link")];
  const at = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
  if (event.code === "KeyX") return void links[at]?.closest("tr").querySelector("input[type=checkbox]")?.click();
  const step = event.code === "KeyJ" ? 1 : -1;
  if (links.length) links[Math.min(Math.max(at + step, 0), links.length - 1)].focus();
  else document.querySelector(`main a[rel=${step > 0 ? "next" : "prev"}]`)?.click();
});

// menus close when one looks elsewhere; the side panel empties
function closeAll(target) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!target || !menu.contains(target)) menu.open = false;
  if (!target) panel()?.replaceChildren();
}

addEventListener("click", (event) => {
  const target = event.target;
  if (!(target instanceof Element)) return;
  closeAll(target);
  const opens = target.closest("[data-opens]");
  if (opens) document.getElementById(opens.dataset.opens)?.showModal();
  if (target.closest("[data-closes]")) target.closest("dialog") ? target.closest("dialog").close() : panel()?.replaceChildren();
  if (target instanceof HTMLDialogElement) target.close(); // the shade around it
  const copy = target.closest("[data-copy]");
  if (copy) put(copy);
});

async function put(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const word = button.querySelector("span"), before = word.textContent;
  word.textContent = button.dataset.done;
  setTimeout(() => { word.textContent = before; }, 2000);
}

// what htmx brings into the panel gets the focus, so that a keyboard goes on there
addEventListener("htmx:afterSwap", (event) => { if (event.target === panel()) panel().focus(); count(); });

// the bulk bar says how many are chosen; "all on this page" ticks them; Shift ticks all between
let last = null;
function count() {
  const chosen = document.querySelectorAll("input[name=id]:checked").length;
  for (const place of document.querySelectorAll("[data-chosen]")) place.textContent = chosen;
  for (const bar of document.querySelectorAll("[data-bulk]")) bar.hidden = chosen === 0 && !document.querySelector("input[name=all]:checked");
}
addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof Element) || !box.matches("input[name=id]")) return;
  const boxes = [...document.querySelectorAll("input[name=id]")];
  if (event.shiftKey && last) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  count();
});
addEventListener("change", (event) => {
  if (event.target.matches("[data-check-all]")) for (const box of document.querySelectorAll("input[name=id]")) box.checked = event.target.checked;
  count();
});
count();

// a file may be dropped beside its field
for (const type of ["dragover", "dragleave", "drop"]) addEventListener(type, (event) => {
  const place = event.target instanceof Element && event.target.closest("[data-drop]");
  if (!place) return;
  event.preventDefault();
  place.classList.toggle("over", type === "dragover");
  if (type === "drop" && event.dataTransfer.files.length) place.querySelector("input[type=file]").files = event.dataTransfer.files;
});

// messages leave by themselves, unless one is reading or about to undo
for (const flash of document.querySelectorAll(".flash")) {
  let clock = setTimeout(() => flash.remove(), flash.querySelector("form") ? 29000 : 8000);
  flash.addEventListener("pointerenter", () => clearTimeout(clock));
  flash.addEventListener("focusin", () => clearTimeout(clock));
  flash.addEventListener("pointerleave", () => { clock = setTimeout(() => flash.remove(), 3000); });
}

// errors on top of a form are read first
document.querySelector(".error-summary")?.focus();
