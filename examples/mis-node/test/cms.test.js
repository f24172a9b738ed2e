import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadCredential } from '../cms/credential.js';
import { octets, oid, oidText, parse, setOf, time } from '../cms/der.js';
import { signDetached } from '../cms/sign.js';
import { verify } from '../gost/signature.js';
import { streebog } from '../gost/streebog.js';

const PKI = fileURLToPath(new URL('../../../fixtures/pki/credentials/', import.meta.url));
const NOW = new Date('2024-02-15T07:30:15.250Z');

test('сертификат говорит, чей он', () => {
  assert.equal(loadCredential(join(PKI, 'author-7831.pem')).snils, '90000010185');
  assert.equal(loadCredential(join(PKI, 'mo-7831.pem')).ogrn, '1197700001014');
});

test('чужой ключ замечен', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mis-'));
  const [certificate] = readFileSync(join(PKI, 'mo-7831.pem'), 'utf8').split('-----BEGIN PRIVATE');
  const [, key] = readFileSync(join(PKI, 'mo-4321.pem'), 'utf8').split('-----BEGIN PRIVATE');
  const file = join(folder, 'mixed.pem');
  writeFileSync(file, `${certificate}-----BEGIN PRIVATE${key}`);
  assert.throws(() => loadCredential(file), /ключ не от этого сертификата/);
  rmSync(folder, { recursive: true });
});

test('контейнер: атрибуты, дайджест, подпись над SET', () => {
  for (const name of ['author-7831.pem', 'curve-tc26-512-A.pem']) {
    const credential = loadCredential(join(PKI, name));
    const bits = name.includes('512') ? 512 : 256;
    const document = Buffer.from('<документ/>');
    const signed = parse(signDetached(document, credential, NOW)).children[1].children[0];
    const [, , content, certificates, signers] = signed.children;
    assert.equal(content.children.length, 1, 'подпись отсоединённая');
    assert.deepEqual(certificates.value, credential.der);
    const [, , , attributes, , value] = signers.children[0].children;
    const found = new Map(
      attributes.children.map(({ children }) => [oidText(children[0]), children[1].children[0]]),
    );
    assert.deepEqual([...found.keys()].sort(), [
      '1.2.840.113549.1.9.16.2.47',
      '1.2.840.113549.1.9.3',
      '1.2.840.113549.1.9.4',
      '1.2.840.113549.1.9.5',
    ]);
    assert.deepEqual(found.get('1.2.840.113549.1.9.4').value, streebog(document, bits));
    assert.equal(found.get('1.2.840.113549.1.9.5').value.toString(), '240215073015Z');
    const asSet = setOf(attributes.children.map(({ raw }) => raw));
    const { point, curve } = credential;
    assert.ok(verify(streebog(asSet, bits), value.value, point, curve));
  }
});

test('DER: длинные длины, объектные идентификаторы, годы, обрыв', () => {
  for (const length of [0, 127, 128, 255, 256, 70_000]) {
    assert.equal(parse(octets(Buffer.alloc(length))).value.length, length);
  }
  for (const text of ['1.2.643.100.3', '2.5.4.3', '2.999.1', '1.2.840.113549.1.9.16.2.47']) {
    assert.equal(oidText(parse(oid(text))), text);
  }
  assert.equal(parse(time(new Date('2051-01-01T00:00:00Z'))).value.toString(), '20510101000000Z');
  assert.throws(() => parse(Buffer.from('0404ff', 'hex')), /обрывается/);
  assert.throws(() => parse(Buffer.from('3080', 'hex')), /не читается/);
});
