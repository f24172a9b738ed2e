// Стрибог, GOST R 34.11-2012 (RFC 6986). A word of 64 bits is two Uint32: BigInt would be slower.
//
// Octets stand as in a file, the first one is the least significant: the vectors that RFC 6986
// prints are read here from their end.

import { A, C, PI } from './tables.js';

const BLOCK = 64;

// LOW/HIGH[256 * i + b]: what octet b at place i of a word adds to the result of S, P and L together.
const LOW = new Uint32Array(8 * 256);
const HIGH = new Uint32Array(8 * 256);
for (let place = 0; place < 8; place += 1) {
  for (let octet = 0; octet < 256; octet += 1) {
    let sum = 0n;
    for (let bit = 0; bit < 8; bit += 1) {
      if ((PI[octet] >> bit) & 1) sum ^= A[63 - (8 * place + bit)];
    }
    LOW[place * 256 + octet] = Number(sum & 0xffffffffn);
    HIGH[place * 256 + octet] = Number(sum >> 32n);
  }
}

// A state is 16 words: the low and the high half of each of the eight.
const words = (octets) => {
  const state = new Uint32Array(16);
  for (let i = 0; i < 16; i += 1) state[i] = octets.readUInt32LE(4 * i);
  return state;
};

const CONSTANTS = C.map((constant) => words(Buffer.from(constant).reverse()));

/** Puts LPS(a ⊕ b) into out, which must be neither a nor b. */
const lps = (a, b, out) => {
  for (let word = 0; word < 8; word += 1) {
    let low = 0;
    let high = 0;
    const shift = 8 * (word & 3);
    const half = word >> 2;
    for (let place = 0; place < 8; place += 1) {
      const i = 2 * place + half;
      const octet = ((a[i] ^ b[i]) >>> shift) & 255;
      low ^= LOW[place * 256 + octet];
      high ^= HIGH[place * 256 + octet];
    }
    out[2 * word] = low;
    out[2 * word + 1] = high;
  }
};

/** The compression function g: changes h. */
const compress = (h, n, m) => {
  let key = new Uint32Array(16);
  let spare = new Uint32Array(16);
  let state = Uint32Array.from(m);
  let next = new Uint32Array(16);
  lps(h, n, key);
  for (const constant of CONSTANTS) {
    lps(state, key, next);
    [state, next] = [next, state];
    lps(key, constant, spare);
    [key, spare] = [spare, key];
  }
  for (let i = 0; i < 16; i += 1) h[i] ^= state[i] ^ key[i] ^ m[i];
};

/** a += b modulo 2⁵¹². */
const add = (a, b) => {
  let carry = 0;
  for (let i = 0; i < 16; i += 1) {
    const sum = a[i] + b[i] + carry;
    a[i] = sum;
    carry = sum > 0xffffffff ? 1 : 0;
  }
};

/** Returns the digest, a Buffer of 32 or 64 octets. */
export const streebog = (data, bits = 256) => {
  if (bits !== 256 && bits !== 512) throw new RangeError('Стрибог бывает длиной 256 и 512 бит');
  const h = new Uint32Array(16).fill(bits === 256 ? 0x01010101 : 0);
  const n = new Uint32Array(16);
  const sum = new Uint32Array(16);
  const length = new Uint32Array(16);
  const whole = data.length - (data.length % BLOCK);
  for (let start = 0; start < whole; start += BLOCK) {
    const m = words(Buffer.from(data.buffer, data.byteOffset + start, BLOCK));
    compress(h, n, m);
    length[0] = 8 * BLOCK;
    add(n, length);
    add(sum, m);
  }
  const last = Buffer.alloc(BLOCK);
  Buffer.from(data.buffer, data.byteOffset + whole, data.length - whole).copy(last);
  last[data.length - whole] = 1;
  const m = words(last);
  compress(h, n, m);
  length[0] = 8 * (data.length - whole);
  add(n, length);
  add(sum, m);
  const zero = new Uint32Array(16);
  compress(h, zero, n);
  compress(h, zero, sum);
  const digest = Buffer.alloc(BLOCK);
  h.forEach((word, i) => digest.writeUInt32LE(word, 4 * i));
  return bits === 256 ? digest.subarray(32) : digest;
};
