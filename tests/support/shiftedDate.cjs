// Loaded into a process before anything else (NODE_OPTIONS=--require): its Date runs ahead by the milliseconds that stand
// in a file. Timers, performance.now and the checks of TLS keep the system's time.
const { openSync, readSync } = require("node:fs");

const file = openSync(process.env.SHIFTED_DATE_FILE, "r");
const buffer = Buffer.alloc(24);
const SystemDate = Date;

// Read every time, so that a jump holds at once; the file always has this length.
function now() {
  readSync(file, buffer, 0, buffer.length, 0);
  return SystemDate.now() + Number(buffer.toString("latin1"));
}

globalThis.Date = new Proxy(SystemDate, {
  apply: () => new SystemDate(now()).toString(),
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
});
SystemDate.prototype.constructor = globalThis.Date;
