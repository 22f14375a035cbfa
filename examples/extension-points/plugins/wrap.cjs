// CommonJS, like plugins from before ES modules. Without a manifest, its priority is 0.
const width = 32;

exports.about = () => `wrap: lines of ${width} characters`;

exports.format = (text) => {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
};

exports.language = (text) => (/\b(der|die|und)\b/.test(text) ? "German" : undefined);
