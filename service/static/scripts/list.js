// The delegate list: columns as wide as one wants them, and rows that are corrected where they stand.

const KEY = "qonaq:widths";
const STEP = 16, NARROWEST = 64;
const kept = () => { try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; } };
const keep = (widths) => { try { localStorage.setItem(KEY, JSON.stringify(widths)); } catch { /* a private window */ } };

function setWidth(head, width) {
  head.style.inlineSize = head.style.minInlineSize = width ? `${Math.max(NARROWEST, Math.round(width))}px` : "";
  head.querySelector("[role=separator]")?.setAttribute("aria-valuenow", Math.round(head.offsetWidth));
}

function remember(head) {
  keep({ ...kept(), [head.dataset.column]: Math.round(head.offsetWidth) });
}

// every column gets a grip at its end: dragged, or moved by the arrow keys; a double click gives the usual width back
function grips() {
  const widths = kept();
  for (const head of document.querySelectorAll("th[data-column]")) {
    if (head.querySelector("[role=separator]")) continue;
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.tabIndex = 0;
    for (const [name, value] of [["role", "separator"], ["aria-orientation", "vertical"], ["aria-label", head.dataset.resize], ["aria-valuemin", NARROWEST], ["aria-valuemax", 800]]) grip.setAttribute(name, value);
    head.append(grip);
    setWidth(head, widths[head.dataset.column]);
  }
}

addEventListener("pointerdown", (event) => {
  const grip = event.target instanceof Element && event.target.closest("th .grip");
  if (!grip) return;
  event.preventDefault();
  const head = grip.closest("th"), from = event.clientX, width = head.offsetWidth;
  const turn = getComputedStyle(head).direction === "rtl" ? -1 : 1;
  const drag = (move) => setWidth(head, width + turn * (move.clientX - from));
  grip.setPointerCapture(event.pointerId);
  grip.addEventListener("pointermove", drag);
  grip.addEventListener("pointerup", () => { grip.removeEventListener("pointermove", drag); remember(head); }, { once: true });
});
addEventListener("dblclick", (event) => {
  const head = event.target instanceof Element && event.target.closest("th .grip") && event.target.closest("th");
  if (!head) return;
  const { [head.dataset.column]: _, ...others } = kept();
  keep(others);
  setWidth(head, 0);
});
addEventListener("keydown", (event) => {
  const head = event.target instanceof Element && event.target.matches("th .grip") && event.target.closest("th");
  const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
  if (!head || !step) return;
  event.preventDefault();
  setWidth(head, head.offsetWidth + step);
  remember(head);
});

// in a row of fields Enter saves and Escape leaves; "e" opens the row one stands in
addEventListener("keydown", (event) => {
  const row = event.target instanceof Element && event.target.closest("tr");
  if (!row) return;
  if (row.matches("[data-editing]") && event.target.matches("input.input, select.input")) {
    const button = { Enter: "[data-saves]", Escape: "[data-leaves]" }[event.key];
    if (!button) return;
    event.preventDefault();
    row.querySelector(button).click();
  } else if (event.code === "KeyE" && !event.ctrlKey && !event.metaKey && !event.altKey) {
    row.querySelector("[data-edits]")?.click();
  }
});

// the focus stays in the row, whatever it has become
addEventListener("htmx:afterSettle", (event) => {
  grips();
  const row = event.target;
  if (!(row instanceof HTMLTableRowElement)) return;
  (row.querySelector("[aria-invalid]") ?? row.querySelector("input.input") ?? row.querySelector("a.row-link"))?.focus();
});
grips();
