// СЭМД of kind 194 «Медицинское заключение», edition 2: the template of a control example.

import { toBytes, xml } from '../xml/write.js';
import { FIELDS, GENDERS, given, ROLES, row } from './dictionaries.js';

const SNILS = '1.2.643.100.3';
const LICENSE = '1.2.643.5.1.13.2.1.1.1504.101';
// Number of the МИС in the MO and of its instance, arcs of the roots of identifiers.
const INSTANCE = '2.1';

const day = (date) => date.replaceAll('-', '');

// 2024-02-15T09:30:00+03:00 → 202402150930+0300
const minute = (moment) => {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::[\d.]+)?(Z|[+-]\d\d:\d\d)$/.exec(moment);
  if (!parts) throw new Error(`Дата и время «${moment}» без часового пояса или записаны неверно`);
  const zone = parts[6] === 'Z' ? '+0000' : parts[6].replace(':', '');
  return parts.slice(1, 6).join('') + zone;
};

const fullName = ({ surname, name, patronymic }) => xml`<name>
  <family>${surname}</family>
  <given>${name}</given>
  ${patronymic && xml`<identity:Patronymic>${patronymic}</identity:Patronymic>`}
</name>`;

const address = ({ text, region, region_name, postal_code, aoguid, houseguid }, type) => xml`<addr>
  ${type && xml`<address:Type ${type}/>`}
  <streetAddressLine>${text}</streetAddressLine>
  <address:stateCode ${row('99.2.206', region, region_name)}/>
  <postalCode>${postal_code}</postalCode>
  <fias:Address>
    <fias:AOGUID>${aoguid}</fias:AOGUID>
    <fias:HOUSEGUID>${houseguid}</fias:HOUSEGUID>
  </fias:Address>
</addr>`;

const contacts = ({ name, phone, address: place }) => xml`<name>${name}</name>
<telecom value="tel:${phone}" use="WP"/>
${address(place)}`;

const entry = (code, contents) => xml`<entry>
  <observation classCode="OBS" moodCode="EVN">
    <code ${row('99.2.166', code, FIELDS[code])}/>
    ${contents}
  </observation>
</entry>`;

const textEntry = (code, text) => entry(code, xml`<value xsi:type="ST">${text}</value>`);
const codedEntry = (code, value) => entry(code, xml`<value xsi:type="CD" ${given(value)}/>`);

const employment = ({ name }) =>
  entry(
    '4073',
    xml`<performer><assignedEntity>
      <id nullFlavor="NI"/>
      <representedOrganization classCode="ORG"><id nullFlavor="NI"/><name>${name}</name></representedOrganization>
    </assignedEntity></performer>`,
  );

const profession = (value) =>
  value.code
    ? codedEntry('4074', value)
    : entry(
        '4074',
        xml`<value xsi:type="CD" nullFlavor="OTH"><originalText>${value.name}</originalText></value>`,
      );

const readable = ({ employer, exam }) =>
  [
    ['Место работы', `${employer.name}, ${employer.unit}`],
    ['Профессия', exam.profession.name],
    ['Вредные факторы', exam.factors.map(({ name }) => name).join('; ') || 'не указаны'],
    ['Заключение', exam.conclusion.name],
    ['Очередной осмотр', exam.next_date],
  ].map(([title, text]) => xml`<item><caption>${title}</caption>${text}</item>`);

