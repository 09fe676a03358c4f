// Keeps what a page shows up to date. Everything works without it, after a reload.
"use strict";
(() => {
  const most = 200;

  function listen(since, changed) {
    const source = new EventSource("/live?since=" + since);
    source.onmessage = (e) => changed(e.data);
    addEventListener("pagehide", () => source.close());
  }

  // What is on the screen moves down visibly, not by a jump.
  function slideIn(tr) {
    if (scrollY > 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    tr.parentElement.animate([{ transform: `translateY(-${tr.offsetHeight}px)` }, { transform: "none" }], 150);
  }

  // The list of messages: rows come as HTML that the server has escaped.
  const traffic = document.getElementById("traffic");
  if (traffic && traffic.dataset.change !== "-1") {
    listen(traffic.dataset.change, (row) => {
      const fresh = document.createElement("tbody");
      fresh.innerHTML = row;
      const tr = fresh.firstElementChild;
      const wanted = traffic.dataset.event;
      if (wanted && tr.dataset.event !== wanted) return;
      const old = document.getElementById(tr.id);
      if (old) {
        const focused = old.contains(document.activeElement);
        old.replaceWith(tr);
        if (focused) tr.querySelector("a").focus();
      } else {
        traffic.prepend(tr);
        slideIn(tr);
        if (traffic.childElementCount > most) traffic.lastElementChild.remove();
      }
      document.getElementById("empty").hidden = true;
    });
  }

  // The state of a message and the attempts to deliver it.
  const state = document.getElementById("state");
  if (state) {
    listen(state.dataset.change, async (row) => {
      if (!row.startsWith(`<tr id="${state.dataset.row}"`)) return;
      try {
        const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
        for (const id of ["state", "attempts"]) {
          document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
        }
      } catch { /* the server is gone; what is shown stays */ }
    });
  }

  // The lanes of the feed.
  const lanes = document.getElementById("lanes");
  if (lanes) {
    let waiting = false, shown = "";
    const refresh = async () => {
      if (waiting) return;
      waiting = true;
      try {
        const answer = await fetch("/feed/lanes");
        if (answer.ok) {
          const text = await answer.text();
          const focused = lanes.contains(document.activeElement) ? document.activeElement.id : "";
          if (text !== shown) lanes.innerHTML = shown = text; // or a click between two answers would be lost
          if (focused) document.getElementById(focused)?.focus();
        }
      } catch { /* the server is gone; what is shown stays */ }
      setTimeout(() => { waiting = false; }, 200);
    };
    listen(Number.MAX_SAFE_INTEGER, refresh);
    setInterval(refresh, 1000);
  }
})();
