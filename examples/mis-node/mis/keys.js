// Keys of the staff and of the MOs, found by what their certificates say.

import { join } from 'node:path';
import { signDetached } from '../cms/sign.js';
import { loadCredential } from '../cms/credential.js';

/** Signs documents. */
export class Keys {
  #people = new Map();
  #organizations = new Map();

  /** Reads PEM files; throws, in Russian, for one that is not usable. */
  constructor({ folder, people, organizations }) {
    for (const name of people) {
      const credential = loadCredential(join(folder, name));
      this.#people.set(credential.snils, credential);
    }
    for (const name of organizations) {
      const credential = loadCredential(join(folder, name));
      this.#organizations.set(credential.ogrn, credential);
    }
  }

  /** Returns {file, personal: [{signer, der}], organization}; throws where a key is missing. */
  sign(file, { author, chairman, facility }, moment) {
    const personal = [author, chairman].map((signer) => {
      const credential = this.#people.get(signer.snils);
      if (!credential) {
        throw new Error(`Нет ключа сотрудника ${signer.surname} ${signer.name}, СНИЛС ${signer.snils}`);
      }
      return { signer, der: signDetached(file, credential, moment) };
    });
    const credential = this.#organizations.get(facility.ogrn);
    if (!credential) throw new Error(`Нет ключа МО «${facility.name}», ОГРН ${facility.ogrn}`);
    return { file, personal, organization: signDetached(file, credential, moment) };
  }
}
