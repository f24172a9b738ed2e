// GOST R 34.10-2012 (RFC 7091) in BigInt. Not constant in time: for the stand's test keys alone.

import { randomBytes } from 'node:crypto';
import { bitsOf } from './curves.js';

const modulo = (value, p) => {
  const rest = value % p;
  return rest < 0n ? rest + p : rest;
};

const inverse = (value, p) => {
  let [r, next, x, nextX] = [p, modulo(value, p), 0n, 1n];
  while (next) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [x, nextX] = [nextX, x - quotient * nextX];
  }
  return modulo(x, p);
};

// Points are Jacobian: (X / Z², Y / Z³); Z = 0 is the point at infinity.
const INFINITY = [1n, 1n, 0n];

const double = ([x, y, z], { p, a }) => {
  if (!z || !y) return INFINITY;
  const yy = (y * y) % p;
  const s = (4n * x * yy) % p;
  const zz = (z * z) % p;
  const m = (3n * x * x + a * zz * zz) % p;
  const x3 = modulo(m * m - 2n * s, p);
  return [x3, modulo(m * (s - x3) - 8n * yy * yy, p), (2n * y * z) % p];
};

const add = (one, two, curve) => {
  const [x1, y1, z1] = one;
  const [x2, y2, z2] = two;
  if (!z1) return two;
  if (!z2) return one;
  const { p } = curve;
  const zz1 = (z1 * z1) % p;
  const zz2 = (z2 * z2) % p;
  const u1 = (x1 * zz2) % p;
  const s1 = (y1 * zz2 * z2) % p;
  const h = modulo(x2 * zz1 - u1, p);
  const r = modulo(y2 * zz1 * z1 - s1, p);
  if (!h) return r ? INFINITY : double(one, curve);
  const hh = (h * h) % p;
  const hhh = (h * hh) % p;
  const v = (u1 * hh) % p;
  const x3 = modulo(r * r - hhh - 2n * v, p);
  return [x3, modulo(r * (v - x3) - s1 * hhh, p), (h * z1 * z2) % p];
};

const affine = ([x, y, z], { p }) => {
  const zi = inverse(z, p);
  const zzi = (zi * zi) % p;
  return { x: (x * zzi) % p, y: (((y * zzi) % p) * zi) % p };
};

const multiply = (scalar, point, curve) => {
  let sum = INFINITY;
  for (const bit of scalar.toString(2)) {
    sum = double(sum, curve);
    if (bit === '1') sum = add(sum, point, curve);
  }
  return sum;
};

// Multiples of a generator: every digit of a scalar in base 16 is one addition.
const TABLES = new WeakMap();

const table = (curve) => {
  let rows = TABLES.get(curve);
  if (!rows) {
    rows = [];
    let base = [curve.x, curve.y, 1n];
    for (let place = 0; place < bitsOf(curve) / 4; place += 1) {
      const row = [INFINITY];
      for (let digit = 1; digit < 16; digit += 1) row.push(add(row[digit - 1], base, curve));
      rows.push(row);
      base = add(row[15], base, curve);
    }
    TABLES.set(curve, rows);
  }
  return rows;
};

const multiplyGenerator = (scalar, curve) => {
  const digits = [...scalar.toString(16)].reverse();
  const rows = table(curve);
  return digits.reduce((sum, digit, i) => add(sum, rows[i][parseInt(digit, 16)], curve), INFINITY);
};

const big = (octets) => BigInt(`0x${octets.toString('hex') || '0'}`);
const bigEndian = (value, size) => Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex');

/** Reads a number whose first octet is the least significant, as keys are written. */
export const littleEndian = (octets) => big(Buffer.from(octets).reverse());

/** Returns {x, y} of the public key of secret key d. */
export const publicPoint = (d, curve) => affine(multiplyGenerator(d, curve), curve);

/** Returns the signature s ‖ r, as X.509 and CMS write it; `nonce` is for test vectors alone. */
export const sign = (digest, d, curve, nonce) => {
  const { q } = curve;
  const size = bitsOf(curve) / 8;
  const e = littleEndian(digest) % q || 1n;
  for (;;) {
    const k = nonce ?? (big(randomBytes(size + 8)) % (q - 1n)) + 1n;
    const r = publicPoint(k, curve).x % q;
    const s = (r * d + k * e) % q;
    if (r && s) return Buffer.concat([bigEndian(s, size), bigEndian(r, size)]);
  }
};

/** Tells whether the signature s ‖ r over the digest belongs to the public point. */
export const verify = (digest, signature, point, curve) => {
  const { q, p } = curve;
  const size = bitsOf(curve) / 8;
  if (signature.length !== 2 * size) return false;
  const s = big(signature.subarray(0, size));
  const r = big(signature.subarray(size));
  if (!(r > 0n && r < q && s > 0n && s < q)) return false;
  const v = inverse(littleEndian(digest) % q || 1n, q);
  const one = multiplyGenerator((s * v) % q, curve);
  const two = multiply(modulo(-r * v, q), [point.x, point.y, 1n], curve);
  const sum = add(one, two, curve);
  return sum[2] % p !== 0n && affine(sum, curve).x % q === r;
};
