// data/plain_text.js
var SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
var SPACES = new RegExp(`[${SPACE}]+`, "u");
var ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
var NAMED = { "\n": "\\n", "\r": "\\r", "	": "\\t" };
var strip = (text) => text.replace(ENDS, "");
var words = (text) => text.split(SPACES).filter(Boolean);
function casefold(text) {
  if (isPlain(text)) return text.toLowerCase();
  const fold = (letter) => letter.toLowerCase().toUpperCase().toLowerCase();
  return Array.from(text, (letter) => letter === "ı" ? letter : fold(letter)).join("");
}
var isPrintable = (text) => /^(?:[^\p{C}\p{Z}]| )*$/u.test(text);
var isPlain = (text) => /^[ -~]*$/.test(text);
function quoted(text, shown = isPrintable) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const letter = (one) => {
    if (one === "\\" || one === mark) return `\\${one}`;
    return shown(one) ? one : NAMED[one] ?? escaped(one.codePointAt(0));
  };
  return mark + Array.from(text, letter).join("") + mark;
}
var writable = (name) => name.replace(/\p{Surrogate}/gu, (half) => escaped(half.charCodeAt(0)));
function escaped(code) {
  const digits = code.toString(16);
  if (code < 256) return `\\x${digits.padStart(2, "0")}`;
  return code < 65536 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

// data/class_names.js
var NOT_A_CELL = "not_a_cell";
var SKIPPED = "";
var LONGEST = 200;
var JOINERS = /[\u200c\u200d]/g;
var NOTHING = "#n/a #na -nan <na> n/a na nan none null".split(" ");
var NO_CELL = ["notacell", "notasinglecell"];
function className(text) {
  const { name, note } = toldApartFromNothing(strip(text), "class");
  const seen = name.replace(JOINERS, "");
  const typed = seen !== "" && isPrintable(seen) && !/[/\\]/.test(name);
  if (!typed || name[0] === "." || new TextEncoder().encode(name).length > LONGEST) {
    throw new Error(
      `The name of a class must also do for a folder: at most 200 bytes that can be seen and typed, without / or \\ or a full stop at its start, but was ${quoted(text)}. Choose another.`
    );
  }
  return { name, note };
}
function checkDistinct(names2) {
  const alike = /* @__PURE__ */ new Map();
  for (const name of names2) {
    const plain = plainName(name);
    if (alike.has(plain)) {
      const pair = [alike.get(plain), name].map((each) => quoted(each, isPlain));
      throw new Error(
        `Names of classes must differ by more than case, spaces or the form of accents, but [${pair.join(", ")}] do not. Merge or rename them.`
      );
    }
    alike.set(plain, name);
  }
}
function addClass(classes2, text) {
  try {
    const name = presentName(className(text).name);
    checkDistinct([NOT_A_CELL, ...classes2, name]);
    classes2.push(name);
  } catch (error) {
    return error.message;
  }
  return void 0;
}
var plainName = (name) => words(casefold(name.replace(JOINERS, "").normalize("NFKC"))).join(" ");
function presentName(label) {
  const letters = casefold(words(label).join("").replace(/[_-]/g, ""));
  return NO_CELL.includes(letters) ? NOT_A_CELL : label;
}
function toldApartFromNothing(name, kind) {
  if (!NOTHING.includes(casefold(name))) return { name, note: "" };
  const told = `${kind} ${name.replaceAll("/", "")}`;
  return {
    name: told,
    note: `Other programs read ${quoted(name)} as 'no value', so it is called ${quoted(told)}.`
  };
}

// desk/class_keys.js
var UNDO = /* @__PURE__ */ Symbol("undo");
var CLASS_KEYS = "123456789abcdefghijklmnopqrtvwxyz";
var OTHERS = { 0: NOT_A_CELL, s: SKIPPED, u: UNDO, Backspace: UNDO };
var keyOf = (place) => CLASS_KEYS[place];
var isTyped = ({ ctrlKey, metaKey, altKey, target }) => ctrlKey || metaKey || altKey || Boolean(target.matches?.("input, textarea, select"));
function meaning(event, classes2) {
  if (isTyped(event)) return void 0;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (Object.hasOwn(OTHERS, key)) return OTHERS[key];
  const place = key.length === 1 ? CLASS_KEYS.indexOf(key) : -1;
  return place < 0 ? void 0 : classes2[place];
}

// desk/elements.js
function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === void 0 || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== void 0));
  return made;
}

