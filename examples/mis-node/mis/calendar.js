// The calendar of the МИС: real time, moved to the date that the stand sets, in Moscow zone.

const DAY = 86_400_000;
const MOSCOW = 3 * 3_600_000;

const inMoscow = (date) => new Date(date.getTime() + MOSCOW).toISOString();

/** Time as the МИС sees it. */
export class Calendar {
  #shift;

  /** `asOf` is the date of today, ГГГГ-ММ-ДД, or null for the real one. */
  constructor(asOf) {
    const today = inMoscow(new Date()).slice(0, 10);
    this.#shift = asOf ? Math.round((Date.parse(asOf) - Date.parse(today)) / DAY) * DAY : 0;
  }

  /** Returns the moment, a Date. */
  now() {
    return new Date(Date.now() + this.#shift);
  }

  /** Returns the whole minute that has begun, or the one `later`: '2024-02-15T10:30:00+03:00'. */
  minute(later = 0) {
    const now = this.now().getTime();
    const date = new Date(now - (now % 60_000) + later * 60_000);
    return inMoscow(date).replace(/\.\d+Z$/, '+03:00');
  }
}
