import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { dirname, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from '../http/server.js';
import { advise } from '../mis/advice.js';
import { Keys } from '../mis/keys.js';
import { Registrar } from '../mis/registrar.js';
import { judge, pause } from '../mis/retries.js';
import { readEnvelope, sameId, SERVICE, writeEnvelope } from '../remd/envelope.js';
import { parse } from '../xml/read.js';
import { xml } from '../xml/write.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const CALLBACK = 'http://egisz.rosminzdrav.ru/iehr/emdr/callback/';
const CONFIG = JSON.parse(readFileSync(resolve(HERE, '../config.json'), 'utf8'));
const FOLDER = resolve(HERE, '..', CONFIG.keys.folder);
const KEYS = new Keys({ ...CONFIG.keys, folder: FOLDER });
const { case: EXAMPLE } = JSON.parse(readFileSync(resolve(HERE, '../submit.json'), 'utf8'));

const listen = (server) =>
  new Promise((done) => {
    server.listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${server.address().port}`));
  });

const call = (url, method, data, type = 'application/json') =>
  new Promise((done, fail) => {
    const options = { method, agent: false, headers: { 'Content-Type': type } };
    const request = http.request(url, options, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      done({ status: response.statusCode, data: Buffer.concat(chunks) });
    });
    request.on('error', fail);
    request.end(data);
  });

const items = (codes) =>
  codes.map((code) => xml`<item><code>${code}</code><message>текст</message></item>`);
const answer = (status, ...codes) =>
  writeEnvelope(xml`<registerDocumentResponse xmlns="${SERVICE}">
    <status>${status}</status>${codes.length > 0 && xml`<errors>${items(codes)}</errors>`}
  </registerDocumentResponse>`);
const result = (messageId, emdrId, ...codes) =>
  writeEnvelope(xml`<registerDocumentResult xmlns="${CALLBACK}">
    <relatesToMessage>${sameId(messageId)}</relatesToMessage>
    <status>${emdrId ? 'success' : 'error'}</status>
    ${emdrId && xml`<registryItem><emdrId>${emdrId}</emdrId></registryItem>`}
    <errors>${items(codes)}</errors>
  </registerDocumentResult>`);

/** Runs `body` with a МИС and a service that answers what `script` says, one entry a call. */
const withMis = async (script, body) => {
  const received = [];
  const waiting = [];
  const service = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const message = { ...readEnvelope(Buffer.concat(chunks)), at: Date.now() };
    const step = script[received.length] ?? answer('success');
    received.push(message);
    const data = typeof step === 'function' ? await step(message) : step;
    if (data === 'drop') request.socket.destroy();
    else if (typeof data === 'number') response.writeHead(data).end();
    else response.end(data);
    waiting.splice(0).forEach((wake) => wake());
  });
  const remd = await listen(service);
  const server = createServer(new Registrar({ ...CONFIG, service: remd }, KEYS), CONFIG);
  const url = await listen(server);
  const mis = {
    remd,
    received,
    async json(method, path, data) {
      const got = await call(url + path, method, data && JSON.stringify(data));
      return { status: got.status, body: got.data.length ? JSON.parse(got.data) : null };
    },
    async soap(message) {
      const got = await call(`${url}/emdr/callback`, 'POST', message, 'application/soap+xml');
      return { status: got.status, ...readEnvelope(got.data) };
    },
    async reach(ref, state, deadline = Date.now() + 5000) {
      for (;;) {
        const { body: status } = await mis.json('GET', `/documents/${ref}`);
        if (status.state === state) return status;
        assert.ok(Date.now() < deadline, `${status.state} вместо ${state}`);
        await new Promise((wake) => {
          waiting.push(wake);
          setTimeout(wake, 20);
        });
      }
    },
  };
  const reset = { asOf: '2024-02-15', timeScale: 1200, variant: 'fed-3', endpoints: { remd } };
  assert.equal((await mis.json('POST', '/reset', reset)).status, 204);
  try {
    await body(mis);
  } finally {
    await mis.json('POST', '/reset', {});
    server.close();
    service.close();
  }
};

const submit = async (mis) => {
  const { status, body } = await mis.json('POST', '/documents', { case: EXAMPLE });
  assert.equal(status, 202);
  return body;
};

test('паузы: минута после RATE_LIMIT, иначе всё длиннее', () => {
  assert.equal(pause([{ code: 'RATE_LIMIT' }], 3), 60);
  assert.deepEqual([1, 2, 3, 9].map((n) => pause([{ code: 'X' }], n)), [10, 20, 40, 300]);
});

test('временной считается ошибка, только если все её коды временные', () => {
  const kind = (...codes) => judge(codes.map((code) => ({ code }))).kind;
  assert.equal(kind('RATE_LIMIT', 'RUNTIME_ERROR'), 'temporary');
  assert.equal(kind('RATE_LIMIT', 'VALIDATION_ERROR'), 'refused');
  assert.equal(kind(), 'refused');
});

test('документ принят, отдан, зарегистрирован; чужой и повторный результат ничего не меняют', () =>
  withMis([], async (mis) => {
    const { ref, localUid } = await submit(mis);
    await mis.reach(ref, 'accepted');
    const document = mis.received[0].body.find('document');
    assert.equal(document.read('system'), CONFIG.mnemonic);
    assert.equal(document.read('localUid'), localUid);
    assert.equal(document.all('personalSignatures', 'item').length, 2);
    const ask = (uid, emdrId) =>
      writeEnvelope(xml`<getDocumentFileRequest xmlns="${CALLBACK}">
        ${uid && xml`<localUid>${uid}</localUid>`}${emdrId && xml`<emdrId>${emdrId}</emdrId>`}
      </getDocumentFileRequest>`);
    const { body: file } = await mis.soap(ask(localUid.toUpperCase()));
    const data = Buffer.from(file.read('docContent', 'data'), 'base64');
    assert.equal(parse(data).name, 'ClinicalDocument');
    assert.equal((await mis.soap(ask('нет такого'))).body.read('status'), 'error');

    const { messageId } = mis.received[0];
    const wrong = await mis.soap(result('00000000-0000-4000-8000-000000000000', '1.2'));
    assert.equal(wrong.body.read('errors', 'item', 'code'), 'WRONG_MESSAGE_ID');
    assert.equal((await mis.soap(result(messageId, '1.2'))).body.read('status'), 'success');
    assert.equal((await mis.reach(ref, 'registered')).emdrId, '1.2');
    assert.equal((await mis.soap(result(messageId, null, 'X'))).body.read('status'), 'success');
    assert.equal((await mis.reach(ref, 'registered')).emdrId, '1.2');
    const again = await mis.soap(ask(null, '1.2'));
    assert.equal(again.body.read('docContent', 'data'), file.read('docContent', 'data'));
  }));

test('результат раньше синхронного ответа', () =>
  withMis(
    [
      async ({ messageId }) => {
        await sent.soap(result(messageId, '7.7'));
        return answer('success');
      },
    ],
    async (mis) => {
      sent = mis;
      const { ref } = await submit(mis);
      assert.equal((await mis.reach(ref, 'registered')).emdrId, '7.7');
      await new Promise((wake) => setTimeout(wake, 50));
      assert.equal((await mis.reach(ref, 'registered')).attempts, 1);
    },
  ));
let sent;

test('временные сбои: тот же localUid, новый MessageID, пауза не короче предписанной', () =>
  withMis([503, 'drop', Buffer.from('не XML'), answer('error', 'RATE_LIMIT')], async (mis) => {
    const { ref, localUid } = await submit(mis);
    assert.equal((await mis.reach(ref, 'accepted')).attempts, 5);
    assert.equal(new Set(mis.received.map(({ messageId }) => messageId)).size, 5);
    for (const { body } of mis.received) assert.equal(body.read('document', 'localUid'), localUid);
    assert.ok(mis.received[4].at - mis.received[3].at >= 60_000 / 1200);
  }));

test('после шести неудач МИС сдаётся', () =>
  withMis(Array(9).fill(500), async (mis) => {
    const { ref } = await submit(mis);
    assert.equal((await mis.reach(ref, 'failed')).attempts, 6);
    assert.equal(mis.received.length, 6);
  }));

test('отказ виден, документ исправляют, зарегистрированный заменяют', () =>
  withMis([answer('error', 'VALIDATION_ERROR')], async (mis) => {
    const first = await submit(mis);
    const { ref } = first;
    const refused = await mis.reach(ref, 'refused');
    assert.deepEqual(refused.errors, [{ code: 'VALIDATION_ERROR', message: 'текст' }]);
    const replace = () => mis.json('POST', `/documents/${ref}/versions`, { case: EXAMPLE });
    const { body: mended } = await replace();
    assert.equal(mended.ref, ref);
    assert.notEqual(mended.localUid, first.localUid);
    assert.equal((await replace()).status, 409);
    await mis.reach(ref, 'accepted');
    await mis.soap(result(mis.received[1].messageId, '3.3'));
    await mis.reach(ref, 'registered');
    assert.equal(mis.received[1].body.find('document', 'associations'), undefined);
    await replace();
    await mis.reach(ref, 'accepted');
    const target = mis.received[2].body.read('document', 'associations', 'item', 'target');
    assert.equal(target, '3.3');
  }));

test('временный отказ в результате — повтор, а не отказ', () =>
  withMis([], async (mis) => {
    const { ref } = await submit(mis);
    await mis.reach(ref, 'accepted');
    await mis.soap(result(mis.received[0].messageId, null, 'RUNTIME_ERROR'));
    const { attempts } = await mis.reach(ref, 'accepted');
    assert.ok(attempts <= 2);
    while (mis.received.length < 2) await mis.reach(ref, 'accepted');
    await mis.soap(result(mis.received[1].messageId, '5.5'));
    await mis.reach(ref, 'registered');
  }));

test('потерянный результат находится в реестре', () => {
  const found = ({ operation, body }) => {
    assert.equal(operation, 'searchRegistryItemRequest');
    assert.equal(body.read('organization'), EXAMPLE.facility.oid);
    const uid = first.received[0].body.read('document', 'localUid');
    return writeEnvelope(xml`<searchRegistryItemResponse xmlns="${SERVICE}">
      <status>success</status><matches>
        <item><emdrId>8.8</emdrId><localUid>чужой</localUid></item>
        <item><emdrId>9.9</emdrId><localUid>${uid.toUpperCase()}</localUid></item>
      </matches></searchRegistryItemResponse>`);
  };
  let first;
  const nothing = writeEnvelope(xml`<searchRegistryItemResponse xmlns="${SERVICE}">
    <status>success</status></searchRegistryItemResponse>`);
  return withMis([answer('success'), nothing, 500, found], async (mis) => {
    first = mis;
    await mis.json('POST', '/reset', { timeScale: 12_000, endpoints: { remd: mis.remd } });
    const { ref } = await submit(mis);
    const { emdrId, attempts } = await mis.reach(ref, 'registered');
    assert.deepEqual([emdrId, attempts, mis.received.length], ['9.9', 1, 4]);
  });
});

test('ошибка отправителя в SOAP Fault — отказ', () => {
  const fault = writeEnvelope(xml`<s:Fault xmlns:s="http://www.w3.org/2003/05/soap-envelope">
    <s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>плохо</s:Text></s:Reason>
  </s:Fault>`);
  return withMis([fault], async (mis) => {
    const { ref } = await submit(mis);
    const { errors } = await mis.reach(ref, 'refused');
    assert.match(errors[0].message, /плохо/);
  });
});

test('reset забывает документы и повторы, выбирает службу по варианту', () =>
  withMis([503, 503], async (mis) => {
    const { ref } = await submit(mis);
    await mis.reach(ref, 'sent');
    const endpoints = { remd: 'http://127.0.0.1:1/', emias: mis.remd };
    await mis.json('POST', '/reset', { variant: 'mo-3', timeScale: 1200, endpoints });
    assert.equal((await mis.json('GET', `/documents/${ref}`)).status, 404);
    const next = await submit(mis);
    await mis.reach(next.ref, 'accepted');
    const uids = new Set(mis.received.map(({ body }) => body.read('document', 'localUid')));
    assert.ok(uids.has(next.localUid));
    const other = await mis.json('POST', '/reset', { variant: 'mo-1' });
    assert.equal(other.status, 409);
  }));

test('адаптер объясняет, чего не понял', () =>
  withMis([], async (mis) => {
    const bad = [
      ['POST', '/documents', {}, 400, /case: нужен объект/],
      ['POST', '/documents', { case: { ...EXAMPLE, patient: null } }, 400, /case\.patient/],
      ['POST', '/documents', { case: { ...EXAMPLE, kind: '110' } }, 400, /вид 110/],
      ['POST', '/reset', { timeScale: 0 }, 400, /timeScale/],
      ['POST', '/reset', { asOf: 'вчера' }, 400, /asOf/],
      ['POST', '/reset', { endpoints: { remd: 'ftp' } }, 400, /endpoints\.remd/],
      ['GET', '/documents/нет', undefined, 404, /нет/],
      ['PUT', '/documents', undefined, 405, /POST/],
      ['GET', '/чужое', undefined, 404, /нет/],
      ['GET', '/emdr/callback', undefined, 405, /POST/],
    ];
    for (const [method, path, data, status, text] of bad) {
      const got = await mis.json(method, encodeURI(path), data);
      assert.equal(got.status, status, path);
      assert.match(got.body.error.message, text);
    }
    const fault = await mis.soap(Buffer.from('<!DOCTYPE a><a/>'));
    assert.deepEqual([fault.status, fault.operation], [400, 'Fault']);
  }));

test('без ключа документ не отправляется, и МИС говорит почему', () =>
  withMis([], async (mis) => {
    const author = { ...EXAMPLE.author, snils: '00000000000' };
    const { body } = await mis.json('POST', '/documents', { case: { ...EXAMPLE, author } });
    const { errors, attempts } = await mis.reach(body.ref, 'failed');
    assert.equal(attempts, 0);
    assert.match(errors[0].message, /Нет ключа сотрудника/);
  }));

test('у каждого рода отказа своё решение', () => {
  const of = (kind, ...codes) => advise({ kind, errors: codes.map((code) => ({ code })) });
  assert.equal(of('temporary', 'RATE_LIMIT'), 'retry');
  assert.equal(of('refused', 'NO_DEPARTMENT'), 'mend');
  assert.equal(of('refused', 'NO_DEPARTMENT', 'DISABLED_RMIS'), 'person');
  assert.equal(of('refused'), 'person');
  assert.equal(of('accepted'), undefined);
});

test('probe: МИС сама обращается к стенду и говорит, что вышло', () =>
  withMis([], async ({ json }) => {
    const stand = http.createServer((_, response) => response.writeHead(404).end());
    const url = await listen(stand);
    assert.deepEqual((await json('POST', '/probe', { url })).body, { status: 404 });
    await new Promise((done) => stand.close(done));
    const { body } = await json('POST', '/probe', { url });
    assert.equal(body.error.code, 'refused');
    const alien = await json('POST', '/probe', { url: url.replace('http', 'ftp') });
    assert.deepEqual([alien.status, (await json('POST', '/probe', {})).status], [400, 400]);
  }));
