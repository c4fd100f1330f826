/** Encodes a text as a QR code (ISO/IEC 18004): bytes, error correction level M, the smallest version that holds it. */
import { svg } from "/shared/dom.js";

/** Error correction codewords of a block and numbers of blocks, by version, for level M (table 9 of the standard). */
const EC_CODEWORDS = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];
const BLOCKS = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35,
  37, 38, 40, 43, 45, 47, 49,
];
const QUIET = 4; // modules of white around the code

/** The field GF(256) over x^8 + x^4 + x^3 + x^2 + 1. @param {number} a @param {number} b */
function product(a, b) {
  let result = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    result = (result << 1) ^ ((result >>> 7) * 0x11d);
    if ((b >>> bit) & 1) result ^= a;
  }
  return result;
}

/** @param {number} degree */
function generator(degree) {
  /** @type {number[]} */
  const result = Array.from({ length: degree }, (_, index) => (index === degree - 1 ? 1 : 0));
  let root = 1;
  for (let round = 0; round < degree; round += 1) {
    for (let at = 0; at < degree; at += 1) result[at] = product(result[at] ?? 0, root) ^ (result[at + 1] ?? 0);
    root = product(root, 2);
  }
  return result;
}

/** @param {number[]} data @param {number[]} divisor */
function remainder(data, divisor) {
  const result = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ (result.shift() ?? 0);
    result.push(0);
    divisor.forEach((coefficient, at) => {
      result[at] = (result[at] ?? 0) ^ product(coefficient, factor);
    });
  }
  return result;
}

/** Returns the centres of the alignment patterns. @param {number} version @param {number} size */
function alignments(version, size) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const rest = Array.from({ length: count - 1 }, (_, index) => size - 7 - index * step);
  return [6, ...rest.reverse()];
}

/** Returns the bits of the modules that hold data. @param {number} version */
function capacity(version) {
  const count = version === 1 ? 0 : Math.floor(version / 7) + 2;
  const around = count ? (25 * count - 10) * count - 55 : 0;
  return (16 * version + 128) * version + 64 - around - (version >= 7 ? 36 : 0);
}

/** @param {number} version */
const codewords = (version) => Math.floor(capacity(version) / 8);
/** @param {number} version */
const dataCodewords = (version) => codewords(version) - (EC_CODEWORDS[version - 1] ?? 0) * (BLOCKS[version - 1] ?? 0);
/** @param {number} version */
const countBits = (version) => (version < 10 ? 8 : 16);

/** @param {number} length in bytes */
function smallestVersion(length) {
  for (let version = 1; version <= 40; version += 1) {
    if (4 + countBits(version) + 8 * length <= 8 * dataCodewords(version)) return version;
  }
  throw new RangeError("The text is too long for a QR code");
}

