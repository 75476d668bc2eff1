// Pointing at a dot of an embedding map, tapping it, or going there with the arrow keys shows its
// cell beside it, cut from the sprite that the figure carries.
(() => {
  const SHOWN = 112, AWAY = 14; // pixels: the cell on the page, and its distance from the dot
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let maps = 0;

  function dotsOf(figure) {
    return figure._fullData.filter((trace) => trace.visible === true).flatMap((trace) => {
      const { xaxis, yaxis } = figure._fullLayout;
      return Array.from(trace.x, (x, point) => ({
        curveNumber: trace.index, pointNumber: point, cell: trace.customdata[point], text: trace.text[point],
        x: xaxis._offset + xaxis.d2p(x), y: yaxis._offset + yaxis.d2p(trace.y[point]),
      }));
    });
  }

  function nearest(dots, x, y) {
    const far = (dot) => Math.hypot(dot.x - x, dot.y - y);
    return dots.reduce((best, dot) => (far(dot) < far(best) ? dot : best));
  }

  // The nearest dot in a direction: within 45 degrees of it, else anywhere on that side.
  function next(dots, from, [right, down]) {
    const ahead = (dot) => (dot.x - from.x) * right + (dot.y - from.y) * down;
    const aside = (dot) => Math.abs((dot.x - from.x) * down) + Math.abs((dot.y - from.y) * right);
    const there = dots.filter((dot) => ahead(dot) > 0.5);
    const straight = there.filter((dot) => aside(dot) <= ahead(dot));
    const choice = straight.length ? straight : there;
    return choice.length ? nearest(choice, from.x, from.y) : null;
  }

  // Beside the dot, where the figure has room and the words do not lie.
  function place(figure, dot) {
    const box = figure.getBoundingClientRect();
    const words = [...figure.querySelectorAll(".hoverlayer .hovertext")].map((label) => {
      const b = label.getBoundingClientRect();
      return { left: b.left - box.left, right: b.right - box.left, top: b.top - box.top, bottom: b.bottom - box.top };
    }).filter((b) => b.left < dot.x + 40 && b.right > dot.x - 40 && b.top < dot.y + 40 && b.bottom > dot.y - 40); // this dot's
    const within = (value, room) => Math.max(0, Math.min(value, room - SHOWN));
    const [x, y, middle] = [within(dot.x - SHOWN / 2, box.width), within(dot.y - SHOWN / 2, box.height), SHOWN + AWAY];
    const up = Math.min(dot.y - AWAY, ...words.map((word) => word.top - 4)) - SHOWN;
    const down = Math.max(dot.y + AWAY, ...words.map((word) => word.bottom + 4));
    const ways = [[dot.x - middle, y], [dot.x + AWAY, y], [x, up], [x, down]];
    const free = ([left, top]) => left >= 0 && top >= 0 && left + SHOWN <= box.width && top + SHOWN <= box.height
      && words.every((word) => word.right < left || word.left > left + SHOWN || word.bottom < top || word.top > top + SHOWN);
    return ways.find(free) || [within(dot.x - middle, box.width), y];
  }

  function attach(figure) {
    const sprite = figure.layout && figure.layout.meta && figure.layout.meta.sprite;
    if (!sprite || figure.dataset.cells) return;
    figure.dataset.cells = "on";
    const box = figure.closest(".bloodshot-figure"), scale = SHOWN / sprite.side;
    const tile = document.createElement("div"), said = document.createElement("p"), hint = document.createElement("p");
    tile.className = "bloodshot-cell";
    tile.setAttribute("aria-hidden", "true"); // what is said says the same in words
    tile.style.width = tile.style.height = `${SHOWN}px`;
    tile.style.backgroundImage = `url(${sprite.source})`;
    tile.style.backgroundSize = `${sprite.columns * SHOWN}px ${sprite.rows * sprite.side * scale}px`;
    said.className = "bloodshot-said";
    said.setAttribute("aria-live", "polite");
    hint.className = "bloodshot-hint";
    hint.id = `map-hint-${++maps}`;
    hint.textContent = "Point at a dot or tap it to see its cell; the arrow keys go from dot to dot.";
    figure.style.position = "relative";
    figure.append(tile);
    box.append(hint, said);
    box.setAttribute("role", "application"); // so that a screen reader passes the arrow keys on
    box.setAttribute("aria-describedby", hint.id);
    let current = null;

    function show(dot) {
      current = dot;
      const [row, column] = [Math.floor(dot.cell / sprite.columns), dot.cell % sprite.columns];
      const [left, top] = place(figure, dot);
      Object.assign(tile.style, {
        backgroundPosition: `${-column * SHOWN}px ${-row * SHOWN}px`, left: `${left}px`, top: `${top}px`, display: "block",
      });
    }
    function go(dot) {
      Plotly.Fx.hover(figure, [{ curveNumber: dot.curveNumber, pointNumber: dot.pointNumber }]);
      show(dot);
      setTimeout(() => current === dot && tile.style.display === "block" && show(dot), 80); // plotly may write late
      const plain = document.createElement("textarea"); // its text is read, never its tags
      plain.innerHTML = dot.text.replace(/<br>/g, ", ");
      said.textContent = plain.value;
    }
    function leave() {
      tile.style.display = "none";
      Plotly.Fx.unhover(figure);
    }

    figure.on("plotly_hover", ({ points: [point] }) => {
      show(dotsOf(figure).find((dot) => dot.curveNumber === point.curveNumber && dot.pointNumber === point.pointNumber));
    });
    figure.on("plotly_unhover", () => { tile.style.display = "none"; });
    figure.on("plotly_afterplot", () => { tile.style.display = "none"; });
    figure.addEventListener("pointerup", (event) => {
      if (event.pointerType !== "touch") return;
      const at = figure.getBoundingClientRect(), [x, y] = [event.clientX - at.left, event.clientY - at.top];
      const dot = nearest(dotsOf(figure), x, y);
      setTimeout(() => (Math.hypot(dot.x - x, dot.y - y) < 30 ? go(dot) : leave()), 60); // after plotly's own
    });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave();
      if (!WAYS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault(); // the page stays where it is
      const dots = dotsOf(figure);
      const here = current && dots.find((dot) => dot.cell === current.cell);
      const { clientWidth, clientHeight } = figure;
      const dot = here ? next(dots, here, WAYS[event.key]) : nearest(dots, clientWidth / 2, clientHeight / 2);
      if (dot) go(dot);
    });
    box.addEventListener("blur", leave);
  }

  addEventListener("load", () => {
    const wait = setInterval(() => {
      const figures = [...document.querySelectorAll(".bloodshot-figure .js-plotly-plot")];
      figures.forEach(attach);
      if (figures.length >= document.querySelectorAll(".bloodshot-figure").length) clearInterval(wait);
    }, 100);
  });
})();
