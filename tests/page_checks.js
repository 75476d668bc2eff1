// What a reader would call broken, looked for in a page; each function lists what it finds.
window.pageChecks = (() => {
  const figures = () => [...document.querySelectorAll(".bloodshot-figure .js-plotly-plot")].filter((f) => f.clientWidth);
  const starts = (element) => element.textContent.trim().slice(0, 60);

  // Code and output boxes whose content is cut off.
  const cut = () => [...document.querySelectorAll("article pre")]
    .filter((box) => box.clientWidth && box.scrollWidth > box.clientWidth + 1).map(starts);

  // Tables that leave their box, though nothing lets them scroll in it.
  const loose = () => [...document.querySelectorAll("article table")].filter((table) => {
    const box = table.closest(".cell_output, .pst-scrollable-table-container") || table.parentElement;
    const leaves = table.getBoundingClientRect().right > box.getBoundingClientRect().right + 1;
    return leaves && getComputedStyle(box).overflowX !== "auto";
  }).map(starts);

  // Tables and formulas that scroll, and nothing at their edge says so.
  const unhinted = () => [...document.querySelectorAll("article :is(.output:has(table), .pst-scrollable-table-container, div.math)")]
    .filter((box) => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).maskImage === "none").map(starts);

  // Tables in the text that have to be scrolled; those of numbers may.
  const wordy = () => [...document.querySelectorAll("article .pst-scrollable-table-container")]
    .filter((box) => box.scrollWidth > box.clientWidth + 1).map(starts);

  // Figures wider than their column, or that hold words which it cuts off or which are too small.
  const wide = () => figures().flatMap((figure) => {
    const box = figure.closest(".bloodshot-figure").getBoundingClientRect();
    const column = figure.closest("section").getBoundingClientRect();
    const out = ({ left, right, top, bottom }) => left < box.left - 2 || right > box.right + 2 || top < box.top - 2 || bottom > box.bottom + 2;
    const texts = [...figure.querySelectorAll("svg text")].filter((text) => text.textContent.trim() && text.getBoundingClientRect().width);
    return [
      ...(box.right > column.right + 1 || figure.querySelector(".main-svg").getBoundingClientRect().right > box.right + 1 ? [`${figure.id} is wider than its column`] : []),
      ...texts.filter((text) => out(text.getBoundingClientRect())).map((text) => `${figure.id} cuts off: ${starts(text)}`),
      ...texts.filter((text) => parseFloat(getComputedStyle(text).fontSize) < 10).map((text) => `${figure.id} too small: ${starts(text)}`),
    ];
  });

  function light(colour) {
    const [red, green, blue] = colour.match(/[\d.]+/g).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  const parts = (colour) => colour.match(/[\d.]+/g).map(Number); // red, green, blue, and how opaque if it is not

  // What is behind an element: the first colour that cannot be seen through.
  function ground(element) {
    const colour = getComputedStyle(element).backgroundColor, [, , , opaque = 1] = parts(colour);
    return opaque === 1 || !element.parentElement ? colour : ground(element.parentElement);
  }

  // The contrast of words to their paper, as they are drawn, which may be half transparent.
  function contrast(words, ink, paper, opacity = 1) {
    let [, , , share = 1] = parts(ink);
    share *= opacity;
    for (let one = words; one; one = one.parentElement) share *= getComputedStyle(one).opacity;
    const behind = parts(paper), seen = parts(ink).slice(0, 3).map((part, n) => share * part + (1 - share) * behind[n]);
    const [high, low] = [light(`rgb(${seen})`), light(paper)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  }

  // Figures whose paper is white; and words with too little contrast to it. Words on bars and on
  // the squares of a table stand on other colours, which plotly chooses theirs for.
  const white = () => figures().filter((figure) => {
    const papers = [getComputedStyle(figure.querySelector(".main-svg")).backgroundColor, getComputedStyle(figure.closest(".bloodshot-figure")).backgroundColor,
      ...[...figure.querySelectorAll(".bglayer .bg")].map((plot) => getComputedStyle(plot).fill)];
    return papers.some((paper) => light(paper) > 0.1);
  }).map((figure) => figure.id);

  const faint = () => figures().flatMap((figure) => {
    const paper = getComputedStyle(figure.querySelector(".main-svg")).backgroundColor;
    return [...figure.querySelectorAll("svg text")].filter((text) => {
      if (!text.textContent.trim() || text.closest(".heatmaplayer, .hm, .bartext-inside, .hoverlayer")) return false;
      const { fill, fillOpacity } = getComputedStyle(text);
      return contrast(text, fill, paper, fillOpacity) < 4.5;
    }).map((text) => `${figure.id}: ${starts(text)}`);
  });

  // Captions and other small print with too little contrast to the page, or in a light face, which
  // looks paler than its colour.
  const pale = () => [...document.querySelectorAll("article :is(figcaption, caption, .bloodshot-hint)")]
    .flatMap((print) => [print, ...print.querySelectorAll("*:not(.headerlink)")]).filter((words) => {
      const { color, fontWeight } = getComputedStyle(words);
      return words.getClientRects().length && (fontWeight < 400 || contrast(words, color, ground(words)) < 4.5);
    }).map((words) => `${getComputedStyle(words).fontWeight}: ${starts(words)}`);

  // Axes with numbers and no title. Names (classes, arms, the rows of a mosaic) need none; and where
  // a panel has a title of its own, that may be what one of its axes measures ("loss", "accuracy").
  const untitled = () => figures().flatMap((figure) => {
    const full = figure._fullLayout;
    return full._subplots.cartesian.flatMap((panel) => {
      const names = panel.match(/[xy]\d*/g).map((name) => `${name[0]}axis${name.slice(1)}`);
      const bare = names.filter((name) => {
        const axis = full[name], title = (figure.layout[name] || {}).title;
        return axis.visible && axis.showticklabels && axis.type !== "category" && !axis.ticktext && !(title && title.text);
      });
      const [across, up] = names.map((name) => full[name].domain);
      const titled = full.annotations.some((note) => note.xref === "paper" && note.yanchor === "bottom"
        && Math.abs(note.x - (across[0] + across[1]) / 2) < 0.02 && Math.abs(note.y - up[1]) < 0.02);
      return bare.length > (titled ? 1 : 0) ? [`${figure.id} ${bare}`] : [];
    });
  });

  // Commands of LaTeX that a reader sees as such.
  function commands() {
    const article = document.querySelector("article").cloneNode(true);
    article.querySelectorAll("pre, code, script, style, annotation").forEach((part) => part.remove());
    return article.textContent.match(/\\[a-zA-Z]{2,}/g) || [];
  }

  return { cut, loose, unhinted, wordy, wide, white, faint, pale, untitled, commands };
})();
