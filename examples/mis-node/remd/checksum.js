// CRC-32 of ISO 3309, as zip counts it (zlib.crc32 came to Node.js only with version 20.15).

const TABLE = Uint32Array.from({ length: 256 }, (_, octet) => {
  let rest = octet;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** Returns the checksum of the octets, an unsigned number. */
export const checksum = (data) => {
  let sum = 0xffffffff;
  for (const octet of data) sum = TABLE[(sum ^ octet) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
};
