/* Search, filter, copying and unfolding in reports/html.xsl.  The page is whole without it. */
"use strict";
(function () {
  const byId = (id) => document.getElementById(id);
  const filter = byId("filter");
  const section = byId("findings");
  if (filter === null || section === null)
    return;

  const fields = {
    text: byId("filter-text"),
    status: byId("filter-status"),
    system: byId("filter-system"),
    group: byId("filter-group"),
    server: byId("filter-server"),
    revision: byId("filter-revision"),
  };
  const count = byId("filter-count");
  const clear = byId("filter-clear");

  /* Each finding with what it is filtered by; a row that passed has most of it from its group. */
  const findings = [];
  function made(element, box, data) {
    const { revision = "", server = "" } = element.dataset;
    return { element, box, data, revision, server, text: null };
  }
  for (const element of section.querySelectorAll("details.finding"))
    findings.push(made(element, null, element.dataset));
  const boxes = Array.from(section.querySelectorAll("details.passed-group"), (element) => {
    const box = { element, shown: 0, opened: false };
    for (const row of element.querySelectorAll(".rows > li"))
      findings.push(made(row, box, element.dataset));
    return box;
  });
  const groups = Array.from(section.querySelectorAll("section.group"));

  const words = { info: "notes", error: "errors", warning: "warnings" };
  const number = new Intl.NumberFormat("en");

  function addOptions(select, values, label) {
    for (const value of values) {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = label(value);
      select.append(option);
    }
    if (values.length < 2)
      select.closest("label").hidden = true;
  }

  function distinct(of) {
    return Array.from(new Set(findings.map(of))).filter((value) => value !== "" && value !== undefined);
  }

  function nameOf(id, selector) {
    const place = byId(id);
    const name = place === null ? null : place.querySelector(selector);
    const text = name === null ? id : name.title || name.textContent;
    return text.length > 60 ? text.slice(0, 59) + "…" : text;
  }

  /* "s3": the third system's heading in the stairway. */
  function systemName(id) {
    return id === "run" ? "the run" : nameOf("stairway-" + id.slice(1), "bdi");
  }

  addOptions(fields.status, distinct((finding) => finding.data.status), (status) => words[status] || status);
  addOptions(fields.system, distinct((finding) => finding.data.system), systemName);
  addOptions(fields.group, distinct((finding) => finding.data.group).sort(), (group) => group);
  addOptions(fields.server, distinct((finding) => finding.server), (server) => server);
  addOptions(fields.revision, Array.from(document.querySelectorAll("details.step[id]"), (step) => step.id)
    .filter((id) => findings.some((finding) => finding.revision === id)), (id) => nameOf(id, ".label bdi"));

  /* ---- the filter's state, in the address as well ---- */

  function readState() {
    const state = {};
    for (const name in fields) {
      const value = fields[name].value.trim();
      if (value !== "")
        state[name] = value;
    }
    return state;
  }

  function toHash(state) {
    const text = new URLSearchParams(state).toString();
    return text === "" ? "" : "#filter?" + text;
  }

  function fromHash() {
    if (!location.hash.startsWith("#filter?"))
      return null;
    const parameters = new URLSearchParams(location.hash.slice("#filter?".length));
    for (const name in fields) {
      fields[name].value = parameters.get(name) || "";
      /* A value that no option has leaves a select empty. */
      if (fields[name].selectedIndex === -1)
        fields[name].value = "";
    }
    return readState();
  }

  function textOf(finding) {
    if (finding.text === null)
      finding.text = (finding.element.textContent + " " + (finding.element.dataset.serves || "")).toLowerCase();
    return finding.text;
  }

  /* All of the words, in any order. */
  function matches(finding, state, sought) {
    return (state.status === undefined || finding.data.status === state.status) &&
      (state.system === undefined || finding.data.system === state.system) &&
      (state.group === undefined || finding.data.group === state.group) &&
      (state.server === undefined || finding.server === state.server) &&
      (state.revision === undefined || finding.revision === state.revision) &&
      sought.every((word) => textOf(finding).includes(word));
  }

  function apply(state) {
    const active = Object.keys(state).length > 0;
    const sought = (state.text || "").toLowerCase().split(/\s+/).filter((word) => word !== "");
    let shown = 0;
    for (const box of boxes)
      box.shown = 0;
    for (const finding of findings) {
      const match = !active || matches(finding, state, sought);
      if (finding.element.hidden === match)
        finding.element.hidden = !match;
      if (match) {
        shown++;
        if (finding.box !== null)
          finding.box.shown++;
      }
    }
    for (const box of boxes) {
      box.element.hidden = box.shown === 0;
      /* Those that were opened for the filter are closed again with it. */
      if (active && !box.element.open && box.shown > 0 && box.shown <= 500) {
        box.element.open = true;
        box.opened = true;
      } else if (!active && box.opened) {
        box.element.open = false;
        box.opened = false;
      }
    }
    for (const group of groups)
      group.hidden = group.querySelector(":scope > details:not([hidden])") === null;
    count.textContent = active
      ? number.format(shown) + " of " + number.format(findings.length) + " findings: " +
        (shown === 0 ? "none matches" : "the others are filtered away")
      : number.format(findings.length) + " findings";
    clear.disabled = !active;
    filter.classList.toggle("active", active);
  }

  function changed() {
    const state = readState();
    history.replaceState(null, "", toHash(state) || location.pathname + location.search);
    apply(state);
  }

  let waiting = 0;
  fields.text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, 120);
  });
  filter.addEventListener("change", () => {
    clearTimeout(waiting);
    changed();
  });

  function set(state) {
    for (const name in fields)
      fields[name].value = state[name] || "";
    changed();
  }

  clear.addEventListener("click", () => {
    set({});
    fields.text.focus();
  });

  for (const link of document.querySelectorAll("a[data-status]"))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      set({ status: link.dataset.status });
      stay(section);
      fields.status.focus({ preventScroll: true });
    });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea") !== null;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      /* What is typed filters what lies below. */
      stay(section);
      fields.text.focus({ preventScroll: true });
      fields.text.select();
    } else if (event.key === "Escape" && (filter.contains(event.target) || !typing) && !clear.disabled) {
      event.preventDefault();
      set({});
    }
  });

  /* ---- links ---- */

  function targetOf(hash) {
    try {
      return hash.length > 1 ? byId(decodeURIComponent(hash.slice(1))) : null;
    } catch {
      return null;
    }
  }

  /* What is above is laid out when it comes near (content-visibility), and then is higher or lower than
     was thought: scrolls until it stands, or the reader takes over. */
  let staying = 0;
  function stay(target) {
    const turn = ++staying;
    let left = 60, still = 0, before = null;
    function again() {
      if (turn !== staying)
        return;
      target.scrollIntoView({ behavior: "instant" });
      const top = Math.round(target.getBoundingClientRect().top);
      still = top === before ? still + 1 : 0;
      before = top;
      if (still < 5 && --left > 0)
        requestAnimationFrame(again);
    }
    again();
  }
  for (const sign of ["wheel", "touchstart", "pointerdown", "keydown"])
    window.addEventListener(sign, () => { staying++; }, { capture: true, passive: true });

  /* What a link leads to is shown, whatever folds or filters it away. */
  function reveal() {
    const target = targetOf(location.hash);
    if (target === null)
      return;
    if (target.closest("[hidden]") !== null && section.contains(target)) {
      for (const name in fields)
        fields[name].value = "";
      apply({});
    }
    for (let element = target; element !== null; element = element.parentElement)
      if (element.tagName === "DETAILS")
        element.open = true;
    stay(target);
  }

  function followHash() {
    const state = fromHash();
    if (state !== null)
      apply(state);
    else
      reveal();
  }
  window.addEventListener("hashchange", followHash);
  /* A link to where the page already is: no hashchange. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link !== null && link.hash === location.hash)
      reveal();
  });

  /* ---- copying ---- */

  function copyByHand(element) {
    const selection = getSelection();
    selection.selectAllChildren(element);
    const copied = document.execCommand("copy");
    selection.removeAllRanges();
    return copied;
  }

  async function copy(element, button) {
    let copied = false;
    try {
      await navigator.clipboard.writeText(element.textContent);
      copied = true;
    } catch {
      copied = copyByHand(element);
    }
    button.textContent = copied ? "Copied" : "Not copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  }

  for (const pre of document.querySelectorAll("pre.copy")) {
    const box = document.createElement("div");
    const button = document.createElement("button");
    box.className = "copy-box";
    button.type = "button";
    button.className = "copy-button";
    button.textContent = "Copy";
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => copy(pre, button));
    pre.replaceWith(box);
    box.append(pre, button);
  }

  /* ---- paper ---- */

  /* All is open on paper, but for what proves that a thing passed, and lists without end.  The style
     does the same where it can. */
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = Array.from(document.querySelectorAll("details:not([open], .unprinted)"));
    for (const details of opened)
      details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened)
      details.open = false;
    opened = [];
  });

  filter.hidden = false;
  apply(fromHash() || {});
  if (!location.hash.startsWith("#filter?"))
    reveal();
})();
