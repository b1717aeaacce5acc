// The door's page: camera, search and typing all end in the same queue, every answer fills the screen.
// The other files come by the addresses that the page names, because those carry the version.

const root = document.getElementById("door");
const { camera: cameraFile, queue: queueFile, signals: signalsFile, slug, point, wasm } = root.dataset;
const [{ Camera }, { Queue }, { signal, wake }] = await Promise.all([import(cameraFile), import(queueFile), import(signalsFile)]);
const one = (selector) => root.querySelector(selector);
const show = (element, yes) => { element.hidden = !yes; };
const banner = (name, yes) => show(one(`[data-banner=${name}]`), yes);

// --- the verdict ---------------------------------------------------------------------------------------------
const screen = one("[data-screen]");
let before = null;

function showScreen(html) {
  if (screen.hidden) before = document.activeElement;
  screen.innerHTML = html; // rendered and escaped by our server
  show(screen, true);
  screen.querySelector("[data-next]").focus();
}

function next() {
  show(screen, false);
  screen.replaceChildren();
  before?.focus?.();
}

screen.addEventListener("click", (event) => { if (!event.target.closest("form")) next(); });
// a hand-held scanner types: its letters belong to the code field, wherever the cursor is
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !screen.hidden) next();
  const typing = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!typing || event.target.matches("input, textarea, select")) return;
  if (!screen.hidden) next();
  one("#f-code").focus();
});

function addRow(html) {
  const rows = one("[data-rows]");
  rows.insertAdjacentHTML("afterbegin", html);
  while (rows.children.length > 12) rows.lastElementChild.remove();
  one("[data-none]")?.remove();
}

function noMoreUndo(registration) {
  for (const field of root.querySelectorAll("[data-rows] input[name=registration_id]")) {
    if (field.value === registration) field.form.remove();
  }
}

// --- the queue -----------------------------------------------------------------------------------------------
const queue = new Queue({
  slug, point,
  answered(scan, said) {
    banner("refused", false);
    if (said.verdict === "undone" && said.registration_id) noMoreUndo(said.registration_id);
    addRow(said.row);
    showScreen(said.screen);
    signal(said.kind);
    if (scan.how === "search") clearSearch();
    setTimeout(count, 1200); // the counters are a second old at most
  },
  refused(title) {
    one("[data-refused]").textContent = title;
    banner("refused", true);
    signal("refused");
  },
  stuck(state, waiting) {
    one("[data-unsent]").textContent = waiting;
    banner("offline", state === "offline");
    banner("login", state === "login");
  },
});

function scan(what) {
  if (!screen.hidden) next();
  queue.add(what);
}

// --- counters ------------------------------------------------------------------------------------------------
const number = new Intl.NumberFormat(document.documentElement.lang);

async function count() {
  try {
    const response = await fetch(`/door/${slug}/${point}/counts`, { headers: { accept: "application/json" } });
    const place = document.querySelector("[data-admitted]");
    if (response.ok && place) place.textContent = number.format((await response.json()).admitted);
  } catch { /* the banner says that there is no connection */ }
}
setInterval(() => { if (!document.hidden) count(); }, 10000);

// --- forms: typed code, choice from the search, undo ----------------------------------------------------------
root.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-scan]")) return;
  event.preventDefault();
  wake();
  const given = new FormData(form);
  const registration = given.get("registration_id");
  scan({
    action: given.get("action") || "enter", how: registration ? "search" : "typed",
    ...(registration ? { registration_id: registration } : { code: given.get("code") }),
  });
  if (form.matches("[data-typed]")) form.reset();
});

// --- search while typing ---------------------------------------------------------------------------------------
const found = one("[data-found]");
let asked = 0;
let soon;

async function search(q) {
  const mine = ++asked;
  try {
    const response = await fetch(`/door/${slug}/${point}/found?q=${encodeURIComponent(q)}`);
    const html = response.ok && !response.redirected ? await response.text() : ""; // redirected: logged out
    if (mine === asked) found.innerHTML = html;
  } catch { /* the next letter asks again */ }
}

function clearSearch() {
  asked++;
  one("#f-q").value = "";
  found.replaceChildren();
}

one("[data-search]").addEventListener("input", (event) => {
  clearTimeout(soon);
  soon = setTimeout(() => search(event.target.value), 120);
});
one("[data-search]").addEventListener("submit", (event) => { event.preventDefault(); search(one("#f-q").value); });

// --- camera ------------------------------------------------------------------------------------------------------
const camera = new Camera({
  video: one("video"), wasm: new URL(wasm, location).href,
  found: (code) => scan({ code: code.slice(0, 600), how: "camera" }),
});
const [start, stop, photo, finder] = ["[data-start]", "[data-stop]", "[data-photo]", "[data-viewfinder]"].map(one);

function looking(yes) {
  show(finder, yes);
  show(stop, yes);
  show(start, !yes && Camera.allowed);
  show(photo, !yes);
}

start.addEventListener("click", async () => {
  wake();
  start.disabled = true;
  try {
    looking(true);
    await camera.start();
    banner("camera", false);
  } catch {
    camera.stop();
    looking(false);
    banner("camera", true);
  }
  start.disabled = false;
});
stop.addEventListener("click", () => { camera.stop(); looking(false); });
addEventListener("pagehide", () => { camera.stop(); looking(false); });

photo.querySelector("input").addEventListener("change", async (event) => {
  wake();
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  let code = "";
  try { code = await camera.photo(file); } catch { /* no picture */ }
  banner("nocode", !code);
  if (code) scan({ code: code.slice(0, 600), how: "camera" });
});

show(one("[data-needs-script]"), true);
looking(false);
banner("insecure", !Camera.allowed);
