// НСИ dictionaries of kind 194: versions, full names, and the rows that every document carries.

import { xml } from '../xml/write.js';

const ROOT = '1.2.643.5.1.13.13.';

const TABLES = new Map([
  ['11.1002', { version: '9.6', title: 'Должности медицинских и фармацевтических работников' }],
  ['11.1034', { version: '4.2', title: 'Виды медицинской помощи' }],
  ['11.1035', { version: '1.3', title: 'Виды полиса обязательного медицинского страхования' }],
  ['11.1039', { version: '5.2', title: 'Источники оплаты медицинской помощи' }],
  ['11.1040', { version: '2.1', title: 'Пол пациента' }],
  [
    '11.1060',
    {
      version: '2.1',
      title:
        'Перечень вредных и (или) опасных производственных факторов и работ, при выполнении ' +
        'которых проводятся обязательные предварительные и периодические медицинские осмотры ' +
        '(обследования)',
    },
  ],
  ['11.1066', { version: '5.4', title: 'Номенклатура специальностей' }],
  ['11.1504', { version: '1.3', title: 'Тип адреса пациента' }],
  ['11.1551', { version: '1.1', title: 'Форма оказания медицинской помощи' }],
  [
    '99.2.1079',
    { version: '1.24', title: 'Виды структурированных электронных медицинских документов' },
  ],
  ['99.2.166', { version: '5.41', title: 'Кодируемые поля CDA документов' }],
  ['99.2.197', { version: '4.29', title: 'Секции электронных медицинских документов' }],
  ['99.2.206', { version: '6.5', title: 'Субъекты Российской Федерации' }],
  ['99.2.285', { version: '1.2', title: 'Уровень конфиденциальности медицинского документа' }],
  ['99.2.322', { version: '3.1', title: 'Условия оказания медицинской помощи' }],
  [
    '99.2.368',
    {
      version: '2.8',
      title:
        'Роли сотрудников при подписании медицинских документов, в том числе в электронном виде',
    },
  ],
  ['99.2.48', { version: '7.2', title: 'Документы, удостоверяющие личность' }],
  ['99.2.725', { version: '1.15', title: 'Перечень заключений в медицинских документах' }],
  ['99.2.726', { version: '3.10', title: 'Типы документированных событий' }],
  ['99.2.766', { version: '3.1', title: 'Группы здоровья' }],
  ['99.2.855', { version: '1.3', title: 'Профессии рабочих и должностей служащих' }],
]);

const attributes = (code, system, version, title, name) =>
  xml`code="${code}" codeSystem="${system}" codeSystemVersion="${version}" codeSystemName="${title}" displayName="${name}"`;

/** Returns the version in which a dictionary is used; `table` is its OID without the common root. */
export const versionOf = (table) => TABLES.get(table).version;

/** Returns the attributes of a coded element: a row of a dictionary. */
export const row = (table, code, name) => {
  const { version, title } = TABLES.get(table);
  if (!name) throw new Error(`Наименование кода ${code} справочника ${ROOT}${table} неизвестно`);
  return attributes(code, ROOT + table, version, title, name);
};

/** Returns the attributes of a coded element: a value of a control example. */
export const given = ({ code, name, system, version }) => {
  const title = TABLES.get(system.replace(ROOT, ''))?.title;
  if (!title) throw new Error(`Справочник ${system} в МИС не заведён`);
  return attributes(code, system, version, title, name);
};

/** Coded fields of section DOCINFO (НСИ 99.2.166) by code. */
export const FIELDS = {
  4073: 'Сведения о трудовой деятельности (при осуществлении трудовой деятельности)',
  8085: 'ИНН/ОГРН работодателя',
  8006: 'Структурное подразделение',
  4074: 'Основная профессия (специальность, должность)',
  8086: 'Наименование выполняемой работы',
  813: 'Профессиональная вредность',
  837: 'Заключение',
  8007: 'Перенесенное заболевание',
  9021: 'Проведенные профилактические прививки',
  6020: 'Группа здоровья',
  8087: 'Дата проведения очередного периодического медицинского осмотра',
  10000: 'Комментарий',
};

export const GENDERS = { 1: 'Мужской', 2: 'Женский' };
export const ROLES = { AUTHOR: 'Автор документа', CHAIRMAN: 'Председатель' };
