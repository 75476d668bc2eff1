// What the page shows of the work, made anew after each change.

import { cellDialog } from "./desk/cell_dialog.js";
import { el, section } from "./desk/elements.js";
import { labelDesk } from "./desk/label_desk.js";
import { caption, glance, results } from "./desk/results.js";
import { saving } from "./desk/saving.js";
import { testScore } from "./desk/test_score.js";
import { quoteAgreement } from "./own_cells/agreement.js";
import { whatWasFound } from "./own_cells/found.js";
import { two } from "./own_cells/words.js";
import { waysOfSaving } from "./ways_of_saving.js";

/** What the verdict on a cell is, in sentences. */
function verdictWords({ classes, first, second, certainty, unlike }, row) {
  const instead = second[row] < 0 ? "" : `; otherwise ${classes[second[row]]}`;
  const verdict = `${classes[first[row]]}, certainty ${two(certainty[row])}${instead}.`;
  return unlike[row] ? [verdict, "It is unlike all labelled cells."] : [verdict];
}

/** Shows a `work` in the page's places `naming`, `found` and `saving`. */
export class View {
  constructor(work, facts, { naming, found, saving: files }) {
    Object.assign(this, { work, facts, naming, found, files, opened: new Map() });
    this.dialog = cellDialog();
    this.desk = labelDesk({
      answer: (label) => work.answer(label),
      undo: () => work.undo(),
      add: (name) => work.addClass(name),
    });
    this.more = el("div", { class: "choices" });
    const heading = el("h2", {}, "Name these cells");
    naming.replaceChildren(heading, this.desk.element, this.more, this.dialog.element);
    const ways = waysOfSaving(work, facts, () => this.told());
    files.replaceChildren(el("h2", {}, "Save"), saving(ways));
  }

  show() {
    const { work } = this;
    this.naming.hidden = !work.ready;
    this.files.hidden = !work.answers.size;
    this.showDesk();
    const state = [work.verdicts, work.trust, work.test, work.whyNot];
    const focused = document.activeElement?.dataset.cell;
    if (state.some((each, place) => each !== this.shownState?.[place])) this.showFound();
    if (focused) this.tileOf(focused)?.focus({ preventScroll: true }); // it was made anew
    this.shownState = state;
  }

  showFound() {
    const { work, found } = this;
    if (work.test) return found.replaceChildren();
    if (!work.verdicts) {
      return found.replaceChildren(el("p", { class: "soft" }, work.labels.size > 1 ? work.whyNot :
        "As soon as cells of two classes have a name, all others get one, too."));
    }
    const told = this.told();
    return found.replaceChildren(
      section("result", "The result", glance(told)),
      ...results(told, (row) => this.shown(row), {
        choose: (...of) => this.enlarge(...of), opened: this.opened,
      }),
    );
  }

  showDesk() {
    const { work } = this;
    const row = work.current;
    const [done, asked] = work.progress;
    const cell = row === null ? null : work.cells[row];
    this.desk.show({
      picture: cell && cell.large,
      name: cell?.file,
      classes: work.classes,
      done,
      asked,
      note: this.note(row, done),
    });
    const button = (text, act) => el("button", { type: "button", onclick: act }, text);
    const test = work.test && row === null;
    this.more.replaceChildren(...(work.test
      ? [test ? this.score() : null,
        test ? button("Use these labels, too", () => work.endTest(true)) : null,
        button(test ? "Back to the result" : "Leave the test", () => work.endTest(false))]
      : [button("Suggest more cells", () => work.askMore()),
        work.trust?.doubtful.length
          ? button("Name the doubtful ones yourself", () => work.ask([...work.trust.doubtful]))
          : null,
        work.trust ? button("Test it on 50 random cells", () => work.beginTest()) : null]
    ).filter(Boolean));
  }

  note(row, done) {
    if (this.work.test) {
      return row === null
        ? "The test is done."
        : "A test: these were drawn at random, name them without looking at the result.";
    }
    if (row !== null) return this.work.classes.length ? "" : "Which classes are there? Add one.";
    return done ? "These are named. Look at the result below, or go on." : "";
  }

  score() {
    const found = this.work.test.score(this.work.verdicts);
    return found
      ? testScore(found, quoteAgreement(found, this.facts))
      : el("p", {}, "No cell of the test was named.");
  }

  /** What `results` shows. */
  told() {
    const { work, facts } = this;
    const { cells, verdicts, trust, leftOut } = work;
    return { cells, verdicts, trust, leftOut, ...whatWasFound(work, facts) };
  }

  shown(row) {
    const { picture, file } = this.work.cells[row];
    return { picture, name: file, caption: caption(this.work.verdicts, row) };
  }

  tileOf(row) {
    return this.found.querySelector(`[data-cell="${row}"]`);
  }

  /** Show a cell of a sheet, large. */
  async enlarge(row, rows = [row]) {
    const { work, dialog } = this;
    const { verdicts } = work;
    const near = await work.judge.nearest(row);
    const cell = work.cells[row];
    const own = work.labels.get(work.copyOf[row]);
    const way = (step) => {
      const other = rows[rows.indexOf(row) + step];
      return other === undefined ? null : () => this.enlarge(other, rows);
    };
    const name = (label) => {
      dialog.close();
      work.name(row, label);
    };
    dialog.open({
      picture: cell.large,
      name: cell.file,
      said: own ? [`You named it ${own}.`] : verdictWords(verdicts, row),
      near: [...near].map((other) => ({
        picture: work.cells[other].picture,
        name: work.cells[other].file,
        caption: work.labels.get(other),
      })),
      classes: work.classes,
      chosen: own ?? verdicts.classes[verdicts.first[row]],
      correct: name,
      add: (text) => work.addClass(text),
      others: own ? [["take its label away", () => name(null)]] : [],
      previous: way(-1),
      next: way(1),
      back: () => this.tileOf(row)?.focus(),
    });
  }
}