// desk/class_buttons.js
function classButtons(classes2, choose, chosen) {
  const button = (name, key) => el(
    "button",
    {
      type: "button",
      class: "choice",
      "aria-pressed": String(name === chosen),
      onclick: () => choose(name)
    },
    key ? el("kbd", {}, key) : null,
    name === NOT_A_CELL ? "not a cell" : name
  );
  const own = classes2.map((name, place) => button(name, keyOf(place)));
  return el("div", { class: "choices" }, own, button(NOT_A_CELL, "0"));
}
function newClass(add, hint) {
  const said = el("p", { class: "warn-text", role: "alert" });
  const field = el("input", {
    type: "text",
    "aria-label": "Name of a new class",
    placeholder: hint,
    maxlength: 200,
    autocomplete: "off",
    spellcheck: "false"
  });
  const take = (event) => {
    event.preventDefault();
    said.textContent = field.value.trim() ? add(field.value) ?? "" : "";
    if (!said.textContent) field.value = "";
  };
  const adding = el("button", { type: "submit" }, "Add the class");
  return el("div", {}, el("form", { class: "adding", onsubmit: take }, field, adding), said);
}

// desk/pictures.js
function picture(of, { alt = "", ...properties } = {}) {
  if (typeof of === "string") return el("img", { ...properties, src: of, alt });
  const seen = alt ? { role: "img", "aria-label": alt } : { "aria-hidden": "true" };
  return el("span", {
    ...seen,
    class: `small s${of.sheet}`,
    style: `background-position: ${of.x}% ${of.y}%`
  });
}

