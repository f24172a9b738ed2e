// Sends registerDocument and says what came of it.

import http from 'node:http';
import https from 'node:https';
import { judge } from '../mis/retries.js';
import { BadXmlError } from '../xml/read.js';
import { CONTENT_TYPE, readEnvelope, readReply } from './envelope.js';

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

/** Returns {kind: 'accepted' | 'refused' | 'temporary', errors} of one attempt; never throws. */
export const registerDocument = async (url, message, signal) => {
  const headers = {
    'Content-Type': `${CONTENT_TYPE['1.2']}; action="registerDocument"`,
    'Content-Length': message.length,
  };
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), TIMEOUT);
  const stop = () => deadline.abort();
  signal.addEventListener('abort', stop);
  try {
    const { status, data } = await post(url, message, headers, deadline.signal);
    if (TRY_AGAIN.has(status)) return temporary(`Ответ HTTP ${status}`);
    const { operation, body } = readEnvelope(data);
    if (operation === 'Fault') return readFault(body);
    const { status: word, errors } = readReply(body);
    if (word === 'success') return { kind: 'accepted', errors: [] };
    return judge(errors);
  } catch (error) {
    if (error instanceof BadXmlError) return temporary(`Ответ не читается: ${error.message}`);
    return temporary(deadline.signal.aborted ? 'Ответа нет' : `Связи нет: ${error.message}`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
};