/** @param {Uint8Array} bytes @param {number} version */
function dataOf(bytes, version) {
  /** @type {number[]} */
  const bits = [];
  /** @param {number} value @param {number} length */
  const put = (value, length) => {
    for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >>> bit) & 1);
  };
  put(4, 4); // byte mode
  put(bytes.length, countBits(version));
  for (const byte of bytes) put(byte, 8);
  const room = dataCodewords(version) * 8;
  put(0, Math.min(4, room - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Array.from({ length: bits.length / 8 }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((byte, bit) => byte * 2 + bit, 0),
  );
}

/**
 * Splits the data into blocks, adds error correction, and interleaves.
 * @param {number[]} data @param {number} version
 */
function interleaved(data, version) {
  const blocks = BLOCKS[version - 1] ?? 1;
  const correction = EC_CODEWORDS[version - 1] ?? 0;
  const short = Math.floor(codewords(version) / blocks) - correction;
  const longOnes = codewords(version) % blocks;
  const divisor = generator(correction);
  let at = 0;
  const split = Array.from({ length: blocks }, (_, index) => {
    const own = data.slice(at, at + short + (index >= blocks - longOnes ? 1 : 0));
    at += own.length;
    return { own, check: remainder(own, divisor) };
  });
  /** @param {(block: { own: number[], check: number[] }) => number[]} part @param {number} length */
  const columns = (part, length) =>
    Array.from({ length }, (_, column) => split.flatMap((block) => part(block)[column] ?? [])).flat();
  return [...columns((block) => block.own, short + 1), ...columns((block) => block.check, correction)];
}

/** A square of modules: null where nothing stands yet. @typedef {(boolean | null)[][]} Grid */

/** @param {Grid} grid @param {number} x @param {number} y @param {boolean} dark */
function set(grid, x, y, dark) {
  const row = grid[y];
  if (row && x >= 0 && x < grid.length) row[x] = dark;
}

/** @param {Grid} grid @param {number} x @param {number} y @param {number} radius */
function square(grid, x, y, radius) {
  for (let down = -radius; down <= radius; down += 1) {
    for (let right = -radius; right <= radius; right += 1) {
      const ring = Math.max(Math.abs(down), Math.abs(right));
      set(grid, x + right, y + down, ring !== 2 && ring !== 4);
    }
  }
}

/** Returns a grid with the fixed patterns. @param {number} version @returns {Grid} */
function patterns(version) {
  const size = version * 4 + 17;
  const grid = Array.from({ length: size }, () => /** @type {(boolean | null)[]} */ (Array(size).fill(null)));
  for (let at = 0; at < size; at += 1) {
    set(grid, 6, at, at % 2 === 0);
    set(grid, at, 6, at % 2 === 0);
  }
  const [near, far] = [3, size - 4];
  for (const [x, y] of [
    [near, near],
    [far, near],
    [near, far],
  ])
    square(grid, x ?? 0, y ?? 0, 4);
  const centres = alignments(version, size);
  for (const x of centres) {
    for (const y of centres) {
      const taken = (x === 6 && (y === 6 || y === size - 7)) || (y === 6 && x === size - 7);
      if (!taken) square(grid, x, y, 2);
    }
  }
  if (version >= 7) writeVersion(grid, version);
  writeFormat(grid, 0); // keeps its place; the mask's own follows
  return grid;
}

/** @param {Grid} grid @param {number} version */
function writeVersion(grid, version) {
  let rest = version;
  for (let round = 0; round < 12; round += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let at = 0; at < 18; at += 1) {
    const dark = ((bits >>> at) & 1) === 1;
    const [a, b] = [grid.length - 11 + (at % 3), Math.floor(at / 3)];
    set(grid, a, b, dark);
    set(grid, b, a, dark);
  }
}

/** @param {Grid} grid @param {number} mask */
function writeFormat(grid, mask) {
  let rest = mask; // level M is 00
  for (let round = 0; round < 10; round += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((mask << 10) | rest) ^ 0x5412;
  const size = grid.length;
  /** @param {number} at */
  const dark = (at) => ((bits >>> at) & 1) === 1;
  for (let at = 0; at <= 5; at += 1) set(grid, 8, at, dark(at));
  set(grid, 8, 7, dark(6));
  set(grid, 8, 8, dark(7));
  set(grid, 7, 8, dark(8));
  for (let at = 9; at < 15; at += 1) set(grid, 14 - at, 8, dark(at));
  for (let at = 0; at < 8; at += 1) set(grid, size - 1 - at, 8, dark(at));
  for (let at = 8; at < 15; at += 1) set(grid, 8, size - 15 + at, dark(at));
  set(grid, 8, size - 8, true);
}

/**
 * Writes the data in its zigzag, under the mask of a checkerboard: mask 0.
 * @param {Grid} grid @param {number[]} bytes
 */
function writeData(grid, bytes) {
  const size = grid.length;
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (grid[y]?.[x] !== null) continue;
        const value = (((bytes[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1) === 1;
        set(grid, x, y, value !== ((x + y) % 2 === 0));
        bit += 1;
      }
    }
  }
}

/** Returns the rows of modules; true is dark. @param {string} text */
export function modules(text) {
  const bytes = new TextEncoder().encode(text);
  const version = smallestVersion(bytes.length);
  const grid = patterns(version);
  writeData(grid, interleaved(dataOf(bytes, version), version));
  return grid.map((row) => row.map(Boolean));
}

/**
 * Draws the code as one path, black on white in both schemes because cameras need the contrast.
 * @param {string} text
 */
export function qrCode(text, label = "") {
  const rows = modules(text);
  const side = rows.length + 2 * QUIET;
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")));
  return svg(
    "svg",
    { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    svg("path", { d: `M0 0h${side}v${side}H0z`, fill: "#fff" }),
    svg("path", { d: path.join(""), fill: "#000" }),
  );
}