// desk/cell_dialog.js
function cellDialog() {
  let shown = null;
  const inside = el("div", { class: "inside" });
  const button = (text, onclick, more) => el("button", { type: "button", onclick, ...more }, text);
  const step = (text, which) => button(text, () => shown[which]());
  const leave = () => {
    element.close();
    shown.back?.();
  };
  const close = button("Close", leave, { autofocus: true });
  const [before, after] = [step("← previous", "previous"), step("next →", "next")];
  const hint = el("span", { class: "soft" }, "Escape closes, ← and → go on");
  const element = el(
    "dialog",
    { id: "large", "aria-labelledby": "large-name" },
    inside,
    el("div", { class: "choices" }, before, after, close, hint)
  );
  element.addEventListener("keydown", (event) => {
    const go = isTyped(event) ? null : { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
    const name = meaning(event, shown.classes);
    if (go) shown[go]?.();
    else if (typeof name === "string" && name) shown.correct(name);
    else return;
    event.preventDefault();
  });
  element.addEventListener("click", (event) => event.target === element && leave());
  element.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  return {
    element,
    close: leave,
    open(cell) {
      shown = cell;
      inside.replaceChildren(...parts(cell));
      for (const [button2, go] of [[before, cell.previous], [after, cell.next]]) {
        button2.hidden = !cell.previous && !cell.next;
        button2.disabled = !go;
      }
      hint.hidden = before.hidden;
      if (!element.open) element.showModal();
      if (!element.contains(document.activeElement)) close.focus();
    }
  };
}
function parts(cell) {
  const near = cell.near.map(({ picture: of, name, caption }) => el(
    "figure",
    {},
    picture(of, { alt: name, width: 96, height: 96 }),
    el("figcaption", {}, caption)
  ));
  const add = (name) => {
    const refused = cell.add(name);
    if (!refused) cell.correct(cell.classes.at(-1));
    return refused;
  };
  const others = cell.others.map(([text, onclick]) => el("button", { type: "button", onclick }, text));
  return [
    el("div", { id: "large-picture" }, picture(cell.picture)),
    el(
      "div",
      {},
      el(
        "div",
        { role: "status" },
        el("p", { id: "large-name" }, cell.name),
        el("div", { id: "large-words" }, cell.said.map((sentence) => el("p", {}, sentence)))
      ),
      near.length ? el("p", { class: "soft" }, "The labelled cells that it resembles most:") : null,
      el("div", { id: "large-near" }, near),
      el("p", { class: "ask" }, "Its class:"),
      classButtons(cell.classes, cell.correct, cell.chosen),
      newClass(add, "another class"),
      others.length ? el("div", { class: "choices" }, others) : null
    )
  ];
}

// desk/label_desk.js
function labelDesk({ answer, undo, add, alone = false, signal }) {
  let classes2 = [];
  let open = false;
  const progress = el("p", { class: "soft", role: "status" });
  const picture2 = el("img", { class: "asked", alt: "" });
  const choices = el("div");
  const button = (key, text, onclick) => el("button", { type: "button", onclick }, el("kbd", {}, key), text);
  const others = el(
    "div",
    { class: "choices" },
    button("s", "skip", () => open && answer(SKIPPED)),
    button("u", "undo", () => undo())
  );
  const adding = newClass((name) => {
    const refused = add(name);
    if (!refused) element.focus({ preventScroll: true });
    return refused;
  }, "a class, such as neutrophil");
  const alert = el("p", { class: "warn-text", role: "alert" });
  const element = el(
    "div",
    { class: "desk", tabindex: "-1" },
    progress,
    el("div", { class: "asking" }, picture2, el("div", {}, choices, others, adding, alert))
  );
  const hear = (event) => {
    if (alone ? !element.contains(event.target) : isAway(element)) return;
    if (alone && isKeyOfDesk(event)) event.stopPropagation();
    const meant = meaning(event, classes2);
    if (meant === void 0) return;
    event.preventDefault();
    if (meant === UNDO) undo();
    else if (open) answer(meant);
  };
  window.addEventListener("keydown", hear, { capture: true, signal });
  return {
    element,
    show({ picture: address, name, classes: known2, done, asked, note, fault = "" }) {
      const changed = known2.join("\n") !== classes2.join("\n") || !choices.firstChild;
      [classes2, open] = [[...known2], address !== null];
      if (changed) {
        const focused = choices.contains(document.activeElement);
        choices.replaceChildren(classButtons(classes2, (name2) => open && answer(name2)));
        if (focused) element.focus({ preventScroll: true });
      }
      picture2.hidden = !open;
      if (open) Object.assign(picture2, { src: address, alt: `The cell to name, ${name}` });
      alert.textContent = fault;
      progress.textContent = open ? `${note} Cell ${done + 1} of ${asked}: ${name}` : note;
    }
  };
}
var isAway = (element) => !element.isConnected || element.closest("[hidden]") || document.querySelector("dialog[open]");
var isKeyOfDesk = ({ key, ctrlKey, metaKey, altKey, shiftKey }) => !(ctrlKey || metaKey || altKey) && (key.length === 1 || key === "Backspace" || key === "Enter" && !shiftKey);

// desk/names.js
var Names = class {
  constructor(classes2, changed) {
    const own = classes2.filter((name) => name !== NOT_A_CELL);
    Object.assign(this, { classes: own, changed, given: /* @__PURE__ */ new Map(), history: [], unsaved: false });
  }
  /** Name what has this content; null takes its name away. */
  give(content, label) {
    this.history.push([content, this.given.get(content) ?? null]);
    this.put(content, label);
  }
  /** Take the last answer back; returns its content. */
  undo() {
    const [content, before] = this.history.pop() ?? [];
    if (content !== void 0) this.put(content, before);
    return content;
  }
  /** Add a class; returns a sentence if its name is refused. */
  add(text) {
    const refused = addClass(this.classes, text);
    if (!refused) this.changed();
    return refused;
  }
  put(content, label) {
    this.given.delete(content);
    if (label !== null) this.given.set(content, label);
    this.unsaved = this.given.size > 0;
    this.changed();
  }
  /** Take note that all were saved. */
  saved() {
    this.unsaved = false;
    this.changed();
  }
};

// desk/saving.js
function save(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 6e4);
}

// desk/save_bar.js
function saveBar(work, file, content, next, { label = "Labels to save", others = [] } = {}) {
  const said = el("span", { role: "status" });
  const then = el("p", { role: "status" }, next);
  const keep = () => {
    save(file, content(), "text/csv");
    work.saved();
  };
  const button = el("button", { type: "button", class: "main", onclick: keep }, `Save ${file}`);
  const element = el(
    "aside",
    { class: "save-bar", "aria-label": label, hidden: true },
    el("div", { class: "choices" }, said, others, button),
    then
  );
  addEventListener("beforeunload", (event) => work.unsaved && event.preventDefault());
  return {
    element,
    show(text) {
      element.hidden = text === "";
      said.textContent = text;
      then.hidden = work.unsaved;
    }
  };
}

