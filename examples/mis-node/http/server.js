// One HTTP server: the adapter API of the stand and the SOAP service for РЭМД.

import http from 'node:http';
import { RefusedCall } from '../mis/registrar.js';
import { answerSoap } from './callback.js';
import { BadRequest, readExample, readReset } from './example.js';
import { probe } from './probe.js';

const MAX_BODY = 64 << 20;
const REFUSALS = { 'not-found': 404, busy: 409, variant: 409 };

class TooLarge extends Error {}

const readBody = async (request) => {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const readJson = async (request) => {
  const data = await readBody(request);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    throw new BadRequest('Запрос не понят: нужен JSON в UTF-8');
  }
};

const failure = (status, code, message) => [status, { error: { code, message } }];

const describe = (error) => {
  if (error instanceof BadRequest) return failure(400, 'bad-request', error.message);
  if (error instanceof RefusedCall) return failure(REFUSALS[error.code], error.code, error.message);
  if (error instanceof TooLarge) return failure(413, 'too-large', 'Запрос слишком велик');
  console.error(error);
  return failure(500, 'internal', 'Сбой МИС');
};

/** Returns an HTTP server, not yet listening. */
export const createServer = (registrar, { product, version }) => {
  const routes = [
    [
      'POST',
      /^\/emdr\/callback$/,
      async (request) => {
        const { status, type, data } = answerSoap(registrar, await readBody(request));
        return [status, data, { 'Content-Type': type }];
      },
    ],
    ['GET', /^\/health$/, () => [200, { status: 'ok', product, version }]],
    [
      'POST',
      /^\/reset$/,
      async (request) => {
        registrar.reset(readReset(await readJson(request)));
        return [204];
      },
    ],
    ['POST', /^\/probe$/, async (request) => [200, await probe(await readJson(request))]],
    [
      'POST',
      /^\/documents$/,
      async (request) => [202, registrar.submit(readExample(await readJson(request)))],
    ],
    [
      'POST',
      /^\/documents\/([^/]+)\/versions$/,
      async (request, ref) => [202, registrar.replace(ref, readExample(await readJson(request)))],
    ],
    ['GET', /^\/documents\/([^/]+)$/, (_, ref) => [200, registrar.status(ref)]],
  ];

  // Returns [status, body, headers]; the body is a Buffer, an object for JSON, or absent.
  const answer = async (request) => {
    const path = request.url.split('?')[0];
    const here = routes.filter(([, pattern]) => pattern.test(path));
    const route = here.find(([method]) => method === request.method);
    if (route) return route[2](request, ...route[1].exec(path).slice(1));
    if (!here.length) return failure(404, 'not-found', `Адреса ${path} у МИС нет`);
    const allowed = here.map(([method]) => method).join(', ');
    return [...failure(405, 'method', `Здесь отвечают на ${allowed}`), { Allow: allowed }];
  };

  return http.createServer(async (request, response) => {
    const [status, body, headers] = await answer(request).catch(describe);
    const json = body !== undefined && !Buffer.isBuffer(body);
    response.writeHead(status, {
      ...(json && { 'Content-Type': 'application/json; charset=utf-8' }),
      ...headers,
    });
    response.end(json ? JSON.stringify(body) : body);
  });
};
