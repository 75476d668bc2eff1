// An episode to try: the reader labels cells on a map, and every other cell is named at once.
// The arithmetic is that of FewShotClassifier, methods "cosine" and "lda".
(() => {
  const DRAWS = 200, OUTSIDE = 5; // random choices, and how many of them are cut off at each end
  const CLOSE = 0.1; // the share of cells, those with the smallest lead, that are drawn pale
  const REACH = 24; // pixels from a dot within which a click or a tap means it

  // ---- the method ----

  const read = (set) => {
    const vectors = Float64Array.from(new Int8Array(
      Uint8Array.from(atob(set.vectors), (c) => c.charCodeAt(0)).buffer));
    const raw = set.codes.map((_, n) => vectors.subarray(n * set.width, (n + 1) * set.width));
    const members = set.classes.map(() => []);
    set.codes.forEach((code, n) => members[code].push(n));
    return { ...set, raw, unit: raw.map(direction), members, labels: [], past: [] };
  };

  const dot = (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  };
  const direction = (v) => {
    const length = Math.sqrt(dot(v, v)) || 1;
    return v.map((x) => x / length);
  };
  const mean = (rows) => {
    const sum = new Float64Array(rows[0].length);
    for (const row of rows) for (let i = 0; i < sum.length; i++) sum[i] += row[i];
    return sum.map((x) => x / rows.length);
  };

  // each class's direction and constant, from a list of supports a class
  const fit = (set, supports, method) => {
    const cosine = method === "cosine";
    const rows = supports.map((cells) => cells.map((n) => (cosine ? set.raw : set.unit)[n]));
    const means = rows.map(mean);
    const head = cosine ? null : discriminant(rows, means);
    return head || means.map((m) => ({ coef: direction(m), constant: 0 }));
  };

  // linear discriminant analysis, its covariance shrunk halfway to a sphere; null if it has no size
  const discriminant = (rows, means) => {
    const d = means[0].length, S = Array.from({ length: d }, () => new Float64Array(d));
    rows.forEach((cells, c) => cells.forEach((cell) => {
      const away = cell.map((x, i) => x - means[c][i]);
      for (let i = 0; i < d; i++) {
        const share = away[i] / (2 * cells.length * rows.length);
        for (let j = 0; j <= i; j++) S[i][j] += share * away[j];
      }
    }));
    const trace = S.reduce((sum, row, i) => sum + row[i], 0);
    const size = trace / Math.min(d, rows.flat().length);
    if (size < 5e-13) return null;
    S.forEach((row, i) => { row[i] += size; });
    for (let i = 0; i < d; i++) { // Cholesky, in place
      for (let j = 0; j <= i; j++) {
        let rest = S[i][j];
        for (let k = 0; k < j; k++) rest -= S[i][k] * S[j][k];
        S[i][j] = i === j ? Math.sqrt(rest) : rest / S[j][j];
      }
    }
    return means.map((m) => {
      const coef = m.slice();
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < i; j++) coef[i] -= S[i][j] * coef[j];
        coef[i] /= S[i][i];
      }
      for (let i = d - 1; i >= 0; i--) {
        for (let j = i + 1; j < d; j++) coef[i] -= S[j][i] * coef[j];
        coef[i] /= S[i][i];
      }
      return { coef, constant: -dot(coef, m) / 2 };
    });
  };

  // the class of every cell, and its lead over the next; -1 while nothing is labelled
  const classify = (set, labels, method) => {
    const supports = set.classes.map((_, c) => labels.filter((n) => set.codes[n] === c));
    const met = supports.flatMap((cells, c) => (cells.length ? [c] : []));
    const head = met.length ? fit(set, met.map((c) => supports[c]), method) : [];
    const lead = [];
    const named = set.unit.map((cell, n) => {
      let best = -1, top = -Infinity, next = -Infinity;
      head.forEach(({ coef, constant }, i) => {
        const score = dot(coef, cell) + constant;
        if (score > top) [best, top, next] = [met[i], score, top];
        else if (score > next) next = score;
      });
      lead[n] = top - next;
      return best;
    });
    return { named, lead };
  };

  // right and all of the unlabelled cells, class by class, and the mean of the classes' shares
  const score = (set, labels, named) => {
    const hidden = new Set(labels);
    const counts = set.members.map((cells, c) => {
      const rest = cells.filter((n) => !hidden.has(n));
      return { right: rest.filter((n) => named[n] === c).length, all: rest.length };
    });
    const shares = counts.filter(({ all }) => all).map(({ right, all }) => right / all);
    return { counts, balanced: shares.reduce((sum, s) => sum + s, 0) / shares.length };
  };

  const random = (seed) => () => { // mulberry32
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };

  // cells drawn without replacement, counts[c] of class c; fewer are the first of more
  const draw = (set, counts, seed) => set.members.flatMap((members, c) => {
    const next = random(seed * set.classes.length + c), cells = members.slice();
    for (let i = 0; i < counts[c]; i++) {
      const j = i + Math.floor(next() * (cells.length - i));
      [cells[i], cells[j]] = [cells[j], cells[i]];
    }
    return cells.slice(0, counts[c]);
  });

  const spread = (set, counts, method) => Array.from({ length: DRAWS }, (_, seed) => {
    const labels = draw(set, counts, seed);
    return score(set, labels, classify(set, labels, method).named).balanced;
  }).sort((a, b) => a - b);

  // ---- the page ----

  const svg = (name, of, ...inside) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(of)) node.setAttribute(key, value);
    node.append(...inside);
    return node;
  };
  const html = (name, of, ...inside) => {
    const node = Object.assign(document.createElement(name), of);
    node.append(...inside);
    return node;
  };
  const percent = (share) => `${Math.round(100 * share)}\u00a0%`;
  const many = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

  const SHAPES = [ // of about the same area; a class keeps its shape, whatever it is named
    (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
    (x, y, r) => `M${x - 0.9 * r} ${y - 0.9 * r}h${1.8 * r}v${1.8 * r}h${-1.8 * r}z`,
    (x, y, r) => `M${x} ${y - 1.35 * r}l${1.25 * r} ${2.2 * r}h${-2.5 * r}z`,
    (x, y, r) => `M${x} ${y - 1.35 * r}l${1.2 * r} ${1.35 * r}l${-1.2 * r} ${1.35 * r}l${-1.2 * r} ${-1.35 * r}z`,
  ];
  const star = (x, y, r) => "M" + Array.from({ length: 10 }, (_, i) => {
    const [a, l] = [(i * Math.PI) / 5, i % 2 ? 0.45 * r : r];
    return `${x + l * Math.sin(a)} ${y - l * Math.cos(a)}`;
  }).join("L") + "z";

  const ARROWS = {
    ArrowRight: (x, y) => x > 0 && x >= Math.abs(y), ArrowLeft: (x, y) => -x > 0 && -x >= Math.abs(y),
    ArrowDown: (x, y) => y > 0 && y >= Math.abs(x), ArrowUp: (x, y) => -y > 0 && -y >= Math.abs(x),
  };

  const start = (root) => {
    const sets = JSON.parse(root.querySelector("script").textContent).map(read);
    let set, method = "cosine", now = 0, at = [], dots = [], presses = 0, waiting = 0;

    const choice = (name, legend, options, change) => html("fieldset", {}, html("legend", {}, legend),
      ...options.map(([value, words], i) => {
        const input = html("input", { type: "radio", name, value, checked: i === 0 });
        input.addEventListener("change", () => change(value));
        return html("label", {}, input, words);
      }));
    const button = (words, press, label) => {
      const node = html("button", { type: "button" }, words);
      if (label) node.setAttribute("aria-label", label);
      node.addEventListener("click", press);
      return node;
    };
    const tools = html("div", { className: "episode-tools" },
      choice("episode-set", "Cells", sets.map(({ title }, i) => [i, title]), (i) => open(sets[i])),
      choice("episode-method", "Method", [["cosine", "nearest prototype"], ["lda", "linear discriminant"]],
        (value) => { method = value; update("Another method."); }),
      html("fieldset", {}, html("legend", {}, "Label at random, of each class"),
        ...[1, 2, 5, 10].map((k) => button(k, () => {
          const chosen = draw(set, set.classes.map(() => k), 1000 + ++presses);
          relabel(chosen, `Labelled ${k} of each class at random.`);
        }, `Label ${k} of each class at random`))),
      html("div", {},
        button("Undo", () => {
          if (!set.past.length) return say("There is nothing to undo.");
          set.labels = set.past.pop();
          update("Undone.");
        }),
        button("Clear", () => relabel([], "Cleared."))));
    const layer = (name) => svg("g", { class: name });
    const layers = ["lines", "dots", "rings", "supports", "stars"].map(layer);
    const focus = svg("circle", { class: "focus", r: 11, visibility: "hidden" });
    const map = svg("svg", { class: "episode-map", role: "application" }, ...layers, focus);
    const here = html("p", { className: "episode-here" });
    const said = html("p", { className: "episode-said" });
    said.setAttribute("aria-live", "polite");
    const big = html("strong", {}), luck = html("p", {}), kinds = html("tbody", {});
    const plot = svg("svg", { class: "episode-spread", role: "img" });
    const side = html("div", { className: "episode-side" },
      html("p", { className: "episode-score" }, big, " balanced accuracy"), plot, luck,
      html("table", {}, html("thead", {}, html("tr", {}, ...["Class", "Labelled", "Right, of the rest"].map(
        (words) => html("th", { scope: "col" }, words)))), kinds));
    root.append(tools, html("div", { className: "episode-body" },
      html("div", {}, map, here, said), side));

    const say = (words) => { said.textContent = words; };
    const relabel = (labels, words) => {
      set.past.push(set.labels);
      set.labels = labels;
      update(words);
    };
    const toggle = (n) => {
      const has = set.labels.includes(n), kind = set.classes[set.codes[n]];
      relabel(has ? set.labels.filter((m) => m !== n) : [...set.labels, n],
        `${has ? "Took the label off" : "Labelled"} one ${kind}.`);
    };

    const shape = (n, r) => SHAPES[set.codes[n] % SHAPES.length](...at[n], r);
    const nearest = (x, y, allowed = () => true) => {
      let best = -1, least = Infinity;
      at.forEach(([a, b], n) => {
        const far = Math.hypot(a - x, b - y);
        if (far < least && allowed(a - x, b - y, n)) [best, least] = [n, far];
      });
      return [best, least];
    };
    const tell = (n) => { here.textContent = n < 0 ? "" : `This cell: ${dots[n].getAttribute("aria-label")}.`; };
    const go = (n) => dots[n].focus({ preventScroll: true });

    // the map for the width that there is
    const place = () => {
      const w = map.parentNode.clientWidth, h = Math.max(260, Math.min(0.8 * w, 470)), edge = 14;
      map.setAttribute("viewBox", `0 0 ${w} ${h}`);
      at = set.x.map((x, n) => [edge + (w - 2 * edge) * x, edge + (h - 2 * edge) * (1 - set.y[n])]);
      set.radius = w < 450 ? 3.6 : 4.4;
      dots.forEach((node, n) => node.setAttribute("d", shape(n, set.radius)));
      paint();
    };

    const open = (chosen) => {
      set = chosen;
      dots = set.codes.map((_, n) => svg("path", { role: "button", tabindex: -1, "data-cell": n }));
      layers[1].replaceChildren(...dots);
      map.setAttribute("aria-label", `Map of ${set.codes.length} cells. The arrow keys move to the nearest `
        + "cell in that direction; Enter or the space bar labels it, or takes its label off.");
      kinds.replaceChildren(...set.classes.map((name, c) => {
        const mark = svg("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" },
          svg("path", { d: SHAPES[c % SHAPES.length](7, 7, 5), class: `kind-${c}` }));
        const head = html("th", { scope: "row" }, mark, name);
        return html("tr", {}, head, html("td", {}), html("td", {}));
      }));
      place();
      now = nearest(map.viewBox.baseVal.width / 2, map.viewBox.baseVal.height / 2)[0];
      dots[now].setAttribute("tabindex", 0);
      update("");
    };

    const paint = () => {
      const { named, lead } = classify(set, set.labels, method), labelled = new Set(set.labels);
      const rest = lead.filter((_, n) => !labelled.has(n)).sort((a, b) => a - b);
      const limit = rest[Math.floor(CLOSE * rest.length)]; // infinite with one class or none
      dots.forEach((node, n) => {
        const own = set.codes[n], is = labelled.has(n) ? own : named[n], kind = set.classes[own];
        const close = !labelled.has(n) && lead[n] < limit;
        node.setAttribute("class", `${is < 0 ? "unnamed" : `kind-${is}`}${close ? " close" : ""}`);
        node.setAttribute("aria-pressed", labelled.has(n));
        node.setAttribute("aria-label", labelled.has(n) ? `${kind}, labelled`
          : is < 0 ? kind : is === own ? `${kind}, and named so${close ? ", a close call" : ""}`
            : `${kind}, but named ${set.classes[is]}: wrong${close ? ", a close call" : ""}`);
      });
      const groups = set.members.map((cells) => cells.filter((n) => labelled.has(n)));
      const stars = groups.flatMap((cells, c) => (cells.length ? [{
        c, cells, x: mean(cells.map((n) => at[n]))[0], y: mean(cells.map((n) => at[n]))[1] }] : []));
      layers[0].replaceChildren(...stars.flatMap(({ c, cells, x, y }) => cells.map((n) =>
        svg("line", { x1: x, y1: y, x2: at[n][0], y2: at[n][1], class: `kind-${c}` }))));
      layers[2].replaceChildren(...dots.flatMap((_, n) => (named[n] >= 0 && !labelled.has(n)
        && named[n] !== set.codes[n] ? [svg("circle", { cx: at[n][0], cy: at[n][1], r: set.radius + 2 })] : [])));
      layers[3].replaceChildren(...set.labels.map((n) =>
        svg("path", { d: shape(n, set.radius + 2), class: `kind-${set.codes[n]}` })));
      layers[4].replaceChildren(...stars.map(({ c, x, y }) => svg("path", { d: star(x, y, 12), class: `kind-${c}` })));
      return named;
    };

    const update = (words) => {
      const named = paint(), { counts, balanced } = score(set, set.labels, named);
      const numbers = set.members.map((cells, c) => cells.length - counts[c].all);
      [...kinds.rows].forEach((row, c) => {
        row.cells[1].textContent = numbers[c];
        row.cells[2].textContent = set.labels.length ? `${counts[c].right} of ${counts[c].all}` : "–";
      });
      big.textContent = set.labels.length ? percent(balanced) : "–";
      root.setAttribute("aria-busy", "true"); // the draws come after the dots are painted
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const found = set.labels.length ? spread(set, numbers, method) : [];
        chart(found, balanced);
        say([...(words ? [words] : []), set.labels.length
          ? `${many(set.labels.length, "label")}, balanced accuracy ${percent(balanced)}.`
          : "Nothing is labelled yet: click, tap or press Enter on a cell."].join(" "));
        // for whoever looks under the bonnet, tests among them
        root.episode = { set, method, named, balanced, draws: found, draw: (seed) => draw(set, numbers, seed) };
        root.setAttribute("aria-busy", "false");
      }, 20);
    };

    // how the random choices scored, and where the reader's own lies among them
    const chart = (found, own) => {
      const w = 260, h = 96, base = 74, x = (share) => 8 + (w - 16) * share, bars = Array(50).fill(0);
      found.forEach((share) => { bars[Math.min(49, Math.floor(50 * share))]++; });
      const top = Math.max(...bars, 1), chance = 1 / set.classes.length;
      const text = (at, y, words, anchor = "middle") => svg("text", { x: at, y, "text-anchor": anchor }, words);
      plot.setAttribute("viewBox", `0 0 ${w} ${h}`);
      plot.replaceChildren(
        ...bars.map((n, i) => svg("rect", { x: x(i / 50) + 0.4, width: x(0.02) - x(0) - 0.8,
          y: base - (52 * n) / top, height: (52 * n) / top, class: "bar" })),
        svg("path", { d: `M8 ${base}h${w - 16}`, class: "axis" }),
        svg("path", { d: `M${x(chance)} ${base}v-58`, class: "chance" }), text(x(chance), base - 61, "guessing"),
        ...[0, 0.25, 0.5, 0.75, 1].map((s) => text(x(s), h - 8, percent(s), s === 0 ? "start" : s === 1 ? "end" : "middle")),
        ...(found.length ? [svg("path", { d: `M${x(own)} ${base}V14`, class: "own" }),
          text(Math.min(x(own), w - 22), 10, "yours")] : []));
      const words = found.length
        ? `Of ${DRAWS} random choices with as many labels of each class, ${DRAWS - 2 * OUTSIDE} score between `
          + `${percent(found[OUTSIDE])} and ${percent(found[DRAWS - 1 - OUTSIDE])}; `
          + `${found.filter((share) => share < own).length} score lower than yours.`
        : "What random choices with as many labels score will be shown here.";
      luck.textContent = words;
      plot.setAttribute("aria-label", found.length ? `Histogram of balanced accuracy. ${words}` : words);
    };

    map.addEventListener("click", (event) => {
      const inside = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
      const pressed = event.detail ? null : event.target.dataset.cell; // a screen reader presses the dot itself
      const [n, far] = pressed ? [Number(pressed), 0] : nearest(inside.x, inside.y);
      if (far > REACH) return;
      toggle(n);
      go(n);
    });
    map.addEventListener("pointermove", (event) => {
      const inside = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
      const [n, far] = nearest(inside.x, inside.y);
      tell(far > REACH ? -1 : n);
    });
    map.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key in ARROWS) {
        const [n] = nearest(...at[now], ARROWS[event.key]);
        if (n >= 0) go(n);
      } else if (event.key === "Enter" || event.key === " ") {
        toggle(now);
        tell(now);
      } else return;
      event.preventDefault();
      event.stopPropagation(); // an arrow would turn the page
    });
    // on what is around the map: an SVG that listens for focus takes it. Tab comes back to the last dot.
    map.parentNode.addEventListener("focusin", (event) => {
      dots[now].setAttribute("tabindex", -1);
      now = Number(event.target.dataset.cell);
      dots[now].setAttribute("tabindex", 0);
      focus.setAttribute("cx", at[now][0]);
      focus.setAttribute("cy", at[now][1]);
      focus.setAttribute("visibility", "visible");
      tell(now);
    });
    map.parentNode.addEventListener("focusout", () => focus.setAttribute("visibility", "hidden"));
    // begin with one label of each class, so that there is something to see
    sets.forEach((each) => { each.labels = draw(each, each.classes.map(() => 1), 1000); });
    open(sets[0]);
    new ResizeObserver(() => {
      if (map.parentNode.clientWidth !== map.viewBox.baseVal.width) place();
    }).observe(map.parentNode);
  };

  document.querySelectorAll(".episode").forEach(start);
})();
