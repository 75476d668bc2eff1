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
  const mark2 = text.includes("'") && !text.includes('"') ? '"' : "'";
  const letter = (one) => {
    if (one === "\\" || one === mark2) return `\\${one}`;
    return shown(one) ? one : NAMED[one] ?? escaped(one.codePointAt(0));
  };
  return mark2 + Array.from(text, letter).join("") + mark2;
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
function addClass(classes, text) {
  try {
    const name = presentName(className(text).name);
    checkDistinct([NOT_A_CELL, ...classes, name]);
    classes.push(name);
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
function meaning(event, classes) {
  if (isTyped(event)) return void 0;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (Object.hasOwn(OTHERS, key)) return OTHERS[key];
  const place = key.length === 1 ? CLASS_KEYS.indexOf(key) : -1;
  return place < 0 ? void 0 : classes[place];
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
var SVG = "http://www.w3.org/2000/svg";
function svg(tag, properties = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
  made.append(...children.flat());
  return made;
}

// desk/class_buttons.js
function classButtons(classes, choose, chosen) {
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
  const own = classes.map((name, place) => button(name, keyOf(place)));
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
function placeIn({ columns, rows }, n) {
  const place = n % (columns * rows);
  return {
    sheet: Math.floor(n / (columns * rows)),
    x: 100 * (place % columns) / (columns - 1),
    y: 100 * Math.floor(place / columns) / (rows - 1)
  };
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

// own_cells/words.js
var many = (n, thing) => `${n} ${thing}${n === 1 ? "" : "s"}`;
var cells = (n) => many(n, "cell");
function fixed(value, digits) {
  const parts2 = Math.abs(value) * 2 ** (digits + 1);
  if (!Number.isInteger(parts2) || parts2 % 2 === 0) return value.toFixed(digits);
  const lower = (parts2 * 5 ** digits - 1) / 2;
  const even = lower + lower % 2;
  return `${value < 0 ? "-" : ""}${(even / 10 ** digits).toFixed(digits)}`;
}
var percent = (share) => `${share > 0 && share < 5e-3 ? "<1" : fixed(100 * share, 0)} %`;

// desk/map.js
var WIDTH = 100;
var HEIGHT = 70;
var COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"];
var SIDES = {
  ArrowRight: (x, y) => x > Math.abs(y),
  ArrowLeft: (x, y) => -x > Math.abs(y),
  ArrowDown: (x, y) => y > Math.abs(x),
  ArrowUp: (x, y) => -y > Math.abs(x)
};
function map({ row, x, y, share, all = true }, classes, seen, choose) {
  const at = row.map((_, n) => [x[n] * WIDTH, y[n] * HEIGHT]);
  const cells2 = row.map((each, n) => [at[n], seen(each)]);
  const above = [...cells2].sort(([, one], [, other]) => one.labelled - other.labelled);
  const box = { viewBox: `-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`, "aria-label": "Map of the cells" };
  const drawing = svg("svg", { ...box, role: "img" }, above.map((each) => dot(...each)));
  const key = el("ul", { class: "key" }, classes.map((name, place) => el(
    "li",
    {},
    svg("svg", { viewBox: "0 0 4 4", "aria-hidden": "true" }, mark(place, 2, 2, 1.4)),
    ` ${name}`
  )));
  const text = `Cells that look alike lie close together, as far as a flat map can show it (it shows ${percent(share)} of the differences). Labelled cells are large${all ? "" : "; only some of the new ones are on it"}. `;
  const ways = "Point at a dot, tap it, or select the map and press the arrow keys; a click or Enter enlarges the cell.";
  const cell = el("div", { id: "cell", role: "status" }, "Point at a dot to see its cell.");
  if (choose) {
    drawing.setAttribute("role", "application");
    drawing.setAttribute("aria-label", "Map of the cells; the arrow keys go from cell to cell");
    drawing.setAttribute("tabindex", "0");
    const show2 = (n) => {
      const { name, picture: of } = seen(row[n]);
      cell.replaceChildren(of ? picture(of, { width: 80, height: 80 }) : "", el("span", {}, name));
    };
    explore(drawing, at, show2, (n) => choose(row[n]));
  }
  return el(
    "div",
    {},
    el("p", {}, text, choose ? ways : ""),
    el("div", { id: "map" }, drawing),
    choose ? cell : null,
    key
  );
}
function dot(at, { place, labelled, name }) {
  const node = mark(place, ...at, labelled ? 1.3 : 0.7);
  const look = labelled ? { stroke: "#000", "stroke-width": 0.3 } : { opacity: 0.75 };
  for (const [key, value] of Object.entries(look)) node.setAttribute(key, value);
  node.append(svg("title", {}, name));
  return node;
}
function mark(place, x, y, r) {
  const fill = COLOURS[place % COLOURS.length];
  const kind = Math.floor(place / COLOURS.length) % 3;
  if (kind === 0) return svg("circle", { cx: x, cy: y, r, fill });
  if (kind === 1) return svg("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, fill });
  return svg("path", { d: `M${x} ${y - 1.3 * r}l${1.3 * r} ${2.4 * r}h${-2.6 * r}z`, fill });
}
function explore(drawing, at, show2, choose) {
  const look = { r: 2, fill: "none", stroke: "currentColor", "stroke-width": 0.5 };
  const ring = svg("circle", { ...look, visibility: "hidden" });
  drawing.append(ring);
  let now = 0;
  const go = (n) => {
    now = n;
    show2(n);
    ring.setAttribute("cx", at[n][0]);
    ring.setAttribute("cy", at[n][1]);
    ring.setAttribute("visibility", "visible");
  };
  const nearest = (x, y, allowed = () => true) => {
    let [best, least] = [-1, Infinity];
    at.forEach(([a, b], n) => {
      const far = (a - x) ** 2 + (b - y) ** 2;
      if (far < least && allowed(a - x, b - y, n)) [best, least] = [n, far];
    });
    return best;
  };
  const point = ({ clientX, clientY }) => {
    const inside = new DOMPoint(clientX, clientY).matrixTransform(drawing.getScreenCTM().inverse());
    go(nearest(inside.x, inside.y));
  };
  drawing.addEventListener("pointermove", point);
  drawing.addEventListener("pointerdown", point);
  drawing.addEventListener("click", () => choose(now));
  drawing.addEventListener("keydown", (event) => {
    const side = SIDES[event.key];
    if (event.key === "Enter") choose(now);
    else if (!side) return;
    event.preventDefault();
    const next = side ? nearest(...at[now], (x, y, n) => n !== now && side(x, y)) : -1;
    if (next >= 0) go(next);
  });
}

// desk/names.js
var Names = class {
  constructor(classes, changed) {
    const own = classes.filter((name) => name !== NOT_A_CELL);
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

// desk/sheet.js
function tile({ picture: of, name, caption, number, words: words2 = caption }, choose) {
  const size = { loading: "lazy", width: 76, height: 76 };
  const inside = choose ? el("button", {
    type: "button",
    title: name,
    "data-cell": number,
    "aria-label": `Enlarge ${name}: ${words2}`,
    onclick: choose
  }, picture(of, size)) : picture(of, { ...size, alt: name });
  return el("li", {}, inside, caption);
}

// desk/tiles.js
function enlargeTiles(show2) {
  const open = (tile2) => {
    const tiles = [...tile2.closest(".sheet").querySelectorAll("button")];
    const way = (step) => {
      const other = tiles[tiles.indexOf(tile2) + step];
      return other ? () => open(other) : null;
    };
    show2(Number(tile2.dataset.cell), {
      image: tile2.querySelector("img")?.src,
      previous: way(-1),
      next: way(1),
      back: () => tile2.focus()
    });
  };
  document.addEventListener("click", (event) => {
    const tile2 = event.target.closest(".sheet button");
    if (tile2) open(tile2);
  });
}
function markTiles(said) {
  for (const tile2 of document.querySelectorAll(".sheet button")) {
    const words2 = said(Number(tile2.dataset.cell));
    const item = tile2.parentElement;
    item.classList.toggle("marked", words2 !== "");
    item.querySelector(".mark")?.remove();
    if (words2) tile2.after(el("span", { class: "mark" }, words2));
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

// doors/verdicts.js
var Verdicts = class {
  constructor(facts2) {
    this.facts = facts2;
    this.first = /* @__PURE__ */ new Map();
    facts2.content.forEach((content, n) => {
      if (!this.first.has(content)) this.first.set(content, n);
    });
  }
  isLabelled(n) {
    return n < this.facts.labelled;
  }
  /** The class that the cell has in the report. */
  name(n) {
    return this.facts.classes[this.facts.class[n]];
  }
  /** The label that the cell had before, if any: its own, or that of the labelled cell it is. */
  label(n) {
    const first = this.first.get(this.facts.content[n]);
    return this.isLabelled(first) ? this.name(first) : void 0;
  }
  certainty(n) {
    return fixed(this.facts.certainty[n], 2);
  }
  words(n) {
    const { classes, other, marks } = this.facts;
    const mark2 = marks[n] && ` (${marks[n]})`;
    if (marks[n].startsWith("labelled")) return this.name(n) + mark2;
    const otherwise = other[n] < 0 ? "" : `, else ${classes[other[n]]}`;
    return `${this.name(n)}, certainty ${this.certainty(n)}${otherwise}${mark2}`;
  }
  /** What a tile says of the name given to it. */
  mark(n, given) {
    const label = given.get(this.facts.content[n]);
    if (label === void 0) return "";
    return label === this.name(n) ? "✓ confirmed" : `→ ${label}`;
  }
  /** How many names given are those of the report, and how many are others. */
  agreement(given) {
    const own = (content) => this.name(this.first.get(content));
    const right = [...given].filter(([content, label]) => label === own(content)).length;
    return [right, given.size - right];
  }
  /** All labels, those of before and those given, as `labelsCsv` takes them. */
  labels(given) {
    const { file, content, subject } = this.facts;
    const entry = (n) => ({
      file: file[n],
      label: given.get(content[n]) ?? this.name(n),
      content: content[n],
      subject: subject?.[n]
    });
    const known = file.slice(0, this.facts.labelled).map((_, n) => n);
    const fresh = [...given.keys()].map((each) => this.first.get(each));
    return [...known, ...fresh.filter((n) => !this.isLabelled(n))].map(entry);
  }
};

// doors/report.js
var LIST = "labels.csv";
var facts = JSON.parse(document.getElementById("cells").textContent);
var verdicts = new Verdicts(facts);
var names = new Names(facts.classes, show);
var dialog = cellDialog();
var again = [
  `${LIST} is saved: move it into the folder in which you type commands. Nothing is judged anew `,
  "in this page. For that, type ",
  el("code", {}, facts.again)
];
var bar = saveBar(names, LIST, () => labelsCsv(verdicts.labels(names.given)), again);
document.body.append(dialog.element);
document.querySelector("main").append(bar.element);
function show() {
  markTiles((n) => verdicts.mark(n, names.given));
  const [right, wrong] = verdicts.agreement(names.given);
  const said = [wrong && `${cells(wrong)} corrected`, right && `${cells(right)} confirmed`];
  const text = said.filter(Boolean).join(", ");
  bar.show(text && `${text}${names.unsaved ? "; not saved yet" : ""}.`);
}
var picture2 = (n) => placeIn(facts.sheets, n);
function enlarge(n, way) {
  const content = facts.content[n];
  const given = names.given.get(content);
  const name = (label) => {
    const same = label === verdicts.label(n);
    names.give(content, same ? null : label);
    enlarge(n, way);
  };
  dialog.open({
    ...way,
    picture: way.image ?? picture2(n),
    name: facts.file[n],
    said: [verdicts.words(n), ...given ? [`You name it ${given}.`] : []],
    near: facts.near[n].map((other) => ({
      picture: picture2(other),
      name: facts.file[other],
      caption: verdicts.name(other)
    })),
    classes: names.classes,
    chosen: given ?? verdicts.name(n),
    correct: name,
    add: (text) => names.add(text),
    others: given ? [["take your label back", () => name(null)]] : []
  });
}
enlargeTiles(enlarge);
for (const more of document.querySelectorAll("button.more")) {
  const sheet = more.closest("section").querySelector(".sheet");
  const [some, asked] = [[...sheet.children], more.textContent];
  const made = (n) => {
    const item = tile({
      picture: picture2(n),
      name: facts.file[n],
      caption: verdicts.certainty(n),
      number: n,
      words: verdicts.words(n)
    }, () => {
    });
    item.append(el("span", { class: "name soft" }, facts.file[n]));
    return item;
  };
  more.addEventListener("click", () => {
    const all = more.getAttribute("aria-expanded") === "false";
    sheet.replaceChildren(...all ? JSON.parse(sheet.dataset.cells).map(made) : some);
    more.setAttribute("aria-expanded", all);
    more.textContent = all ? `Show ${some.length} again` : asked;
    show();
  });
}
if (facts.map) {
  const seen = (n) => ({
    place: facts.class[n],
    labelled: verdicts.isLabelled(n),
    picture: picture2(n),
    name: `${facts.file[n]}: ${verdicts.words(n)}`
  });
  const drawn = map(facts.map, facts.classes, seen, (n) => enlarge(n, {}));
  document.getElementById("mapped").append(el("h2", {}, "Map"), drawn);
}
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});
