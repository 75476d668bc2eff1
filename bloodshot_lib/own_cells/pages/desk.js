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
function checkDistinct(names) {
  const alike = /* @__PURE__ */ new Map();
  for (const name of names) {
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

// desk/label_desk.js
function labelDesk({ answer, undo, add, alone = false, signal }) {
  let classes = [];
  let open = false;
  const progress = el("p", { class: "soft", role: "status" });
  const picture = el("img", { class: "asked", alt: "" });
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
    el("div", { class: "asking" }, picture, el("div", {}, choices, others, adding, alert))
  );
  const hear = (event) => {
    if (alone ? !element.contains(event.target) : isAway(element)) return;
    if (alone && isKeyOfDesk(event)) event.stopPropagation();
    const meant = meaning(event, classes);
    if (meant === void 0) return;
    event.preventDefault();
    if (meant === UNDO) undo();
    else if (open) answer(meant);
  };
  window.addEventListener("keydown", hear, { capture: true, signal });
  return {
    element,
    show({ picture: address, name, classes: known, done, asked, note, fault = "" }) {
      const changed = known.join("\n") !== classes.join("\n") || !choices.firstChild;
      [classes, open] = [[...known], address !== null];
      if (changed) {
        const focused = choices.contains(document.activeElement);
        choices.replaceChildren(classButtons(classes, (name2) => open && answer(name2)));
        if (focused) element.focus({ preventScroll: true });
      }
      picture.hidden = !open;
      if (open) Object.assign(picture, { src: address, alt: `The cell to name, ${name}` });
      alert.textContent = fault;
      progress.textContent = open ? `${note} Cell ${done + 1} of ${asked}: ${name}` : note;
    }
  };
}
var isAway = (element) => !element.isConnected || element.closest("[hidden]") || document.querySelector("dialog[open]");
var isKeyOfDesk = ({ key, ctrlKey, metaKey, altKey, shiftKey }) => !(ctrlKey || metaKey || altKey) && (key.length === 1 || key === "Backspace" || key === "Enter" && !shiftKey);

// doors/desk.js
function render({ model, el: el2 }) {
  const leaving = new AbortController();
  const desk = labelDesk({
    answer: (label) => model.send({ answer: label }),
    undo: () => model.send({ undo: true }),
    add: (name) => {
      const refused = addClass([...model.get("classes")], name);
      if (!refused) model.send({ add: name });
      return refused;
    },
    alone: true,
    signal: leaving.signal
  });
  const show = () => {
    const [picture, done, asked] = ["picture", "done", "asked"].map((name) => model.get(name));
    desk.show({
      picture: picture || null,
      name: model.get("name"),
      classes: model.get("classes"),
      done,
      asked,
      note: picture ? "" : `${done} of ${asked} answered.`,
      fault: model.get("fault")
    });
  };
  model.on("change", show);
  el2.classList.add("bloodshot-desk");
  el2.append(desk.element);
  show();
  return () => {
    model.off("change", show);
    leaving.abort();
  };
}
var desk_default = { render };
export {
  desk_default as default
};
