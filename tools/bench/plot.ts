import type { Point } from "./figures";

const size = { width: 640, height: 360, margin: 56 };

/** The cost of an unchanged `pulumi up` against the number of tokens, as SVG: with and without TokenAccess and TokenCredentials. */
export function plot(points: readonly Point[]): string {
  const { width, height, margin } = size;
  const most = {
    tokens: Math.max(...points.map(({ tokens }) => tokens)),
    seconds: Math.max(...points.flatMap(({ unchanged, without }) => [unchanged, without])),
  };
  const x = (tokens: number) => margin + (tokens / most.tokens) * (width - 2 * margin);
  const y = (seconds: number) => height - margin - (seconds / most.seconds) * (height - 2 * margin);
  const line = (of: (point: Point) => number, colour: string, name: string) => {
    const last = points.at(-1);
    const path = points.map((point) => `${round(x(point.tokens))},${round(y(of(point)))}`).join(" ");
    const dots = points.map(
      (point) =>
        `<circle cx="${round(x(point.tokens))}" cy="${round(y(of(point)))}" r="3" fill="${colour}"/>`,
    );
    const label = last
      ? `<text x="${round(x(last.tokens) - 6)}" y="${round(y(of(last)) - 8)}" text-anchor="end" fill="${colour}">${name}</text>`
      : "";
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}${label}`;
  };
  const ticks = points.map(
    ({ tokens }) =>
      `<text x="${round(x(tokens))}" y="${height - margin + 18}" text-anchor="middle">${tokens}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>The seconds of an unchanged pulumi up, by the number of tokens</title>
<rect width="100%" height="100%" fill="white"/>
<path d="M${margin} ${margin} V${height - margin} H${width - margin}" fill="none" stroke="#888"/>
${ticks.join("")}
<text x="${width / 2}" y="${height - 12}" text-anchor="middle">tokens</text>
<text x="${margin}" y="${margin - 12}">seconds of an unchanged pulumi up (maximum: ${most.seconds.toFixed(1)})</text>
${line(({ unchanged }) => unchanged, "#0067b8", "RegistryToken")}
${line(({ without }) => without, "#777", "without TokenAccess and TokenCredentials")}
</svg>
`;
}

function round(value: number): string {
  return value.toFixed(1);
}
