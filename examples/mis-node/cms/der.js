// Just enough of DER (X.690): a writer for CMS containers and a reader for certificates and keys.

/** Tags of the types that are used here. */
export const TAG = {
  INTEGER: 0x02,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
  context: (number) => 0xa0 | number,
};

const MAX_DEPTH = 32;

/** Returns an element: its tag, its length and its contents, which may be one Buffer or a list. */
export const element = (tag, contents) => {
  const body = Array.isArray(contents) ? Buffer.concat(contents) : contents;
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const size = body.length.toString(16);
  const octets = Buffer.from(size.padStart(size.length + (size.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | octets.length]), octets, body]);
};

export const sequence = (...parts) => element(TAG.SEQUENCE, parts);
export const octets = (data) => element(TAG.OCTET_STRING, data);
export const integer = (small) => element(TAG.INTEGER, Buffer.from([small]));

/** Returns SET OF: members stand in the order of their octets (X.690 §11.6). */
export const setOf = (members, tag = TAG.SET) => element(tag, [...members].sort(Buffer.compare));

/** Returns an object identifier written with dots. */
export const oid = (text) => {
  const [first, second, ...rest] = text.split('.').map(Number);
  const arcs = [40 * first + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left; left = Math.floor(left / 128)) {
      digits.unshift(0x80 | left % 128);
    }
    return digits;
  });
  return element(TAG.OID, Buffer.from(arcs));
};

/** Returns Time of a Date in whole seconds: UTCTime up to 2049 (RFC 5652 §11.3). */
export const time = (date) => {
  const digits = date.toISOString().replace(/\.\d+|[-:T]/g, '');
  return date.getUTCFullYear() < 2050
    ? element(TAG.UTC_TIME, Buffer.from(digits.slice(2), 'latin1'))
    : element(TAG.GENERALIZED_TIME, Buffer.from(digits, 'latin1'));
};

const read = (data, start, depth) => {
  const tag = data[start];
  let length = data[start + 1];
  let body = start + 2;
  if (tag === undefined || length === undefined) throw new Error('DER обрывается');
  if (length & 0x80) {
    const size = length & 0x7f;
    if (!size || size > 4 || body + size > data.length) throw new Error('Длина DER не читается');
    length = data.readUIntBE(body, size);
    body += size;
  }
  const end = body + length;
  if (end > data.length) throw new Error('DER обрывается');
  const node = { tag, raw: data.subarray(start, end), value: data.subarray(body, end), children: [] };
  if (tag & 0x20) {
    if (depth > MAX_DEPTH) throw new Error('DER вложен слишком глубоко');
    for (let at = body; at < end; ) {
      const child = read(data.subarray(0, end), at, depth + 1);
      node.children.push(child);
      at += child.raw.length;
    }
  }
  return node;
};

/** Returns the tree {tag, raw, value, children} of one element; throws for what is no DER. */
export const parse = (data) => read(data, 0, 0);

/** Returns the dotted text of an object identifier that was read. */
export const oidText = ({ value }) => {
  const arcs = [];
  let arc = 0;
  for (const octet of value) {
    arc = arc * 128 + (octet & 0x7f);
    if (!(octet & 0x80)) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const first = Math.min(Math.floor(arcs[0] / 40), 2);
  return [first, arcs[0] - 40 * first, ...arcs.slice(1)].join('.');
};
