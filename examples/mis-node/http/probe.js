// A plain GET of the stand from where the МИС runs: the optional action POST /probe.

import http from 'node:http';
import https from 'node:https';
import { BadRequest } from './example.js';

const PATIENCE = 5000;

const WORDS = {
  refused: 'в соединении отказано',
  timeout: 'нет ответа за 5 с',
  dns: 'имя узла не разрешается',
  unreachable: 'до узла нет маршрута',
  tls: 'соединение TLS не установлено',
  garbage: 'ответ не по HTTP',
  broken: 'соединение оборвано',
};

const KINDS = [
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ETIMEDOUT|ESTALLED)$/, 'timeout'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'dns'],
  [/^(ENETUNREACH|EHOSTUNREACH)$/, 'unreachable'],
  [/^(ERR_SSL|ERR_TLS|CERT|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|EPROTO)/, 'tls'],
  [/^HPE_/, 'garbage'],
];

const explain = ({ code = '' }) => {
  const [, kind] = KINDS.find(([pattern]) => pattern.test(code)) ?? [null, 'broken'];
  return { error: { code: kind, message: WORDS[kind] } };
};

const parseUrl = (text) => {
  try {
    return new URL(text);
  } catch {
    return null;
  }
};

/** Returns {status}, or {error: {code, message}} when the address gave no HTTP answer. */
export const probe = (body) => {
  const url = parseUrl(body?.url);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new BadRequest('url: нужен адрес http:// или https://');
  }
  const { get } = url.protocol === 'https:' ? https : http;
  return new Promise((done) => {
    const request = get(url, { agent: false }, (response) => {
      done({ status: response.statusCode });
      response.destroy();
    });
    const late = Object.assign(new Error('no answer'), { code: 'ESTALLED' });
    const timer = setTimeout(() => request.destroy(late), PATIENCE);
    request.on('error', (error) => done(explain(error)));
    request.on('close', () => clearTimeout(timer));
  });
};
