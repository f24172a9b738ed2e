// The МИС itself: forms documents, signs and sends them, repeats, takes results, serves files.

import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { findRegistered, registerDocument } from '../remd/client.js';
import { sameId, writeEnvelope } from '../remd/envelope.js';
import { registerDocumentRequest, searchRegistryItemRequest } from '../remd/request.js';
import { form } from '../semd/document194.js';
import { advise } from './advice.js';
import { Calendar } from './calendar.js';
import { judge, MAX_ATTEMPTS, MAX_INQUIRIES, pause, RESULT_PATIENCE } from './retries.js';

const FINAL = new Set(['registered', 'refused', 'failed']);

/** Which of the stand's services takes documents in a variant of connection. */
const SERVICES = { 'fed-1': 'gis', 'fed-3': 'remd', 'fed-4': 'remd', 'mo-3': 'emias' };

// What goes on until the next reset; every request in flight listens to it.
const newRun = () => {
  const run = new AbortController();
  setMaxListeners(0, run.signal);
  return run;
};

/** A call that cannot be obeyed: `code` is for programs, the message is Russian. */
export class RefusedCall extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Keeps documents in memory and brings them to registration. */
export class Registrar {
  #config;
  #keys;
  #calendar = new Calendar(null);
  #timeScale = 1;
  #address;
  #numbers = 0;
  #documents = new Map(); // ref → versions, oldest first
  #byUid = new Map();
  #byMessage = new Map(); // MessageID → {version, attempt}
  #run = newRun();

  constructor(config, keys) {
    this.#config = config;
    this.#keys = keys;
    this.#address = config.service;
  }