// desk/tiles.js
function enlargeTiles(show2) {
  const open = (tile) => {
    const tiles = [...tile.closest(".sheet").querySelectorAll("button")];
    const way = (step) => {
      const other = tiles[tiles.indexOf(tile) + step];
      return other ? () => open(other) : null;
    };
    show2(Number(tile.dataset.cell), {
      image: tile.querySelector("img")?.src,
      previous: way(-1),
      next: way(1),
      back: () => tile.focus()
    });
  };
  document.addEventListener("click", (event) => {
    const tile = event.target.closest(".sheet button");
    if (tile) open(tile);
  });
}
function markTiles(said) {
  for (const tile of document.querySelectorAll(".sheet button")) {
    const words2 = said(Number(tile.dataset.cell));
    const item = tile.parentElement;
    item.classList.toggle("marked", words2 !== "");
    item.querySelector(".mark")?.remove();
    if (words2) tile.after(el("span", { class: "mark" }, words2));
  }
}

// data/csv.js
var MARK = "\uFEFF";
function toCsv(rows) {
  return MARK + rows.map((row) => `${row.map(quotedIfNeeded).join(",")}\r
`).join("");
}
function quotedIfNeeded(value, _, row) {
  const text = String(value);
  const alone = row.length === 1 && text === "";
  return alone || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// own_cells/label_file.js
var HEADER = ["file", "label", "content"];
function labelsCsv(entries) {
  const columns = entries.some(({ subject }) => subject) ? [...HEADER, "subject"] : HEADER;
  const field = (entry, column) => column === "file" ? writable(entry.file) : entry[column] ?? "";
  const rows = entries.map((entry) => columns.map((column) => field(entry, column)));
  const once = new Map(rows.map((row) => [JSON.stringify(row), row]));
  return toCsv([columns, ...once.values()]);
}

// doors/contact_sheet.js
var { cells, classes, known, list, command } = JSON.parse(
  document.getElementById("cells").textContent
);
var images = [...document.querySelectorAll(".sheet img")].map(({ src }) => src);
var names = new Names(classes, show);
var dialog = cellDialog();
var desk = labelDesk({
  answer: (label) => names.give(cells[current()].content, label),
  undo: () => names.undo(),
  add: (text) => names.add(text)
});
var given = (n) => names.given.get(cells[n].content);
var current = () => cells.findIndex((_, n) => given(n) === void 0);
function labels() {
  const byContent = new Map(cells.map((cell) => [cell.content, cell]));
  const own = [...names.given].map(([content, label]) => ({ ...byContent.get(content), label }));
  return [...known, ...own];
}
var bar = saveBar(names, list, () => labelsCsv(labels()), [
  `${list} is saved: move it into the folder in which you type commands, and type `,
  el("code", {}, command)
]);
document.getElementById("desk").append(desk.element);
document.querySelector("main").append(bar.element);
document.body.append(dialog.element);
function show() {
  const [n, done] = [current(), cells.filter((_, each) => given(each) !== void 0).length];
  desk.show({
    picture: n < 0 ? null : images[n],
    name: cells[n]?.file,
    classes: names.classes,
    done: n,
    asked: cells.length,
    note: n < 0 ? `All are answered: save ${list}.` : names.classes.length ? "" : "Which classes are there? Add one."
  });
  markTiles((number) => given(number) === SKIPPED ? "skipped" : given(number) ?? "");
  const unsaved = names.unsaved ? "; not saved yet" : "";
  bar.show(done ? `${done} of ${cells.length} answered${unsaved}.` : "");
}
show();
enlargeTiles(function enlarge(n, way) {
  const name = (label) => {
    names.give(cells[n].content, label);
    enlarge(n, way);
  };
  dialog.open({
    ...way,
    picture: way.image,
    name: cells[n].file,
    said: [`cell ${n + 1} of ${cells.length}`],
    near: [],
    classes: names.classes,
    chosen: given(n),
    correct: name,
    add: (text) => names.add(text),
    others: given(n) === void 0 ? [] : [["take its label away", () => name(null)]]
  });
});
