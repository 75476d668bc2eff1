// Pointing at a dot of an embedding map shows its cell, cut from the sprite that the figure carries.
(() => {
  const shown = 112; // pixels of the cell on the page

  function attach(figure) {
    const sprite = figure.layout && figure.layout.meta && figure.layout.meta.sprite;
    if (!sprite || figure.dataset.cells) return;
    figure.dataset.cells = "on";
    const tile = document.createElement("div");
    tile.className = "bloodshot-cell";
    tile.setAttribute("aria-hidden", "true"); // the hover text says the same in words
    const scale = shown / sprite.side;
    tile.style.width = tile.style.height = `${shown}px`;
    tile.style.backgroundImage = `url(${sprite.source})`;
    tile.style.backgroundSize = `${sprite.columns * sprite.side * scale}px ${sprite.rows * sprite.side * scale}px`;
    figure.style.position = "relative";
    figure.appendChild(tile);
    figure.on("plotly_hover", ({ points, event }) => {
      const cell = points[0].customdata;
      const [row, column] = [Math.floor(cell / sprite.columns), cell % sprite.columns];
      tile.style.backgroundPosition = `${-column * shown}px ${-row * shown}px`;
      const box = figure.getBoundingClientRect();
      const left = event.clientX - box.left < box.width / 2; // the cell goes to the emptier side
      tile.style.left = left ? "auto" : "8px";
      tile.style.right = left ? "8px" : "auto";
      tile.style.display = "block";
    });
    figure.on("plotly_unhover", () => { tile.style.display = "none"; });
  }

  window.addEventListener("load", () => {
    const wait = setInterval(() => {
      const figures = [...document.querySelectorAll(".bloodshot-figure .js-plotly-plot")];
      figures.forEach(attach);
      if (figures.length >= document.querySelectorAll(".bloodshot-figure").length) clearInterval(wait);
    }, 100);
  });
})();