  /** Forgets everything and takes the date, the time scale and the addresses of the stand. */
  reset({ asOf = null, timeScale = 1, variant = null, endpoints = {} }) {
    const service = SERVICES[variant ?? 'fed-3'];
    if (!service) throw new RefusedCall('variant', `Вариант ${variant} эта МИС не поддерживает`);
    this.#run.abort();
    this.#run = newRun();
    for (const map of [this.#documents, this.#byUid, this.#byMessage]) map.clear();
    this.#calendar = new Calendar(asOf);
    this.#timeScale = timeScale;
    this.#address = endpoints[service] ?? this.#config.service;
  }

  /** Begins a document; returns {ref, localUid}. Everything else goes on by itself. */
  submit(example) {
    this.#numbers += 1;
    const ref = String(this.#numbers);
    this.#documents.set(ref, []);
    return this.#begin(ref, example, { setId: randomUUID(), versionNumber: 1 });
  }

  /** Begins a version that replaces the registered one, or mends the refused one. */
  replace(ref, example) {
    const versions = this.#versions(ref);
    const last = versions[versions.length - 1];
    if (!FINAL.has(last.state)) {
      throw new RefusedCall('busy', `Документ ${ref} ещё отправляется, дождитесь ответа`);
    }
    const registered = versions.filter(({ emdrId }) => emdrId).pop();
    return this.#begin(ref, example, {
      setId: last.setId,
      versionNumber: registered ? registered.versionNumber + 1 : last.versionNumber,
      replaces: registered?.emdrId,
    });
  }

  /** Returns what a user of the МИС sees of the last version. */
  status(ref) {
    const version = this.#versions(ref).slice(-1)[0];
    const { state, localUid, emdrId = null, errors, reaction = null } = version;
    return { ref, state, localUid, emdrId, errors, attempts: version.attempts.length, reaction };
  }

  /** Returns the octets of a signed file, or undefined. */
  file(localUid, emdrId) {
    const known = [...this.#byUid.values()];
    const version =
      (localUid && this.#byUid.get(sameId(localUid))) ||
      (emdrId && known.find((one) => one.emdrId === emdrId));
    return version?.signed?.file;
  }

  /** Takes registerDocumentResult; returns the errors to answer with, empty when it is taken. */
  takeResult({ messageId, localUid, status, emdrId, errors }) {
    const known = messageId
      ? this.#byMessage.get(sameId(messageId))
      : { version: localUid && this.#byUid.get(sameId(localUid)) };
    if (!known?.version) {
      const message = `Сообщения ${messageId ?? 'без идентификатора'} МИС не отправляла`;
      return [{ code: 'WRONG_MESSAGE_ID', message }];
    }
    const { version, attempt } = known;
    const success = status === 'success' || status === 'OK';
    if (success && !emdrId) {
      return [{ code: 'MIS_ERROR', message: 'В результате нет регистрационного номера' }];
    }
    const repeated = attempt?.answered;
    if (attempt) attempt.answered = true;
    if (version.state === 'registered' || repeated) return [];
    if (success) {
      this.#registered(version, emdrId);
    } else if (version.state !== 'refused') {
      this.#conclude(version, judge(errors), attempt);
    }
    return [];
  }

  #versions(ref) {
    const versions = this.#documents.get(ref);
    if (!versions) throw new RefusedCall('not-found', `Документа ${ref} в МИС нет`);
    return versions;
  }

  #begin(ref, example, links) {
    const version = {
      ...links,
      number: ref,
      example,
      localUid: randomUUID(),
      created: this.#calendar.minute(),
      state: 'prepared',
      errors: [],
      attempts: [],
    };
    this.#documents.get(ref).push(version);
    this.#byUid.set(sameId(version.localUid), version);
    const run = this.#run.signal;
    setImmediate(() => run.aborted || this.#prepare(version, run));
    return { ref, localUid: version.localUid };
  }

  #prepare(version, run) {
    try {
      version.signed = this.#keys.sign(form(version), version.example, this.#calendar.now());
    } catch (error) {
      const message = `Документ не сформирован: ${error.message}`;
      Object.assign(version, { state: 'failed', errors: [{ code: 'MIS', message }] });
      return;
    }
    this.#send(version, run);
  }

  async #send(version, run) {
    const attempt = { messageId: randomUUID(), answered: false };
    version.attempts.push(attempt);
    version.state = 'sent';
    this.#byMessage.set(sameId(attempt.messageId), { version, attempt });
    const message = writeEnvelope(registerDocumentRequest(version, this.#config.mnemonic), {
      action: 'registerDocument',
      messageId: attempt.messageId,
      clientEntityId: this.#config.clientEntityId,
    });
    const outcome = await registerDocument(this.#address, message, run);
    // The result may come before the synchronous answer: it is the later word.
    if (!run.aborted && !attempt.answered && !FINAL.has(version.state)) {
      this.#conclude(version, outcome, attempt);
    }
  }

  #conclude(version, { kind, errors }, attempt) {
    const { attempts } = version;
    if (kind === 'temporary' && attempt && attempt !== attempts[attempts.length - 1]) return;
    clearTimeout(version.timer);
    version.errors = errors;
    version.reaction = advise({ kind, errors }) ?? version.reaction;
    if (kind !== 'temporary') {
      version.state = kind;
      if (kind === 'accepted') this.#awaitResult(version, RESULT_PATIENCE, 1);
      return;
    }
    if (attempts.length >= MAX_ATTEMPTS) {
      version.state = 'failed';
      return;
    }
    version.state = 'sent';
    this.#later(version, pause(errors, attempts.length), (run) => this.#send(version, run));
  }

  // A result may be lost on its way: the registry then tells of the registration.
  #awaitResult(version, seconds, inquiry) {
    this.#later(version, seconds, async (run) => {
      const body = searchRegistryItemRequest(version, this.#calendar.minute(1));
      const message = writeEnvelope(body, {
        action: 'searchRegistryItem',
        messageId: randomUUID(),
        clientEntityId: this.#config.clientEntityId,
      });
      const emdrId = await findRegistered(this.#address, message, version.localUid, run);
      if (run.aborted || version.state !== 'accepted') return;
      if (emdrId) this.#registered(version, emdrId);
      else if (inquiry < MAX_INQUIRIES) this.#awaitResult(version, 2 * seconds, inquiry + 1);
    });
  }

  #registered(version, emdrId) {
    clearTimeout(version.timer);
    Object.assign(version, { state: 'registered', emdrId, errors: [] });
  }

  // One job waits for a version at a time. A timer may fire a millisecond early, a pause must not.
  #later(version, seconds, job) {
    const run = this.#run.signal;
    const wait = Math.ceil((1000 * seconds) / this.#timeScale) + 2;
    version.timer = setTimeout(() => run.aborted || job(run), wait);
  }
}
