// A cell on the page: its file, what is known of it, and addresses at which it can be seen.

/**
 * `path`, `blob`: the file; `file`: its name below the chosen folder; `row`: its place; `content`,
 * `width`, `light`: as the command has them; `subject`, and `label` if its folder says one.
 */
export class Cell {
  constructor(facts) {
    Object.assign(this, facts);
  }

  /** The address of its small picture; made when it is first shown, for a browser is slow at it. */
  get picture() {
    return (this.smallAddress ??= URL.createObjectURL(this.small));
  }

  /** The address of the file itself where a browser shows its kind, or of the small picture. */
  get large() {
    if (/\.tiff?$/i.test(this.path)) return this.picture;
    return (this.largeAddress ??= URL.createObjectURL(this.blob));
  }
}
