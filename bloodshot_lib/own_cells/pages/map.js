{
  const data = cells.map, svg = document.querySelector("#map svg"), place = document.getElementById("cell");
  const colours = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"];
  const draw = (name, of) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(of)) node.setAttribute(key, value);
    return node;
  };
  const mark = (group, x, y, r) => {
    const fill = colours[group % colours.length], kind = Math.floor(group / colours.length) % 3;
    if (kind === 0) return draw("circle", { cx: x, cy: y, r, fill });
    if (kind === 1) return draw("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, fill });
    return draw("path", { d: `M${x} ${y - 1.3 * r}l${1.3 * r} ${2.4 * r}h${-2.6 * r}z`, fill });
  };
  const at = data.x.map((x, n) => [x * 100, data.y[n] * 70]);
  data.cell.forEach((cell, n) => {
    const labelled = n < data.labelled, node = mark(cells.class[cell], ...at[n], labelled ? 1.3 : 0.7);
    if (labelled) { node.setAttribute("stroke", "#000"); node.setAttribute("stroke-width", 0.3); }
    else node.setAttribute("opacity", 0.75);
    svg.append(node);
  });
  const ring = draw("circle", { r: 2, fill: "none", stroke: "currentColor", "stroke-width": 0.5, visibility: "hidden" });
  svg.append(ring);
  let now = 0;
  const show = (n) => {
    now = n;
    const cell = data.cell[n], text = document.createElement("span");
    text.textContent = `${cells.file[cell]}: ${words(cell)}`;
    place.replaceChildren(small(cell), text);
    ring.setAttribute("cx", at[n][0]);
    ring.setAttribute("cy", at[n][1]);
    ring.setAttribute("visibility", "visible");
  };
  const nearest = (x, y, allowed = () => true) => {
    let best = -1, least = Infinity;
    at.forEach(([a, b], n) => {
      const far = (a - x) ** 2 + (b - y) ** 2;
      if (far < least && allowed(a - x, b - y, n)) { best = n; least = far; }
    });
    return best;
  };
  const point = (event) => {
    const inside = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    show(nearest(inside.x, inside.y));
  };
  svg.addEventListener("pointermove", point);
  svg.addEventListener("pointerdown", point);
  const towards = {
    ArrowRight: (x, y) => x > Math.abs(y), ArrowLeft: (x, y) => -x > Math.abs(y),
    ArrowDown: (x, y) => y > Math.abs(x), ArrowUp: (x, y) => -y > Math.abs(x),
  };
  svg.addEventListener("keydown", (event) => {
    const side = towards[event.key];
    if (!side) return;
    event.preventDefault();
    const next = nearest(...at[now], (x, y, n) => n !== now && side(x, y));
    if (next >= 0) show(next);
  });
  const key = document.getElementById("key");
  cells.classes.forEach((name, n) => {
    const item = document.createElement("li"), icon = draw("svg", { viewBox: "0 0 4 4", "aria-hidden": true });
    icon.append(mark(n, 2, 2, 1.4));
    item.append(icon, " " + name);
    key.append(item);
  });
}
