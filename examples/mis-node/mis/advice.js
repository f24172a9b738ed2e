// What the МИС tells its user to do after a refusal.

// Codes of НСИ 99.2.305 whose cause is not in the document: rights, registries, certificates,
// the МИС's own file service. Whoever looks after them must act, mending the document is no help.
const NOT_OF_THE_DOCUMENT = new Set([
  'ACCESS_DENIED',
  'ATTRIBUTE_MISMATCH',
  'CANT_BUILD_CERT_CHAIN_TO_ACCREDITED_CA_CERT',
  'CANT_REG_VERSION',
  'DIGEST_MISMATCH',
  'DISABLED_RMIS',
  'DOC_DATE_MISMATCH_CERT_NOT_AFTER',
  'DOC_DATE_MISMATCH_CERT_NOT_BEFORE',
  'DUPLICATE_PATIENT_FOUND',
  'FILE_WAS_NOT_SENT',
  'GET_DOCUMENT_FILE_ERROR',
  'INVALID_CERT_KEY_USAGE',
  'IPS_VALIDATION_WARNING',
  'MIS_ERROR',
  'NOT_UNIQUE_ASSOCIATION',
  'NOT_UNIQUE_PROVIDED_ID',
  'NO_DOCUMENT_KIND_ON_DATE',
  'NO_ORG_ON_DATE',
  'NO_RMIS',
  'NO_ROLE_POLICY_ON_DATE',
  'OBJECT_NOT_FOUND',
  'ORG_NOT_FOUND_IN_FRMO',
  'PATIENT_CREATION_ERROR',
  'PATIENT_MPI_MISMATCH',
  'PERSONAL_SIG_CERT_NOT_ACTUAL_ON_CHECK_DT',
  'PERSONAL_SIG_CERT_NOT_ACTUAL_ON_DOC_CREATION_DT',
  'PERSON_CARD_NOT_FOUND',
  'PERSON_NOT_FOUND',
  'PERSON_POST_IN_FRMR_MISMATCH',
  'REGISTRY_ITEM_NOT_FOUND',
  'RESTRICT_NEW_VERSION',
  'RMIS_ERROR',
  'RMIS_REGION_MISMATCH',
  'SERIES_REQUIRED_WRONG_SERVICE_VERSION',
  'SIGNER_ORG_MISMATCH',
  'VALUE_MISMATCH_METADATA_AND_FRMR',
  'WRONG_MESSAGE_ID',
]);

/** Returns 'retry', 'mend' or 'person' for an outcome of `judge`, undefined for a success. */
export const advise = ({ kind, errors }) => {
  if (kind === 'temporary') return 'retry';
  if (kind !== 'refused') return undefined;
  const known = errors.length > 0 && errors.every(({ code }) => code);
  return !known || errors.some(({ code }) => NOT_OF_THE_DOCUMENT.has(code)) ? 'person' : 'mend';
};
