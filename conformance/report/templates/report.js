"use strict";
(() => {
  const root = document.documentElement;
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const search = form.elements.q;
  const names = ["q", "method", "group", "verdict", "strength", "evidence"];
  const entries = [...document.querySelectorAll(".entry")];
  const cells = [...document.querySelectorAll(".cell")];
  const texts = new WeakMap();
  let searched = false;
  root.classList.add("js");

  const textOf = (entry) => {
    if (!texts.has(entry)) texts.set(entry, entry.textContent.toLowerCase());
    return texts.get(entry);
  };

  const state = () => {
    const chosen = new URLSearchParams();
    for (const name of names) if (form.elements[name].value) chosen.set(name, form.elements[name].value);
    return chosen;
  };

  const remember = (chosen) => {
    const fragment = String(chosen);
    if (fragment || location.hash.includes("=")) history.replaceState(null, "", "#" + fragment);
  };

  const filter = () => {
    const chosen = state();
    const words = (chosen.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
    chosen.delete("q");
    const wanted = [...chosen];
    const found = new Set();
    let rules = 0;
    for (const entry of entries) {
      const fits = wanted.every(([name, value]) => entry.closest(`[data-${name}]`).dataset[name].split(" ").includes(value))
        && words.every((word) => textOf(entry).includes(word));
      entry.hidden = !fits;
      if (fits) found.add(entry.id);
      if (fits && entry.classList.contains("rule")) rules += 1;
    }
    const searching = wanted.length > 0 || words.length > 0;
    if (searching !== searched) {
      for (const folded of document.querySelectorAll(".others, #rules > .fold")) folded.open = searching;
      searched = searching;
    }
    form.classList.toggle("on", searching);
    for (const cell of cells) cell.classList.toggle("off", !found.has(cell.hash.slice(1)));
    for (const part of document.querySelectorAll("[data-part]")) {
      part.hidden = !part.querySelector(".entry:not([hidden])");
    }
    const findings = entries.length - cells.length;
    shown.classList.toggle("none", found.size === 0);
    if (!searching) shown.textContent = "";
    else if (found.size === 0) shown.textContent = "Nothing found.";
    else shown.textContent = `${rules} of ${cells.length} rules, ${found.size - rules} of ${findings} findings`;
  };

  const open = (id) => {
    const entry = document.getElementById(id);
    if (!entry) return;
    if (entry.hidden) {
      form.reset();
      filter();
    }
    for (let around = entry; around; around = around.parentElement.closest("details")) around.open = true;
    if (entry.matches(".entry")) {
      entry.open = true;
      entry.querySelector("summary").focus({preventScroll: true});
    }
    entry.scrollIntoView();
  };

  const follow = () => {
    const fragment = decodeURIComponent(location.hash.slice(1));
    if (!fragment) return;
    if (!fragment.includes("=")) {
      open(fragment);
      const chosen = state();
      if (chosen.size) {
        chosen.set("at", fragment);
        remember(chosen);
      }
      return;
    }
    const chosen = new URLSearchParams(location.hash.slice(1));
    for (const name of names) form.elements[name].value = chosen.get(name) || "";
    filter();
    if (chosen.get("at")) open(chosen.get("at"));
  };

  for (const count of document.querySelectorAll(".counts a")) {
    count.addEventListener("click", (event) => {
      event.preventDefault();
      form.reset();
      form.elements.verdict.value = count.dataset.verdict;
      changed();
      (entries.find((entry) => !entry.hidden) || form).scrollIntoView();
    });
  }

  const changed = () => {
    remember(state());
    filter();
  };

  const move = (step) => {
    const heads = entries.filter((entry) => entry.checkVisibility()).map((entry) => entry.firstElementChild);
    const at = heads.indexOf(document.activeElement);
    const next = heads[at < 0 ? 0 : at + step];
    if (next) next.focus();
    else if (at === 0) search.focus();
  };

  form.addEventListener("input", changed);
  form.addEventListener("reset", () => setTimeout(changed));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    move(1);
  });
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => {
    const at = document.activeElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !at.matches("input, select")) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && at === search) {
      search.value = "";
      changed();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && (at === search || at.matches(".entry > summary"))) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  });

  const markdown = (entry) => {
    const text = (query) => (entry.querySelector(query) || {textContent: ""}).textContent.trim();
    const lines = [`**${text(".head")}**`, "", `- case: \`${entry.id}\``];
    const [terms, details] = ["dt", "dd"].map((name) => [...entry.querySelectorAll(`.said ${name}`)]);
    terms.forEach((term, at) => lines.push(`- ${term.textContent}: ${details[at].textContent.trim()}`));
    const blocks = [...entry.querySelectorAll(".two > div:last-child > pre, .how pre")].map((one) => one.textContent.trim());
    return [...lines, ...blocks.map((one) => `\n~~~~\n${one}\n~~~~`)].join("\n");
  };

  if (navigator.clipboard) {
    for (const body of document.querySelectorAll(".failure > .body")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy as Markdown";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(markdown(body.parentElement));
        button.textContent = "Copied";
      });
      body.append(button);
    }
    for (const line of document.querySelectorAll("pre.copy")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(line.textContent);
        button.textContent = "Copied";
      });
      line.before(button);
    }
  }

  filter();
  follow();
})();
