// desk/boxes.js
var Boxes = class {
  constructor(changed) {
    Object.assign(this, { changed, fields: /* @__PURE__ */ new Map(), history: [], kept: false, unsaved: false });
  }
  /** Take in rows [x, y, width, height, score]; one that two views of a field show is one box. */
  put(field, rows) {
    if (!this.fields.has(field)) this.fields.set(field, /* @__PURE__ */ new Map());
    const boxes2 = this.fields.get(field);
    for (const [x, y, width, height, score] of rows) {
      const box = { field, x, y, width, height, score };
      boxes2.set(placeOf(box), { ...box, added: false, dropped: false });
    }
  }
  /** The boxes of a field, also those that were dropped. */
  of(field) {
    return [...this.fields.get(field).values()];
  }
  /** The boxes of all fields. */
  get all() {
    return [...this.fields.keys()].flatMap((field) => this.of(field));
  }
  /** Drop a box, or take it back. */
  toggle(box) {
    const turn = () => box.dropped = !box.dropped;
    turn();
    this.note(box.field, turn);
  }
  /** Add a square around a point [x, y], as far as it lies in a field of this [width, height]. */
  add(field, point, side, size) {
    const [[x, right], [y, bottom]] = point.map((middle, axis) => [middle - side / 2, middle + side / 2].map((end) => Math.min(Math.max(Math.round(end), 0), size[axis])));
    const box = { field, x, y, width: right - x, height: bottom - y, score: null };
    const [boxes2, place] = [this.fields.get(field), placeOf(box)];
    boxes2.set(place, { ...box, added: true, dropped: false });
    this.note(field, () => boxes2.delete(place));
  }
  /** Take the last change back. */
  undo() {
    const { field, back } = this.history.pop() ?? {};
    if (!back) return;
    back();
    this.unsaved = this.touched;
    this.changed(field);
  }
  note(field, back) {
    this.history.push({ field, back });
    this.unsaved = true;
    this.changed(field);
  }
  get touched() {
    return this.history.length > 0 || this.kept;
  }
  /** Take note that all were saved. */
  saved() {
    this.kept = true;
    this.unsaved = false;
    this.changed();
  }
};
var placeOf = ({ x, y, width, height }) => [x, y, width, height].join(" ");

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

// data/plain_text.js
var SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
var SPACES = new RegExp(`[${SPACE}]+`, "u");
var ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
function byCodePoint(a, b) {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a[at] === b[at]) at += 1;
  if (at === shorter) return a.length - b.length;
  return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
}
var rank = (unit) => unit >= 55296 && unit <= 57343 ? unit + 65536 : unit;

// desk/field_order.js
var doubt = ({ cells: cells2, least }) => least ?? (cells2 ? 3 : 2);
var ORDERS = /* @__PURE__ */ new Map([
  ["the least sure first", (a, b) => doubt(a) - doubt(b)],
  ["by name", (a, b) => byCodePoint(a.name, b.name)],
  ["most cells first", (a, b) => b.cells - a.cells],
  ["without a cell first", (a, b) => (a.cells > 0) - (b.cells > 0)]
]);
function orderButtons(list2, views2) {
  const buttons = [...ORDERS.keys()].map((name) => el("button", { type: "button", class: "choice", onclick: () => sort(name) }, name));
  const sort = (name) => {
    const known = views2.map((view) => ({ ...view.counts(), figure: view.figure }));
    list2.append(...known.sort(ORDERS.get(name)).map(({ figure }) => figure));
    for (const each of buttons) each.ariaPressed = String(each.textContent === name);
  };
  sort(ORDERS.keys().next().value);
  return buttons;
}

// own_cells/words.js
var many = (n, thing) => `${n} ${thing}${n === 1 ? "" : "s"}`;
var cells = (n) => many(n, "cell");
function fixed(value, digits) {
  const parts = Math.abs(value) * 2 ** (digits + 1);
  if (!Number.isInteger(parts) || parts % 2 === 0) return value.toFixed(digits);
  const lower = (parts * 5 ** digits - 1) / 2;
  const even = lower + lower % 2;
  return `${value < 0 ? "-" : ""}${(even / 10 ** digits).toFixed(digits)}`;
}
var two = (value) => fixed(value, 2);

