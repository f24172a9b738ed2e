// Checks the JSON that the stand sends; unknown fields are passed over.

/** The body is not what the adapter API asks for; the message is Russian and names the place. */
export class BadRequest extends Error {}

const fail = (place, what) => {
  throw new BadRequest(`Запрос не понят: ${place}: ${what}`);
};

const text = (value, place) => typeof value === 'string' || fail(place, 'нужна строка');
const flag = (value, place) => typeof value === 'boolean' || fail(place, 'нужно true или false');
const optional = (check) => (value, place) => value === null || value === undefined || check(value, place);
const list = (check) => (value, place) => {
  if (!Array.isArray(value)) fail(place, 'нужен список');
  value.forEach((item, i) => check(item, `${place}[${i}]`));
};
const matching = (pattern, what) => (value, place) =>
  (typeof value === 'string' && pattern.test(value) && !Number.isNaN(Date.parse(value))) ||
  fail(place, what);
const day = matching(/^\d{4}-\d\d-\d\d$/, 'нужна дата ГГГГ-ММ-ДД');
const moment = matching(/^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:\d\d)$/, 'нужны дата и время с поясом');
const shape = (fields) => (value, place) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(place, 'нужен объект');
  }
  for (const [name, check] of Object.entries(fields)) check(value[name], `${place}.${name}`);
};
const texts = (...names) => Object.fromEntries(names.map((name) => [name, text]));

const address = shape(
  texts('text', 'region', 'region_name', 'postal_code', 'aoguid', 'houseguid'),
);
const coded = shape(texts('code', 'name', 'system', 'version'));
const person = { ...texts('local_id', 'surname', 'name', 'snils'), patronymic: optional(text), birth_date: day };
const signer = shape({
  ...person,
  ...texts('role', 'position', 'position_name'),
  speciality: optional(text),
});
const example = shape({
  ...texts('id', 'title', 'kind'),
  patient: shape({
    ...person,
    ...texts('gender', 'passport_series', 'passport_number', 'passport_issuer'),
    ...texts('passport_issuer_code', 'policy_number', 'phone'),
    passport_date: day,
    address,
  }),
  employer: shape(texts('name', 'inn', 'ogrn', 'unit')),
  exam: shape({
    ...texts('work', 'illness', 'vaccinations'),
    began: moment,
    ended: moment,
    next_date: day,
    periodic: flag,
    profession: coded,
    factors: list(coded),
    conclusion: coded,
    health_group: optional(coded),
    comment: optional(text),
  }),
  facility: shape({
    ...texts('oid', 'name', 'ogrn', 'inn', 'department_oid', 'department_name'),
    ...texts('license_number', 'license_issuer', 'phone'),
    address,
  }),
  author: signer,
  chairman: signer,
});

const url = (value, place) =>
  (typeof value === 'string' && /^https?:\/\/[^/]/.test(value)) || fail(place, 'нужен адрес http');
const scale = (value, place) =>
  (typeof value === 'number' && value >= 1 && value <= 100_000) ||
  fail(place, 'нужно число от 1 до 100000');

/** Returns the control example of a body; throws BadRequest. */
export const readExample = (body) => {
  shape({ case: example })(body, 'тело запроса');
  if (body.case.kind !== '194') fail('case.kind', `вид ${body.case.kind} МИС не формирует`);
  return body.case;
};

/** Returns the options of POST /reset; throws BadRequest. */
export const readReset = (body) => {
  shape({ asOf: optional(day), variant: optional(text), endpoints: optional(shape({})) })(
    body,
    'тело запроса',
  );
  if (body.timeScale !== undefined) scale(body.timeScale, 'timeScale');
  for (const [name, value] of Object.entries(body.endpoints ?? {})) url(value, `endpoints.${name}`);
  return body;
};
