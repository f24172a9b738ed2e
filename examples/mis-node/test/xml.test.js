import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksum } from '../remd/checksum.js';
import { readEnvelope, readReply, sameId, writeEnvelope } from '../remd/envelope.js';
import { BadXmlError, parse } from '../xml/read.js';
import { toBytes, xml } from '../xml/write.js';

test('подставленное в шаблон экранируется и читается обратно', () => {
  const text = 'ООО «А&Б» <1> "2"\r]]>';
  const root = parse(toBytes(xml`<a b="${text}">${text}${null}${false}${[xml`<c/>`, xml`<c/>`]}</a>`));
  assert.equal(root.text, text);
  assert.equal(root.attributes.b, text);
  assert.equal(root.children.length, 2);
});

test('недопустимый знак называется', () => {
  assert.throws(() => xml`<a>${'\u0001'}</a>`, /U\+0001/);
  assert.throws(() => xml`<a>${'\ud800'}</a>`, /U\+D800/);
});

test('конверт: обе версии SOAP, заголовок, чужие префиксы', () => {
  for (const version of ['1.1', '1.2']) {
    const header = { version, action: 'x', messageId: 'm', relatesTo: 'r', clientEntityId: 'c' };
    const read = readEnvelope(writeEnvelope(xml`<n:y xmlns:n="urn:n"/>`, header));
    assert.deepEqual(
      [read.version, read.operation, read.body.namespace, read.messageId, read.relatesTo],
      [version, 'y', 'urn:n', 'm', 'r'],
    );
  }
});

test('ответ: статус и ошибки', () => {
  const body = parse(
    Buffer.from(
      '<q:r xmlns:q="urn:q"><!-- --><q:status> error </q:status><q:errors><q:item><q:code>A</q:code>' +
        '<q:message><![CDATA[<&]]>&#1071;</q:message></q:item></q:errors></q:r>',
    ),
  );
  assert.deepEqual(readReply(body), { status: 'error', errors: [{ code: 'A', message: '<&Я' }] });
});

test('что не XML, то называется', () => {
  const bad = {
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>': /DTD/,
    '<a>&b;</a>': /&b;/,
    '<a>&amp</a>': /&amp/,
    '<a>&#0;</a>': /&#0;/,
    '<a><b></a>': /<\/a>/,
    '<a>': /обрывается/,
    '': /обрывается/,
    '<a/><b/>': /Второй/,
    'x<a/>': /вне/,
    '<a b="1" b="2"/>': /повторяется/,
    '<p:a/>': /Префикс p/,
    '<a b=1/>': /Разметка/,
  };
  for (const [text, message] of Object.entries(bad)) {
    assert.throws(() => parse(Buffer.from(text)), (error) => {
      assert.ok(error instanceof BadXmlError, text);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.throws(() => parse(Buffer.from([0x3c, 0xff])), /UTF-8/);
  assert.throws(() => parse(Buffer.from('<a>'.repeat(200))), /сложно/);
  assert.throws(() => readEnvelope(Buffer.from('<a/>')), /не конверт/);
});

test('идентификаторы сравниваются без оформления', () => {
  const plain = sameId('3F0B6A52-7F0E-4C7E-9D54-0B0C5D2F7A11');
  for (const text of [
    'urn:uuid:3f0b6a52-7f0e-4c7e-9d54-0b0c5d2f7a11',
    '<urn:uuid:3f0b6a52-7f0e-4c7e-9d54-0b0c5d2f7a11>',
    'uuid:3f0b6a527f0e4c7e9d540b0c5d2f7a11',
    ' {3f0b6a52-7f0e-4c7e-9d54-0b0c5d2f7a11} ',
  ]) {
    assert.equal(sameId(text), plain);
  }
});

test('контрольная сумма — CRC-32 без знака', () => {
  assert.equal(checksum(Buffer.from('123456789')), 0xcbf43926);
  assert.equal(checksum(Buffer.alloc(0)), 0);
});
