// A certificate and its secret key from one PEM file.

import { readFileSync } from 'node:fs';
import { curveByOid } from '../gost/curves.js';
import { littleEndian, publicPoint } from '../gost/signature.js';
import { oidText, parse, TAG } from './der.js';

const SNILS = '1.2.643.100.3';
const OGRN = '1.2.643.100.1';

const block = (pem, label, file) => {
  const found = pem.match(new RegExp(`-----BEGIN ${label}-----([^-]+)-----END ${label}-----`));
  if (!found) throw new Error(`${file}: нет блока ${label}`);
  return Buffer.from(found[1], 'base64');
};

// TBSCertificate (RFC 5280 §4.1): [0] version, serialNumber, signature, issuer, validity, subject,
// subjectPublicKeyInfo.
const readCertificate = (der) => {
  const fields = parse(der).children[0].children.filter(({ tag }) => tag !== TAG.context(0));
  const [serial, , issuer, , subject, keyInfo] = fields;
  const names = subject.children.flatMap(({ children }) => children);
  const name = (wanted) =>
    names.find(({ children }) => oidText(children[0]) === wanted)?.children[1].value.toString();
  const [algorithm, key] = keyInfo.children;
  const parameters = algorithm.children[1].children;
  // BIT STRING: the number of unused bits, then OCTET STRING of x ‖ y, each little-endian (RFC 9215).
  const point = parse(key.value.subarray(1)).value;
  const half = point.length / 2;
  return {
    serial: serial.raw,
    issuer: issuer.raw,
    snils: name(SNILS),
    ogrn: name(OGRN),
    curve: curveByOid(oidText(parameters[0])),
    point: { x: littleEndian(point.subarray(0, half)), y: littleEndian(point.subarray(half)) },
  };
};

// PrivateKeyInfo (RFC 5208): version, algorithm, OCTET STRING with the key, little-endian (RFC 9215).
const readKey = (der) => {
  const inner = parse(parse(der).children[2].value);
  return littleEndian(inner.value);
};

/** Returns {der, serial, issuer, snils, ogrn, curve, point, key}; throws, in Russian, for a bad file. */
export const loadCredential = (file) => {
  const pem = readFileSync(file, 'utf8');
  const der = block(pem, 'CERTIFICATE', file);
  const certificate = readCertificate(der);
  const key = readKey(block(pem, 'PRIVATE KEY', file));
  const { x, y } = publicPoint(key, certificate.curve);
  if (x !== certificate.point.x || y !== certificate.point.y) {
    throw new Error(`${file}: ключ не от этого сертификата`);
  }
  return { der, key, ...certificate };
};
