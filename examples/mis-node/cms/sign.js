// Detached CAdES-BES: CMS SignedData (RFC 5652) with signingCertificateV2 (RFC 5035), GOST algorithms.

import { bitsOf } from '../gost/curves.js';
import { sign } from '../gost/signature.js';
import { streebog } from '../gost/streebog.js';
import { element, integer, octets, oid, sequence, setOf, TAG, time } from './der.js';

const DATA = oid('1.2.840.113549.1.7.1');
const SIGNED_DATA = oid('1.2.840.113549.1.7.2');
const ATTRIBUTE = {
  contentType: oid('1.2.840.113549.1.9.3'),
  messageDigest: oid('1.2.840.113549.1.9.4'),
  signingTime: oid('1.2.840.113549.1.9.5'),
  signingCertificateV2: oid('1.2.840.113549.1.9.16.2.47'),
};
const ALGORITHMS = {
  256: { digest: oid('1.2.643.7.1.1.2.2'), signature: oid('1.2.643.7.1.1.3.2') },
  512: { digest: oid('1.2.643.7.1.1.2.3'), signature: oid('1.2.643.7.1.1.3.3') },
};

const attribute = (type, value) => sequence(type, setOf([value]));

const issuerAndSerial = ({ issuer, serial }) => {
  const directoryName = element(TAG.context(4), issuer);
  return sequence(sequence(directoryName), serial);
};

/** Returns the container (DER) of a detached signature over `document`, signed at `moment`. */
export const signDetached = (document, credential, moment) => {
  const bits = bitsOf(credential.curve);
  const digest = sequence(ALGORITHMS[bits].digest);
  const certificate = sequence(
    digest,
    octets(streebog(credential.der, bits)),
    issuerAndSerial(credential),
  );
  const attributes = [
    attribute(ATTRIBUTE.contentType, DATA),
    attribute(ATTRIBUTE.messageDigest, octets(streebog(document, bits))),
    attribute(ATTRIBUTE.signingTime, time(moment)),
    attribute(ATTRIBUTE.signingCertificateV2, sequence(sequence(certificate))),
  ];
  // What is signed has the tag of SET, what is written has [0] instead (RFC 5652 §5.4).
  const value = sign(streebog(setOf(attributes), bits), credential.key, credential.curve);
  const signer = sequence(
    integer(1),
    sequence(credential.issuer, credential.serial),
    digest,
    setOf(attributes, TAG.context(0)),
    sequence(ALGORITHMS[bits].signature),
    octets(value),
  );
  const signed = sequence(
    integer(1),
    setOf([digest]),
    sequence(DATA),
    element(TAG.context(0), credential.der),
    setOf([signer]),
  );
  return sequence(SIGNED_DATA, element(TAG.context(0), signed));
};
