/** How many rotations are due on each of the next days, from the states alone. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { projectFolder } from "./fleet";
import { type DeviceState, readStates, stacksWithResources } from "./states";

/** How many days are forecast. */
const forecastDays = 90;
const dayMs = 24 * 60 * 60 * 1000;

/** A day, such as `2026-12-24`, and the devices that rotate on it. */
export interface ForecastDay {
  readonly day: string;
  readonly rotations: number;
}

/**
 * The rotations of the next days, if `npm run up` runs every day. A device that is overdue rotates today; after its next rotation it
 * rotates every `rotateEveryDays`.
 */
export function forecast(
  states: readonly Pick<DeviceState, "inputs" | "outputs">[],
  today: Date,
): ForecastDay[] {
  const start = Date.parse(today.toISOString().slice(0, 10));
  const rotations = new Array<number>(forecastDays).fill(0);
  for (const { inputs, outputs } of states) {
    const first = Date.parse(String(outputs.rotatesOn));
    const period = Number(inputs.rotateEveryDays);
    for (let day = Math.max(0, (first - start) / dayMs); day < forecastDays; day += period) {
      rotations[day] += 1;
      if (!(period > 0)) {
        break;
      }
    }
  }
  return rotations.map((count, day) => ({
    day: new Date(start + day * dayMs).toISOString().slice(0, 10),
    rotations: count,
  }));
}

/** A bar for each day. */
export function forecastPicture(days: readonly ForecastDay[]): string {
  const [width, height, margin] = [10, 200, 40];
  const most = Math.max(1, ...days.map(({ rotations }) => rotations));
  const bars = days.map(({ day, rotations }, index) => {
    const bar = Math.round((height * rotations) / most);
    return `<rect x="${margin + index * width}" y="${margin + height - bar}" width="${width - 2}" height="${bar}" fill="#2f6feb"><title>${day}: ${rotations}</title></rect>`;
  });
  const label = (x: number, y: number, anchor: string, text: string | number) =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}" font-family="sans-serif" font-size="12">${text}</text>`;
  const right = margin + days.length * width;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${right + margin}" height="${height + 2 * margin}" role="img">`,
    `<title>Rotations due on each day</title>`,
    label(margin, margin - 12, "start", `Rotations due on each day: at most ${most}`),
    ...bars,
    label(margin, margin + height + 18, "start", days[0]?.day ?? ""),
    label(right, margin + height + 18, "end", days.at(-1)?.day ?? ""),
    "</svg>",
    "",
  ].join("\n");
}

/** Prints the days with rotations, and writes all days as a picture into forecast.svg. */
export async function printForecast(today: Date): Promise<void> {
  const states = await readStates(await stacksWithResources());
  const days = forecast(states, today);
  const most = Math.max(1, ...days.map(({ rotations }) => rotations));
  for (const { day, rotations } of days.filter((one) => one.rotations > 0)) {
    console.log(`${day} ${String(rotations).padStart(6)} ${"#".repeat(Math.ceil((50 * rotations) / most))}`);
  }
  const total = days.reduce((sum, { rotations }) => sum + rotations, 0);
  console.log(`${total} rotations of ${states.length} devices in ${forecastDays} days; see forecast.svg`);
  writeFileSync(resolve(projectFolder, "forecast.svg"), forecastPicture(days));
}
