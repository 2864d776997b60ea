/** Draws the output of a command as an SVG of a terminal. */

/** Sizes in characters and pixels. */
const columns = 112;
const cell = { width: 7.8, height: 18, size: 13, margin: 20 };
const colors = {
  background: "#0d1117",
  text: "#d0d7de",
  added: "#3fb950",
  changed: "#d29922",
  removed: "#f85149",
  muted: "#8b949e",
};

/**
 * @param title what the picture shows, for screen readers
 * @param lines what the terminal prints; long lines are wrapped
 * @param styles pairs of a pattern with one group and the name of the group's color
 */
export function terminalPicture(title, lines, styles) {
  const wrapped = lines.flatMap(wrap);
  const width = Math.ceil(columns * cell.width + 2 * cell.margin);
  const height = wrapped.length * cell.height + 2 * cell.margin;
  const rows = wrapped.map((line, row) => {
    const y = cell.margin + (row + 0.75) * cell.height;
    return `<text x="${cell.margin}" y="${y}" xml:space="preserve">${color(line, styles)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${colors.background}"/>`,
    `<g fill="${colors.text}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${cell.size}">`,
    ...rows,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Breaks a line as a terminal does, but between words. */
function wrap(line) {
  const end = line.lastIndexOf(" ", columns);
  return line.length <= columns || end <= 0 ? [line] : [line.slice(0, end), ...wrap(line.slice(end + 1))];
}

function color(line, styles) {
  return styles.reduce(
    (text, [pattern, name]) => text.replace(pattern, `<tspan fill="${colors[name]}">$1</tspan>`),
    escapeXml(line),
  );
}

function escapeXml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
