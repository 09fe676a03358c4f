// Edits a message as JSON or as a form, and validates it meanwhile. The server does both;
// without this script it does so with a reload.
"use strict";
(() => {
  const main = document.getElementById("main");
  if (!document.getElementById("compose")) return;
  let timer, asked = 0;

  async function post(to, button) {
    const form = new FormData(document.getElementById("compose"), button);
    const answer = await fetch(to, { method: "POST", body: new URLSearchParams(form) });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.text();
  }

  // What is wrong is said below the fields, and at each.
  function place(html) {
    const check = document.getElementById("check");
    check.innerHTML = html;
    for (const slot of main.querySelectorAll(".problem")) slot.replaceChildren();
    for (const field of main.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const item of check.querySelectorAll("[data-path]")) {
      const line = document.createElement("div");
      line.textContent = item.querySelector(".rule").textContent;
      document.getElementById("p:" + item.dataset.path)?.append(line);
      document.getElementById("f:" + item.dataset.path)?.setAttribute("aria-invalid", "true");
    }
  }

  main.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++asked;
      try {
        const html = await post("/compose/check");
        if (mine === asked) place(html);
      } catch { /* the server is gone; what is shown stays */ }
    }, 200);
  });

  // Another view, an element more or less: the page comes anew, and stays where it is.
  main.addEventListener("submit", async (e) => {
    if (e.submitter?.getAttribute("formaction") !== "/compose") return;
    e.preventDefault();
    clearTimeout(timer);
    asked++;
    const sections = new Map([...main.querySelectorAll("details[id]")].map((d) => [d.id, d.open]));
    const active = document.activeElement.id;
    const list = e.submitter.closest("details")?.id;
    try {
      const page = new DOMParser().parseFromString(await post("/compose", e.submitter), "text/html");
      main.replaceChildren(...page.getElementById("main").childNodes);
    } catch {
      return;
    }
    for (const d of main.querySelectorAll("details[id]")) {
      if (e.submitter.name !== "view" || e.submitter.id === "again") d.open = sections.get(d.id) ?? d.open;
    }
    const focus = main.querySelector("[autofocus]") ?? document.getElementById(active) ?? document.getElementById(e.submitter.id) ??
      document.getElementById(list)?.querySelector("summary");
    for (let d = focus?.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    focus?.focus();
  });
})();
