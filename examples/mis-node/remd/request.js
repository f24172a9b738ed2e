// Bodies of the messages that the МИС sends.

import { versionOf } from '../semd/dictionaries.js';
import { xml } from '../xml/write.js';
import { checksum } from './checksum.js';
import { SERVICE } from './envelope.js';

const REPLACES = 'replace';

const container = (der) =>
  xml`<data>${der.toString('base64')}</data><checksum>${checksum(der)}</checksum>`;

const named = ({ surname, name, patronymic }) => xml`<surname>${surname}</surname>
      <name>${name}</name>${patronymic && xml`<patrName>${patronymic}</patrName>`}`;

const personal = ({ signer, der }) => xml`<item>
      <signer>
        <localId>${signer.local_id}</localId>
        ${named(signer)}
        <birthDate>${signer.birth_date}</birthDate>
        <snils>${signer.snils}</snils>
        <role version="${versionOf('99.2.368')}">${signer.role}</role>
        <position version="${versionOf('11.1002')}">${signer.position}</position>
        ${
          signer.speciality &&
          xml`<speciality version="${versionOf('11.1066')}">${signer.speciality}</speciality>`
        }
      </signer>
      <signature>${container(der)}</signature>
      <description>Подпись сотрудника</description>
    </item>`;

/** Returns the body of registerDocument; `mnemonic` goes into `system`. */
export const registerDocumentRequest = (version, mnemonic) => {
  const { example, signed, replaces } = version;
  const { patient, facility } = example;
  return xml`<registerDocumentRequest xmlns="${SERVICE}"><document>
    <localUid>${version.localUid}</localUid>
    <kind>${example.kind}</kind>
    ${mnemonic && xml`<system>${mnemonic}</system>`}
    <organization>${facility.oid}</organization>
    <department>
      <localId>${facility.department_oid}</localId><name>${facility.department_name}</name>
    </department>
    <documentNumber>${version.number}</documentNumber>
    <creationDateTime>${version.created}</creationDateTime>
    <description>${example.title}</description>
    <patient>
      <localId>${patient.local_id}</localId>
      ${named(patient)}
      <birthDate>${patient.birth_date}</birthDate>
      <gender>${patient.gender}</gender>
      <snils>${patient.snils}</snils>
    </patient>
    <docContent><checksum>${checksum(signed.file)}</checksum></docContent>
    <orgSignature>${container(signed.organization)}</orgSignature>
    <personalSignatures>${signed.personal.map(personal)}</personalSignatures>
    ${
      replaces &&
      xml`<associations><item><type>${REPLACES}</type><target>${replaces}</target></item></associations>`
    }
  </document></registerDocumentRequest>`;
};

/** Returns the body of searchRegistryItem for the documents of a version's MO and kind. */
export const searchRegistryItemRequest = ({ example, created }, until) =>
  xml`<searchRegistryItemRequest xmlns="${SERVICE}">
  <organization>${example.facility.oid}</organization>
  <kind>${example.kind}</kind>
  <registerDateBegin>${created}</registerDateBegin>
  <registerDateEnd>${until}</registerDateEnd>
</searchRegistryItemRequest>`;
