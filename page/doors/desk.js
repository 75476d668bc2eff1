// The desk in JupyterLab: shows what the kernel says, and tells it what was clicked and pressed.

import { addClass } from "../data/class_names.js";
import { labelDesk } from "../desk/label_desk.js";

function render({ model, el }) {
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
    signal: leaving.signal,
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
      fault: model.get("fault"),
    });
  };
  model.on("change", show);
  el.classList.add("bloodshot-desk");
  el.append(desk.element);
  show();
  return () => {
    model.off("change", show);
    leaving.abort();
  };
}

export default { render };
