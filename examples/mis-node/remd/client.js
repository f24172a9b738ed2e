// Calls of the service: registerDocument and searchRegistryItem over SOAP 1.2.

import http from 'node:http';
import https from 'node:https';
import { judge } from '../mis/retries.js';
import { BadXmlError } from '../xml/read.js';
import { CONTENT_TYPE, readEnvelope, readReply, sameId } from './envelope.js';

const TIMEOUT = 30_000;
const MAX_ANSWER = 1 << 20;
const TRY_AGAIN = new Set([408, 425, 429, 500, 502, 503, 504]);

const temporary = (message) => ({ kind: 'temporary', errors: [{ code: 'TRANSPORT', message }] });

const post = (url, data, headers, signal) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? https.request : http.request;
    const request = send(url, { method: 'POST', headers, signal, agent: false }, (response) => {
      const chunks = [];
      let size = 0;
      response.on('data', (chunk) => {
        size += chunk.length;
        if (size > MAX_ANSWER) response.destroy(new Error('ответ слишком велик'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('aborted', () => reject(new Error('соединение оборвалось')));
      response.on('end', () => resolve({ status: response.statusCode, data: Buffer.concat(chunks) }));
    });
    request.on('error', reject);
    request.end(data);
  });

// A fault of the sender is final: the message must change (SOAP 1.2 part 1 §5.4.6).
const readFault = (body) => {
  const code = body.read('Code', 'Value') ?? body.read('faultcode') ?? '';
  const reason = body.read('Reason', 'Text') ?? body.read('faultstring') ?? '';
  return /(^|:)(Sender|Client)$/.test(code)
    ? { kind: 'refused', errors: [{ code: 'FAULT', message: `Сообщение не принято: ${reason}` }] }
    : temporary(`SOAP Fault: ${reason}`);
};

/** Returns {body} of the answer, or {failure} with what came instead; never throws. */
const call = async (url, action, message, signal) => {
  const headers = {
    'Content-Type': `${CONTENT_TYPE['1.2']}; action="${action}"`,
    'Content-Length': message.length,
  };
  const deadline = new AbortController();
  const stop = () => deadline.abort();
  const timer = setTimeout(stop, TIMEOUT);
  signal.addEventListener('abort', stop);
  try {
    const { status, data } = await post(url, message, headers, deadline.signal);
    if (TRY_AGAIN.has(status)) return { failure: temporary(`Ответ HTTP ${status}`) };
    const { operation, body } = readEnvelope(data);
    return operation === 'Fault' ? { failure: readFault(body) } : { body };
  } catch (error) {
    if (error instanceof BadXmlError) {
      return { failure: temporary(`Ответ не читается: ${error.message}`) };
    }
    const text = deadline.signal.aborted ? 'Ответа нет' : `Связи нет: ${error.message}`;
    return { failure: temporary(text) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
};

/** Returns {kind: 'accepted' | 'refused' | 'temporary', errors} of one attempt. */
export const registerDocument = async (url, message, signal) => {
  const { body, failure } = await call(url, 'registerDocument', message, signal);
  if (failure) return failure;
  const { status, errors } = readReply(body);
  return status === 'success' ? { kind: 'accepted', errors: [] } : judge(errors);
};

/** Returns the registration number under which the service holds a document, or undefined. */
export const findRegistered = async (url, message, localUid, signal) => {
  const { body } = await call(url, 'searchRegistryItem', message, signal);
  return body
    ?.all('matches', 'item')
    .find((item) => sameId(item.read('localUid') ?? '') === sameId(localUid))
    ?.read('emdrId');
};
