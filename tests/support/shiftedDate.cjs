// Loaded into a process before anything else (NODE_OPTIONS=--require): its Date and its performance.now run ahead by the
// milliseconds in a file. Timers and the checks of TLS keep the system's time.
const { openSync, readSync } = require("node:fs");

const file = openSync(process.env.SHIFTED_DATE_FILE, "r");
/** The width of a number in the file, which always has two of them. */
const width = 24;
const buffer = Buffer.alloc(width);
const SystemDate = Date;
const systemNow = performance.now.bind(performance);

// Read every time, so that a jump holds at once.
function offset(index) {
  readSync(file, buffer, 0, width, index * width);
  return Number(buffer.toString("latin1"));
}

const now = () => SystemDate.now() + offset(0);

performance.now = () => systemNow() + offset(1);

globalThis.Date = new Proxy(SystemDate, {
  apply: () => new SystemDate(now()).toString(),
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
});
SystemDate.prototype.constructor = globalThis.Date;