/** Returns the octets of ClinicalDocument for a version of a document; throws in Russian. */
export const form = ({ example, localUid, setId, versionNumber, created }) => {
  const { patient, employer, exam, facility, author, chairman } = example;
  const root = `${facility.oid}.100.${INSTANCE}`;
  const post = ({ position, position_name }) => row('11.1002', position, position_name);
  const organization = xml`<id root="${facility.oid}" extension="${facility.department_oid}"/>`;
  const employee = (person) => xml`<id root="${root}.70" extension="${person.local_id}"/>
      <id root="${SNILS}" extension="${person.snils}"/>
      <code ${post(person)}/>
      <assignedPerson>${fullName(person)}</assignedPerson>
      <representedOrganization classCode="ORG">${organization}${contacts(facility)}</representedOrganization>`;
  const performer = (type, person) => xml`<performer typeCode="${type}">
        <functionCode ${row('99.2.368', person.role, ROLES[person.role])}/>
        <assignedEntity>
          <id root="${root}.70" extension="${person.local_id}"/>
          <code ${post(person)}/>
          <assignedPerson>${fullName(person)}</assignedPerson>
        </assignedEntity>
      </performer>`;
  return toBytes(xml`<ClinicalDocument xmlns="urn:hl7-org:v3"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:identity="urn:hl7-ru:identity"
 xmlns:address="urn:hl7-ru:address" xmlns:medService="urn:hl7-ru:medService" xmlns:fias="urn:hl7-ru:fias">
  <realmCode code="RU"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_MT000040"/>
  <templateId root="1.2.643.5.1.13.13.15.47.2"/>
  <id root="${root}.51" extension="${localUid}"/>
  <code ${row(
    '99.2.1079',
    '47',
    'Медицинское заключение по результатам предварительного (периодического) медицинского осмотра (обследования)',
  )}/>
  <title>Медицинское заключение по результатам ${exam.periodic ? 'периодического' : 'предварительного'} медицинского осмотра</title>
  <effectiveTime value="${minute(created)}"/>
  <confidentialityCode ${row('99.2.285', 'N', 'Обычный')}/>
  <languageCode code="ru-RU"/>
  <setId root="${root}.50" extension="${setId}"/>
  <versionNumber value="${versionNumber}"/>
  <recordTarget>
    <patientRole>
      <id root="${root}.10" extension="${patient.local_id}"/>
      <id root="${SNILS}" extension="${patient.snils}"/>
      <identity:IdentityDoc>
        <identity:IdentityCardType ${row('99.2.48', '1', 'Паспорт гражданина Российской Федерации')}/>
        <identity:Series>${patient.passport_series}</identity:Series>
        <identity:Number>${patient.passport_number}</identity:Number>
        <identity:IssueOrgName>${patient.passport_issuer}</identity:IssueOrgName>
        <identity:IssueOrgCode>${patient.passport_issuer_code}</identity:IssueOrgCode>
        <identity:IssueDate value="${day(patient.passport_date)}"/>
      </identity:IdentityDoc>
      <identity:InsurancePolicy>
        <identity:InsurancePolicyType ${row('11.1035', '2', 'Полис ОМС единого образца, бессрочный')}/>
        <identity:Number>${patient.policy_number}</identity:Number>
      </identity:InsurancePolicy>
      ${address(patient.address, row('11.1504', '1', 'Адрес по месту жительства (постоянной регистрации)'))}
      <telecom value="tel:${patient.phone}" use="MC"/>
      <patient>
        ${fullName(patient)}
        <administrativeGenderCode ${row('11.1040', patient.gender, GENDERS[patient.gender])}/>
        <birthTime value="${day(patient.birth_date)}"/>
      </patient>
      <providerOrganization>
        ${organization}
        <id root="${LICENSE}" extension="${facility.license_number}" assigningAuthorityName="${facility.license_issuer}"/>
        <identity:Props><identity:Ogrn>${facility.ogrn}</identity:Ogrn></identity:Props>
        ${contacts(facility)}
      </providerOrganization>
    </patientRole>
  </recordTarget>
  <author>
    <time nullFlavor="NI"/>
    <assignedAuthor>${employee(author)}</assignedAuthor>
  </author>
  <custodian>
    <assignedCustodian>
      <representedCustodianOrganization classCode="ORG">${organization}${contacts(facility)}</representedCustodianOrganization>
    </assignedCustodian>
  </custodian>
  <informationRecipient>
    <intendedRecipient>
      <receivedOrganization>
        <id root="1.2.643.5.1.13"/>
        <name>Министерство здравоохранения Российской Федерации</name>
      </receivedOrganization>
    </intendedRecipient>
  </informationRecipient>
  <legalAuthenticator>
    <time nullFlavor="NI"/>
    <signatureCode nullFlavor="NI"/>
    <assignedEntity>${employee(chairman)}</assignedEntity>
  </legalAuthenticator>
  <participant typeCode="IND">
    <associatedEntity classCode="GUAR">
      <code ${row('11.1039', '8', 'Средства организаций')}/>
      <identity:DocInfo nullFlavor="NA"/>
    </associatedEntity>
  </participant>
  <documentationOf>
    <serviceEvent>
      <code ${row('99.2.726', '5', 'Врачебная комиссия')}/>
      <effectiveTime><low value="${minute(exam.began)}"/><high value="${minute(exam.ended)}"/></effectiveTime>
      <medService:serviceForm ${row('11.1551', '1', 'плановая')}/>
      <medService:serviceType ${row('11.1034', '3', 'Первичная специализированная медико-санитарная помощь')}/>
      <medService:serviceCond ${row('99.2.322', '2', 'Амбулаторно, в том числе на дому при вызове медицинского работника')}/>
      ${performer('PPRF', chairman)}
      ${performer('SPRF', author)}
    </serviceEvent>
  </documentationOf>
  <component>
    <structuredBody>
      <component>
        <section>
          <code ${row('99.2.197', 'DOCINFO', 'Сведения о документе')}/>
          <title>Сведения о документе</title>
          <text><list>${readable(example)}</list></text>
          ${employment(employer)}
          ${textEntry('8085', `${employer.inn}/${employer.ogrn}`)}
          ${textEntry('8006', employer.unit)}
          ${profession(exam.profession)}
          ${textEntry('8086', exam.work)}
          ${exam.factors.map((factor) => codedEntry('813', factor))}
          ${codedEntry('837', exam.conclusion)}
          ${textEntry('8007', exam.illness)}
          ${textEntry('9021', exam.vaccinations)}
          ${exam.health_group && codedEntry('6020', exam.health_group)}
          ${entry('8087', xml`<effectiveTime value="${day(exam.next_date)}"/>`)}
          ${exam.comment && textEntry('10000', exam.comment)}
        </section>
      </component>
    </structuredBody>
  </component>
</ClinicalDocument>`);
};
