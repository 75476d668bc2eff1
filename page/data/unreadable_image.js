// Files that are not one image in 8-bit colour, in the words of the Python library.

export const NO_IMAGE =
  "not a whole image file, or of a kind that is not read: save it as 8-bit RGB.";
export const NOT_IN_A_BROWSER = "of a kind that a browser does not read: save it as PNG.";

/** What is wrong with a file and what to do: `fault`; the message names the file as well. */
export class UnreadableImage extends Error {
  constructor(fault, name) {
    super(name === undefined ? fault : `${name}: ${fault}`);
    this.name = "UnreadableImage";
    this.fault = fault;
  }
}

/** The fault of a file that is damaged, `how` in a few words. */
export const damaged = (how = "it ends too early") =>
  new UnreadableImage(`not a whole image file (${how}): replace it.`);

/** The fault of a file whose numbers are `what`, and not red, green and blue of 8 bits. */
export const notColour = (what) =>
  new UnreadableImage(
    `must be in 8-bit colour, but is ${what}. Save it as 8-bit RGB, if you know its colours.`,
  );

/** The same error with the file's name, if it is a file's fault; any other as it is. */
export const naming = (name, error) =>
  error instanceof UnreadableImage ? new UnreadableImage(error.fault, name) : error;
