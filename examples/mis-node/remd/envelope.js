// SOAP 1.2 and 1.1 envelopes with WS-Addressing and the transport header of ЕГИСЗ.

import { BadXmlError, parse } from '../xml/read.js';
import { toBytes, xml } from '../xml/write.js';

const SOAP = {
  1.2: 'http://www.w3.org/2003/05/soap-envelope',
  1.1: 'http://schemas.xmlsoap.org/soap/envelope/',
};
export const CONTENT_TYPE = {
  1.2: 'application/soap+xml; charset=UTF-8',
  1.1: 'text/xml; charset=UTF-8',
};
export const SERVICE = 'http://egisz.rosminzdrav.ru/iehr/emdr/service/';

/** Returns the octets of an envelope. Header blocks that are not given are left out. */
export const writeEnvelope = (
  body,
  { version = '1.2', action, messageId, relatesTo, clientEntityId } = {},
) =>
  toBytes(xml`<soap:Envelope xmlns:soap="${SOAP[version]}"
 xmlns:wsa="http://www.w3.org/2005/08/addressing" xmlns:egisz="http://egisz.rosminzdrav.ru">
  <soap:Header>
    ${clientEntityId && xml`<egisz:transportHeader><egisz:authInfo>
      <egisz:clientEntityId>${clientEntityId}</egisz:clientEntityId>
    </egisz:authInfo></egisz:transportHeader>`}
    ${action && xml`<wsa:Action>${action}</wsa:Action>`}
    ${messageId && xml`<wsa:MessageID>${messageId}</wsa:MessageID>`}
    ${relatesTo && xml`<wsa:RelatesTo>${relatesTo}</wsa:RelatesTo>`}
  </soap:Header>
  <soap:Body>${body}</soap:Body>
</soap:Envelope>`);

/** Returns {version, operation, body, messageId, relatesTo}; throws BadXmlError. */
export const readEnvelope = (data) => {
  const root = parse(data);
  const version = Object.keys(SOAP).find((key) => SOAP[key] === root.namespace);
  if (!version || root.name !== 'Envelope') {
    throw new BadXmlError('Сообщение не конверт SOAP 1.1 или 1.2');
  }
  const body = root.find('Body')?.children[0];
  if (!body) throw new BadXmlError('В конверте SOAP пустое тело');
  return {
    version,
    body,
    operation: body.name,
    messageId: root.read('Header', 'MessageID'),
    relatesTo: root.read('Header', 'RelatesTo'),
  };
};

/** Returns {status, errors: [{code, message}]} of an answer or a result. */
export const readReply = (body) => ({
  status: body.read('status'),
  errors: body.all('errors', 'item').map((item) => ({
    code: item.read('code') ?? '',
    message: item.read('message') ?? '',
  })),
});

/** Returns a fault of the sender with the text. */
export const fault = (version, text) =>
  version === '1.1'
    ? xml`<soap:Fault><faultcode>soap:Client</faultcode><faultstring>${text}</faultstring></soap:Fault>`
    : xml`<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code>
      <soap:Reason><soap:Text xml:lang="ru">${text}</soap:Text></soap:Reason></soap:Fault>`;

/** Returns an identifier without prefix, brackets, dashes and case, for comparison. */
export const sameId = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/^<|>$/g, '')
    .replace(/^(urn:)?(uuid:)?/, '')
    .replace(/[-{}]/g, '');
