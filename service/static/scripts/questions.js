// Hides the questions that are not asked of this guest. Without this script all are shown, each with a word on when it
// is asked; the server drops the answers to the others either way.

/** What is chosen or typed in a field of this name, as the server will read it: a list of texts. */
function answer(form, name) {
  return [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((one) => (one.type === "checkbox" || one.type === "radio" ? one.checked : one.type !== "file"))
    .map((one) => one.value.trim().toLowerCase())
    .filter((value) => value !== "");
}

function passes(values, test, value) {
  const wanted = value.toLowerCase();
  if (test === "in") return wanted.split(" ").includes(values[0]); // the builder: parts that belong to a kind
  if (test === "contains") return values.some((one) => one === wanted || one.includes(wanted));
  const same = values.join(",") === wanted;
  return test === "is" ? same : !same;
}

function refresh(form) {
  const category = answer(form, "category")[0];
  const hidden = new Set();
  for (const one of form.querySelectorAll("[data-question]")) {
    const { question, categories, when, test, value } = one.dataset;
    const others = categories !== undefined && category !== undefined && !categories.split(" ").includes(category);
    const values = when === undefined || hidden.has(when) ? [] : answer(form, when);
    one.hidden = others || (when !== undefined && !passes(values, test, value));
    if (one.hidden) hidden.add(question);
  }
}

for (const form of document.querySelectorAll("form:has([data-question])")) {
  form.classList.add("live");
  form.addEventListener("input", () => refresh(form));
  form.addEventListener("change", () => refresh(form));
  refresh(form);
}
