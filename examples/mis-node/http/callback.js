// SOAP service of the МИС: getDocumentFile, registerDocumentResult, sendDocumentFile.

import { randomUUID } from 'node:crypto';
import { checksum } from '../remd/checksum.js';
import { CONTENT_TYPE, fault, readEnvelope, readReply, writeEnvelope } from '../remd/envelope.js';
import { BadXmlError } from '../xml/read.js';
import { xml } from '../xml/write.js';

const errorList = (errors) =>
  errors.length > 0 &&
  xml`<errors>${errors.map(
    ({ code, message }) => xml`<item><code>${code}</code><message>${message}</message></item>`,
  )}</errors>`;

const acknowledge = (name, namespace, errors) => xml`<${xml([name])} xmlns="${namespace}">
  <status>${errors.length ? 'error' : 'success'}</status>
  ${errorList(errors)}
</${xml([name])}>`;

const giveFile = (registrar, body) => {
  const localUid = body.read('localUid');
  const emdrId = body.read('emdrId');
  const file = registrar.file(localUid, emdrId);
  const message = `Документа ${localUid ?? emdrId ?? 'без идентификатора'} в МИС нет`;
  const errors = file ? [] : [{ code: 'MIS_ERROR', message }];
  return xml`<getDocumentFileResponse xmlns="${body.namespace}">
  <status>${file ? 'success' : 'error'}</status>
  ${localUid && xml`<localUid>${localUid}</localUid>`}
  ${
    file &&
    xml`<docContent><data>${file.toString('base64')}</data><checksum>${checksum(file)}</checksum></docContent>`
  }
  ${errorList(errors)}
</getDocumentFileResponse>`;
};

const takeResult = (registrar, body, relatesTo) => {
  const errors = registrar.takeResult({
    messageId: body.read('relatesToMessage') ?? relatesTo,
    localUid: body.read('localUid'),
    emdrId: body.read('registryItem', 'emdrId'),
    ...readReply(body),
  });
  return acknowledge('registerDocumentResultResponse', body.namespace, errors);
};

const OPERATIONS = {
  getDocumentFileRequest: giveFile,
  getDocumentFile: giveFile,
  registerDocumentResult: takeResult,
  sendRegisterDocumentResultRequest: takeResult,
  sendDocumentFileRequest: (_, { namespace }) =>
    acknowledge('sendDocumentFileResponse', namespace, []),
};

/** Returns {status, type, data}: the answer to the octets of one message. */
export const answerSoap = (registrar, data) => {
  let version = '1.2';
  try {
    const message = readEnvelope(data);
    version = message.version;
    const operation = Object.hasOwn(OPERATIONS, message.operation) && OPERATIONS[message.operation];
    if (!operation) throw new BadXmlError(`Операция ${message.operation} не поддерживается`);
    const body = operation(registrar, message.body, message.relatesTo);
    const header = {
      version,
      action: `${message.operation.replace(/Request$/, '')}Response`,
      messageId: randomUUID(),
      relatesTo: message.messageId,
    };
    return { status: 200, type: CONTENT_TYPE[version], data: writeEnvelope(body, header) };
  } catch (error) {
    if (!(error instanceof BadXmlError)) throw error;
    const body = writeEnvelope(fault(version, error.message), { version });
    return { status: 400, type: CONTENT_TYPE[version], data: body };
  }
};
