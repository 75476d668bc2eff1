// A cell on the page: its file, what is known of it, and how it is shown.

/**
 * `path`, `blob`: the file; `file`: its name below the chosen folder; `row`: its place; `content`,
 * `width`, `light`: as the command has them; `picture`: a small one, as a data URI; `subject`, and
 * `label` if its folder says one.
 */
export class Cell {
  constructor(facts) {
    Object.assign(this, facts);
  }

  /** The address of the file itself where a browser shows its kind, or of the small picture. */
  get large() {
    if (/\.tiff?$/i.test(this.path)) return this.picture;
    return (this.address ??= URL.createObjectURL(this.blob));
  }
}
