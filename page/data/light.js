// The light of an image: the colour of its brightest parts.

const STEP = 4;

/**
 * The mean colour [red, green, blue] of the brightest quarter of a square (size * size * 3,),
 * from every fourth pixel of every fourth row.
 */
export function light(rgb, size) {
  const pixels = [];
  for (let y = 0; y < size; y += STEP) {
    for (let x = 0; x < size; x += STEP) pixels.push(3 * (y * size + x));
  }
  const brightness = (at) => rgb[at] + rgb[at + 1] + rgb[at + 2];
  pixels.sort((a, b) => brightness(b) - brightness(a));
  const brightest = pixels.slice(0, Math.max(1, Math.floor(pixels.length / 4)));
  const mean = (band) => brightest.reduce((sum, at) => sum + rgb[at + band], 0) / brightest.length;
  return [0, 1, 2].map(mean);
}