// desk/field_view.js
function fieldView(figure, boxes2, { limit, median }) {
  const view = JSON.parse(figure.dataset.view);
  const [picture, caption] = figure.children;
  const [width, height] = ["width", "height"].map((of) => picture.querySelector("img").getAttribute(of) / view.scale);
  const isPart = width < view.width - 1 || height < view.height - 1;
  const name = view.field + (isPart ? ` at ${Math.round(view.x)}, ${Math.round(view.y)}` : "");
  const buttons = /* @__PURE__ */ new Map();
  boxes2.put(view.field, view.boxes);
  const inside = () => boxes2.of(view.field).filter((box) => box.x < view.x + width && box.x + box.width > view.x && box.y < view.y + height && box.y + box.height > view.y);
  function made(box) {
    const [left2, wide] = [box.x - view.x, box.width].map((part) => 100 * part / width);
    const [top, high] = [box.y - view.y, box.height].map((part) => 100 * part / height);
    const style = `left: ${left2}%; top: ${top}%; width: ${wide}%; height: ${high}%`;
    return el("button", { type: "button", style, onclick: () => boxes2.toggle(box) });
  }
  function draw() {
    const shown = inside();
    for (const [box, button] of buttons) {
      if (!shown.includes(box) && buttons.delete(box)) button.remove();
    }
    shown.forEach((box, n) => {
      if (!buttons.has(box)) picture.append(buttons.set(box, made(box)).get(box));
      const [button, place] = [buttons.get(box), `box ${n + 1} of ${shown.length}`];
      const score = box.score === null ? "no score" : `score ${two(box.score)}`;
      button.className = `${kind(box, limit)}${box.dropped ? " dropped" : ""}`;
      button.ariaLabel = `${box.dropped ? `take ${place} back` : `drop ${place}`}, ${score}`;
      button.title = score;
    });
    caption.replaceChildren(el("strong", {}, name), ` ${words(counts())}`);
  }
  function counts() {
    const shown = inside();
    const left2 = shown.filter(({ dropped }) => !dropped);
    const scores = left2.map(({ score }) => score).filter((score) => score !== null);
    const least = scores.length ? Math.min(...scores) : null;
    return { name, cells: left2.length, least, dropped: shown.length - left2.length };
  }
  picture.addEventListener("click", ({ target, clientX, clientY }) => {
    if (target.closest("button")) return;
    const seen = picture.getBoundingClientRect();
    const x = view.x + (clientX - seen.left) / seen.width * width;
    const y = view.y + (clientY - seen.top) / seen.height * height;
    boxes2.add(view.field, [x, y], median, [view.width, view.height]);
  });
  return { figure, field: view.field, draw, counts };
}
var kind = ({ score }, limit) => score === null ? "drawn" : score < limit ? "doubtful" : "sure";
var words = ({ cells: n, least, dropped }) => [
  n ? cells(n) : "no cell",
  dropped && `${dropped} dropped`,
  least !== null && `least sure ${two(least)}`
].filter(Boolean).join(", ");

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
function saveBar(work, file, content, next2, { label = "Labels to save", others = [] } = {}) {
  const said = el("span", { role: "status" });
  const then = el("p", { role: "status" }, next2);
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

// own_cells/boxes_csv.js
var COLUMNS = ["field", "x", "y", "width", "height", "score"];
var boxesCsv = (boxes2) => toCsv([COLUMNS, ...boxes2.map((box) => COLUMNS.map((column) => box[column] ?? ""))]);

// doors/fields.js
var LIST = "boxes.csv";
var facts = JSON.parse(document.getElementById("cells").textContent);
var list = document.querySelector(".fields");
var boxes = new Boxes(show);
var views = [...list.children].map((figure) => fieldView(figure, boxes, facts));
for (const [field, rows] of Object.entries(facts.not_shown)) boxes.put(field, rows);
for (const view of views) view.draw();
document.getElementById("order").append(...orderButtons(list, views));
var next = [
  `${LIST} is saved: move it into the folder in which you type commands, and type `,
  el("code", {}, facts.command)
];
var left = () => boxesCsv(boxes.all.filter(({ dropped }) => !dropped));
var undo = el("button", { type: "button", class: "choice", onclick: () => boxes.undo() }, "undo");
var bar = saveBar(boxes, LIST, left, next, { label: "Boxes to save", others: [undo] });
document.querySelector("main").append(bar.element);
function show(field) {
  for (const view of views) if (view.field === field) view.draw();
  const all = boxes.all;
  const dropped = all.filter((box) => box.dropped && !box.added).length;
  const added = all.filter((box) => box.added && !box.dropped).length;
  const changes = [dropped && `${dropped} dropped`, added && `${added} added`].filter(Boolean);
  const said = [...changes, `${cells(all.filter((box) => !box.dropped).length)} left`].join(", ");
  undo.disabled = boxes.history.length === 0;
  bar.show(boxes.touched ? `${said}${boxes.unsaved ? "; not saved yet" : ""}.` : "");
}
