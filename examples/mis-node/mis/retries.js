// What the МИС does after a failure, and when. Times are seconds before the time scale.

// Codes of НСИ 99.2.305 that do not speak of the document: the same is sent again, later.
const TEMPORARY = new Set([
  'ASYNC_RESPONSE_TIMEOUT',
  'CA_INACCESSIBILITY',
  'INTERNAL_ERROR',
  'MIS_NOT_AVAILABLE',
  'PATIENT_ALREADY_REGISTERED',
  'RATE_LIMIT',
  'RUNTIME_ERROR',
  'SCHEMA_PROCESSING_ERROR',
  'VALSYS_INTERNAL_ERROR',
  'VALSYS_REJECT',
  'XML_VALIDATOR_ERROR',
]);

/** How many times one version is sent at most. */
export const MAX_ATTEMPTS = 6;

/** Seconds without a result after which the МИС asks whether the document is registered. */
export const RESULT_PATIENCE = 900;

/** How many times it asks; each pause is twice the one before. */
export const MAX_INQUIRIES = 5;

// НСИ 99.2.305, RATE_LIMIT: «просьба повторить через минуту или позже».
const RATE_LIMIT_PAUSE = 60;
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 300;

/** Returns what a refusal with these errors comes to: {kind: 'temporary' | 'refused', errors}. */
export const judge = (errors) => {
  const temporary = errors.length > 0 && errors.every(({ code }) => TEMPORARY.has(code));
  return { kind: temporary ? 'temporary' : 'refused', errors };
};

/** Returns the seconds to wait after the failed attempt number `attempt`, counted from 1. */
export const pause = (errors, attempt) =>
  errors.some(({ code }) => code === 'RATE_LIMIT')
    ? RATE_LIMIT_PAUSE
    : Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE);
