// Makes pages live that are whole without it. A page that says <main data-live="/live/…"> hears there that
// something has changed, fetches itself again, and takes over what it marks with data-live-part="id".
// Not here: anything that a page needs to work.
"use strict";
(() => {
  const main = document.querySelector("main[data-live]");
  const TYPING = "input:not([type=button]):not([type=submit]), textarea, select, [contenteditable]";

  // ---- What is new, said politely.
  let note;
  const say = (text) => {
    note ??= document.querySelector("[data-live-note]");
    if (!note) {
      note = document.createElement("p");
      note.className = "visually-hidden";
      note.setAttribute("role", "status");
      main.append(note);
    }
    note.textContent = text;
  };

  // ---- What must survive a swap: open details, scrolled boxes, focus.
  const remember = (part) => {
    const details = [...part.querySelectorAll("details")];
    const boxes = [part, ...part.querySelectorAll(".tree, .rounds, .scroll, .round > ol, [data-live-scroll]")];
    const active = part.contains(document.activeElement) ? document.activeElement : null;
    const focusable = active && [...part.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
    return {
      open: new Map(details.map((element, at) => [element.id || at, element.open])),
      scroll: boxes.map((box) => [box.scrollLeft, box.scrollTop]),
      focus: active && { id: active.id, href: active.getAttribute("href"), name: active.getAttribute("name"), tag: active.localName, at: focusable.indexOf(active) },
    };
  };
  const restore = (part, kept) => {
    [...part.querySelectorAll("details")].forEach((element, at) => {
      const open = kept.open.get(element.id || at);
      if (open !== undefined) element.open = open;
    });
    const boxes = [part, ...part.querySelectorAll(".tree, .rounds, .scroll, .round > ol, [data-live-scroll]")];
    boxes.forEach((box, at) => {
      const [left, top] = kept.scroll[at] ?? [0, 0];
      if (left || top) box.scrollTo({ left, top, behavior: "instant" });
    });
    if (!kept.focus) return;
    const { id, href, name, tag, at } = kept.focus;
    const focusable = [...part.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
    const found = (id && part.querySelector(`#${CSS.escape(id)}`))
      || (href && focusable.find((element) => element.getAttribute("href") === href))
      || (name && focusable.find((element) => element.localName === tag && element.getAttribute("name") === name))
      || focusable[Math.min(at, focusable.length - 1)];
    found?.focus({ preventScroll: true });
  };

  // Whoever fills in a form or selects text is not disturbed: the part waits.
  const busy = (part) => {
    const active = document.activeElement;
    if (active && part.contains(active) && active.matches(TYPING)) return true;
    const selected = getSelection();
    if (selected && !selected.isCollapsed && selected.containsNode(part, true)) return true;
    // Of a list without a choice of its own, the first is chosen.
    const chosen = (list) => [...list.options].some((option, at) => option.selected !== option.defaultSelected
      && !(at === 0 && [...list.options].every((other) => !other.defaultSelected)));
    return [...part.querySelectorAll("input, textarea, select")].some((field) =>
      field.localName === "select" ? chosen(field)
        : field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
          : field.type !== "hidden" && field.value !== field.defaultValue);
  };

  // ---- Parts that come while the page is open stand beside the parts that they stand beside on the page anew.
  const partOf = (name) => document.querySelector(`[data-live-part="${CSS.escape(name)}"]`);
  const add = (part) => {
    for (const [step, place] of [["previousElementSibling", "after"], ["nextElementSibling", "before"]]) {
      for (let near = part[step]; near; near = near[step]) {
        const here = near.dataset.livePart && partOf(near.dataset.livePart);
        if (!here) continue;
        const come = part.cloneNode(true);
        here[place](come);
        return come;
      }
    }
  };

  // ---- Fetching the page again and taking over its parts.
  let fetching = false;
  let again = false;
  let waiting = false;
  // Whether the page is asked for once as the visitor: they may have come to take part, in another tab.
  let asMyself = false;
  const refresh = async () => {
    if (document.hidden) { again = true; return; }
    if (fetching) { again = true; return; }
    fetching = true;
    again = false;
    waiting = false;
    try {
      // What everybody sees alike is asked for as anybody: the server has it ready.
      const anybody = "liveShared" in main.dataset && !asMyself;
      const credentials = anybody ? "omit" : "same-origin";
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store", credentials });
      // Signed out, or not allowed any more: the page as it is would be a lie.
      if (answer.redirected || answer.status === 401 || answer.status === 403 || answer.status === 404) { location.reload(); return; }
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!anybody) {
        asMyself = false;
        if (!("liveShared" in (page.querySelector("main")?.dataset ?? {}))) delete main.dataset.liveShared;
      }
      const names = [];
      const fresh = (part) => {
        part.classList.add("fresh");
        setTimeout(() => part.classList.remove("fresh"), 1700);
        names.push(part.dataset.liveName ?? part.getAttribute("aria-label") ?? "");
      };
      const parts = new Map([...page.querySelectorAll("[data-live-part]")].map((part) => [part.dataset.livePart, part]));
      const come = [...parts.values()].filter((part) => !partOf(part.dataset.livePart)).map(add);
      for (const old of document.querySelectorAll("[data-live-part]")) {
        const next = parts.get(old.dataset.livePart);
        if (next && old.isEqualNode(next)) continue;
        if (busy(old)) { waiting = true; continue; }
        if (!next) { old.remove(); names.push(""); continue; }
        const kept = remember(old);
        old.replaceWith(next);
        restore(next, kept);
        fresh(next);
      }
      come.filter(Boolean).forEach(fresh);
      document.title = page.title || document.title;
      const named = names.filter(Boolean);
      if (waiting) say("There is news. It is shown when your form is sent or emptied, or nothing is selected.");
      else if (names.length) say(named.length ? `Updated: ${named.join(", ")}.` : "This page was updated.");
    } catch {
      // Offline: the stream comes back, and with it the next refresh.
    } finally {
      fetching = false;
      if (again && !document.hidden) soon();
    }
  };
  let timer;
  const soon = () => {
    clearTimeout(timer);
    // Not everybody at the same instant; news that comes in a burst is fetched once.
    timer = setTimeout(refresh, 20 + Math.random() * 80);
  };

  // ---- The stream. The browser itself comes back with Last-Event-ID after a cut; after a refusal we do.
  let stream;
  // The page says up to where it knows the news.
  let last = main?.dataset.liveFrom ?? "";
  let pause = 2000;
  let greeted = false;
  let retry;
  const listen = () => {
    clearTimeout(retry);
    if (stream && stream.readyState !== EventSource.CLOSED) return;
    const address = new URL(main.dataset.live, location.href);
    if (address.origin !== location.origin) return;
    if (last) address.searchParams.set("from", last);
    stream = new EventSource(address);
    const heard = (event) => { if (event.lastEventId) last = event.lastEventId; };
    stream.addEventListener("hello", (event) => {
      heard(event);
      pause = 2000;
      main.dataset.liveState = "on";
      // What happened since a page without a place was made, or while nobody listened.
      const made = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
      if (!last && (greeted || performance.now() - made > 1000)) soon();
      greeted = true;
    });
    stream.addEventListener("message", (event) => { heard(event); soon(); });
    // Some news was left out, or the server is about to restart: the page itself is the truth.
    stream.addEventListener("reload", (event) => { heard(event); soon(); });
    stream.addEventListener("error", () => {
      main.dataset.liveState = "off";
      if (stream.readyState !== EventSource.CLOSED) return;
      retry = setTimeout(listen, pause + Math.random() * 1000);
      pause = Math.min(pause * 2, 60000);
    });
  };
  const hush = () => { clearTimeout(retry); stream?.close(); };

  if (main && "EventSource" in window) {
    listen();
    let idle;
    document.addEventListener("visibilitychange", () => {
      clearTimeout(idle);
      // A page that nobody sees does not hold a connection for long.
      if (document.hidden) { idle = setTimeout(hush, 30000); return; }
      if ("liveShared" in main.dataset) { asMyself = true; soon(); }
      if (stream.readyState === EventSource.CLOSED) { listen(); soon(); } else if (again) soon();
    });
    addEventListener("pagehide", hush);
    addEventListener("pageshow", (event) => { if (event.persisted) { listen(); soon(); } });
    document.addEventListener("focusout", () => { if (waiting) soon(); });
    document.addEventListener("selectionchange", () => { if (waiting && getSelection().isCollapsed) soon(); });
  }

  // ---- Menus close when one goes elsewhere.
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  // ---- The path of an entrant through a bracket; the style sheet does the first 64 itself.
  const light = (event) => {
    const drawing = event.target.closest?.(".drawing");
    document.querySelectorAll(".drawing .lit").forEach((line) => line.classList.remove("lit"));
    if (!drawing) return;
    const lines = event.type === "focusin" ? event.target.querySelectorAll?.("p[class^=e]") ?? [] : [event.target.closest("p[class^=e], tr[class^=e]")];
    for (const line of lines) {
      const own = line && [...line.classList].find((name) => /^e\d+$/.test(name));
      if (own && Number(own.slice(1)) > 64) drawing.querySelectorAll(`.${own}`).forEach((other) => other.classList.add("lit"));
    }
  };
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, light);

  // ---- Arrow keys move within a bracket: left and right along the rounds, up and down within one.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const from = event.target.closest?.(".drawing article > a");
    if (!step || !from || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const round = from.closest(".round");
    const links = (of) => [...(of?.querySelectorAll("article > a") ?? [])];
    const here = links(round);
    const at = here.indexOf(from);
    let to;
    if (step[1]) {
      to = here[at + step[1]];
    } else {
      const next = step[0] > 0 ? round.nextElementSibling : round.previousElementSibling;
      const there = links(next);
      to = there[Math.min(there.length - 1, Math.floor((at * there.length) / Math.max(here.length, 1)))];
    }
    if (!to) return;
    event.preventDefault();
    to.focus();
    to.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // ---- Lists in an order: rows can be dragged, and the numbers in them follow. Numbers and buttons do it without.
  document.querySelectorAll("[data-sortable]").forEach((list) => {
    if (list.querySelector("input:disabled")) return;
    const rows = () => [...list.children];
    let dragged;
    rows().forEach((row) => { row.draggable = true; });
    list.addEventListener("dragstart", (event) => { dragged = event.target.closest?.("li"); dragged?.classList.add("dragged"); });
    list.addEventListener("dragover", (event) => {
      const over = event.target.closest?.("li");
      if (!dragged || over?.parentElement !== list) return;
      event.preventDefault();
      if (over === dragged) return;
      const box = over.getBoundingClientRect();
      list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? over : over.nextSibling);
    });
    list.addEventListener("dragend", () => {
      dragged?.classList.remove("dragged");
      dragged = undefined;
      rows().forEach((row, at) => { row.querySelector("input[type=number]").value = at + 1; });
    });
  });
})();
