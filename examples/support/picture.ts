// Pictures as grey values: reads and writes PNG files. Invariant: grey is 0 (black) to 1 (white).

import { readFileSync, writeFileSync } from "node:fs";
import { PNG } from "pngjs";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Row-major. */
  readonly grey: Float64Array;
}

/** Reads a PNG file of any kind; colours become grey by their brightness, transparent parts white. */
export function readPicture(path: string): Picture {
  const { width, height, data } = PNG.sync.read(readFileSync(path));
  const grey = new Float64Array(width * height);
  for (let i = 0; i < grey.length; i += 1) {
    const [red, green, blue, alpha] = data.subarray(4 * i, 4 * i + 4) as unknown as number[];
    const brightness = (0.299 * red! + 0.587 * green! + 0.114 * blue!) / 255;
    const opacity = alpha! / 255;
    grey[i] = brightness * opacity + 1 - opacity;
  }
  return { width, height, grey };
}

/** Writes grey values as a PNG file; values outside 0 ... 1 are clipped. */
export function writePicture(path: string, { width, height, grey }: Picture): void {
  const png = new PNG({ width, height });
  for (let i = 0; i < grey.length; i += 1) {
    const level = Math.round(255 * Math.min(1, Math.max(0, grey[i]!)));
    png.data.set([level, level, level, 255], 4 * i);
  }
  writeFileSync(path, PNG.sync.write(png, { colorType: 0 }));
}
