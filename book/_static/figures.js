// Figures follow the page: each is drawn for the width of its box and the theme of the page, from
// what the notebook stored, and drawn anew when either changes. JupyterLab does not load this.
(() => {
  if (typeof Plotly === "undefined") return;
  const NARROW = 560; // pixels; below, panels are stacked and labels folded
  const PAPER = [27, 32, 38]; // the card of a figure in the dark theme, as in book.css
  const given = new WeakMap(); // figure ▸ what the notebook stored
  const known = new Set();
  const newPlot = Plotly.newPlot;
  const night = matchMedia("(prefers-color-scheme: dark)");
  const print = matchMedia("print");
  let printing = false;

  function dark() {
    const theme = document.documentElement.dataset.theme;
    return !printing && !print.matches && (theme === "dark" || (theme !== "light" && night.matches));
  }

  function copy(part) {
    if (Array.isArray(part)) return part.map(copy);
    if (!part || part.constructor !== Object) return part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, copy(value)]));
  }

  // ---- the dark theme: greys change ends, colours stay (the deep blue is a little lighter)

  function atNight(colour) {
    const hex = { white: "#ffffff", black: "#000000", "#0072B2": "#1f86cc" }[colour] || colour;
    if (!/^#[0-9a-f]{6}$/i.test(hex)) return colour;
    const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    if (Math.max(...parts) - Math.min(...parts) > 24) return hex;
    const light = (parts[0] + parts[1] + parts[2]) / 765;
    return `rgb(${PAPER.map((part) => Math.round(240 + (part - 240) * light)).join(",")})`;
  }

  const pale = (scale) => scale === "Blues" || /^(rgb\(24\d, ?25|#f7fbff)/.test((scale[0] || [])[1]);

  function darken(part, key = "") {
    if (typeof part === "string" && key !== "colorscale") return /color$/i.test(key) ? atNight(part) : part;
    if (!part || typeof part !== "object" || key === "meta") return part;
    if (key === "colorscale" && pale(part)) return [[0, "rgb(34,44,56)"], [1, "rgb(44,108,168)"]];
    for (const name of Object.keys(part)) part[name] = darken(part[name], Array.isArray(part) ? key : name);
    return part;
  }

  // ---- words on the paper: coloured ones as much lighter or darker as they need to be read

  function rgb(colour) {
    if (/^#[0-9a-f]{6}$/i.test(colour)) return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return /^rgb\(/.test(colour) ? colour.match(/[\d.]+/g).map(Number) : null;
  }

  function luminance(parts) {
    const [r, g, b] = parts.map((part) => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function legible(colour) {
    const [paper, end] = dark() ? [PAPER, 255] : [[255, 255, 255], 0], parts = rgb(colour);
    if (!parts) return colour;
    for (let share = 0; share < 1; share += 0.05) {
      const mixed = parts.map((part) => Math.round(part + (end - part) * share));
      const [high, low] = [luminance(mixed), luminance(paper)].sort((a, b) => b - a);
      if ((high + 0.05) / (low + 0.05) >= 4.6) return `rgb(${mixed.join(",")})`;
    }
    return colour;
  }

  // ---- a narrow page

  const pen = document.createElement("canvas").getContext("2d");

  function long(text, size) {
    pen.font = `${size}px system-ui, -apple-system, 'Segoe UI', sans-serif`;
    const lines = String(text).split(/<br>/i).map((line) => pen.measureText(line.replace(/<[^>]*>/g, "")).width);
    return Math.max(...lines);
  }

  function fold(text, width, size) {
    if (/<br>/.test(text)) return text.split("<br>").map((line) => fold(line, width, size)).join("<br>");
    const lines = [""];
    for (const word of String(text).split(/ +/)) {
      const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
      if (lines.at(-1) && long(longer, size) > width) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines.join("<br>");
  }

  const folds = (text) => String(text).split("<br>").length;
  const words = (title) => (title && title.text !== undefined ? title.text : title) || "";

  function readable(part, key = "") {
    if (!part || typeof part !== "object" || key === "meta") return;
    if (/font$/.test(key) && part.size) part.size = Math.min(13, Math.max(11, part.size));
    for (const name of Object.keys(part)) readable(part[name], name);
  }

  function traceOn(data, letter, name) {
    return data.filter((trace) => (trace[`${letter}axis`] || letter) === name.replace("axis", ""));
  }

  function categories(data, layout, name) {
    const axis = layout[name];
    if (axis.categoryarray && axis.categoryarray.length) return [...axis.categoryarray];
    const all = traceOn(data, name[0], name).flatMap((trace) => (Array.isArray(trace[name[0]]) ? trace[name[0]] : []));
    const named = all.length && all.every((value) => typeof value === "string") && !all.every((value) => value !== "" && !isNaN(value));
    return named || axis.type === "category" ? [...new Set(all)] : [];
  }

  function panelsOf(layout) {
    const panels = Object.keys(layout).filter((key) => /^xaxis\d*$/.test(key)).map((x) => {
      const y = `yaxis${(layout[x].anchor || "y").slice(1)}`;
      return layout[y] && layout[x].domain && layout[y].domain && { x, y, across: layout[x].domain, up: layout[y].domain };
    }).filter(Boolean);
    panels.sort((a, b) => Math.round((b.up[0] - a.up[0]) * 100) || a.across[0] - b.across[0]);
    return panels;
  }

  function titleOf(panel, layout) {
    return (layout.annotations || []).find((note) => note.xref === "paper" && note.yref === "paper"
      && note.yanchor === "bottom" && Math.abs(note.y - panel.up[1]) < 0.02
      && Math.abs(note.x - (panel.across[0] + panel.across[1]) / 2) < 0.02);
  }

  // Panels that stand side by side are put below one another; more than four, in two columns.
  function stack(panels, { data, layout }, plan, width) {
    const columns = panels.length > 4 ? 2 : 1, rows = Math.ceil(panels.length / columns);
    const share = columns === 2 ? 0.44 : 1, titles = panels.map((panel) => titleOf(panel, layout));
    titles.forEach((title) => {
      if (title) Object.assign(title, { text: fold(title.text, (width - 60) * share, 13), font: { ...title.font, size: 13 } });
    });
    const head = Math.max(0, ...titles.filter(Boolean).map((title) => 17 * folds(title.text) + 4));
    const inRow = (panel) => panels.find((other) => other.up[0] === panel.up[0]), left = inRow;
    const bottom = (panel) => panels.filter((other) => other.across[0] === panel.across[0]).at(-1);
    const named = panels.some((panel) => words(layout[panel.x].title));
    const lines = Math.max(...panels.map((panel) => folds(fold(words(layout[panel.x].title), width - 70, 12))));
    const below = (panels.some((panel) => layout[panel.x].type === "category") ? 44 : 32) + (named && columns === 1 ? 6 + 16 * lines : 0);
    const tall = Math.max(...panels.map((panel) => (panel.up[1] - panel.up[0]) * plan.high));
    const names = panels.map((panel) => categories(data, layout, left(panel).y)), labels = Math.max(...names.map((all) => all.length));
    const most = Math.max(1, ...names.flat().map((name) => folds(fold(name, width * 0.27, 11))));
    const high = labels ? Math.max(labels * Math.max(34, 13.5 * most + 4), 120) : Math.min(190, Math.max(140, tall));
    plan.high = rows * high + (rows - 1) * (below + head);
    plan.head = head;
    const shared = panels.map((panel) => words(layout[panel.x].title)).find(Boolean) || ""; // said once for all
    const moves = panels.map((panel, place) => {
      const row = Math.floor(place / columns), column = place % columns;
      const top = 1 - (row * (high + below + head)) / plan.high;
      return {
        panel, title: titles[place], column, last: row === rows - 1 || place + columns >= panels.length,
        across: columns === 2 ? [column * (1 - share), column * (1 - share) + share] : [0, 1],
        up: [Math.max(0, top - high / plan.high), top],
        x: words(layout[panel.x].title) || words(layout[bottom(panel).x].title) || shared,
        y: words(layout[panel.y].title) || words(layout[left(panel).y].title),
        lead: columns === 1 || place % columns === 0 || !("matches" in layout[panel.y]),
      };
    });
    for (const move of moves) {
      const x = layout[move.panel.x], y = layout[move.panel.y], { lead } = move;
      Object.assign(x, { domain: move.across, showticklabels: true, title: { text: columns === 1 || move.last ? move.x : "" } });
      Object.assign(y, { domain: move.up, showticklabels: lead, title: { text: lead ? move.y : "" } });
      if (move.title) Object.assign(move.title, { x: (move.across[0] + move.across[1]) / 2, y: move.up[1] });
    }
    plan.panel = high;
  }

  function foldAxes({ data, layout }, plan, width) {
    const names = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
    for (const name of names) {
      const axis = layout[name], room = name[0] === "x" ? width - 70 : plan.panel || plan.high;
      const title = words(axis.title);
      if (title) axis.title = { text: fold(title, room, 12), font: { size: 12 }, standoff: 6 };
      if (name[0] === "x" && axis.tickvals) Object.assign(axis, { ticklabeloverflow: "allow", tickangle: 0 });
      if (name[0] === "x" && Array.isArray(axis.ticktext)) axis.ticktext = axis.ticktext.map((label) => fold(label, width * 0.4, 12));
      const labels = axis.visible === false ? [] : categories(data, layout, name);
      if (name[0] === "y" && labels.some((label) => long(label, 11) > width * 0.27)) {
        const folded = labels.map((label) => fold(label, width * 0.27, 11));
        Object.assign(axis, { tickmode: "array", tickvals: labels, ticktext: folded });
        axis.tickfont = { size: 11 };
        const lines = Math.max(...folded.map(folds));
        if (!plan.panel) plan.high = Math.max(plan.high, labels.length * (13.5 * lines + 6));
      }
      if (name[0] === "x" && data.some((trace) => trace.type === "heatmap")) {
        const each = (width - 110) / labels.length;
        const flat = labels.map((label) => fold(label, each, 11)), fits = flat.every((label) => long(label, 11) < each - 4);
        axis.tickangle = fits ? 0 : -90;
        if (fits) Object.assign(axis, { tickmode: "array", tickvals: labels, ticktext: flat });
        axis.tickfont = { size: 11 };
        plan.values = each < 28;
      }
    }
  }

  // What is written or drawn beside the plot: verdicts at the right, cells at the left.
  function foldSides({ data, layout }, width) {
    const margin = { l: 8, r: data.some((trace) => trace.orientation === "h" && trace.textposition === "outside") ? 44 : 14 };
    for (const note of layout.annotations || []) {
      if (note.xref !== "paper" || note.x <= 1) continue;
      note.text = fold(note.text, 68, 12);
      margin.r = Math.max(margin.r, long(note.text, 12) + 14);
    }
    const outside = (layout.images || []).filter((image) => image.xref === "paper" && image.x < 0);
    if (outside.length) margin.l = 56;
    for (const image of outside) image.sizex = 46 / (width - margin.l - margin.r);
    return margin;
  }

  // Names at the ends of lines go into a legend; others there, such as that of chance, go
  // inside, below their line: scores are above it.
  function nameInLegend({ data, layout }) {
    const plain = (text) => text.replace(/<br>/g, " ");
    const ends = (layout.annotations || []).filter((one) => one.xanchor === "left" && one.xshift > 0 && one.showarrow === false);
    for (const end of ends) {
      const trace = data.find((one) => one.name && plain(one.name) === plain(end.text));
      if (trace) trace.showlegend = true;
      else Object.assign(end, { xanchor: "right", xshift: 0, yanchor: "top", yshift: -1 });
      end.visible = !trace;
    }
  }

  // A line below the plot that says how to read it takes the whole width.
  function widenFoot({ layout }, width) {
    const foot = (layout.annotations || []).find((one) => one.yref === "paper" && one.y === 0 && one.x === 0 && one.yanchor === "top");
    if (!foot) return 12;
    Object.assign(foot, { x: 1, xanchor: "right", align: "left", text: fold(foot.text, width - 30, 12), font: { ...foot.font, size: 12 } });
    return 14 + 16 * folds(foot.text) - foot.yshift;
  }

  function shrink(fitted, width) {
    const { data, layout } = fitted, old = { t: 30, b: 50, ...layout.margin };
    readable(layout);
    nameInLegend(fitted);
    delete layout.width;
    const foot = widenFoot(fitted, width);
    const note = (layout.annotations || []).find((one) => one.yref === "paper" && one.yshift < -40);
    const panels = panelsOf(layout), beside = panels.some((panel) => panel.across[1] - panel.across[0] < 0.9);
    const plan = { high: (layout.height || 420) - old.t - old.b, head: 0 };
    for (const letter of ["x", "y"]) layout[`${letter}axis`] = layout[`${letter}axis`] || {};
    if (beside) stack(panels, fitted, plan, width);
    else if (!categories(data, layout, "yaxis").length && !layout.images) plan.high = Math.min(plan.high, 300);
    foldAxes(fitted, plan, width);
    if ((layout.annotations || []).some((one) => one.yref === "paper" && one.yanchor === "bottom" && one.y > 0.97)) plan.head = Math.max(plan.head, 22);
    const top = !layout.legend || layout.legend.y === undefined || layout.legend.y > 0.99;
    if (top) {
      layout.legend = { ...layout.legend, yref: "container", y: 1, yanchor: "top", x: 0, xanchor: "left", orientation: "h", font: { size: 12 } };
      if (words(layout.legend.title)) layout.legend.title = { ...layout.legend.title, side: "top" };
    }
    const upper = layout.xaxis.side === "top" ? 44 : 10, bare = layout.xaxis.visible === false;
    if (note && bare) note.yshift = -6; // no axis title to stand below
    layout.margin = { ...foldSides(fitted, width), t: upper + plan.head, b: note ? (bare ? 30 : 78) : foot };
    layout.height = plan.high + layout.margin.t + Math.max(layout.margin.b, 50);
    Object.assign(layout, { dragmode: false, minreducedheight: 10, font: { ...layout.font, size: 12 } });
    layout.hoverlabel = { ...layout.hoverlabel, font: { ...(layout.hoverlabel || {}).font, size: 12 } };
    return { ...plan, upper, top };
  }

  // What only a drawn figure tells: how high its legend is, and the shape of a picture.
  function settled(figure, plan) {
    const full = figure._fullLayout, size = full._size, legend = figure.querySelector(".legend .bg");
    const picture = figure._fullData.some((trace) => trace.type === "image");
    const span = (axis) => Math.abs(axis.range[1] - axis.range[0]);
    const high = picture ? (size.w * span(full.yaxis)) / span(full.xaxis) : plan.high;
    const above = legend && plan.top ? legend.getBoundingClientRect().height + plan.head + 8 : size.t;
    const t = Math.max(plan.upper + plan.head, above);
    const change = { "margin.t": t, height: Math.round(high + t + size.b) };
    for (const name of Object.keys(full).filter((key) => /^xaxis\d*$/.test(key))) {
      const { tickvals, ticktext } = full[name];
      if (ticktext || !tickvals || typeof tickvals[0] !== "number") continue;
      let end = -Infinity;
      change[`${name}.tickvals`] = [...tickvals].filter((value) => { // those that have room
        const at = full[name].d2p(value), half = long(value, 12) / 2;
        if (at - half < end + 4) return false;
        end = at + half;
        return true;
      });
    }
    return change;
  }

  // On a wide page only a legend that lies over the titles of panels moves up.
  function cleared(figure) {
    const legend = figure.querySelector(".legend .bg"), box = legend && legend.getBoundingClientRect();
    const titles = [...figure.querySelectorAll(".annotation-text")].map((title) => title.getBoundingClientRect());
    const hidden = box ? titles.filter(({ top, bottom, left, right }) => top < box.bottom - 1 && bottom > box.top && left < box.right && right > box.left) : [];
    if (!hidden.length) return null;
    const more = box.bottom + 6 - Math.min(...hidden.map((title) => title.top));
    const { _size: size, height } = figure._fullLayout;
    return {
      "legend.yref": "container", "legend.y": 1, "legend.yanchor": "top",
      "margin.t": Math.max(size.t + more, box.height + 34), height: height + Math.max(more, box.height + 34 - size.t),
    };
  }

  // ".77" instead of "0.77" where cells of a table are narrow; what would print as zero is left out.
  function shorten(figure) {
    const table = figure._fullData[0];
    const text = [...table.z].map((row) => [...row].map((z) => (z < 0.005 ? "" : z.toFixed(2).replace(/^0|\.00$/g, ""))));
    return Plotly.restyle(figure, { text: [text], texttemplate: "%{text}", "textfont.size": 11 });
  }

  // Names beside dots go where they cover neither another name nor a dot.
  function spread(figure) {
    const ways = { "top center": [0, -1], "bottom center": [0, 1], "middle right": [1, 0], "middle left": [-1, 0],
      "top right": [1, -1], "top left": [-1, -1], "bottom right": [1, 1], "bottom left": [-1, 1] };
    const { xaxis, yaxis } = figure._fullLayout;
    for (const trace of figure._fullData) {
      if (trace.type !== "scatter" || trace.mode !== "markers+text" || !Array.isArray(trace.text)) continue;
      const dots = trace.text.map((text, n) => ({ text, x: xaxis.d2p(trace.x[n]), y: yaxis.d2p(trace.y[n]) }));
      const taken = dots.map(({ x, y }) => [x - 4, y - 4, x + 4, y + 4]);
      const places = dots.map(({ text, x, y }, n) => {
        const wide = long(text, trace.textfont.size), high = trace.textfont.size;
        const boxes = Object.entries(ways).map(([way, [right, down]]) => {
          const left = x - wide / 2 + right * (wide / 2 + 6), top = y - high / 2 + down * (high / 2 + 8);
          return { way, box: [left, top, left + wide, top + high] };
        });
        const meets = ([l, t, r, b]) => taken.filter(([l2, t2, r2, b2]) => l < r2 && r > l2 && t < b2 && b > t2).length;
        const best = boxes.reduce((least, one) => (meets(one.box) < meets(least.box) ? one : least));
        taken.push(best.box);
        return best.way;
      });
      if (places.some((way) => way !== "top center")) return Plotly.restyle(figure, { textposition: [places] }, [trace.index]);
    }
    return null;
  }

  // ---- drawing

  const keyOf = (width) => `${dark() ? "dark" : "light"} ${width < NARROW ? Math.round(width) : "wide"}`;

  async function show(figure, draw = Plotly.react) {
    const { data, layout, config } = given.get(figure);
    const width = figure.clientWidth || NARROW, key = keyOf(width);
    const fitted = { data: copy(data), layout: copy(layout) };
    figure.dataset.drawn = key;
    delete figure.dataset.fits;
    if (dark()) {
      darken(fitted);
      for (const trace of fitted.data) if (trace.type === "heatmap") trace.textfont = { color: "#ffffff" };
      fitted.layout.hoverlabel = {
        ...fitted.layout.hoverlabel, bgcolor: "#2c333b", bordercolor: "#8a8a8a", font: { color: "#f0f0f0" },
      };
    }
    for (const note of fitted.layout.annotations || []) {
      if (note.font && note.font.color) note.font.color = legible(note.font.color);
    }
    const plan = width < NARROW ? shrink(fitted, width) : null;
    figure.style.height = `${fitted.layout.height || 420}px`;
    await draw(figure, fitted.data, fitted.layout, config);
    for (let round = 0; round < 2; round += 1) { // margins may move once more
      const change = figure.dataset.drawn !== key ? null : plan ? settled(figure, plan) : cleared(figure);
      if (!change || Math.abs(change.height - figure._fullLayout.height) < 2) break;
      figure.style.height = `${change.height}px`;
      await Plotly.relayout(figure, change);
    }
    if (figure.dataset.drawn === key) {
      if (plan && plan.values) await shorten(figure);
    }
    if (figure.dataset.drawn !== key) return figure;
    await spread(figure);
    figure.dataset.fits = key;
    return figure;
  }

  // Figures in view first, and each in a task of its own, so that the page stays quick.
  function renew(atOnce) {
    const away = (figure) => {
      const box = figure.getBoundingClientRect();
      return Math.max(0, box.top - innerHeight, -box.bottom);
    };
    const old = [...known].filter((figure) => figure.isConnected && figure.clientWidth)
      .map((figure) => [away(figure), figure]).sort((a, b) => a[0] - b[0]);
    for (const [distance, figure] of old) {
      const again = () => {
        const width = figure.clientWidth;
        if (!width) return;
        if (figure.dataset.drawn !== keyOf(width)) show(figure);
        else if (Math.abs(figure._fullLayout.width - width) > 1) Plotly.Plots.resize(figure);
      };
      if (atOnce || distance === 0) again();
      else setTimeout(again);
    }
  }

  let wait;
  const sizes = new ResizeObserver(() => {
    clearTimeout(wait);
    wait = setTimeout(renew, 80);
  });
  new MutationObserver(() => renew()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  night.addEventListener("change", () => renew());
  print.addEventListener("change", () => renew(true));
  addEventListener("beforeprint", () => { printing = true; renew(true); });
  addEventListener("afterprint", () => { printing = false; renew(); });

  Plotly.newPlot = (target, data, layout, config) => {
    const figure = typeof target === "string" ? document.getElementById(target) : target;
    if (!layout || !figure.closest(".bloodshot-figure")) return newPlot(target, data, layout, config);
    given.set(figure, { data, layout, config });
    known.add(figure);
    sizes.observe(figure);
    return show(figure, newPlot);
  };
})();
