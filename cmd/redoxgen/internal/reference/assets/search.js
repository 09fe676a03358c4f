// Searches names and descriptions while one types: names that start with what is
// looked for first, then names that have it, then descriptions.
"use strict";
(() => {
  const input = document.getElementById("search");
  const results = document.getElementById("results");
  const root = document.body.dataset.root;
  const most = 50;
  const lower = entries.map(([name, , text]) => [name.toLowerCase(), text.toLowerCase()]);

  function rank(i, words) {
    const [name, text] = lower[i];
    const last = name.slice(name.lastIndexOf(".") + 1);
    let worst = 0;
    for (const word of words) {
      if (last.startsWith(word)) continue;
      if (name.includes(word)) worst = Math.max(worst, 1);
      else if (text.includes(word)) worst = Math.max(worst, 2);
      else return -1;
    }
    return worst;
  }

  function search() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [[], [], []];
    if (words.length > 0) {
      for (let i = 0; i < entries.length; i++) {
        const r = rank(i, words);
        if (r >= 0) found[r].push(i);
      }
    }
    const list = found.flat().slice(0, most).map((i) => {
      const [name, path, text] = entries[i];
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = root + path;
      link.textContent = name + " ";
      const about = document.createElement("span");
      about.textContent = text;
      link.append(about);
      item.append(link);
      return item;
    });
    results.replaceChildren(...list);
    results.hidden = list.length === 0;
    results.style.top = document.querySelector("header").offsetHeight + "px";
  }

  function move(step) {
    const links = [...results.querySelectorAll("a")];
    const next = links.indexOf(document.activeElement) + step;
    (next < 0 ? input : links[Math.min(next, links.length - 1)])?.focus();
  }

  input.addEventListener("input", search);
  input.form.addEventListener("submit", (e) => {
    e.preventDefault();
    results.querySelector("a")?.click();
  });
  document.addEventListener("keydown", (e) => {
    const inside = e.target === input || results.contains(e.target);
    if (e.key === "/" && !inside && !/^(input|textarea|select)$/i.test(e.target.tagName)) {
      e.preventDefault();
      input.focus();
    } else if (e.key === "Escape" && inside) {
      input.value = "";
      search();
      input.focus();
    } else if (e.key === "ArrowDown" && inside) {
      e.preventDefault();
      move(1);
    } else if (e.key === "ArrowUp" && inside) {
      e.preventDefault();
      move(-1);
    }
  });
})();
