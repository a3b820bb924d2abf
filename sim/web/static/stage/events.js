// Calls and offences of a side that are known so far, for the time bar: by row, so that an hour that comes twice counts once.

export class Events {
  constructor(given) {
    this.calls = new Map();
    this.offences = new Map();
    this.version = 0;
    this.hours = new Set(); // of which the events are known
    this.complete = !!given;
    if (given) this.add(given);
  }

  add({ calls = [], offences = [] }, hour = null) {
    if (hour !== null) this.hours.add(hour);
    for (const one of calls) this.calls.set(one.row, one.minute);
    for (const one of offences) this.offences.set(one.row, one.minute);
    this.version++;
  }

  /** Count by equal bins from minute 0 to `end`. */
  bins(name, n, end) {
    const counts = new Uint16Array(n);
    for (const minute of this[name].values()) if (minute >= 0 && minute < end) counts[Math.floor((minute / end) * n)]++;
    return counts;
  }
}
