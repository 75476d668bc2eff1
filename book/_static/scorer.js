// The search: of pages that hold a word, those that explain come first and lists of titles last.
var Scorer = {
  score: ([page, , , , score]) => {
    const asked = (new URLSearchParams(location.search).get("q") || "").trim().toLowerCase();
    const name = page.split("/").pop().replace(/_/g, " ");
    const place = { glossary: 3, data: 3, own_cells: 3, bibliography: -3 }[page] || 0;
    return score + place + (name === asked ? 20 : 0);
  },
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
};
